"""Ears for a server: recordings fetched, heard in a process of their own, kept sealed."""
