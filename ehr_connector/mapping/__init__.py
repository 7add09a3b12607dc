"""Mappings: reading, checking, rendering, and a first one made from what a system says it has."""
