"""Keyed hashes for the id map: they tell whether something changed and nothing about what it was."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from ehr_connector.model import Ref
from ehr_connector.result import Audit, Result, encode_result

_encode = msgspec.json.Encoder(order="deterministic").encode


class Hasher:
    """Hashes under a secret of this house: names and telephone numbers could be guessed otherwise."""

    def __init__(self, secret: bytes) -> None:
        self._secret = hashlib.blake2b(secret, digest_size=32, person=b"ehr-id-map").digest()

    def text(self, value: Any) -> str:
        """Return the hash of one value."""
        return hashlib.blake2b(_encode(_canonical(value)), key=self._secret, digest_size=16).hexdigest()

    def each(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Return the hashes of fields."""
        return {field: self.text(value) for field, value in values.items()}

    def report(self, result: Result) -> str:
        """Return the hash of what a report shows: all but the links of the audit log and the running number."""
        same = replace(result, id="", audit=Audit(chain_head=""))
        return self.text(encode_result(same).decode())


def _canonical(value: Any) -> Any:
    """Return one form for what systems write in several: no value, whole numbers, references with a name."""
    if value is None or value is False or value == "" or value in ([], ()):
        return None
    if isinstance(value, Ref):  # systems show a reference as its id, or as its id with a name
        return int(value.id) if value.id.isdigit() else value.id
    if isinstance(value, float):
        return round(value, 6) if value % 1 else int(value)
    if (
        isinstance(value, list | tuple)
        and len(value) == 2
        and isinstance(value[0], int)
        and isinstance(value[1], str)
    ):
        return value[0]
    return value.strip() if isinstance(value, str) else value
