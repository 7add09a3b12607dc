"""Odoo, the real one: version 11 from packages, on a real PostgreSQL."""
