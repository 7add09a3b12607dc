"""The people's side: what somebody does in their Telegram, and what they see there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from tests.channels.telegram.botapi.checks import START, TEXT
from tests.channels.telegram.botapi.state import File, Json, Person, Server
from tests.channels.telegram.botapi.ways import Ways

PATIENCE = 60.0


class Chat:
    """One person's private chat with the bot."""

    def __init__(self, server: Server, ways: Ways, person: Person) -> None:
        self._server, self._ways, self.person = server, ways, person
        self._read = 0

    def _message(self, **content: Any) -> Json:
        message = {
            "message_id": self._server.number(),
            "date": int(time.time()),
            "chat": self.person.as_chat(),
            "from": self.person.as_user(),
            **content,
        }
        self.person.started = True
        self.person.show(message)
        self._ways.put("message", self.person.id, message)
        return message

    def say(self, text: str) -> Json:
        """Write; what is longer than a message is sent in pieces, as the apps do."""
        pieces = [text[start : start + TEXT] for start in range(0, len(text), TEXT)]
        return [self._message(text=piece) for piece in pieces][-1]

    def open(self, link: str) -> Json:
        """Tap a personal link."""
        token = link.partition("?start=")[2]
        assert 0 < len(token) <= START
        assert all(letter.isascii() and (letter.isalnum() or letter in "_-") for letter in token)
        return self.say(f"/start {token}")

    def edit(self, message: Json, text: str) -> None:
        """Change a text that was sent."""
        changed = message | {"text": text, "edit_date": int(time.time())}
        self.person.show(changed)
        self._ways.put("edited_message", self.person.id, changed)

    def send(self, **content: Any) -> Json:
        """Send something that is not a text."""
        return self._message(**content)

    def send_document(self, name: str, content: bytes, mime: str = "", size: int = 0, **more: Any) -> Json:
        """Send a file; `size` pretends that it is larger than it is."""
        number = self._server.name("file")
        self._server.files[number] = File(content, name, size or len(content))
        document = {"file_id": number, "file_unique_id": number, "file_name": name}
        document |= {"file_size": size or len(content)} | ({"mime_type": mime} if mime else {})
        return self._message(document=document, **more)

    def press(self, message: Json, value: str) -> str:
        """Press the button whose label or data contains this; return the query's name."""
        rows = message["reply_markup"]["inline_keyboard"]
        buttons = [button for row in rows for button in row if "callback_data" in button]
        chosen = next(one for one in buttons if value in one["text"] or value in one["callback_data"])
        return self.press_data(message, chosen["callback_data"])

    def press_data(self, message: Json, carried: str) -> str:
        """Press a button that carries this, or pretend to."""
        name = self._server.name("query")
        self._server.queries[name] = time.monotonic()
        query = {
            "id": name,
            "from": self.person.as_user(),
            "chat_instance": "1",
            "data": carried,
            "message": message,
        }
        self._ways.put("callback_query", self.person.id, query)
        return name

    def block(self, blocked: bool = True) -> None:
        """Block the bot, or let it back in."""
        self.person.blocked = blocked
        bot = {"id": 700001, "is_bot": True, "first_name": "Interviews"}
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        change = {
            "chat": self.person.as_chat(),
            "from": self.person.as_user(),
            "date": int(time.time()),
            "old_chat_member": {
                "user": bot,
                "status": before,
                **({"until_date": 0} if before == "kicked" else {}),
            },
            "new_chat_member": {
                "user": bot,
                "status": after,
                **({"until_date": 0} if after == "kicked" else {}),
            },
        }
        self._ways.put("my_chat_member", self.person.id, change)

    # what they see

    @property
    def heard(self) -> list[Json]:
        """The bot's messages, oldest first."""
        return self.person.heard

    async def until(self, fits: Callable[[Json], bool], patience: float = PATIENCE) -> Json:
        """Wait for a message of the bot's that was not waited for before and fits."""
        deadline = time.monotonic() + patience
        while True:
            changed = self.person.changed
            for message in self.heard:
                if message["message_id"] > self._read and fits(message):
                    self._read = message["message_id"]
                    return message
            left = deadline - time.monotonic()
            if left <= 0:
                tail = "\n".join(shown(message)[:200] for message in self.heard[-4:])
                raise AssertionError(f"nothing of the kind came; the last messages were:\n{tail}")
            try:
                await asyncio.wait_for(changed.wait(), left)
            except TimeoutError:
                continue

    async def reads(self, text: str) -> Json:
        """Wait for a message that contains this."""
        return await self.until(lambda message: text in shown(message))

    async def offered(self, value: str) -> Json:
        """Wait for a message with a button whose label or data contains this."""
        return await self.until(lambda message: value in str(message.get("reply_markup", "")))

    @property
    def read(self) -> int:
        """Telegram's number of the last message that was waited for."""
        return self._read

    def skip(self) -> None:
        """Read everything there is."""
        self._read = max((message["message_id"] for message in self.heard), default=0)


class People:
    """Everybody."""

    def __init__(self, server: Server, ways: Ways) -> None:
        self._server, self._ways = server, ways

    def chat(self, number: int, language: str = "en", name: str = "Maya") -> Chat:
        """Return a person's chat."""
        return Chat(self._server, self._ways, self._server.person(number, language, name))

    def group(self, number: int) -> None:
        """Put the bot into a group."""
        self._server.groups[number] = True
        bot = {"id": 700001, "is_bot": True, "first_name": "Interviews"}
        who = {"id": 5, "is_bot": False, "first_name": "Ann"}
        change = {
            "chat": {"id": number, "type": "group", "title": "Friends"},
            "from": who,
            "date": int(time.time()),
            "old_chat_member": {"user": bot, "status": "left"},
            "new_chat_member": {"user": bot, "status": "member"},
        }
        self._ways.put("my_chat_member", number, change)


def shown(message: Json) -> str:
    """Return what a message says."""
    return str(message.get("text") or message.get("caption") or "")
