"""`colloquy replay`: a conversation as `>>` events and `<<` effects, and the proof that it can be recomputed."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import click
import msgspec

from bot.llm import scorer_here
from dialogues.app.batch import Batch
from dialogues.app.codec import encode_state, split_event
from dialogues.app.judging import join_answer, repeatable, score_again
from dialogues.core.catalog import render_say
from dialogues.core.effects import Effect, Judge, Say
from dialogues.core.events import Asked, Event, Scored
from dialogues.core.interview import Interview
from dialogues.core.step import heard_through, step
from dialogues.ports import StoredEvent
from scoring.builtin import BuiltinScorer
from storage.ids import new_id

if TYPE_CHECKING:
    from bot.house import House


def beginning(house: House, conversation: int) -> Interview:
    """Return the state an interview began with."""
    state = house.applications.interview(conversation)
    assert state is not None
    first = house.applications.first_state(conversation)
    return first if first is not None else state


def print_replay(house: House, conversation: int) -> None:
    """Print every event and what it brought about."""
    state = beginning(house, conversation)
    world = _batch(house).world(state.pack, state.pack_version)
    for stored in house.story.events(conversation):
        assert not isinstance(stored.event, Asked)
        click.echo(f">> {stored.seq} {_shown_event(stored)}")
        state = heard_through(state, stored.event, stored.channel)
        state, effects = step(state, stored.event, world)
        for effect in effects:
            click.echo(f"<< {_shown_effect(house, effect)}")


def _shown_event(stored: StoredEvent) -> str:
    kind, body, words = split_event(stored.event)
    fields = msgspec.json.decode(body, type=dict[str, object])
    for name in ("at", "event", "text", "reason", "score"):
        fields.pop(name, None)
    if isinstance(stored.event, Scored):
        fields["level"] = stored.event.score.level
    shown = " ".join(f"{name}={value}" for name, value in fields.items())
    return (
        f"{kind} {shown} {words!r}" if words else f"{kind} {shown}{'' if stored.whole else ' (words erased)'}"
    )


def _shown_effect(house: House, effect: Effect) -> str:
    if not isinstance(effect, Say):
        return f"{type(effect).__name__} {effect.key}"
    phrases = " ".join(line.phrase for line in effect.lines)
    return f"Say {effect.key} [{phrases}] turn={effect.turn}"


def _batch(house: House) -> Batch:
    return Batch(house.record, house.packs, house.languages, new_id)


def unrepeatable_scores(house: House, conversation: int) -> Counter[str]:
    """Return how many stored scores no scorer here can compute again, by the scorer that made them.

    Another version made them; what is stored stands.
    """
    events = house.story.events(conversation)
    scored = [one.event.score for one in events if isinstance(one.event, Scored)]
    ours = _scorer(house).id
    others = [score.scorer for score in scored if not repeatable(score, ours)]
    return Counter(f"{scorer.name} {scorer.version}" for scorer in others)


def verify_replay(house: House, conversation: int) -> list[str]:
    """Step all events again; return what differs from what is stored: state, messages, scores."""
    state = beginning(house, conversation)
    world = _batch(house).world(state.pack, state.pack_version)
    events = house.story.events(conversation)
    stored = {effect.key: effect for effect in house.story.effects(conversation)}
    profile = house.applications.profile(conversation)
    differences: list[str] = []
    judged: dict[tuple[str, int], Judge] = {}
    seen: set[str] = set()
    for one in events:
        assert not isinstance(one.event, Asked)
        if isinstance(one.event, Scored):
            differences += _score_again(house, conversation, state, one.event, judged)
        state = heard_through(state, one.event, one.channel)
        state, effects = step(state, one.event, world)
        for effect in effects:
            judged.update({(effect.answer, effect.revision): effect} if isinstance(effect, Judge) else {})
            if isinstance(effect, Say):
                seen.add(effect.key)
                differences += _compare_say(house, effect, stored.get(effect.key), profile)
    extra = {key for key, effect in stored.items() if effect.kind == "Say"} - seen
    differences += [f"message {key} is stored but no event brings it about" for key in sorted(extra)]
    now = house.applications.interview(conversation)
    if now is None or encode_state(now) != encode_state(state):
        differences.append("the stored state is not the one the events lead to")
    return differences


def _compare_say(house: House, say: Say, stored: object, profile: dict[str, str]) -> list[str]:
    words = getattr(stored, "words", None)
    if words is None:
        return [f"message {say.key} was never stored"]
    personal = any(line.profile for line in say.lines)
    if not words or (personal and not profile):
        return []  # erased: there is nothing left to compare with
    text = render_say(house.languages[say.language].catalog, say, profile)
    return [] if text == words or personal else [f"message {say.key} reads differently"]


def _scorer(house: House) -> BuiltinScorer:
    """Return one scorer for all scores: it keeps the rubrics it has read."""
    return _one_scorer(house.settings.embeddings)


@cache
def _one_scorer(embeddings: bool) -> BuiltinScorer:
    return scorer_here(embeddings=embeddings)


def _score_again(
    house: House, conversation: int, state: Interview, event: Event, judged: dict[tuple[str, int], Judge]
) -> list[str]:
    assert isinstance(event, Scored)
    judge = judged.get((event.answer, event.revision))
    if judge is None:
        return [f"score of {event.answer} was never asked for"]
    words = house.record.words_of(conversation, judge.events)
    if not all(words):
        return []
    rubric = house.packs.pack(state.pack, state.pack_version).rubric(judge.question)
    again = score_again(event.score, _scorer(house), rubric, join_answer(words), judge.language)
    if again is None:
        return []  # scored by another scorer or version; its stored features stand for it
    return (
        []
        if msgspec.json.encode(again) == msgspec.json.encode(event.score)
        else [f"score of {event.answer} differs"]
    )
