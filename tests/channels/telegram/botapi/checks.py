"""The limits: texts, captions, markup, buttons. Says no in the server's own words."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from tests.channels.telegram.botapi.faults import ApiError

TEXT, CAPTION, DATA, ANSWER, START = 4096, 1024, 64, 200, 64
PHOTO, DOCUMENT, DOWNLOAD = 10 << 20, 50 << 20, 20 << 20
ACTIONS = frozenset({"typing", "upload_photo", "record_voice", "upload_document", "choose_sticker"})
_TAGS = frozenset(
    {
        "b",
        "strong",
        "i",
        "em",
        "u",
        "ins",
        "s",
        "strike",
        "del",
        "code",
        "pre",
        "a",
        "blockquote",
        "tg-spoiler",
    }
)
_ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)[a-zA-Z]+;")


def units(text: str) -> int:
    """Return the length in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            raise ApiError(400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise ApiError(400, "Bad Request: can't parse entities: Unmatched end tag")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(text: str, mode: str) -> str:
    """Return what is left of a text when its markup is read."""
    if not mode:
        return text
    if mode.lower() != "html":
        raise ApiError(400, "Bad Request: unsupported parse_mode")
    if re.search(r"<(?![a-zA-Z/])", text) or _ENTITY.search(text):
        raise ApiError(400, "Bad Request: can't parse entities")
    parser = _Html()
    parser.feed(text)
    parser.close()
    if parser.open:
        raise ApiError(400, "Bad Request: can't parse entities: Can't find end tag")
    return "".join(parser.text)


def text_of(given: dict[str, Any]) -> str:
    """Return a message's text as it is shown."""
    text = parsed(str(given.get("text", "")), str(given.get("parse_mode", ""))).strip()
    if not text:
        raise ApiError(400, "Bad Request: message text is empty")
    if units(text) > TEXT:
        raise ApiError(400, "Bad Request: message is too long")
    return text


def caption_of(given: dict[str, Any]) -> str:
    """Return a caption as it is shown."""
    caption = parsed(str(given.get("caption", "")), str(given.get("parse_mode", "")))
    if units(caption) > CAPTION:
        raise ApiError(400, "Bad Request: message caption is too long")
    return caption


def markup_of(given: dict[str, Any]) -> dict[str, Any] | None:
    """Return the inline keyboard."""
    raw = given.get("reply_markup")
    if not raw:
        return None
    markup = json.loads(raw) if isinstance(raw, str) else raw
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    if rows is None:
        return None
    for button in (button for row in rows for button in row):
        _check_button(button)
    return {"inline_keyboard": rows} if any(rows) else None


def _check_button(button: dict[str, Any]) -> None:
    kinds = [kind for kind in ("callback_data", "url", "web_app", "switch_inline_query") if kind in button]
    if not button.get("text") or len(kinds) != 1:
        raise ApiError(400, "Bad Request: can't parse inline keyboard button")
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= DATA:
        raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
    if "url" in button:
        address = urlsplit(str(button["url"]))
        if address.scheme not in ("http", "https", "tg") or "." not in (address.hostname or ""):
            raise ApiError(400, "Bad Request: inline keyboard button URL is invalid: Wrong HTTP URL")
