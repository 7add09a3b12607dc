"""The databases of the storage tests, for whole bookings."""

from tests.storage.conftest import migrated_file, new_url, postgres

__all__ = ["migrated_file", "new_url", "postgres"]
