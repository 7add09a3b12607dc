"""Steps a batch of events in one transaction: many conversations, one commit.

Reads the conversations under their locks, drops what is known already, steps the rest in order of arrival and
writes states, events, messages and effects together. A step that fails leaves its event stored and undone; the
other conversations go on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import structlog
from msgspec import Struct
from msgspec.structs import replace

from dialogues.app.auditing import audit_of
from dialogues.app.codec import (
    encode_effect,
    encode_state,
    say_body,
    split_event,
)
from dialogues.app.languages import Language
from dialogues.app.outcome import PUSHED, Message, Outcome, Work
from dialogues.app.recent import Recent
from dialogues.core.catalog import render_button, render_say
from dialogues.core.desk import Desk, step_desk
from dialogues.core.effects import Effect, Erase, Forget, Judge, KeepDetail, Say
from dialogues.core.events import (
    Answered,
    Asked,
    Event,
    Scored,
)
from dialogues.core.interview import Interview, Phase
from dialogues.core.scene import World
from dialogues.core.step import heard_through, step
from dialogues.ports import (
    Arrival,
    Changes,
    EffectRow,
    EventRow,
    Held,
    Packs,
    Record,
    StateRow,
    Transaction,
)

log = structlog.get_logger()

WAITING, DONE, DEAD = 0, 1, 2
_BEHIND = 256
"""Stored and unstepped events looked at in one batch."""


class _Open(Struct):
    """A conversation while its events of this batch are stepped."""

    held: Held
    state: Interview | Desk
    touched: bool = False


class Batch:
    """Steps batches. `instantly` answers a `Judge` within the batch when the scorer costs nothing."""

    def __init__(
        self,
        record: Record,
        packs: Packs,
        languages: dict[str, Language],
        new_id: Callable[[], int],
        instantly: Callable[[Judge, float], Scored] | None = None,
    ) -> None:
        self._record = record
        self._packs = packs
        self.languages = languages
        self.new_id = new_id
        self.instantly = instantly
        self.recent = Recent()
        self._worlds: dict[tuple[str, str], World] = {}

    def run(self, arrivals: Sequence[Arrival], settled: Sequence[int] = ()) -> Outcome:
        """Store and step these events, and mark the effects `settled` done, in one transaction.

        Raises Stale or a database error with nothing written.
        """
        return self._make(arrivals, _Making.step_all, settled)

    def catch_up(self) -> Outcome:
        """Step what was stored but never stepped: left by a crash or an edge, or held by another process."""
        return self._make([], _Making.step_waiting)

    def _make(
        self, arrivals: Sequence[Arrival], step_them: Callable[[_Making], None], settled: Sequence[int] = ()
    ) -> Outcome:
        try:
            with self._record.transaction() as transaction:
                making = _Making(self, transaction, arrivals)
                making.changes.settled.extend(settled)
                step_them(making)
                transaction.write(making.changes)
        except Exception:  # whatever it was: what is remembered may be of a change that was rolled back
            self.recent.forget()
            raise
        making.remember()
        return making.outcome

    def world(self, pack: str, version: str) -> World:
        """Return what steps of this pack's interviews look things up in."""
        world = self._worlds.get((pack, version))
        if world is None:
            loaded = self._packs.pack(pack, version)
            tongues = {
                code: self.languages[code].tongue for code in loaded.languages if code in self.languages
            }
            world = self._worlds[pack, version] = World(pack=loaded, tongues=tongues)
        return world


