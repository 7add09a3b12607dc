"""What Greenhouse, Ashby and Kombo each say for the same five steps: list, order, link, status, result."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from time import time
from typing import Any

from msgspec import Struct

from ehr_connector.faults import Misconfigured
from ehr_connector.model import Pulled, Value

ORDER = "order"
_SCORE = "score"


class Sent(Struct, frozen=True):
    """A request that reports a result."""

    method: str
    path: str
    body: dict[str, Any]
    headers: dict[str, str] = {}
    auth: tuple[str, str] | None = None


Dialect = Callable[[str, str, str, Mapping[str, Value], str], Sent]
"""(key, integration, order, values, link to the report) -> the request."""


def _now() -> str:
    return datetime.fromtimestamp(int(time()), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _kombo(key: str, integration: str, order: str, values: Mapping[str, Value], link: str) -> Sent:
    parts = [{"type": "TEXT", "label": k, "value": str(v)} for k, v in values.items() if k != _SCORE]
    body: dict[str, Any] = {"status": "COMPLETED", "score": values.get(_SCORE), "max_score": 100}
    body |= {"result_url": link, "completed_at": _now(), "attributes": parts}
    headers = {"Authorization": f"Bearer {key}", "X-Integration-Id": integration}
    return Sent("PUT", f"/assessment/orders/{order}/result", body, headers)


def _ashby(key: str, _: str, order: str, values: Mapping[str, Value], link: str) -> Sent:
    fields = [
        {"identifier": k, "type": "string", "label": k, "value": str(v)}
        for k, v in values.items()
        if k != _SCORE
    ]
    body: dict[str, Any] = {"assessment_id": order, "timestamp": int(time() * 1000)}
    body["assessment_status"] = {
        "identifier": "status",
        "type": "string",
        "label": "Status",
        "value": "Completed",
    }
    body["assessment_profile_url"] = {"identifier": "url", "type": "url", "label": "Report", "value": link}
    body["assessment_result"] = {
        "identifier": _SCORE,
        "type": "numeric_score",
        "label": "Score",
        "value": values.get(_SCORE),
    }
    body["metadata"] = fields
    return Sent("POST", "/assessment.update", body, auth=(key, ""))


def _greenhouse(_: str, __: str, order: str, values: Mapping[str, Value], link: str) -> Sent:
    """Greenhouse is told that there is news; it then asks for the status, which has the score."""
    return Sent("PATCH", order, {})


DIALECTS: dict[str, Dialect] = {"kombo": _kombo, "ashby": _ashby, "greenhouse": _greenhouse}


def check_kombo(secret: str, headers: Mapping[str, str], body: bytes) -> Sequence[Pulled]:
    """Return the orders of Kombo's event; Misconfigured when its signature is wrong."""
    expected = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    _compare(_base64url(expected), headers.get("x-kombo-signature", ""))
    event = json.loads(body)
    if event.get("type") != "assessment:order-received":
        return []
    order = event.get("data", {})
    who = order.get("candidate", {})
    said = {
        "job": str(order.get("package_id", "")),
        "name": " ".join(filter(None, (who.get("first_name"), who.get("last_name")))),
        "email": str(who.get("email", "")),
        "phone": str(who.get("phone") or ""),
    }
    return [Pulled(ORDER, str(order["id"]), said, str(event.get("id", order["id"])))]


def _base64url(digest: bytes) -> str:
    import base64

    return base64.urlsafe_b64encode(digest).decode()


def check_ashby(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Raise Misconfigured unless Ashby signed this request."""
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    _compare(expected, headers.get("ashby-signature", ""))


def _compare(expected: str, given: str) -> None:
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise Misconfigured("bad_signature")
