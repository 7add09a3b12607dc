"""Carries pushes to an HR system: steps, order, retries, the id map. Knows no system and no interview."""
