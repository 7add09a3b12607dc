"""Voices that read a question out: at an endpoint, or on this machine. They are given questions and nothing else."""
