"""Interviews held while the server is killed again and again: proof that no answer is lost or doubled."""
