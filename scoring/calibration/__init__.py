"""Learning from people: small regularised maps from a score's features to the level a person would give."""
