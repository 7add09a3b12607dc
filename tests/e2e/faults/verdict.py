"""Compares what the candidates sent and saw with what the record holds. Empty lists are the proof."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct
from sqlalchemy import select

from bot.house import House
from bot.terminal.replaying import verify_replay
from dialogues.core.interview import Phase
from dialogues.ports import StoryLine
from storage import tables
from storage.tables import DONE
from tests.e2e.faults.candidate import Witness


class Told(Struct):
    """What the record holds of one interview."""

    lines: list[StoryLine]
    names: list[str]
    undone: int
    keys: list[str]
    phase: str
    questions: list[str]
    replay: list[str]


def read_record(house: House, conversation: int) -> Told:
    """Read one interview back and step it again."""
    inbox, outbox = tables.inbox.c, tables.outbox.c
    with house.engine.connect() as connection:
        rows = connection.execute(
            select(inbox.external_id, inbox.status, inbox.channel).where(inbox.conversation == conversation)
        ).all()
        keys = connection.execute(select(outbox.key).where(outbox.conversation == conversation)).scalars()
        keys = list(keys)
    state = house.applications.interview(conversation)
    assert state is not None
    return Told(
        lines=house.story.lines(conversation, limit=10_000),
        names=[row.external_id.partition(":")[2] for row in rows if row.channel == "web"],
        undone=sum(row.status != DONE for row in rows),
        keys=keys,
        phase=state.phase,
        questions=[reply.question for reply in state.replies],
        replay=verify_replay(house, conversation),
    )


def check_interview(witness: Witness, told: Told) -> list[str]:
    """Say everything that is wrong with one interview."""
    problems = [*witness.complaints, *told.replay]
    if told.phase != Phase.FINISHED:
        problems.append(f"the interview is in phase {told.phase}")
    if told.undone:
        problems.append(f"{told.undone} events were never stepped")
    return [
        *problems,
        *_check_answers(witness, told),
        *_check_questions(told),
        *_check_shown(witness, told),
    ]


def _check_answers(witness: Witness, told: Told) -> list[str]:
    """Every message sent is in the inbox once, and every text in the transcript once."""
    problems = []
    stored = Counter(told.names)
    texts = Counter(line.text for line in told.lines if line.mine)
    for name, sent in witness.sent.items():
        if stored[name] != 1:
            problems.append(f"message {name} is stored {stored[name]} times")
        expected = 1 if sent.kept else 0
        if sent.text and texts[sent.text] != expected:
            problems.append(f"the text of {name} is in the transcript {texts[sent.text]} times")
    strange = set(stored) - set(witness.sent) - {"open"}
    problems += [f"message {name} was never sent" for name in sorted(strange)]
    known = {sent.text for sent in witness.sent.values()}
    heard = [line for line in told.lines if line.mine and line.external_id.partition(":")[2] in witness.sent]
    foreign = {line.text for line in heard if _is_text(witness, line)} - known - {""}
    return problems + [f"nobody wrote {text[:40]!r}" for text in sorted(foreign)]


def _is_text(witness: Witness, line: StoryLine) -> bool:
    return bool(witness.sent[line.external_id.partition(":")[2]].text)


def _check_questions(told: Told) -> list[str]:
    asked = Counter(key for key in told.keys if key.startswith("ask:"))
    problems = [f"{key} was asked {times} times" for key, times in asked.items() if times > 1]
    twice = [question for question, times in Counter(told.questions).items() if times > 1]
    seqs = Counter(line.seq for line in told.lines)
    problems += [f"number {seq} was given {times} times" for seq, times in seqs.items() if times > 1]
    return problems + [f"question {question} was chosen twice" for question in twice]


def _check_shown(witness: Witness, told: Told) -> list[str]:
    """What the candidate saw is what a fresh page shows and what the record holds."""
    problems = []
    for seq, text in witness.shown.items():
        if witness.again.get(seq) != text:
            problems.append(f"number {seq} was shown as {text}, and later as {witness.again.get(seq)}")
    said = {line.seq for line in told.lines if not line.mine}
    seen = {seq for seq, text in witness.shown.items() if '"type": "say"' in text}
    problems += [f"message {seq} was never shown" for seq in sorted(said - seen)]
    return problems + [f"message {seq} was shown but is not stored" for seq in sorted(seen - said)]
