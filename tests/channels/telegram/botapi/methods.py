"""The methods. Each takes what was given, as strings or JSON, and returns the result or raises ApiError."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from tests.channels.telegram.botapi import checks
from tests.channels.telegram.botapi.faults import ApiError
from tests.channels.telegram.botapi.state import BOT, File, Json, Person, Server

Method = Callable[[Server, Json], Any]


def _get_me(server: Server, given: Json) -> Json:
    return BOT


def _send_message(server: Server, given: Json) -> Json:
    if int(given.get("chat_id", 0)) in server.groups:
        return {
            "message_id": server.number(),
            "date": int(time.time()),
            "chat": {"id": int(given["chat_id"]), "type": "group", "title": "g"},
            "text": checks.text_of(given),
        }
    person, text, markup = server.chat(given), checks.text_of(given), checks.markup_of(given)
    server.flood.check(person.id)
    return server.message(person, text=text, **({"reply_markup": markup} if markup else {}))


def _send_photo(server: Server, given: Json) -> Json:
    person, caption, markup = server.chat(given), checks.caption_of(given), checks.markup_of(given)
    file = _uploaded(given, "photo", checks.PHOTO)
    server.flood.check(person.id)
    name = server.name("photo")
    server.files[name] = file
    size = {"file_id": name, "file_unique_id": name, "width": 1080, "height": 1350, "file_size": file.size}
    extra = {"reply_markup": markup} if markup else {}
    return server.message(person, photo=[size], **({"caption": caption} if caption else {}), **extra)


def _send_document(server: Server, given: Json) -> Json:
    person, caption = server.chat(given), checks.caption_of(given)
    file = _uploaded(given, "document", checks.DOCUMENT)
    server.flood.check(person.id)
    name = server.name("document")
    server.files[name] = file
    document = {"file_id": name, "file_unique_id": name, "file_name": file.name, "file_size": file.size}
    return server.message(person, document=document, **({"caption": caption} if caption else {}))


def _send_voice(server: Server, given: Json) -> Json:
    person = server.chat(given)
    file = _uploaded(given, "voice", checks.DOCUMENT)
    if not file.content.startswith(b"OggS"):
        raise ApiError(400, "Bad Request: wrong type of the voice")
    if person.refuses_voices:
        raise ApiError(400, "Bad Request: VOICE_MESSAGES_FORBIDDEN")
    server.flood.check(person.id)
    name = server.name("voice")
    server.files[name] = file
    voice = {"file_id": name, "file_unique_id": name, "duration": 2, "file_size": file.size}
    return server.message(person, voice=voice)


def _uploaded(given: Json, field: str, limit: int) -> File:
    value = given.get(field)
    if isinstance(value, str) and value.startswith("attach://"):
        value = given.get(value.removeprefix("attach://"))
    if not isinstance(value, File):
        raise ApiError(400, f"Bad Request: there is no {field} in the request")
    if value.size > limit:
        raise ApiError(413, "Request Entity Too Large")
    if value.size == 0:
        raise ApiError(400, "Bad Request: file must be non-empty")
    return value


def _edit(server: Server, given: Json, change: Callable[[Json], None]) -> Json:
    person = server.chat(given)
    message = person.shown.get(int(given.get("message_id", 0)))
    if message is None:
        raise ApiError(400, "Bad Request: message to edit not found")
    if not message["from"]["is_bot"]:
        raise ApiError(400, "Bad Request: message can't be edited")
    before = json.dumps(message, sort_keys=True)
    changed = dict(message)
    change(changed)
    if json.dumps(changed, sort_keys=True) == before:
        raise ApiError(400, "Bad Request: message is not modified")
    changed["edit_date"] = int(time.time())
    person.show(changed)
    return changed


def _with_markup(given: Json, message: Json) -> None:
    markup = checks.markup_of(given)
    message.pop("reply_markup", None)
    if markup:
        message["reply_markup"] = markup


def _edit_text(server: Server, given: Json) -> Json:
    text = checks.text_of(given)

    def change(message: Json) -> None:
        message["text"] = text
        _with_markup(given, message)

    return _edit(server, given, change)


def _edit_caption(server: Server, given: Json) -> Json:
    caption = checks.caption_of(given)

    def change(message: Json) -> None:
        message["caption"] = caption
        _with_markup(given, message)

    return _edit(server, given, change)


def _edit_markup(server: Server, given: Json) -> Json:
    return _edit(server, given, lambda message: _with_markup(given, message))


def _answer(server: Server, given: Json) -> bool:
    query, text = str(given.get("callback_query_id", "")), str(given.get("text", ""))
    if len(text) > checks.ANSWER:
        raise ApiError(400, "Bad Request: MESSAGE_TOO_LONG")
    if query not in server.queries or time.monotonic() - server.queries[query] > 150 * server.lives:
        raise ApiError(
            400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
        )
    server.answered[query] = text
    return True


def _chat_action(server: Server, given: Json) -> bool:
    person = server.chat(given)
    if given.get("action") not in checks.ACTIONS:
        raise ApiError(400, "Bad Request: wrong parameter action in request")
    person.typing_until, person.typed = time.monotonic() + 5, person.typed + 1
    return True


def _get_file(server: Server, given: Json) -> Json:
    name = str(given.get("file_id", ""))
    file = server.files.get(name)
    if file is None:
        raise ApiError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    if file.size > checks.DOWNLOAD:
        raise ApiError(400, "Bad Request: file is too big")
    return {"file_id": name, "file_unique_id": name, "file_size": file.size, "file_path": f"documents/{name}"}


def _scope(given: Json) -> tuple[str, str]:
    raw = given.get("scope")
    scope = json.loads(raw) if isinstance(raw, str) and raw else raw or {"type": "default"}
    return json.dumps(scope, sort_keys=True), str(given.get("language_code") or "")


def _set_commands(server: Server, given: Json) -> bool:
    raw = given.get("commands", "[]")
    listed = json.loads(raw) if isinstance(raw, str) else raw
    for one in listed:
        if not 1 <= len(one["command"]) <= 32 or not 1 <= len(one["description"]) <= 256:
            raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
        if one["command"] != one["command"].lower():
            raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
    server.commands[_scope(given)] = listed
    return True


def _get_commands(server: Server, given: Json) -> list[Json]:
    return server.commands.get(_scope(given), [])


def _set_text(field: str, limit: int) -> Method:
    def set_it(server: Server, given: Json) -> bool:
        text = str(given.get(field) or "")
        if len(text) > limit:
            raise ApiError(400, "Bad Request: description is too long")
        server.texts[field, str(given.get("language_code") or "")] = text
        return True

    return set_it


def _get_text(field: str) -> Method:
    def get_it(server: Server, given: Json) -> Json:
        return {field: server.texts.get((field, str(given.get("language_code") or "")), "")}

    return get_it


def _leave(server: Server, given: Json) -> bool:
    if server.groups.pop(int(given.get("chat_id", 0)), None) is None:
        raise ApiError(400, "Bad Request: chat not found")
    return True


METHODS: dict[str, Method] = {
    "getme": _get_me,
    "sendmessage": _send_message,
    "sendphoto": _send_photo,
    "senddocument": _send_document,
    "sendvoice": _send_voice,
    "editmessagetext": _edit_text,
    "editmessagecaption": _edit_caption,
    "editmessagereplymarkup": _edit_markup,
    "answercallbackquery": _answer,
    "sendchataction": _chat_action,
    "getfile": _get_file,
    "setmycommands": _set_commands,
    "getmycommands": _get_commands,
    "setmydescription": _set_text("description", 512),
    "getmydescription": _get_text("description"),
    "setmyshortdescription": _set_text("short_description", 120),
    "getmyshortdescription": _get_text("short_description"),
    "leavechat": _leave,
}
"""Methods that answer at once; those about updates are in `ways`."""

__all__ = ["METHODS", "Person"]
