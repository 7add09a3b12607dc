"""Sockets of one process show what another process stored: nothing is left out, and nothing of one's own is read twice."""

from __future__ import annotations

from bot.news import News


class Screen:
    """Conversations with versions, and a note of what was shown."""

    def __init__(self) -> None:
        self.versions = {1: 5, 2: 3}
        self.busy: set[int] = set()
        self.shown: list[int] = []
        self.news = News(lambda: list(self.versions), lambda _: dict(self.versions), self.show, self.tell)

    async def show(self, conversation: int) -> bool:
        self.shown.append(conversation)
        return conversation not in self.busy

    async def tell(self) -> None:
        """Nothing is told here."""


async def test_what_somebody_else_changed_is_shown_once() -> None:
    screen = Screen()
    await screen.news.look()
    screen.shown.clear()
    screen.versions[2] = 4
    await screen.news.look()
    await screen.news.look()
    assert screen.shown == [2]


async def test_a_socket_that_was_being_told_its_history_is_looked_after_again() -> None:
    screen = Screen()
    await screen.news.look()
    screen.shown.clear()
    screen.busy, screen.versions[2] = {2}, 4
    await screen.news.look()
    screen.busy = set()
    await screen.news.look()
    await screen.news.look()
    assert screen.shown == [2, 2]


async def test_what_this_process_stored_and_showed_itself_is_not_read_again() -> None:
    screen = Screen()
    await screen.news.look()
    screen.shown.clear()
    screen.versions[1] = 7
    screen.news.wrote({1: 6})
    screen.news.wrote({1: 7})
    await screen.news.look()
    assert screen.shown == []
    screen.versions[1] = 9
    screen.news.wrote({1: 9})  # version 8 was somebody else's
    await screen.news.look()
    assert screen.shown == [1]
