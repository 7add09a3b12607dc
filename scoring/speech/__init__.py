"""Recordings become words here, and facts about how they were spoken. Nothing of this scores anything."""
