"""How Feishu is talked to: a tenant's token that lives two hours, answers with a code inside, events sealed and signed."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from ehr_connector.faults import Conflict, EhrFault, Expired, Gone, Misconfigured, Passing, Unsure
from ehr_connector.http import Line, retry_after

_TOKEN = "/open-apis/auth/v3/tenant_access_token/internal"  # noqa: S105  a path
_BEFORE_END = 300.0
_BAD_TOKEN = frozenset({99991661, 99991663, 99991664, 99991668})
_TOO_MANY = 99991400
_NO_RIGHT = frozenset({99991672, 99991679})
_GONE = frozenset({1002002, 1002003, 1002102})
_MARKED = frozenset({1002801})
"""The customer has marked the examination: a result is refused from then on."""


class FeishuLine:
    """Calls Feishu's interface; a new token is fetched before the old one ends."""

    def __init__(self, base: str, app_id: str, secret: str, *, seconds: float, rate: float) -> None:
        self._line = Line(base, seconds=seconds, rate=rate)
        self._app_id = app_id
        self._secret = secret
        self._token = ""
        self._good_until = 0.0
        self._logging_in = asyncio.Lock()

    async def log_in(self) -> None:
        """Fetch a token."""
        body = {"app_id": self._app_id, "app_secret": self._secret}
        answer = await self._line.request("POST", _TOKEN, json=body)
        found = _json(answer.content)
        if found.get("code") != 0:
            raise Expired("login_refused", field="app_secret")
        self._token = str(found["tenant_access_token"])
        self._good_until = time.monotonic() + float(found.get("expire", 7200)) - _BEFORE_END

    async def call(self, method: str, path: str, **given: Any) -> dict[str, Any]:
        """Return the data of a successful answer; every other is a fault."""
        async with self._logging_in:
            if not self._token or time.monotonic() > self._good_until:
                await self.log_in()
        answer = await self._line.request(
            method,
            f"/open-apis/hire/v1/{path}",
            endpoint=path.partition("/")[0],
            headers={"Authorization": f"Bearer {self._token}"},
            accept=frozenset({400, 403, 404}),
            **given,
        )
        found = _json(answer.content)
        code = found.get("code", -1)
        if code:
            raise _fault(code, answer.status_code, retry_after(answer))
        return dict(found.get("data") or {})

    def forget_token(self) -> None:
        """Fetch a new one with the next call."""
        self._token = ""

    async def close(self) -> None:
        """Let go of connections."""
        await self._line.close()


def _json(content: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(content))
    except ValueError:
        raise Unsure("cut") from None


def _fault(code: int, status: int, wait: float | None) -> EhrFault:
    if code in _BAD_TOKEN:
        return Expired("login_expired")
    if code == _TOO_MANY:
        return Passing("rate_limited", retry_after=wait)
    if code in _GONE or status == 404:
        return Gone("gone")
    if code in _MARKED:
        return Conflict("marked_there", field="result")
    if code in _NO_RIGHT or status == 403:
        return Misconfigured("no_right", field=f"code {code}")
    return Misconfigured("refused_value", field=f"code {code}")


def open_event(headers: Mapping[str, str], body: bytes, encrypt_key: str) -> dict[str, Any]:
    """Return an event; Misconfigured when its signature is wrong. AES-256-CBC under sha256(encrypt_key)."""
    said = headers.get("x-lark-signature", "")
    timestamp, nonce = headers.get("x-lark-request-timestamp", ""), headers.get("x-lark-request-nonce", "")
    expected = hashlib.sha256(f"{timestamp}{nonce}{encrypt_key}".encode() + body).hexdigest()
    if not hmac.compare_digest(expected.encode(), said.encode()):
        raise Misconfigured("bad_signature")
    sealed = _json(body).get("encrypt")
    return _json(_decrypt(str(sealed), encrypt_key)) if sealed else _json(body)


def _decrypt(sealed: str, encrypt_key: str) -> bytes:
    try:
        raw = base64.b64decode(sealed, validate=True)
        key = hashlib.sha256(encrypt_key.encode()).digest()
        opened = Cipher(algorithms.AES(key), modes.CBC(raw[:16])).decryptor()
        unpadded = PKCS7(128).unpadder()
        return unpadded.update(opened.update(raw[16:]) + opened.finalize()) + unpadded.finalize()
    except (ValueError, binascii.Error):
        raise Misconfigured("bad_signature") from None
