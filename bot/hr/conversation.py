"""The conversation as HR reads it: the quotes marked, and spoken answers with what was heard and how it was said."""

from __future__ import annotations

from typing import Any

from bot.hr.commands import tell
from bot.hr.marks import Marks, find_marks
from dialogues.heard import Recorded
from dialogues.ports import Listed, Office, Person, StoryLine
from scoring.report.spoken import facts
from scoring.report.texts import load_texts


def conversation(office: Office, person: Person, found: Listed, language: str) -> dict[str, Any]:
    """Return the block of the whole conversation; the office lets through what this person may see."""
    result = office.result(person, found)
    marks = find_marks(result, office.places(person, found)) if result is not None else {}
    heard = office.recordings(person, found)
    turns = [_turn(line, heard.get(line.seq), marks, language) for line in office.story(person, found)]
    title = tell(language, "transcript.title", name=found.name or found.application)
    return {"block": "transcript", "title": title, "turns": turns}


def _turn(line: StoryLine, heard: Recorded | None, marks: Marks, language: str) -> dict[str, Any]:
    turn = {
        "who": "candidate" if line.mine else "bot",
        "text": line.text or tell(language, "transcript.not_kept"),
        "at": line.at,
        "marks": marks.get(line.seq, []) if line.mine else [],
    }
    if line.spoken is None:
        return turn
    turn["spoken"] = tell(
        language, "transcript.spoken", length=f"{int(line.spoken) // 60}:{int(line.spoken) % 60:02}"
    )
    if heard is not None:
        turn |= {"text": heard.text, "marks": marks.get(heard.event, [])}
        if heard.delivery is not None:
            turn["facts"] = facts(heard.delivery, load_texts(language))
    return turn
