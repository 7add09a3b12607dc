"""Makes, of a result document and a mapping, what is to be written: pure, and the same every time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError
from msgspec import Struct

from ehr_connector.faults import Misconfigured
from ehr_connector.mapping.model import Mapping, Record, Rule, Scale, StageRule, rule_of
from ehr_connector.model import Move, Note, Ref, Value, Write
from ehr_connector.result import Result, encode_result


class Sought(Struct, frozen=True):
    """A value that has to be looked up over there first."""

    model: str
    by: str
    value: str


class Pointer(Struct, frozen=True):
    """A record of ours that has to be known over there first."""

    key: str


Draft = dict[str, Value | Sought | Pointer]


class DraftWrite(Struct, frozen=True):
    """A record before references and lookups are filled in."""

    key: str
    model: str
    values: Draft


@lru_cache(maxsize=512)
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def evaluate(expression: str, document: Any, field: str = "") -> Any:
    """Return what an expression finds; Misconfigured names the field when it cannot be worked out."""
    try:
        return _compiled(expression).search(document)
    except JMESPathError:
        raise Misconfigured("expression_fails", field=field or expression) from None


def document_of(result: Result, cause: str) -> dict[str, Any]:
    """Return what expressions see: the result document, with `cause`, the reason for this push."""
    document: dict[str, Any] = msgspec.json.decode(encode_result(result))
    return {**document, "cause": cause}


def key_of(kind: str, application: str, part: str = "") -> str:
    """Return our own name for a record."""
    return ".".join(filter(None, (kind, application, part)))


def render_record(name: str, record: Record, document: dict[str, Any]) -> Iterator[DraftWrite]:
    """Give the record, or with `each` one for every item; nothing before the decision it comes after."""
    if record.after is not None and decided(document) != record.after:
        return
    application = document["application"]["id"]
    items = [None] if record.each is None else evaluate(record.each, document, name) or []
    for item in items:
        seen = document if record.each is None else {**document, "item": item}
        part = str(evaluate(record.key, seen, name) or "") if record.key is not None else ""
        values = {field: _value(rule_of(entry), seen, field) for field, entry in record.fields.items()}
        yield DraftWrite(key_of(name, application, part), record.model, values)


def decided(document: dict[str, Any]) -> str:
    """Return what a named person has decided, "" when nobody has."""
    decision = document.get("decision") or {}
    return str(decision.get("outcome", "")) if decision.get("by") else ""


def _value(rule: Rule, document: dict[str, Any], field: str) -> Value | Sought | Pointer:
    if rule.ref is not None:
        return Pointer(key_of(rule.ref, document["application"]["id"]))
    found = rule.value if rule.source is None else evaluate(rule.source, document, field)
    if rule.scale is not None and found is not None:
        found = _scaled(rule.scale, found, field)
    if rule.choices is not None and found is not None:
        if str(found) not in rule.choices:
            raise Misconfigured("no_choice", field=field)
        found = rule.choices[str(found)]
    if rule.lookup is not None and found is not None:
        return Sought(rule.lookup.model, rule.lookup.by, str(found))
    return _plain(found, rule.cut)


def _plain(found: Any, cut: int | None) -> Value:
    if found is None or isinstance(found, bool | int | float):
        return found
    text = (
        found
        if isinstance(found, str)
        else "\n".join(map(str, found))
        if isinstance(found, list)
        else str(found)
    )
    return text[:cut] if cut else text


def _scaled(scale: Scale, found: Any, field: str) -> float | int:
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise Misconfigured("not_a_number", field=field)
    (a, b), (c, d) = scale.low, scale.high
    share = min(1.0, max(0.0, (found - a) / (b - a)))
    value = round(c + share * (d - c) + 1e-9, scale.digits)
    return int(value) if scale.digits == 0 else value


def render_note(mapping: Mapping, document: dict[str, Any]) -> Note | None:
    """Return the note about this push; None when nothing is to be said."""
    remark = mapping.note
    if remark is None:
        return None
    lines = [evaluate(line, document, "note") for line in remark.lines]
    text = "\n".join(str(_plain(line, None)) for line in lines if line not in (None, "", [], {}))
    application, cause = document["application"]["id"], document["cause"]
    return Note(key_of("note", application, cause), remark.title, text) if text else None


def render_move(mapping: Mapping, document: dict[str, Any]) -> Move | None:
    """Return the move this push asks for: of the first rule that fits, made by a person where one is needed."""
    if mapping.stage is None:
        return None
    for rule in mapping.stage.rules:
        if _fits(rule, document):
            key = key_of("stage", document["application"]["id"], document["cause"])
            return Move(key, rule.to, rule.only_from, mapping.stage.emails == "allow")
    return None


def _fits(rule: StageRule, document: dict[str, Any]) -> bool:
    if rule.after is not None and decided(document) != rule.after:
        return False
    return bool(evaluate(rule.when, document, "stage"))


def fill(draft: DraftWrite, known: Callable[[str], Ref | None], found: dict[Sought, Ref | None]) -> Write:
    """Return the record with its references; Misconfigured names a field whose value is not over there."""
    values: dict[str, Value] = {}
    for field, value in draft.values.items():
        match value:
            case Pointer():
                values[field] = known(value.key)
            case Sought():
                if found.get(value) is None:
                    raise Misconfigured("not_found_there", field=field)
                values[field] = found[value]
            case _:
                values[field] = value
    return Write(draft.key, draft.model, values)
