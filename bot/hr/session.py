"""HR's sign-in on the web: a sign-in code becomes a signed cookie. Knows nothing of roles."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

COOKIE = "colloquy_hr"
SECONDS = 12 * 3600


class Sessions:
    """Signs and reads session cookies: `person|expiry|signature`."""

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.sha256(b"hr-session" + secret).digest()

    def issue(self, person: str) -> str:
        """Return a cookie value for this person."""
        body = f"{person}|{int(time.time()) + SECONDS}"
        return base64.urlsafe_b64encode(f"{body}|{self._sign(body)}".encode()).decode()

    def person(self, cookie: str) -> str | None:
        """Return who a cookie belongs to; None when it is forged or out of date."""
        try:
            body, _, signature = base64.urlsafe_b64decode(cookie.encode()).decode().rpartition("|")
            person, _, expiry = body.rpartition("|")
            if (
                hmac.compare_digest(signature.encode(), self._sign(body).encode())
                and int(expiry) > time.time()
            ):
                return person
        except ValueError:
            return None
        return None

    def _sign(self, body: str) -> str:
        return hmac.new(self._key, body.encode(), hashlib.sha256).hexdigest()
