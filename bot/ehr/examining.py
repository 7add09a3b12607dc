"""What `colloquy doctor` says of the HR systems."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.ehr.parts import Ehr, load_config
from bot.printing import Printer
from ehr_connector.delivery.steps import Status
from ehr_connector.faults import EhrFault
from ehr_connector.mapping.read import WrongConfig

if TYPE_CHECKING:
    from bot.house import House

_SECONDS = 10.0


def examine_ehr(house: House) -> str:
    """Return ready, not configured, or broken and what to do."""
    path = house.settings.ehr_config
    if not path:
        return "not configured: results stay here (colloquy result); set COLLOQUY_EHR_CONFIG to connect one"
    try:
        return asyncio.run(_ask(house))
    except WrongConfig as wrong:
        first = wrong.mistakes[0]
        return f"broken: {path}:{first.line}: {first.path}: {first.text}; run colloquy ehr check"


async def _ask(house: House) -> str:
    parts = Ehr(house, Printer(house.settings.timezone), load_config(house.settings.ehr_config))
    said = []
    try:
        for name, adapter in parts.adapters.items():
            try:
                async with asyncio.timeout(_SECONDS):
                    said.append(f"{name} ({await adapter.health()})")
            except (EhrFault, TimeoutError) as fault:
                code = fault.code if isinstance(fault, EhrFault) else "timeout"
                return f"broken: {name} does not answer: {code}; run colloquy ehr check"
        stuck = sum(
            n for (_, status), n in parts.ledger.counts().items() if status in (Status.DEAD, Status.PAUSED)
        )
    finally:
        await parts.stop()
    dead = f"; {stuck} steps are stuck, see colloquy ehr dead" if stuck else ""
    return f"ready: {', '.join(said) or 'no connection, only next steps'}{dead}"
