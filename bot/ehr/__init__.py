"""Connects the house with HR systems: builds the connections, carries pushes and next steps, takes in what comes."""
