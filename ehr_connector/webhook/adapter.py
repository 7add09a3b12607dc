"""The generic target: a signed message for every step, as Standard Webhooks 1.0.0 has it, to an address of the company's.

A receiver keeps records by `data.key` and drops a `webhook-id` it knows: that is all it takes to lose and double
nothing. Files do not travel in messages; they carry a link that is good for some days.
"""

# ruff: noqa: ARG002  the arguments belong to the protocol

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from ehr_connector.adapter import Limited
from ehr_connector.faults import Gone, Misconfigured
from ehr_connector.http import Line
from ehr_connector.model import (
    Capability,
    Description,
    File,
    Move,
    Note,
    Pulled,
    Ref,
    Task,
    Value,
    Write,
)
from ehr_connector.webhook.signature import check_signature, headers_for, secret_bytes

_encode = msgspec.json.Encoder(order="deterministic").encode


class Options(Struct, frozen=True, forbid_unknown_fields=True):
    """`secrets`: the newest first, two while they are changed. `internal` allows addresses inside the company."""

    url: str
    secrets: tuple[str, ...]
    internal: bool = False
    seconds: float = 20.0
    rate: float = 20.0
    limit: int = 20_000


class _Answer(Struct):
    id: str | int = ""


_answers = msgspec.json.Decoder(_Answer)


class _Event(Struct):
    type: str
    data: dict[str, Any]


_events = msgspec.json.Decoder(_Event)


class WebhookAdapter(Limited):
    """Sends messages. `publish` makes the link under which a file can be fetched."""

    capabilities = frozenset(
        {
            Capability.UPSERT,
            Capability.FILE,
            Capability.NOTE,
            Capability.STAGE,
            Capability.HIRE,
            Capability.ONBOARD,
            Capability.ERASE,
            Capability.EVENTS,
        }
    )

    def __init__(self, options: Options, publish: Callable[[File], str]) -> None:
        self._options = options
        self._keys = [secret_bytes(secret) for secret in options.secrets]
        if not self._keys:
            raise Misconfigured("bad_secret", field="secrets")
        self._publish = publish
        self._line = Line(options.url, seconds=options.seconds, rate=options.rate, internal=options.internal)

    async def health(self) -> str:
        await self._send("ping", {}, f"ping.{time.time_ns()}")
        return "webhook"

    async def describe(self, models: Sequence[str]) -> Description:
        return Description("webhook", "1", open_ended=True)

    async def upsert(self, write: Write, known: Ref | None) -> Ref:
        values = {field: _plain(value) for field, value in write.values.items()}
        body = {"key": write.key, "model": write.model, "id": known.id if known else None, "values": values}
        return Ref(write.model, await self._send("record.upserted", body, write.occasion) or write.key)

    async def put_file(self, ref: Ref, file: File) -> Ref:
        link = self._publish(file)
        body = {"key": file.key, "record": _plain(ref), "name": file.name, "media_type": file.media_type}
        body |= {"sha256": file.digest, "size": len(file.content), "url": link}
        return Ref("file", await self._send("file.ready", body, file.occasion) or file.key)

    async def add_note(self, ref: Ref, note: Note) -> Ref:
        body = {"key": note.key, "record": _plain(ref), "title": note.title, "text": note.text}
        return Ref("note", await self._send("note.added", body, note.occasion) or note.key)

    async def set_stage(self, ref: Ref, move: Move) -> None:
        body = {"key": move.key, "record": _plain(ref), "to": move.to, "only_from": list(move.only_from)}
        await self._send("stage.moved", body, move.occasion)

    async def hire(self, ref: Ref) -> Ref:
        made = await self._send("applicant.hired", {"record": _plain(ref)}, f"hire.{ref.id}")
        return Ref("employee", made or ref.id)

    async def onboard(self, employee: Ref, tasks: Sequence[Task]) -> Sequence[Ref]:
        body = {"record": _plain(employee), "tasks": msgspec.to_builtins(list(tasks))}
        await self._send("onboarding.started", body, f"onboarding.{employee.id}")
        return [Ref("task", task.key) for task in tasks]

    async def erase(self, key: str) -> None:
        await self._send("candidate.erased", {"application": key}, f"erase.{key}")

    def verify(self, headers: Mapping[str, str], body: bytes) -> Sequence[Pulled]:
        name = check_signature(self._keys, headers, body, time.time())
        try:
            event = _events.decode(body)
        except msgspec.MsgspecError:
            raise Misconfigured("bad_event") from None
        return [Pulled(event.type, str(event.data.get("id") or name), event.data, name)]

    async def _send(self, kind: str, data: dict[str, Any], occasion: str) -> str:
        """Send a message; return the id the receiver gave the record, if it says so."""
        at = int(time.time())
        said = {"type": kind, "data": data}
        name = "msg_" + hashlib.blake2b(_encode([occasion, said]), digest_size=16).hexdigest()
        # the timestamp stands outside what is named, so that a retry is the same message
        body = _encode({**said, "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))})
        if len(body) > self._options.limit:
            largest = max(data.get("values", data).items(), key=lambda entry: len(str(entry[1])))
            raise Misconfigured("too_large", field=str(largest[0]))
        headers = headers_for(self._keys, name, at, body)
        answer = await self._line.request(
            "POST", self._options.url, endpoint=kind, headers=headers, content=body, accept=frozenset({410})
        )
        if answer.status_code == 410:
            raise Gone("gone") if "key" in data or "record" in data else Misconfigured("endpoint_closed")
        try:
            return str(_answers.decode(answer.content).id)
        except msgspec.MsgspecError:
            return ""  # a receiver need not answer with anything

    async def close(self) -> None:
        await self._line.close()


def _plain(value: Value) -> Any:
    """Return a value as JSON has it; a reference becomes its model and id."""
    if isinstance(value, Ref):
        return {"model": value.model, "id": value.id}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
