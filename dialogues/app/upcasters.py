"""Lifts interviews written down by earlier releases, so that one in flight survives an upgrade.

One function per version: it takes the plain map of version n and returns that of version n + 1. Nothing is
looked up here, and a state of the present version is never touched: this is not on the path of a turn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dialogues.core.interview import SCHEMA_VERSION

Raw = dict[str, Any]
Upcaster = Callable[[Raw], Raw]

UPCASTERS: dict[int, Upcaster] = {}
"""Version lifted from -> what lifts it by one. A change of `SCHEMA_VERSION` adds one, and a fixture to the tests."""


class NewerState(ValueError):
    """A state was written by a newer release than this one."""


def lift(raw: Raw, upcasters: Mapping[int, Upcaster] = UPCASTERS, to: int = SCHEMA_VERSION) -> Raw:
    """Return the state in the present version; NewerState when this release is older than the state."""
    version = int(raw.get("schema_version", 1))
    if version > to:
        raise NewerState(f"an interview of version {version} needs a newer release; this one knows {to}")
    for step in range(version, to):
        raw = upcasters[step](dict(raw)) | {"schema_version": step + 1}
    return raw
