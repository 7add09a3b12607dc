"""Reads an update of Telegram into one of a few plain values. Outside input; decides nothing and stores nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from pydantic import ValidationError

from bot.telegram.client import LARGEST
from scoring.code.source import language_of_file

if TYPE_CHECKING:
    from aiogram.types import CallbackQuery, ChatMemberUpdated, Message
    from aiogram.types import Document as SentDocument

KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]
"""The updates we ask for."""
_PRIVATE = "private"
DOCUMENTS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain",
}
"""Endings of documents we take -> media type."""
PROGRAM = "text/x-program"
"""The media type here of files that are programs by their ending, whatever Telegram was told."""
DESK = "desk"
_DESK_ENDINGS = frozenset({"yaml", "yml", "csv", "xlsx"})
"""Endings of files that only people of HR send: job packs and lists; their media type here is `DESK`."""


class Unreadable(Exception):
    """This is not an update as Telegram documents it."""


class Who(Struct, frozen=True):
    """Whose private chat, the language of their Telegram ("" unknown), and the name they show there."""

    chat: int
    language: str = ""
    name: str = ""


class Words(Struct, frozen=True):
    """A text; `message` is Telegram's number for it."""

    who: Who
    message: int
    text: str


class Started(Struct, frozen=True):
    """A personal link was opened: `/start token`."""

    who: Who
    token: str


class Pressed(Struct, frozen=True):
    """A button was pressed; `message` is the one it stands under, 0 when Telegram does not say any more."""

    who: Who
    query: str
    message: int
    carried: str


class Thing(Struct, frozen=True):
    """Something that is not words, with the words written under it; `group` joins the pictures of an album."""

    who: Who
    message: int
    what: str
    caption: str = ""
    group: str = ""


class Document(Struct, frozen=True):
    """A document we take, with the words written under it."""

    who: Who
    message: int
    file: str
    media_type: str
    size: int
    name: str
    caption: str = ""


class Voice(Struct, frozen=True):
    """Something spoken: a voice message, a music file, or a video note with its sound."""

    who: Who
    message: int
    file: str
    media_type: str
    size: int
    seconds: float
    kind: str


class Edited(Struct, frozen=True):
    """An earlier text was changed."""

    who: Who
    message: int


class Barred(Struct, frozen=True):
    """The person has blocked the bot, or let it back in."""

    who: Who
    blocked: bool


class InGroup(Struct, frozen=True):
    """Something happened in a group or channel the bot is in."""

    chat: int


class Nothing(Struct, frozen=True):
    """An update that asks for nothing."""

    kind: str


Incoming = Words | Started | Pressed | Thing | Document | Voice | Edited | Barred | InGroup | Nothing

_THINGS = {
    "voice": "voice",
    "audio": "voice",
    "video": "video",
    "video_note": "video",
    "photo": "photo",
    "live_photo": "photo",
    "sticker": "sticker",
    "animation": "sticker",
    "location": "location",
    "venue": "location",
    "contact": "contact",
    "poll": "poll",
    "dice": "game",
    "game": "game",
    "story": "other",
    "paid_media": "other",
    "checklist": "other",
    "unknown": "other",
}
"""Kinds of content -> names of `dialogues.core.phases.things.KINDS`; the rest are Telegram's own notices."""


def chat_of(raw: dict[str, Any]) -> int:
    """Return a number that is the same for updates that must stay in order; of something odd, 0."""
    for kind in ("message", "edited_message", "my_chat_member"):
        if isinstance(raw.get(kind), dict):
            return _number(raw[kind].get("chat"))
    query = raw.get("callback_query")
    return _number(query.get("from")) if isinstance(query, dict) else 0


def _number(value: object) -> int:
    found = value.get("id") if isinstance(value, dict) else 0
    return found if isinstance(found, int) else 0


def number_of(raw: object) -> int:
    """Return an update's number; Unreadable when it has none."""
    found = raw.get("update_id") if isinstance(raw, dict) else None
    if not isinstance(found, int) or isinstance(found, bool):
        raise Unreadable
    return found


