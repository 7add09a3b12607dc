"""A message that is stored but could not be stepped is not met with silence."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import Mock

from bot.house import House
from bot.webchat.page import Page
from bot.wiring import Server
from config.settings import Settings
from dialogues.app.outcome import Outcome
from dialogues.core.events import Answered
from dialogues.ports import Arrival


def test_the_candidate_is_told_that_nothing_is_lost(tmp_path: Path) -> None:
    server = Server(House(Settings(database_url=f"sqlite:///{tmp_path}/sorry.db")))
    page = Page(Mock(), Mock(), Mock(), Mock())
    page.conversation, page.language = 7, "en"
    server.hub.join(page)
    waits = Arrival(7, "web", "7:a", Answered(at=1.0, text="hello"))
    server._publish(Outcome([(waits, 0)], [], [], waiting=1))
    said = json.loads(page.waiting.pop())
    assert said["type"] == "note"
    assert "safely stored" in said["text"]
    server._publish(Outcome([(waits, 3)], [], []))
    assert not page.waiting
