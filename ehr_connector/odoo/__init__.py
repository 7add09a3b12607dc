"""Odoo, by JSON-RPC (11 to 18) and JSON-2 (19 and later)."""
