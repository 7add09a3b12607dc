"""What was learned from HR's corrections, as a table with the buttons that switch it on and off."""

from __future__ import annotations

from typing import Any

from bot.hr.commands import label, tell, texts
from dialogues.app.rights import may
from dialogues.learned import Learned
from dialogues.ports import Office, Person
from scoring.calibration.people import LEAST_LABELS, Calibration, calibrated_level

Block = dict[str, Any]
_SHOWN_LEVELS = (3.0, 5.0, 8.0)


def learning_blocks(office: Office, person: Person, language: str) -> list[Block]:
    """Return what was learned for every job this person may see, with the buttons that switch it."""
    learned = [one for job in sorted(office.jobs(person)) for one in office.learned(person, job)]
    intro = {"block": "text", "text": tell(language, "learning.intro", least=str(LEAST_LABELS))}
    if not learned:
        return [{"block": "text", "text": tell(language, "learning.none", least=str(LEAST_LABELS))}]
    titles = office.jobs(person)
    table = {
        "block": "table",
        "columns": texts(language)["learning.columns"],
        "rows": [[titles[one.job][0], *_row(one, language)] for one in learned],
        "actions": [_buttons(one, person, language) for one in learned],
    }
    return [intro, table]


def _row(one: Learned, language: str) -> list[str]:
    shown = one.fresh or one.active
    if shown is None:
        missing = tell(language, "learning.missing", count=str(LEAST_LABELS - one.labels))
        return [one.name, str(one.labels), "–", "–", "–", missing]
    return [
        one.name,
        str(one.labels),
        f"{shown.agreed_before:.2f} → {shown.agreed_after:.2f}",
        f"{shown.off_before:.1f} → {shown.off_after:.1f}",
        _example(shown),
        _state(one, language),
    ]


def _example(calibration: Calibration) -> str:
    return ", ".join(f"{level:g} → {calibrated_level(level, calibration):g}" for level in _SHOWN_LEVELS)


def _state(one: Learned, language: str) -> str:
    if one.active is not None:
        newer = one.fresh is not None and one.fresh.helps and one.fresh.version != one.active.version
        return tell(language, "learning.newer" if newer else "learning.on")
    return tell(language, "learning.off" if one.fresh is not None and one.fresh.helps else "learning.no_gain")


def _buttons(one: Learned, person: Person, language: str) -> list[dict[str, str]]:
    if not may(person, "calibrate", one.job):
        return []
    value = f"calibrate:{one.job}:{one.competency}"
    fresh, active = one.fresh, one.active
    buttons = []
    if fresh is not None and fresh.helps and (active is None or active.version != fresh.version):
        buttons.append({"label": label(language, "calibrate"), "value": f"{value}:on"})
    if active is not None:
        buttons.append({"label": tell(language, "learning.stop"), "value": f"{value}:off"})
    return buttons
