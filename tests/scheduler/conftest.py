"""The databases of the storage tests, for the appointments."""

from tests.storage.conftest import kind, migrated_file, new_url, postgres, store

__all__ = ["kind", "migrated_file", "new_url", "postgres", "store"]
