"""Draws HR's blocks as messages: the same blocks that the web page draws. Decides nothing about what is shown."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from html import escape, unescape
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from bot.telegram.buttons import Buttons
from bot.telegram.parts import File, Key, Keys, Part, Picture, Text
from bot.telegram.splitting import CAPTION, LIMIT, shorten, split_text, units
from bot.telegram.words import tell
from scoring.code.source import ENDINGS

Block = dict[str, Any]
Fetch = Callable[[str], Awaitable[bytes | None]]
"""Makes the file of an application, for the person who is shown it."""

_ROWS, _PLAIN_ROWS = 25, 60
"""Rows of a table that are still read on a phone, with buttons and without."""
_QUOTES = (160, 120, 90, 70, 55, 45)
"""Letters of a quote on a card: as many as leave everything in one message."""
_MESSAGES = 3
"""Messages of a transcript; a longer one is sent as a file."""
_CHART = re.compile(r"/hr/chart/([\w-]+)\.svg")
_REPORT = re.compile(r"/hr/report/(\w+)\.pdf")


class Drawing:
    """Draws for one person."""

    def __init__(
        self, language: str, timezone: str, buttons: Buttons, picture: Fetch, report: Fetch, chart: Fetch
    ) -> None:
        self._language = language
        self._zone = ZoneInfo(timezone)
        self._buttons = buttons
        self._picture = picture
        self._report = report
        self._chart = chart

    async def draw(self, blocks: list[Block]) -> list[Part]:
        """Return the messages; buttons stand under the text before them."""
        parts: list[Part] = []
        for block in blocks:
            drawn = await self._draw(block)
            if block["block"] == "buttons" and parts and isinstance(last := parts[-1], Text):
                parts[-1] = Text(last.text, _beside(last.keys, self._keys(block["buttons"])), last.html)
            else:
                parts += drawn
        return parts

    async def _draw(self, block: Block) -> list[Part]:
        match block["block"]:
            case "text":
                return list(self._text(escape(block["text"], quote=False)))
            case "ask":
                return list(self._text(escape(block["text"], quote=False), self._keys(block["buttons"])))
            case "buttons":
                return list(self._text("👇", self._keys(block["buttons"])))
            case "table":
                return list(self._table(block))
            case "card":
                return await self._card(block)
            case "transcript":
                return self._transcript(block)
            case "program":
                return list(self._program(block))
            case "file":
                return await self._file(block)
            case "picture":
                return await self._shown_chart(block)
        return []

    def _keys(self, buttons: list[dict[str, str]]) -> Keys:
        return tuple(Key(one["label"][:60], self._buttons.desk(one["value"])) for one in buttons)

    def _text(self, html: str, keys: Keys = ()) -> list[Text]:
        """Return a text in pieces; only texts without tags are long enough to be cut."""
        if units(html) <= LIMIT:
            return [Text(html, keys, html=True)]
        pieces = split_text(re.sub(r"</?[bi]>", "", html), LIMIT)
        return [*(Text(piece, html=True) for piece in pieces[:-1]), Text(pieces[-1], keys, html=True)]

    def _table(self, block: Block) -> list[Text]:
        rows, actions, about = block["rows"], block["actions"], block.get("about", 1)
        most = _ROWS if any(actions) else _PLAIN_ROWS
        lines = [_row(cells, about) for cells in rows[:most]]
        if any(block["columns"]):
            lines.insert(0, f"<i>{escape(' · '.join(block['columns']), quote=False)}</i>")
        if len(rows) > most:
            lines.append(tell(self._language, "more", count=str(len(rows) - most)))
        keys = tuple(
            Key(_named(one, cells[about])[:60], self._buttons.desk(one["value"]))
            for cells, buttons in zip(rows[:most], actions[:most], strict=True)
            for one in buttons
        )
        return self._text("\n".join(lines), keys)

    async def _card(self, block: Block) -> list[Part]:
        head = self._head(block)
        content = await self._picture(block["application"]) if block["picture"] else None
        keys = self._keys(block["buttons"])
        flags = self._flags(block["flags"])
        for letters in _QUOTES if content is not None else _QUOTES[:1]:
            details = "\n\n".join([*(self._score(row, letters) for row in block["rows"]), *flags])
            whole = f"{head}\n\n{details}".strip()
            if content is not None and units(_bare(whole)) <= CAPTION:
                return [Picture(content, whole, keys)]
        if content is None:
            return list(self._text(whole, keys))
        return [Picture(content, head), *self._text(details, keys)]

    def _head(self, block: Block) -> str:
        title = f"<b>{escape(shorten(block['title'], 200), quote=False)}</b>"
        lines = [title, escape(shorten(block["subtitle"], 300), quote=False)]
        if block["total"] is None:
            lines.append(tell(self._language, "card.unscored"))
        else:
            total, mark = f"{block['total']:.1f}", f"{block['pass_mark']:g}"
            verdict = "✅" if block["passed"] else "▫️"
            lines.append(f"{verdict} " + tell(self._language, "card.total", total=total, mark=mark))
        if block["rank"]:
            rank = tell(self._language, "card.rank", rank=block["rank"])
            lines.append(rank + (f" · {tell(self._language, 'card.top')}" if block["top"] else ""))
        return "\n".join(lines)

    def _score(self, row: Block, letters: int) -> str:
        phrase = "card.required" if row["meets"] else "card.below"
        required = tell(self._language, phrase, required=f"{row['required']:g}")
        sure = tell(self._language, "card.confidence", confidence=row["confidence"])
        mark = "✅" if row["meets"] else "▫️"
        lines = [f"{mark} <b>{escape(row['name'], quote=False)} {row['level']:.1f}</b> · {required} · {sure}"]
        lines += [f"“{escape(shorten(quote, letters), quote=False)}”" for quote in row["quotes"]]
        return "\n".join(lines)

    def _flags(self, flags: list[str]) -> list[str]:
        return ["\n".join(f"• {escape(flag, quote=False)}" for flag in flags)] if flags else []

    def _transcript(self, block: Block) -> list[Part]:
        lines = [block["title"], *(self._turn(turn) for turn in block["turns"])]
        text = "\n\n".join(lines)
        pieces = split_text(text)
        if len(pieces) <= _MESSAGES:
            return [Text(piece) for piece in pieces]
        name = tell(self._language, "transcript.file", title=re.sub(r"[/\\\n]", " ", block["title"])[:80])
        return [File(text.encode("utf-8-sig"), name)]

    def _program(self, block: Block) -> Iterator[Part]:
        """Yield what is said of a program, and the program: in a message, or in a file when it is long."""
        facts = [f"<b>{escape(block['title'], quote=False)}</b>", *block["facts"][:1]]
        facts += [
            f"{'✅' if one['passed'] else '▫️'} {one['name']} {one['why']}".rstrip() for one in block["tests"]
        ]
        told = [facts[0], *(escape(one, quote=False) for one in (*facts[1:], *block["facts"][1:]))]
        said = escape(f"{block['said_by']}: {block['said']}", quote=False)
        yield from self._text("\n".join([*told, said]))
        whole = f'<pre><code class="language-{block["language"]}">{escape(block["source"], quote=False)}</code></pre>'
        if units(whole) <= LIMIT:
            yield Text(whole, html=True)
        else:
            yield File(block["source"].encode(), f"program.{ENDINGS[block['language']]}")

    def _turn(self, turn: Block) -> str:
        at = datetime.fromtimestamp(turn["at"], UTC).astimezone(self._zone).strftime("%H:%M")
        spoken = f" · 🎤 {turn['spoken']}" if "spoken" in turn else ""
        facts = f"\n({turn['facts']})" if "facts" in turn else ""
        return f"{tell(self._language, 'who.' + turn['who'])} {at}{spoken}\n{turn['text']}{facts}"

    async def _shown_chart(self, block: Block) -> list[Part]:
        found = _CHART.fullmatch(block["url"])
        content = await self._chart(found[1]) if found else None
        caption = escape(shorten(block["alt"], 300), quote=False)
        return [Picture(content, caption)] if content is not None else []

    async def _file(self, block: Block) -> list[Part]:
        found = _REPORT.fullmatch(block["url"])
        content = await self._report(found[1]) if found else None
        return [File(content, block["name"])] if content is not None else []


def _beside(keys: Keys, more: Keys) -> Keys:
    """Return the buttons of one message, those of another kind in rows of their own."""
    return (*keys, *(replace(key, apart=bool(keys) and place == 0) for place, key in enumerate(more)))


def _named(button: dict[str, str], name: str) -> str:
    """Return the label of a row's button, which must say which row it belongs to; a card is opened by its name."""
    if button["value"].startswith("card:"):
        return name
    return button["label"] if name in button["label"] else f"{button['label']} {name}"


def _bare(html: str) -> str:
    """Return what is left of our own HTML when it is read."""
    return unescape(re.sub(r"</?[bi]>", "", html))


def _row(cells: list[str], about: int) -> str:
    """Return a row as a line; the cell at `about` is what it is about."""
    shown = [
        f"<b>{escape(cell, quote=False)}</b>" if place == about else escape(cell, quote=False)
        for place, cell in enumerate(cells)
    ]
    return " · ".join(cell for cell in shown if cell)
