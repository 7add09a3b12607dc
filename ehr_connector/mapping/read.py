"""Reads the connector's file and says everything that is wrong with it, each with its line and how to mend it.

What only the other system can say (is there such a field?) is `check.py`'s.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jmespath
import msgspec
import yaml
from jmespath.exceptions import JMESPathError
from msgspec import Struct

from ehr_connector.mapping.model import Config, Connection, Record, rule_of

_PLACE = re.compile(r"^(.*?)(?: - at `\$(.*)`)?$", re.DOTALL)
_KEY = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
FINAL = frozenset({"approve", "decline"})


class Mistake(Struct, frozen=True):
    """Something to mend: where (a dotted path and a line, 0 when unknown) and what."""

    path: str
    line: int
    text: str


class WrongConfig(ValueError):
    """The file cannot be used; `mistakes` says why."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(f"line {one.line}: {one.path}: {one.text}" for one in mistakes))
        self.mistakes = mistakes


def read_config(text: str, *, secrets: bool = True) -> Config:
    """Return the configuration; WrongConfig names every mistake. Secrets stand in it as `env:NAME` or `file:PATH`."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = f"this is not YAML: {getattr(error, 'problem', '') or 'check the indentation'}"
        raise WrongConfig([Mistake("", mark.line + 1 if mark else 0, said)]) from None
    try:
        config = msgspec.convert(loaded or {}, Config)
    except msgspec.ValidationError as error:
        raise WrongConfig([_mistake(str(error), node)]) from None
    found = [Mistake(path, line_of(node, path), said) for path, said in _wrong(config)]
    if found:
        raise WrongConfig(found)
    if not secrets:
        return config
    lacking: list[Mistake] = []
    revealed = _reveal(
        msgspec.to_builtins(config),
        "",
        lambda path, said: lacking.append(Mistake(path, line_of(node, path), said)),
    )
    if lacking:
        raise WrongConfig(lacking)
    return msgspec.convert(revealed, Config)


def line_of(node: yaml.Node | None, path: str) -> int:
    """Return the line (from 1) where a dotted path of the YAML stands; that of its nearest parent if it does not."""
    line: int = 0
    for part in filter(None, path.split(".")):
        if node is None:
            break
        line = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            entry = next(((k, v) for k, v in node.value if k.value == part), None)
            if entry is None:
                return line
            line, node = entry[0].start_mark.line + 1, entry[1]
        elif isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
            node = node.value[int(part)]
            line = node.start_mark.line + 1
        else:
            return line
    return line


def _mistake(said: str, node: yaml.Node | None) -> Mistake:
    match = _PLACE.match(said)
    assert match is not None
    path = ".".join(key or index for key, index in _KEY.findall(match[2] or ""))
    return Mistake(path, line_of(node, path) if path else 1, match[1])


def _wrong(config: Config) -> Iterator[tuple[str, str]]:
    names = [one.name for one in config.connections]
    for number, connection in enumerate(config.connections):
        path = f"connections.{number}"
        if names.count(connection.name) > 1:
            yield f"{path}.name", f"“{connection.name}” stands twice; give every connection its own name"
        yield from _wrong_mapping(connection, f"{path}.mapping")
    steps = [one.name for one in config.next_steps]
    for number, step in enumerate(config.next_steps):
        if steps.count(step.name) > 1:
            yield f"next_steps.{number}.name", f"“{step.name}” stands twice; give every step its own name"
        if step.kind in ("notice", "remind", "offer") and not step.text:
            yield f"next_steps.{number}", f"a {step.kind} needs words: text: {{zh: …, en: …}}"


def _wrong_mapping(connection: Connection, path: str) -> Iterator[tuple[str, str]]:
    mapping = connection.mapping
    known = set(mapping.records)
    for name, record in mapping.records.items():
        yield from _wrong_record(record, known, f"{path}.records.{name}")
    if cycle := find_cycle(mapping.records):
        yield f"{path}.records.{cycle}", f"“{cycle}” needs itself, by way of others; take one of the refs out"
    places = {"file": mapping.file, "note": mapping.note, "stage": mapping.stage}
    for part, one in places.items():
        if one is not None and one.record not in known:
            yield (
                f"{path}.{part}.record",
                f"there is no record “{one.record}”; there are: {', '.join(sorted(known))}",
            )
    if mapping.hire is not None and mapping.hire not in known:
        yield f"{path}.hire", f"there is no record “{mapping.hire}”; there are: {', '.join(sorted(known))}"
    for number, line in enumerate(mapping.note.lines if mapping.note else ()):
        yield from _wrong_expression(line, f"{path}.note.lines.{number}")
    for number, rule in enumerate(mapping.stage.rules if mapping.stage else ()):
        yield from _wrong_expression(rule.when, f"{path}.stage.rules.{number}.when")


def _wrong_record(record: Record, known: set[str], path: str) -> Iterator[tuple[str, str]]:
    if record.each is not None:
        yield from _wrong_expression(record.each, f"{path}.each")
        if record.key is None:
            yield path, "a record with `each` needs `key`, for example key: item.competency"
    if record.key is not None:
        yield from _wrong_expression(record.key, f"{path}.key")
    for needed in record.needs:
        if needed not in known:
            yield f"{path}.needs", f"there is no record “{needed}”; there are: {', '.join(sorted(known))}"
    for field, entry in record.fields.items():
        rule, place = rule_of(entry), f"{path}.fields.{field}"
        given = [rule.source is not None, rule.value is not None, rule.ref is not None]
        if sum(given) != 1:
            yield place, "write exactly one of: from (an expression), value, ref"
        if rule.source is not None:
            yield from _wrong_expression(rule.source, place)
        if rule.ref is not None and rule.ref not in known:
            yield place, f"there is no record “{rule.ref}”; there are: {', '.join(sorted(known))}"


def _wrong_expression(text: str, path: str) -> Iterator[tuple[str, str]]:
    try:
        jmespath.compile(text)
    except JMESPathError:
        yield path, f"“{text}” is not an expression; write one such as candidate.name (see jmespath.org)"


def needs_of(record: Record) -> tuple[str, ...]:
    """Return the records that must be there before this one."""
    refs = (rule.ref for entry in record.fields.values() if (rule := rule_of(entry)).ref is not None)
    return tuple(dict.fromkeys((*record.needs, *(ref for ref in refs if ref))))


def find_cycle(records: dict[str, Record]) -> str:
    """Return a record that needs itself, "" when there is none."""
    done: set[str] = set()
    for _ in records:
        done |= {name for name, record in records.items() if set(needs_of(record)) & records.keys() <= done}
    return next((name for name in records if name not in done), "")


def _reveal(entry: Any, path: str, lacks: Callable[[str, str], None]) -> Any:
    """Return the entry with its secrets in place; `lacks` is told the path of each that is not there."""
    if isinstance(entry, dict):
        return {key: _reveal(value, f"{path}.{key}".strip("."), lacks) for key, value in entry.items()}
    if isinstance(entry, list | tuple):
        return [_reveal(value, f"{path}.{place}", lacks) for place, value in enumerate(entry)]
    if not isinstance(entry, str) or not entry.startswith(("env:", "file:")):
        return entry
    kind, _, name = entry.partition(":")
    found = os.environ.get(name, "") if kind == "env" else _content(Path(name))
    if not found:
        where = f"the environment variable {name} is not set" if kind == "env" else f"{name} cannot be read"
        lacks(path, f"a secret is missing: {where}")
    return found.strip()


def _content(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
