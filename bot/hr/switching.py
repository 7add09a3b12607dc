"""Switches what was learned from HR's corrections on or off, if the person may; for later interviews only."""

from __future__ import annotations

import asyncio

from bot.hr.commands import tell
from bot.hr.desk import Block, Parts
from bot.hr.learning import learning_blocks
from dialogues.app.rights import NotAllowed, check
from dialogues.core.effects import Calibrate, Effect
from scoring.calibration.people import LEAST_LABELS


class HrLearning:
    """Carries out a person's wish to use what was learned, or not to."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def switch(self, conversation: int, effect: Effect) -> None:
        """Switch a calibration on or off; done twice it is done once."""
        assert isinstance(effect, Calibrate)
        blocks = await asyncio.to_thread(self._switch, conversation, effect)
        if blocks:
            await asyncio.to_thread(self._parts.answer, conversation, effect.event, blocks)

    def _switch(self, conversation: int, effect: Calibrate) -> list[Block]:
        office = self._parts.office
        person = office.person(conversation)
        if person is None:
            return []
        language = person.language or self._parts.language
        try:
            check(person, "calibrate", effect.job)
            done = office.calibrate(person, effect.job, effect.competency, on=effect.on)
        except NotAllowed:
            self._parts.log(person, "refused:calibrate", effect.job)
            return self._parts.views(person).not_allowed()
        if done:
            state = "on" if effect.on else "off"
            self._parts.log(person, f"calibration_{state}:{effect.competency}", effect.job)
        phrase = ("learning.done_on" if effect.on else "learning.done_off") if done else "learning.not_yet"
        said = tell(language, phrase, least=str(LEAST_LABELS))
        return [{"block": "text", "text": said}, *learning_blocks(office, person, language)]
