"""What tests of the channels share: two jobs, and Starlette's test client. It asks for a successor of httpx that nothing else here needs, so its advice is left unheard."""

from __future__ import annotations

import warnings
from pathlib import Path

from bot.wiring import House

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", UserWarning)
    from starlette.testclient import TestClient, WebSocketTestSession

__all__ = ["TestClient", "WebSocketTestSession", "add_packs"]
_PACKS = Path(__file__).parents[2] / "config" / "packs"


def add_packs(house: House) -> None:
    """Make two of the shipped jobs known."""
    for name in ("python-developer", "sales-representative"):
        house.packs.add((_PACKS / f"{name}.yaml").read_text(encoding="utf-8"), activate=True)
