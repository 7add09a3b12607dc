"""Lets a person of HR be interviewed in their own chat, to see what candidates will see.

The interview runs on a record of its own in a temporary folder, which is thrown away: no candidate comes of it, no
score, no line in the log of decisions. It lives in this process and ends with it.
"""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from bot.hr.commands import tell

if TYPE_CHECKING:
    from bot.house import House
    from bot.terminal.local import LocalInterview
    from dialogues.app.outcome import Message

Block = dict[str, Any]
_MOST = 8
"""Previews kept at the same time; the oldest makes room."""


class _Running(Struct):
    interview: LocalInterview
    close: Callable[[], object]


class Previews:
    """Runs previews by the desk of the person."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._running: OrderedDict[int, _Running] = OrderedDict()

    def go_on(self, desk: int, args: tuple[str, ...], words: str, language: str) -> list[Block]:
        """Begin (`args` is the job alone), or go on with what the person wrote or pressed (`args` has the value)."""
        job, pressed = args[0], ":".join(args[1:])
        if not words and not pressed:
            self.end(desk)
            self._running[desk] = self._begin(job)
            while len(self._running) > _MOST:
                self._running.popitem(last=False)[1].close()
            pack = self._house.packs.active(job)
            spoken = language if language in pack.languages else pack.languages[0]
            opening = self._running[desk].interview.open(spoken)
            return [_text(tell(language, "preview.intro")), *self._shown(job, opening)]
        running = self._running.get(desk)
        if running is None:
            return [_text(tell(language, "preview.gone"))]
        said = running.interview.say(words) if words else running.interview.press(pressed)
        return self._shown(job, said) or [_text(tell(language, "preview.silent"))]

    def end(self, desk: int) -> bool:
        """End a preview and throw its record away; say whether there was one."""
        running = self._running.pop(desk, None)
        if running is not None:
            running.close()
        return running is not None

    def _begin(self, job: str) -> _Running:
        # late: it is the house that makes this
        from bot.house import House
        from bot.terminal.command import local_interview

        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(TemporaryDirectory())
            settings = self._house.settings.model_copy(
                update={
                    "database_url": f"sqlite:///{folder}/preview.db",
                    "data_keys": type(self._house.settings.data_keys)(""),
                }
            )
            house = House(settings)
            stack.callback(house.engine.dispose)
            pack = self._house.packs.active(job)
            house.packs.add(self._house.packs.body(pack.name, pack.version), activate=True)
            _, conversation = house.applications.create(pack, pack.languages[0], {})
            return _Running(local_interview(house, conversation), stack.pop_all().close)

    def _shown(self, job: str, messages: list[Message]) -> list[Block]:
        blocks: list[Block] = []
        for message in messages:
            blocks.append(_text(message.text))
            if message.buttons:
                keys = [
                    {"label": label, "value": f"preview:{job}:{value}"} for label, value in message.buttons
                ]
                blocks.append({"block": "buttons", "buttons": keys})
        return blocks


def _text(text: str) -> Block:
    return {"block": "text", "text": text}
