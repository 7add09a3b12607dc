"""Runs candidates' programs for a server and for the command line."""
