"""Who is connected: hands new messages to the open pages of a conversation. Losing one costs nothing: it is
read again from the record by its number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from bot.webchat.page import Page


class Hub:
    """Open pages by conversation."""

    def __init__(self) -> None:
        self._pages: dict[int, set[Page]] = defaultdict(set)

    def join(self, page: Page) -> None:
        """Remember a page."""
        self._pages[page.conversation].add(page)

    def leave(self, page: Page) -> None:
        """Forget a page, if it was known."""
        pages = self._pages.get(page.conversation)
        if pages is None:
            return
        pages.discard(page)
        if not pages:
            del self._pages[page.conversation]

    def send(self, conversation: int, frame: bytes) -> bool:
        """Hand a frame to the pages of a conversation; say whether there was one."""
        pages = self._pages.get(conversation)
        if not pages:
            return False
        for page in pages:
            page.put(frame)
        return True

    def pages(self, conversation: int) -> Collection[Page]:
        """Return the open pages of a conversation."""
        return self._pages.get(conversation, ())

    def conversations(self) -> list[int]:
        """Return the conversations with an open page."""
        return list(self._pages)

    @property
    def connected(self) -> int:
        """How many conversations have an open page."""
        return len(self._pages)
