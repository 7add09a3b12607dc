"""Fills a database with applicants, so that a benchmark starts where the interviews start.

Everything goes through the tables and values the product itself writes; only many rows at a time.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import yaml
from pydantic import SecretStr
from sqlalchemy import insert

from bot.house import House, shipped_packs
from config.settings import Settings
from storage import tables
from storage.applications import _conversation_values, _first_state, hash_token
from storage.ids import new_id

JOB = "sales-representative"
_AT_ONCE = 5000
_PROFILES = {
    "zh": {"name": "沈念安", "email": "shen@example.com"},
    "en": {"name": "Maya Thornton", "email": "maya@example.com"},
}
_ANSWERS = Path(__file__).parent.parent / "candidates" / f"{JOB}.yaml"
_LENGTHS = {"zh": (80, 170), "en": (80, 200)}
"""Characters of an answer as people write them on a phone; about 150 on average."""


class Applicant(msgspec.Struct):
    """One interview that waits to begin."""

    conversation: int
    token: str
    language: str


def open_house(url: str, port: int, settings: dict[str, str]) -> House:
    """Return the house of a database, with the one job pack of the benchmarks."""
    keys = SecretStr(settings["COLLOQUY_DATA_KEYS"])
    house = House(Settings(database_url=url, port=port, data_keys=keys))
    house.packs.add(dict(shipped_packs())[JOB], activate=True)
    return house


def environment(url: str, port: int) -> dict[str, str]:
    """Return the settings a server of this database runs with."""
    return {
        "COLLOQUY_DATABASE_URL": url,
        "COLLOQUY_PORT": str(port),
        "COLLOQUY_DATA_KEYS": base64.b64encode(b"b" * 32).decode(),
    }


def add_applicants(house: House, count: int) -> list[Applicant]:
    """Create interviews, every other one in English, and their personal links."""
    added = []
    for start in range(0, count, _AT_ONCE):
        added += _add(house, min(_AT_ONCE, count - start))
    return added


def _add(house: House, count: int) -> list[Applicant]:
    pack, now = house.packs.active(JOB), time.time()
    new = [
        Applicant(new_id(), secrets.token_urlsafe(24), ("zh", "en")[number % 2]) for number in range(count)
    ]
    rows: dict[str, list[dict[str, object]]] = {
        "conversation": [],
        "application": [],
        "invite": [],
        "text": [],
    }
    for one in new:
        name, profile = f"a_{secrets.token_hex(5)}", _PROFILES[one.language]
        known = tuple(sorted(profile))
        state = _first_state(name, pack.name, pack.version, one.language, one.conversation, known, ())
        rows["conversation"].append(_conversation_values(one.conversation, state, now))
        rows["application"].append(
            {
                "id": name,
                "external_id": None,
                "job": pack.name,
                "pack_version": pack.version,
                "conversation": one.conversation,
                "language": one.language,
                "known": " ".join(known),
                "created_at": now,
            }
        )
        rows["invite"].append(
            {
                "token_hash": hash_token(one.token),
                "conversation": one.conversation,
                "expires_at": now + 86400.0,
                "revoked_at": None,
            }
        )
        sealed = house.sealer.seal(one.conversation, msgspec.json.encode(profile).decode())
        rows["text"].append({"id": one.conversation, "sealed": sealed})
    with house.engine.begin() as connection:
        for table, values in rows.items():
            connection.execute(insert(tables.metadata.tables[table]), values)
    return new


def answers() -> dict[str, list[str]]:
    """Return language -> answers of invented people to the questions of the pack, of ordinary length."""
    told: dict[str, list[str]] = {"zh": [], "en": []}
    for language, text in _told():
        shortest, longest = _LENGTHS[language]
        if len(text) >= shortest:
            told[language].append(_shortened(text, longest))
    return told


def _told() -> Iterator[tuple[str, str]]:
    for question in yaml.safe_load(_ANSWERS.read_text(encoding="utf-8"))["answers"].values():
        for language, qualities in question.items():
            for text in qualities.values():
                yield language, text


def _shortened(text: str, longest: int) -> str:
    """Return the text up to the end of a sentence."""
    if len(text) <= longest:
        return text
    end = max(text.rfind(mark, 0, longest) for mark in "。！？.!?")
    return text[: end + 1] if end > 0 else text[:longest]
