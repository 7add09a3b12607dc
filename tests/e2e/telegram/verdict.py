"""Compares what candidates and HR did and what their chats show with the record. Empty lists are the proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby, pairwise

from msgspec import Struct
from sqlalchemy import select

from bot.house import House
from dialogues.core.interview import Phase
from storage import tables
from tests.channels.telegram.botapi.people import shown
from tests.channels.telegram.candidate import Candidate
from tests.channels.telegram.recruiter import LEVEL, Recruiter
from tests.e2e.faults.verdict import Told, read_record


class Shown(Struct, frozen=True):
    """A message as a chat shows it; `life` counts the kills before it came."""

    text: str
    life: int = 0


def check(
    house: House, conversation: int, candidate: Candidate, lives: dict[int, int]
) -> tuple[list[str], list[int]]:
    """Return everything that is wrong with one interview, and how often each repeated message was shown again.

    `lives` are the kills before each message, by Telegram's number.
    """
    told = read_record(house, conversation)
    heard = [Shown(shown(message), lives[message["message_id"]]) for message in candidate.chat.heard]
    once, repeated = _without_repeats(heard, [line.text for line in told.lines if not line.mine])
    problems = [*told.replay, *_check_record(told), *_check_answers(candidate, told), *once]
    if told.phase != Phase.FINISHED:
        problems.append("the last messages: " + " | ".join(one.text[:100] for one in heard[-3:]))
    return problems, repeated


def check_desk(house: House, conversation: int, desk: Recruiter, application: str) -> list[str]:
    """Return what is wrong with what HR did about one interview: each act stands once, as it was meant."""
    inbox, state = tables.inbox.c, house.applications.interview(conversation)
    assert state is not None
    with house.engine.connect() as connection:
        kinds = Counter(
            connection.execute(select(inbox.kind).where(inbox.conversation == conversation)).scalars()
        )
    problems = [
        f"{act} happened {kinds[act]} times"
        for act in ("Decided", "Overridden", "HrWrote")
        if kinds[act] != 1
    ]
    if state.decision is None or state.decision.by != desk.name:
        problems.append(f"{desk.name} approved, and the record does not say so")
    if [(one.level, one.by) for one in state.overrides] != [(LEVEL, desk.name)]:
        problems.append("the level that HR gave is not the one on record")
    if application not in desk.done:
        problems.append("HR's part did not come to its end")
    return problems


def _check_record(told: Told) -> list[str]:
    problems = [] if told.phase == Phase.FINISHED else [f"the interview is in phase {told.phase}"]
    problems += [f"{told.undone} events were never stepped"] if told.undone else []
    asked = Counter(key for key in told.keys if key.startswith("ask:"))
    problems += [f"{key} was asked {times} times" for key, times in asked.items() if times > 1]
    twice = [question for question, times in Counter(told.questions).items() if times > 1]
    return problems + [f"question {question} was chosen twice" for question in twice]


def _check_answers(candidate: Candidate, told: Told) -> list[str]:
    """Every text sent is in the transcript once, and no other text is."""
    texts = Counter(line.text for line in told.lines if line.mine)
    problems = [
        f"{sent.text[-20:]!r} is in the transcript {texts[sent.text]} times"
        for sent in candidate.sent
        if texts[sent.text] != 1
    ]
    known = {sent.text for sent in candidate.sent}
    foreign = [text for text in texts if text.endswith("]") and text not in known]
    return problems + [f"nobody wrote {text[:40]!r}" for text in foreign]


def _without_repeats(shown_here: list[Shown], said: list[str]) -> tuple[list[str], list[int]]:
    """Walk through both: each message said is shown, in order; again only where a kill lies between the two."""
    repeated: list[int] = []
    runs = [(text, [one.life for one in run]) for text, run in _runs(shown_here)]
    expected = [(text, len(list(run))) for text, run in groupby(said)]
    for (text, lives), (wanted, times) in zip(runs, expected, strict=False):
        again = len(lives) - times
        if text != wanted:
            return [f"shown out of order: {text[:60]!r} where {wanted[:60]!r} was said"], repeated
        if again < 0:
            return [f"{-again} messages never arrived, first {wanted[:60]!r}"], repeated
        if sum(one == other for one, other in pairwise(lives)) > times - 1:
            return [f"shown again though nothing was killed ({lives}): {text[:60]!r}"], repeated
        repeated += [again] if again else []
    if len(runs) > len(expected):
        return [f"shown, and nobody said it: {runs[len(expected)][0][:60]!r}"], repeated
    missing = expected[len(runs) :]
    return (
        [f"{len(missing)} messages never arrived, first {missing[0][0][:60]!r}"] if missing else []
    ), repeated


def _runs(shown_here: list[Shown]) -> Iterator[tuple[str, Iterator[Shown]]]:
    return groupby(shown_here, key=lambda one: one.text)
