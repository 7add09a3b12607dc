"""What to tell the operator about each kind of failure."""

from __future__ import annotations

from bot.telegram.client import Fault

_TROUBLES = {
    Fault.TOKEN: "Telegram does not know this token; copy it again from @BotFather into COLLOQUY_TELEGRAM_TOKEN",
    Fault.AWAY: "Telegram is not reachable from here; check the network or COLLOQUY_TELEGRAM_API_BASE",
    Fault.REFUSED: "Telegram refuses the webhook; check that COLLOQUY_PUBLIC_URL is https and public, on port "
    "443, 80, 88 or 8443",
    Fault.CONFLICT: "another process reads this bot's updates; stop it, or use another bot",
    Fault.WAIT: "Telegram asks for a pause; it is tried again by itself",
}


def explain(kind: Fault) -> str:
    """Return what is wrong and what to do."""
    return _TROUBLES.get(kind, f"Telegram answers: {kind.value}")
