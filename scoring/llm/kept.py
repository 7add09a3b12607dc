"""What is kept of readings: the port, and the one in memory. A key is a keyed hash of everything a reading depends on.

The hash is keyed with a data key: without it nobody can find out from a row whether somebody wrote a given text.
With a new data key rows are still found under the old one, as long as that is known.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Protocol

import msgspec
from msgspec import Struct

from scoring.llm.prompt import PROMPT
from scoring.llm.reading import Reading
from scoring.rubric.model import Rubric

_encode = msgspec.json.Encoder(order="deterministic").encode
_PURPOSE = b"colloquy llm readings"


class Spent(Struct, frozen=True):
    """What was used up: calls, and tokens of prompts and replies."""

    calls: int = 0
    tokens: int = 0


class Readings(Protocol):
    """Keeps readings for ever, and what they cost. All methods are synchronous and may be called from any thread."""

    def find(self, keys: Sequence[bytes]) -> Reading | None:
        """Return the reading under the first of these keys that has one."""
        ...

    def keep(self, key: bytes, interview: int, reading: Reading) -> Reading:
        """Keep a reading and return the one that is kept: the first under this key wins.

        Nothing is kept for an interview that was erased meanwhile.
        """
        ...

    def spend(self, scopes: Sequence[str], spent: Spent) -> None:
        """Add to what each of these scopes (a day, an interview) has used up."""
        ...

    def spent(self, scope: str) -> Spent:
        """Return what a scope has used up."""
        ...

    def forget(self, interview: int) -> None:
        """Remove the readings of an interview."""
        ...


class ReadingsInMemory:
    """Keeps readings while the process lives: for the terminal and for tests."""

    def __init__(self) -> None:
        self._rows: dict[bytes, tuple[int, Reading]] = {}
        self._spent: dict[str, Spent] = {}

    def find(self, keys: Sequence[bytes]) -> Reading | None:
        return next((self._rows[key][1] for key in keys if key in self._rows), None)

    def keep(self, key: bytes, interview: int, reading: Reading) -> Reading:
        return self._rows.setdefault(key, (interview, reading))[1]

    def spend(self, scopes: Sequence[str], spent: Spent) -> None:
        for scope in scopes:
            before = self.spent(scope)
            self._spent[scope] = Spent(before.calls + spent.calls, before.tokens + spent.tokens)

    def spent(self, scope: str) -> Spent:
        return self._spent.get(scope, Spent())

    def forget(self, interview: int) -> None:
        self._rows = {key: row for key, row in self._rows.items() if row[0] != interview}


class Keyring:
    """Makes keys. `secrets` are data keys, newest first."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        self._secrets = [hmac.digest(secret, _PURPOSE, "sha256") for secret in secrets]

    def keys(self, rubric: Rubric, model: str, answer: str, language: str) -> list[bytes]:
        """Return the key of a reading under every secret, newest first."""
        digest = hashlib.sha256()
        parts = (PROMPT, model, language, rubric.version, _encode(rubric), answer)
        for part in parts:  # each with its length, so that none can run over into the next
            raw = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
            digest.update(len(raw).to_bytes(8, "big") + raw)
        return [hmac.digest(secret, digest.digest(), "sha256") for secret in self._secrets]
