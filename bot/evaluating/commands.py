"""Every `colloquy eval` command, registered. A new one is one more import here."""

from __future__ import annotations

from bot.evaluating import evaluating, path, scores, stable

__all__ = ["evaluating", "path", "scores", "stable"]
