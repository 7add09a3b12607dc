"""Interviews held in Telegram while the product is killed again and again: no answer lost or doubled."""
