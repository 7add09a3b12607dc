"""Encryption of people's words at rest: AES-256-GCM, newest key for writing, any known key for reading.

A sealed text is `key id (4) | nonce (12) | ciphertext`, bound to the row it belongs to, so that texts cannot be
swapped between rows.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCES_AT_ONCE = 256


class UnreadableText(Exception):
    """A stored text cannot be opened: its key is not among the data keys, or it was tampered with."""


class Sealer:
    """Seals and opens texts. `keys` are 32 bytes each, newest first."""

    def __init__(self, keys: list[bytes]) -> None:
        if not keys or any(len(key) != 32 for key in keys):
            raise ValueError(
                "data keys must be 32 bytes each, base64; make one with: openssl rand -base64 32"
            )
        self._ciphers = {hashlib.sha256(key).digest()[:4]: AESGCM(key) for key in keys}
        self._newest = hashlib.sha256(keys[0]).digest()[:4]
        self._nonces: list[bytes] = []
        self._drawn_by = os.getpid()

    def seal(self, row: int, text: str) -> bytes:
        """Return the text sealed for this row."""
        return self.seal_bytes(row, text.encode())

    def seal_bytes(self, row: int, content: bytes) -> bytes:
        """Return the content of a file sealed for this row."""
        nonce = self._nonce()
        return (
            self._newest + nonce + self._ciphers[self._newest].encrypt(nonce, content, row.to_bytes(8, "big"))
        )

    def _nonce(self) -> bytes:
        """Return random bytes never used before; they are drawn many at a time, a system call is not cheap.

        A forked process draws its own: a nonce used twice would open both texts.
        """
        if self._drawn_by != os.getpid():
            self._nonces, self._drawn_by = [], os.getpid()
        try:
            return self._nonces.pop()
        except IndexError:
            drawn = os.urandom(12 * _NONCES_AT_ONCE)
            self._nonces.extend(drawn[i : i + 12] for i in range(12, len(drawn), 12))
            return drawn[:12]

    def open(self, row: int, sealed: bytes) -> str:
        """Return the text; UnreadableText when no key opens it."""
        return self.open_bytes(row, sealed).decode()

    def open_bytes(self, row: int, sealed: bytes) -> bytes:
        """Return the content of a file; UnreadableText when no key opens it."""
        cipher = self._ciphers.get(sealed[:4])
        if cipher is None:
            raise UnreadableText("a text was sealed with a key that is not in COLLOQUY_DATA_KEYS")
        try:
            return cipher.decrypt(sealed[4:16], sealed[16:], row.to_bytes(8, "big"))
        except InvalidTag:
            raise UnreadableText("a stored text was changed outside Colloquy") from None


def parse_keys(text: str) -> list[bytes]:
    """Read comma-separated base64 keys; ValueError says what is wrong."""
    try:
        return [base64.b64decode(part.strip(), validate=True) for part in text.split(",") if part.strip()]
    except binascii.Error as error:
        raise ValueError(
            "COLLOQUY_DATA_KEYS is not base64; make a key with: openssl rand -base64 32"
        ) from error
