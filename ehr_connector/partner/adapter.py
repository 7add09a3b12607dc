"""Reports results to those who ordered an interview: Greenhouse, Ashby, Kombo. One model, thin dialects.

The order's id is the idempotency key: a result may be sent again. What each of them asks of us is in `dialects.py`.
"""

# ruff: noqa: ARG002  the arguments belong to the protocol

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from ehr_connector.adapter import Limited
from ehr_connector.faults import Misconfigured
from ehr_connector.http import Line
from ehr_connector.model import Capability, Description, File, Pulled, Ref, Write
from ehr_connector.partner.dialects import DIALECTS, ORDER, check_ashby, check_kombo

_BASES = {"kombo": "https://api.kombo.dev/v1", "ashby": "https://api.ashbyhq.com", "greenhouse": ""}


class Options(Struct, frozen=True, forbid_unknown_fields=True):
    """`key` is what they call us with and, for Kombo and Ashby, what we call them with; `secret` signs their events."""

    dialect: Literal["greenhouse", "ashby", "kombo"]
    key: str
    secret: str = ""
    integration: str = ""
    url: str = ""
    internal: bool = False
    seconds: float = 20.0
    rate: float = 10.0


class PartnerAdapter(Limited):
    """One marketplace, or one customer on it. `publish` makes the link to a report."""

    capabilities = frozenset({Capability.UPSERT, Capability.EVENTS})
    whole = frozenset({ORDER})

    def __init__(self, options: Options, publish: Callable[[File], str]) -> None:
        self.options = options
        self._publish = publish
        self._dialect = DIALECTS[options.dialect]
        base = options.url or _BASES[options.dialect]
        self._line = Line(base, seconds=options.seconds, rate=options.rate, internal=options.internal)

    async def health(self) -> str:
        return f"assessment partner ({self.options.dialect})"

    async def describe(self, models: Sequence[str]) -> Description:
        return Description(self.options.dialect, "1", open_ended=True)

    async def upsert(self, write: Write, known: Ref | None) -> Ref:
        if write.model != ORDER:
            raise Misconfigured("unknown_field", field=write.model)
        if known is None:
            raise Misconfigured("no_order", field=ORDER)
        link = self._publish(
            File(f"file.{write.key.split('.')[1]}", "report.pdf", "application/pdf", b"", "")
        )
        sent = self._dialect(self.options.key, self.options.integration, known.id, write.values, link)
        answer = await self._line.request(
            sent.method,
            sent.path,
            endpoint=self.options.dialect,
            json=sent.body,
            headers=sent.headers,
            auth=sent.auth,
        )
        _read_inside(answer.content)
        return known

    def verify(self, headers: Mapping[str, str], body: bytes) -> Sequence[Pulled]:
        match self.options.dialect:
            case "kombo":
                return check_kombo(self.options.secret, headers, body)
            case "ashby":
                check_ashby(self.options.secret, headers, body)
                return []
        raise Misconfigured("not_offered", field="events")

    async def close(self) -> None:
        await self._line.close()


def _read_inside(content: bytes) -> None:
    """Raise Misconfigured when an answer says, with status 200, that it did not work."""
    import json

    try:
        said: Any = json.loads(content or b"{}")
    except ValueError:
        return
    if isinstance(said, dict) and said.get("success") is False:
        raise Misconfigured("refused_value", field=ORDER)
