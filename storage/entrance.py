"""Lets people in: their link, and what a page that comes back has missed, for many people in one reading.

After a restart everybody returns within seconds; read one by one, that would take longer than the restart.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, Engine

from dialogues.app.codec import decode_interview
from dialogues.ports import InviteState, Returned, StoryLine
from storage.applications import hash_token
from storage.bulk import find_rows
from storage.engine import reading
from storage.seal import Sealer
from storage.story import StoryReader, said_line

_INVITES = """
    SELECT invite.token_hash, invite.conversation, invite.expires_at, invite.revoked_at, booking_rule.value
    FROM (VALUES {rows}) AS v JOIN invite ON invite.token_hash = v.column1
    LEFT JOIN conversation ON conversation.id = invite.conversation AND conversation.phase = 'new'
    LEFT JOIN booking_rule ON booking_rule.job = conversation.job AND booking_rule.name = 'paused'"""
_STATES = """
    SELECT conversation.id, conversation.state, text.sealed
    FROM (VALUES {rows}) AS v JOIN conversation ON conversation.id = v.column1
    LEFT JOIN text ON text.id = conversation.id
    WHERE conversation.role = 'candidate'"""
_HEARD = """
    SELECT DISTINCT v.column1, v.column2
    FROM (VALUES {rows}) AS v JOIN inbox ON inbox.conversation = v.column1 AND inbox.seq > v.column2
    WHERE inbox.kind IN ('Answered', 'Chosen', 'VoiceReceived')"""
_SAID = """
    SELECT v.column1, v.column2, outbox.seq, outbox.body, outbox.at, outbox.id, text.sealed
    FROM (VALUES {rows}) AS v JOIN outbox ON outbox.conversation = v.column1 AND outbox.seq > v.column2
    JOIN text ON text.id = outbox.id
    WHERE outbox.kind = 'Say' ORDER BY outbox.seq"""

Call = tuple[int, int]


class Entrance:
    """Reads for those who come in. Implements `dialogues.ports.Entrance`."""

    def __init__(self, engine: Engine, sealer: Sealer, story: StoryReader) -> None:
        self._engine = reading(engine)
        self._sealer = sealer
        self._story = story

    def find_invites(self, tokens: Sequence[str]) -> list[InviteState]:
        hashes = [hash_token(token) for token in tokens]
        with self._engine.connect() as connection:
            rows = find_rows(connection, _INVITES, [(one,) for one in hashes])
        found = {bytes(row[0]): _invite_state(*row[1:]) for row in rows}
        return [found.get(one, InviteState(0, "unknown")) for one in hashes]

    def returned(self, calls: Sequence[Call]) -> list[Returned | None]:
        with self._engine.connect() as connection:
            rows = find_rows(connection, _STATES, [(conversation,) for conversation, _ in calls])
            states = {row[0]: (row[1], row[2]) for row in rows}
            told = self._told(connection, calls)
        return [
            Returned(
                decode_interview(states[call[0]][0]), self._name(call[0], states[call[0]][1]), told[call]
            )
            if call[0] in states
            else None
            for call in calls
        ]

    def _name(self, conversation: int, sealed: bytes | None) -> str:
        if sealed is None:
            return ""
        profile = msgspec.json.decode(self._sealer.open(conversation, sealed), type=dict[str, str])
        return profile.get("name", "")

    def _told(self, connection: Connection, calls: Sequence[Call]) -> dict[Call, list[StoryLine]]:
        """Return what each has missed; where that holds words of their own, the story tells it."""
        told: dict[Call, list[StoryLine]] = {call: [] for call in calls}
        for row in find_rows(connection, _SAID, calls):
            text = self._sealer.open(row[5], row[6])
            told[row[0], row[1]].append(said_line(row[2], row[3], row[4], text))
        for conversation, after in find_rows(connection, _HEARD, calls):
            told[conversation, after] = self._story.lines(conversation, after)
        return told


def _invite_state(
    conversation: int, expires_at: float, revoked_at: float | None, paused: str | None
) -> InviteState:
    if revoked_at is not None:
        return InviteState(conversation, "revoked")
    if expires_at < time.time():
        return InviteState(conversation, "expired")
    return InviteState(conversation, "paused" if paused else "")
