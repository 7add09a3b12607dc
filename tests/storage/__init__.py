"""The record on both databases: one suite, run on SQLite and on PostgreSQL."""
