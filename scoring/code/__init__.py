"""Runs a candidate's program against a task's tests, in a sandbox or not at all."""
