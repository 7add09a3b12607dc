"""Files in a folder, for systems with no interface."""