def read_update(raw: dict[str, Any]) -> Incoming:
    """Return what an update says; Unreadable when it cannot be read. The client must be loaded."""
    from aiogram.types import Update  # here: it takes seconds, and the client has it imported beforehand

    try:
        update = Update.model_validate(raw)
    except ValidationError:
        raise Unreadable from None
    if update.message is not None:
        return _message(update.message)
    if update.edited_message is not None:
        return _edited(update.edited_message)
    if update.callback_query is not None:
        return _pressed(update.callback_query)
    if update.my_chat_member is not None:
        return _member(update.my_chat_member)
    return Nothing(next((name for name in raw if name != "update_id"), "empty")[:40])


def _who(message: Message) -> Who:
    user = message.from_user
    if user is None:
        return Who(message.chat.id)
    return Who(message.chat.id, (user.language_code or "")[:8].lower(), user.full_name[:60])


def _message(message: Message) -> Incoming:
    if message.chat.type != _PRIVATE:
        return InGroup(message.chat.id)
    if message.text is not None:
        return _text(_who(message), message.message_id, message.text)
    if message.document is not None and message.animation is None:
        return _document(message, message.document)
    if (spoken := _spoken(message)) is not None:
        return spoken
    what = _THINGS.get(message.content_type)
    if what is None:
        return Nothing(message.content_type)
    group = message.media_group_id or ""
    return Thing(_who(message), message.message_id, what, message.caption or "", group)


def _spoken(message: Message) -> Voice | None:
    note, sound = message.video_note, message.voice or message.audio
    if message.caption or (note is None and sound is None):
        return None  # words under it are an answer of their own
    who, number = _who(message), message.message_id
    if note is not None:
        return Voice(who, number, note.file_id, "video/mp4", note.file_size or 0, note.duration, "video")
    assert sound is not None
    return Voice(
        who, number, sound.file_id, sound.mime_type or "", sound.file_size or 0, sound.duration, "voice"
    )


def _text(who: Who, message: int, text: str) -> Words | Started:
    command, _, token = text.partition(" ")
    if command.partition("@")[0] == "/start" and token.strip():
        return Started(who, token.strip()[:64])
    return Words(who, message, text)


def _document(message: Message, sent: SentDocument) -> Thing | Document:
    who, caption, name = _who(message), message.caption or "", sent.file_name or ""
    media_type = PROGRAM if language_of_file(name) else _media_type(name, sent.mime_type or "")
    if name.rpartition(".")[2].lower() in _DESK_ENDINGS:
        media_type = DESK
    if not media_type:
        return Thing(who, message.message_id, "document_type", caption, message.media_group_id or "")
    if (sent.file_size or 0) > LARGEST:
        return Thing(who, message.message_id, "too_big", caption, message.media_group_id or "")
    return Document(
        who, message.message_id, sent.file_id, media_type, sent.file_size or 0, name[:200], caption
    )


def _media_type(name: str, told: str) -> str:
    """Return the media type by what Telegram was told, else by the name's ending; "" for what we do not take."""
    if told in DOCUMENTS.values():
        return told
    unknown = told in ("", "application/octet-stream", "application/zip")
    return DOCUMENTS.get(name.rpartition(".")[2].lower(), "") if unknown else ""


def _edited(message: Message) -> Incoming:
    if message.chat.type != _PRIVATE:
        return InGroup(message.chat.id)
    return Edited(_who(message), message.message_id) if message.text else Nothing("edited")


def _pressed(query: CallbackQuery) -> Incoming:
    if query.message is not None and query.message.chat.type != _PRIVATE:
        return Nothing("callback_query")
    user = query.from_user
    who = Who(user.id, (user.language_code or "")[:8].lower(), user.full_name[:60])
    message = query.message.message_id if query.message is not None else 0
    return Pressed(who, query.id, message, query.data or "")


def _member(change: ChatMemberUpdated) -> Incoming:
    if change.chat.type != _PRIVATE:
        inside = change.new_chat_member.status in ("member", "administrator", "restricted")
        return InGroup(change.chat.id) if inside else Nothing("left_group")
    user = change.from_user
    who = Who(change.chat.id, (user.language_code or "")[:8].lower(), user.full_name[:60])
    return Barred(who, change.new_chat_member.status == "kicked")
