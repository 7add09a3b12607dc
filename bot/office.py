"""Makes what HR administers from its chat: part of the composition root, so that `bot.wiring` need not know its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.hr.colleagues import (
    close_talk,
    invite_colleague,
    make_link,
    remove_colleague,
    revoke_link,
    show_log,
    show_team,
)
from bot.hr.comparing import compare
from bot.hr.desk import Parts
from bot.hr.feedback import give_feedback, give_feedback_to_all
from bot.hr.files import take_file
from bot.hr.lists import invite_list
from bot.hr.managing import Carry, HrOffice, More
from bot.hr.notifying import Notifier
from bot.hr.packing import activate, pause, preview, resume, show_versions, take_pack
from bot.hr.weekly import show_week
from bot.messengers import telegram_link
from bot.previewing import Previews
from dialogues.app.feedback import draft_feedback
from dialogues.core.effects import Manage
from dialogues.ports import Listed, Person
from scheduler.clock import Clock
from storage.desks import SqlDesks

if TYPE_CHECKING:
    from bot.house import House
    from bot.telegram.channel import Telegram

_LOOK_SECONDS = 60.0

CARRIES: dict[str, Carry] = {
    "activate": activate,
    "close": close_talk,
    "colleague": invite_colleague,
    "compare": compare,
    "feedback": give_feedback,
    "feedback_all": give_feedback_to_all,
    "file": take_file,
    "invite_list": invite_list,
    "link": make_link,
    "log": show_log,
    "pack": take_pack,
    "pause": pause,
    "preview": preview,
    "remove": remove_colleague,
    "resume": resume,
    "revoke": revoke_link,
    "team": show_team,
    "versions": show_versions,
    "week": show_week,
}


class Office:
    """What HR administers in a running process."""

    def __init__(self, house: House, desk: Parts, telegram: Telegram | None = None) -> None:
        self._house = house
        self.desks = SqlDesks(house.engine, house.sealer, house.applications, house.packs, house.people)
        self.previews = Previews(house)
        more = More(
            admin=self.desks,
            draft=self._draft,
            links=house.links,
            colleague_links=self._colleague_links,
            preview=self.previews.go_on,
            end_preview=self.previews.end,
            fetch={"telegram": telegram.download} if telegram is not None else {},
        )
        self.hr = HrOffice(desk, more, CARRIES)
        self._notifier = Notifier(desk)

    def carriers(self) -> dict[type[Any], Any]:
        """Return what carries out each effect."""
        return {Manage: self.hr.manage}

    async def keep_house(self) -> None:
        """Tell people of HR what waited, once a minute, until cancelled."""
        clock = Clock(self._house.settings.timezone)
        clock.every(_LOOK_SECONDS, "tell_held_notices", self._notifier.tick)
        await clock.run_forever()

    def sign_in(self, code: str) -> Person | None:
        """Return who signs in on the web page with a code of theirs, or with a colleague's invitation."""
        return self._house.people.signed_in(code) or self.desks.take_colleague(code)

    def _draft(self, found: Listed) -> str:
        result = self._house.result_of(found.conversation)
        assert result is not None, "what is listed has a result"
        pack = self._house.packs.pack(result.pack.name, result.pack.version)
        return draft_feedback(result, pack, self._house.languages[result.candidate.language].catalog)

    def _colleague_links(self, token: str) -> dict[str, str]:
        both = {
            "web": f"{self._house.settings.address}/hr#{token}",
            "telegram": telegram_link(self._house, token),
        }
        return {channel: link for channel, link in both.items() if link}
