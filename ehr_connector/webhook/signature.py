"""Standard Webhooks 1.0.0: signing what goes out, verifying what comes in."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence

from ehr_connector.faults import Misconfigured

_PREFIX = "whsec_"
_SKEW = 300.0


def secret_bytes(secret: str) -> bytes:
    """Return the key of a `whsec_…` secret; Misconfigured when it is none."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise Misconfigured("bad_secret", field="secret") from None
    if not 24 <= len(key) <= 64:
        raise Misconfigured("bad_secret", field="secret")
    return key


def sign(key: bytes, name: str, at: int, body: bytes) -> str:
    """Return one signature, `v1,` and its base64."""
    signed = b".".join((name.encode(), str(at).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers_for(keys: Sequence[bytes], name: str, at: int, body: bytes) -> dict[str, str]:
    """Return the headers of a message; one signature for every key, so that keys can be changed without a gap."""
    return {
        "webhook-id": name,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(sign(key, name, at, body) for key in keys),
        "content-type": "application/json",
    }


def check_signature(keys: Sequence[bytes], headers: Mapping[str, str], body: bytes, now: float) -> str:
    """Return the message's id; Misconfigured when it is unsigned, changed, or older than five minutes."""
    name, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not name or not at.isascii() or not at.isdigit() or abs(now - int(at)) > _SKEW:
        raise Misconfigured("bad_signature")
    given = headers.get("webhook-signature", "").encode().split(b" ")
    for key in keys:
        expected = sign(key, name, int(at), body).encode()
        if any(hmac.compare_digest(expected, one) for one in given):
            return name
    raise Misconfigured("bad_signature")
