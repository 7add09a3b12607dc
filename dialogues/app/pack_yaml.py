"""Reads the YAML of a job pack into plain values and remembers on which line each of them stands.

The loaders of PyYAML forget the lines, let the second of two equal keys win in silence and stop at what they
cannot construct. This reader takes the parser's events instead. It must not know what belongs in a pack.
"""

from __future__ import annotations

import re

import yaml
from msgspec import Struct
from yaml.resolver import Resolver

from dialogues.app.pack_events import UNPRINTABLE, Unreadable, parse_events, place_of
from dialogues.app.pack_words import Path, Problem, shorten

_MOST_VALUES = 50_000
_DEEPEST = 12
_LARGEST = 1e15

_WIDE = "\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_QUOTE = "\u2014\u2018-\u201d\u2026"
# A line break within a Chinese sentence becomes a space in YAML; Chinese is written without.
_FOLD = re.compile(f"(?<=[{_WIDE}]) (?=[{_WIDE}{_QUOTE}])|(?<=[{_QUOTE}]) (?=[{_WIDE}])")


class Sheet(Struct):
    """What was read, with the mistakes found while reading.

    `written` has the source text of every value that is no text. `broken` has the paths of values that could
    not be read; `problems` speaks of them already.
    """

    value: object
    places: dict[Path, tuple[int, int]]
    written: dict[Path, str]
    broken: set[Path]
    problems: list[Problem]

    def place(self, path: Path) -> tuple[int, int]:
        """Return line and column, from 1, of the nearest thing at or above `path` that is in the text."""
        while path not in self.places and path:
            path = path[:-1]
        return self.places.get(path, (1, 1))


def read_sheet(text: str) -> Sheet:
    """Return the values of a YAML text with their places; the value is None after a mistake in the YAML."""
    sheet = Sheet(None, {(): (1, 1)}, {}, set(), [])
    try:
        sheet.value = _Reader(text.removeprefix("\ufeff"), sheet).read()
    except Unreadable as refusal:
        sheet.problems.append(refusal.problem)
        sheet.broken.add(())
    return sheet


class _Reader:
    """Turns the events of one text into values, noting places and problems in the sheet."""

    def __init__(self, text: str, sheet: Sheet) -> None:
        self._events = parse_events(text)
        self._resolver = Resolver()
        self._sheet = sheet

    def read(self) -> object:
        value: object = None
        documents = 0
        for event in self._events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            documents += 1
            if documents > 1:
                self._complain(
                    event, "A second document begins here; keep one pack in a file and delete the `---`."
                )
                break
            value = self._value(next(self._events), ())
        return value

    def _complain(self, event: yaml.Event, message: str) -> None:
        self._sheet.problems.append(Problem(*place_of(event.start_mark), message))

    def _value(self, event: yaml.Event, path: Path) -> object:
        self._sheet.places.setdefault(path, place_of(event.start_mark))
        self._refuse_swollen(event, path)
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            self._complain(event, f"`{shorten(tag)}` is a YAML tag, which a pack does not use; delete it.")
        if isinstance(event, yaml.MappingStartEvent):
            return self._table(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._rows(path)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        self._refuse_alias(event, path)
        return None

    def _refuse_swollen(self, event: yaml.Event, path: Path) -> None:
        here = place_of(event.start_mark)
        if len(path) > _DEEPEST:
            raise Unreadable(
                "Lists and sets lie too deep inside each other here; a pack needs far less.", *here
            )
        if len(self._sheet.places) > _MOST_VALUES:
            raise Unreadable("The file has more than 50,000 values; a job pack needs far fewer.", *here)

    def _refuse_alias(self, event: yaml.Event, path: Path) -> None:
        name = shorten(getattr(event, "anchor", ""))
        self._sheet.broken.add(path)
        mend = "write the text out, or put it in quotes if the star belongs to it"
        self._complain(event, f"`*{name}` repeats another part of the file, which a pack may not; {mend}.")

    def _rows(self, path: Path) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _table(self, path: Path) -> dict[str, object]:
        items: dict[str, object] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, items, path)
            value = self._value(next(self._events), (*path, key))
            items.setdefault(key, value)
        return items

    def _key(self, event: yaml.Event, items: dict[str, object], path: Path) -> str:
        """Return a key as it is written: 2 stays "2", and the language code `no` is not taken for false."""
        if not isinstance(event, yaml.ScalarEvent):
            mend = "if brackets belong to a text, put the whole text in double quotes"
            self._complain(event, f"The name before a colon must be plain text; {mend}.")
            self._value(event, (*path, "?"))
            self._sheet.broken.add((*path, "?"))
            return "?"
        key = event.value.strip()
        if key in items:
            first = self._sheet.places[(*path, key)][0]
            self._complain(
                event, f"`{shorten(key)}` stands here a second time (first on line {first}); keep one."
            )
        self._sheet.places.setdefault((*path, key), place_of(event.start_mark))
        return key

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> object:
        if UNPRINTABLE.search(event.value):
            self._complain(
                event, "A backslash in this text makes an invisible control character; write it twice."
            )
            self._sheet.broken.add(path)
            return None
        value = _plain(self._kind(event), event.value)
        if not isinstance(value, str):
            self._sheet.written[path] = event.value
            return value
        folded = event.style != "|" and place_of(event.start_mark)[0] != place_of(event.end_mark)[0]
        return _FOLD.sub("", value).strip() if folded else value.strip()

    def _kind(self, event: yaml.ScalarEvent) -> str:
        """Return what YAML takes a scalar for: "str", "int", "float", "bool", "null", ..."""
        tag = self._resolver.resolve(yaml.ScalarNode, event.value, event.implicit)  # type: ignore[no-untyped-call]
        return str(tag).rpartition(":")[2]


def _plain(kind: str, written: str) -> object:
    """Return the value of a scalar; whatever is no ordinary number, truth or nothing stays text."""
    if kind == "null":
        return None
    if kind == "bool":
        return written.lower() in ("yes", "true", "on")
    try:
        number = float(written) if kind == "float" else int(written) if kind == "int" else None
    except ValueError:
        return written
    if number is None or not abs(number) < _LARGEST:  # also when it is not a number at all
        return written
    return int(number) if number == int(number) else number