class _Making:
    """One batch while it is made."""

    def __init__(self, batch: Batch, transaction: Transaction, arrivals: Sequence[Arrival]) -> None:
        self._batch = batch
        self._transaction = transaction
        self._arrivals = arrivals
        self._open: dict[int, _Open] = {}
        self._profiles: dict[int, dict[str, str]] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self.changes = Changes([], [], [], {}, [], [], [])
        self.outcome = Outcome([], [], [])

    def step_all(self) -> None:
        """Step the arrivals, each after what its conversation was still waiting for."""
        self._take({arrival.conversation for arrival in self._arrivals})
        self._step_earlier(self._transaction.behind(_BEHIND))
        known = self._transaction.known(self._arrivals)
        for arrival in self._arrivals:
            self._place(arrival, known)
        self._close()

    def step_waiting(self) -> None:
        """Step what waits; nothing is read before its conversation is locked, so that nobody steps it too."""
        behind = self._transaction.behind(_BEHIND)
        self._take(behind)
        self._step_earlier(behind)
        self._close()

    def _take(self, conversations: Collection[int]) -> None:
        recent = self._batch.recent
        for one in self._transaction.take(conversations, recent.held).values():
            self._open[one.id] = _Open(held=one, state=recent.state_of(one))

    def _step_earlier(self, behind: Collection[int]) -> None:
        mine = [conversation for conversation in behind if conversation in self._open]
        for arrival in self._transaction.waiting(mine) if mine else ():
            self._place(arrival, {})

    def _place(self, arrival: Arrival, known: dict[tuple[str, str], tuple[int, int]]) -> None:
        name = (arrival.channel, arrival.external_id)
        if not arrival.id and name in known:
            self.outcome.acknowledged.append((arrival, self._numbers.get(name, known[name][1])))
            self._settle(arrival)
            return
        stored = bool(arrival.id)
        arrival.id = arrival.id or self._batch.new_id()
        known[name] = (arrival.id, 0)
        opened = self._open.get(arrival.conversation)
        if opened is None:
            self._leave_waiting(arrival, stored, "")
            return
        try:
            self._step(opened, arrival, stored)
        except (
            Exception
        ) as error:  # ours: one conversation's fault must not stop the others (architecture, Errors)
            log.exception(
                "step_failed", conversation=arrival.conversation, event_kind=type(arrival.event).__name__
            )
            self._leave_waiting(arrival, stored, type(error).__name__)

    def _settle(self, arrival: Arrival) -> None:
        if arrival.settles:
            self.changes.settled.append(arrival.settles)

    def _leave_waiting(self, arrival: Arrival, stored: bool, code: str) -> None:
        if not stored or code:
            status = DEAD if stored and code else WAITING
            self._write_event(arrival, 0, status, stored, code)
        self._settle(arrival)
        self.outcome.waiting += 1
        self.outcome.acknowledged.append((arrival, 0))

    def _step(self, opened: _Open, arrival: Arrival, stored: bool) -> None:
        state, effects = self._advance(opened, arrival)
        made = self._carry(opened, state, effects, arrival)
        opened.state, opened.touched = state, True
        forgotten = any(isinstance(effect, Forget) for effect in effects) or _is_erased(state)
        seq = state.seq - made.said
        self._write_event(arrival, seq, DONE, stored, "", forgotten=forgotten)
        self._settle(arrival)
        self.changes.effects.extend(made.rows)
        self.outcome.messages.extend(made.messages)
        self.outcome.work.extend(made.work)
        self.outcome.acknowledged.append((arrival, seq))
        self._numbers[arrival.channel, arrival.external_id] = seq
        self._audit(opened, arrival.event, made.erased)
        for judge in made.instant:
            self._score_instantly(opened, judge, arrival.event.at)

    def _advance(self, opened: _Open, arrival: Arrival) -> tuple[Interview | Desk, tuple[Effect, ...]]:
        state, event = opened.state, arrival.event
        if isinstance(state, Desk):
            if not isinstance(event, Asked):
                raise TypeError(f"{type(event).__name__} came to a desk")
            return step_desk(state, event)
        if isinstance(event, Asked):
            raise TypeError("Asked came to an interview")
        state = heard_through(state, event, arrival.channel)
        return step(state, event, self._batch.world(state.pack, state.pack_version))

    def _carry(
        self, opened: _Open, state: Interview | Desk, effects: Sequence[Effect], arrival: Arrival
    ) -> _Made:
        made = _Made([], [], [], [])
        says = sum(isinstance(effect, Say) for effect in effects)
        seq = state.seq - says
        for effect in effects:
            match effect:
                case Say():
                    made.said += 1
                    self._say(opened, state, effect, seq + made.said, arrival, made)
                case Erase():
                    made.erased = True
                    self._erase(opened.held.id)
                case KeepDetail():
                    self._keep_detail(opened.held.id, effect, arrival.event)
                case Forget():
                    pass
                case Judge() if self._batch.instantly is not None:
                    made.instant.append(effect)
                case _:
                    self._defer(opened, effect, seq, arrival, made)
        return made

    def _say(
        self,
        opened: _Open,
        state: Interview | Desk,
        say: Say,
        seq: int,
        arrival: Arrival,
        made: _Made,
    ) -> None:
        conversation = opened.held.id
        catalog = self._batch.languages[say.language].catalog
        needed = any(line.profile for line in say.lines)
        text = render_say(catalog, say, self._profile(conversation) if needed else {})
        buttons = [(render_button(catalog, button, say.key), button.value) for button in say.buttons]
        at = arrival.event.at
        body = say_body(buttons, say.kind, say.turn, say.progress)
        pushed = state.channel if isinstance(state, Interview) and state.channel in PUSHED else ""
        status = WAITING if pushed else DONE
        written = catalog.phrase(say.unkept) if say.unkept else text
        row = EffectRow(self._batch.new_id(), conversation, seq, say.key, "Say", body, at, status, written)
        made.rows.append(row)
        shown = (say.turn, say.kind, text, buttons, say.progress, at, say.language)
        made.messages.append(Message(conversation, seq, *shown, id=row.id, channel=pushed))

    def _defer(self, opened: _Open, effect: Effect, seq: int, arrival: Arrival, made: _Made) -> None:
        due = getattr(effect, "at", arrival.event.at)
        row = EffectRow(
            id=self._batch.new_id(),
            conversation=opened.held.id,
            seq=seq,
            key=effect.key,
            kind=type(effect).__name__,
            body=encode_effect(effect),
            due_at=due,
            status=WAITING,
        )
        made.rows.append(row)
        if due <= arrival.event.at:
            made.work.append(Work(id=row.id, conversation=opened.held.id, effect=effect))

    def _score_instantly(self, opened: _Open, judge: Judge, at: float) -> None:
        assert self._batch.instantly is not None
        event = self._batch.instantly(judge, at)
        name = f"{opened.held.id}:{judge.key}"
        arrival = Arrival(opened.held.id, "self", name, event, id=self._batch.new_id())
        self._step(opened, arrival, stored=False)

    def _erase(self, conversation: int) -> None:
        """Blank what this batch was about to write; the transaction blanks what is stored."""
        for event in self.changes.events:
            event.words = "" if event.conversation == conversation else event.words
        for effect in self.changes.effects:
            effect.words = "" if effect.conversation == conversation else effect.words
        self.changes.profiles.pop(conversation, None)
        self._profiles[conversation] = {}
        self.changes.erased.append(conversation)

    def _profile(self, conversation: int) -> dict[str, str]:
        if conversation not in self._profiles:  # one question for all that are still saying who they are
            asked = [one.held.id for one in self._open.values() if _introduces(one.state)]
            found = self._transaction.profiles({conversation, *asked} - self._profiles.keys())
            self._profiles = {one: found.get(one, {}) for one in (conversation, *asked)} | self._profiles
        return self._profiles[conversation]

    def _keep_detail(self, conversation: int, keep: KeepDetail, event: Event) -> None:
        if isinstance(event, Answered):
            profile = {
                **self._profile(conversation),
                keep.field: event.text[keep.start : keep.end or None].strip(),
            }
            self._profiles[conversation] = self.changes.profiles[conversation] = profile

    def _write_event(
        self, arrival: Arrival, seq: int, status: int, stored: bool, code: str, *, forgotten: bool = False
    ) -> None:
        kind, body, words = split_event(arrival.event)
        row = EventRow(
            id=arrival.id,
            conversation=arrival.conversation,
            seq=seq,
            channel=arrival.channel,
            external_id=arrival.external_id,
            kind=kind,
            body=body,
            at=arrival.event.at,
            status=status,
            words="" if forgotten else words,
            stored=stored,
            code=code,
        )
        self.changes.events.append(row)

    def _audit(self, opened: _Open, event: Event, erased: bool) -> None:
        row = audit_of(opened.held.application, event, erased)
        if row is not None:
            self.changes.audits.append(row)

    def _touched(self) -> list[_Open]:
        return [opened for opened in self._open.values() if opened.touched]

    def _close(self) -> None:
        self.changes.states.extend(_state_row(opened) for opened in self._touched())
        self.outcome.versions = {row.id: row.version for row in self.changes.states}

    def remember(self) -> None:
        """Keep the new states at hand, now that they are stored."""
        for opened, row in zip(self._touched(), self.changes.states, strict=True):
            held = replace(opened.held, version=row.version, state=row.state)
            self._batch.recent.keep(held, opened.state)


class _Made(Struct):
    """What one step's effects became."""

    rows: list[EffectRow]
    messages: list[Message]
    work: list[Work]
    instant: list[Judge]
    said: int = 0
    erased: bool = False


def _introduces(state: Interview | Desk) -> bool:
    """Say whether a candidate's details may be shown to them in this batch."""
    return isinstance(state, Interview) and state.phase in (Phase.NEW, Phase.CONSENT, Phase.DETAILS)


def _is_erased(state: Interview | Desk) -> bool:
    """Say whether nothing this person wrote may be kept: the step before, or this one, erased them."""
    return isinstance(state, Interview) and state.phase is Phase.ERASED


def _state_row(opened: _Open) -> StateRow:
    state = opened.state
    row = StateRow(id=opened.held.id, version=opened.held.version + 1, state=encode_state(state))
    if isinstance(state, Interview):
        row.phase, row.channel = state.phase, state.channel
        row.total, row.passed = state.total, state.passed
        row.outcome = state.decision.outcome if state.decision else ""
        row.finished_at, row.updated_at = state.finished_at, state.last_at
    return row
