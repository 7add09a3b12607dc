"""Checks the values of a job pack against its JSON schema and says each mistake in a plain sentence.

The sentences rest on the descriptions in the schema, so that there is one place that says what a field is.
Must not know more of a pack than the schema does; what no schema can say is in `pack_checks`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Any

from dialogues.app.pack_words import Complaint, Path, field, meant, shorten, table

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

# More than anyone mends in one go; it keeps a file that is no pack at all from costing minutes.
_MOST_ERRORS = 500
_MOST_KEYS = 20

_TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a set of `name: value` lines",
}


def check_schema(pack: object) -> Iterator[Complaint]:
    """Yield everything about the values of a pack that its schema does not allow."""
    for error in islice(_validator().iter_errors(pack), _MOST_ERRORS):
        yield from _SAY.get(str(error.validator), _otherwise)(error)


@cache
def _validator() -> Draft202012Validator:
    # large, and a server that only reads stored packs does without it
    from jsonschema import Draft202012Validator

    text = files("config").joinpath("schema", "pack.v1.json").read_text("utf-8")
    return Draft202012Validator(json.loads(text))


def _path(error: ValidationError) -> Path:
    return tuple(error.absolute_path)


def _rule(error: ValidationError) -> dict[str, Any]:
    return error.schema if isinstance(error.schema, dict) else {}


def _given(error: ValidationError) -> Any:
    # jsonschema types this and the keyword's value as possibly unset; in its errors they never are.
    return error.instance


def _limit(error: ValidationError) -> Any:
    return error.validator_value


def _description(rule: object) -> str:
    """Return the first sentence of a description, fit to stand after a colon."""
    text = str(table(rule).get("description", ""))
    first = re.split(r"\.(?= )|\.$", text)[0]
    return first[:1].lower() + first[1:]


def _say_required(error: ValidationError) -> Iterator[Complaint]:
    rule, path = _rule(error), _path(error)
    # jsonschema gives one error for each missing name, but names it only within its own sentence.
    name = next(name for name in rule["required"] if error.message.startswith(f"{name!r} is"))
    whole = field((*path, name))
    yield Complaint(path, f"{whole} is missing; add it: {_description(rule['properties'][name])}")


def _say_unknown(error: ValidationError) -> Iterator[Complaint]:
    rule, path = _rule(error), _path(error)
    known = list(rule.get("properties", ()))
    patterns = list(rule.get("patternProperties", ()))
    extra = [
        key for key in _given(error) if key not in known and not any(re.search(p, key) for p in patterns)
    ]
    for key in extra[:_MOST_KEYS]:
        yield Complaint((*path, key), _unknown(key, _given(error)[key], known, bool(patterns)))


def _unknown(key: str, value: object, known: list[str], by_language: bool) -> str:
    name = shorten(key)
    if value is None and " " in key:
        return f"`{name}` looks like the rest of a text that has a comma; put the whole text in double quotes"
    near = meant(key, known)
    if near:
        return f"`{name}` is not a field of a pack; did you mean `{near}`?"
    names = ", ".join(f"`{one}`" for one in known)
    if by_language:
        names = f"language codes such as `zh` or `en`{', or ' * bool(names)}{names}"
    return f"`{name}` does not belong here; delete it, or use what does: {names}"


def _say_type(error: ValidationError) -> Iterator[Complaint]:
    rule, path, value = _rule(error), _path(error), _given(error)
    name, wanted = field(path), _TYPES[str(_limit(error))]
    hint = _description(rule)
    if not path:
        yield Complaint(
            path, "there is nothing to read here; begin with lines such as `name: sales-representative`"
        )
    elif value is None:
        yield Complaint(
            path, f"{name} is empty; write {wanted}{f' ({hint})' * bool(hint)} after it, or delete it"
        )
    elif wanted == "text" and not isinstance(value, dict | list):
        yield Complaint(path, f"{name} is {_read_as(value)}, not text; put it in quotes")
    elif isinstance(value, str) and wanted in ("a number", "a whole number"):
        yield Complaint(
            path, f'{name} is the text "{shorten(value)}"; write {wanted} without quotes or units'
        )
    else:
        example = {"a list": ", with `- ` before each item"}.get(wanted, f": {hint}" * bool(hint))
        yield Complaint(path, f"{name} is {_read_as(value)}; write {wanted}{example}")


def _read_as(value: object) -> str:
    if isinstance(value, bool):
        return "read by YAML as true or false"
    if isinstance(value, int | float):
        return f"the number {shorten(value)}"
    if isinstance(value, dict):
        return "a set of `name: value` lines"
    return "a list" if isinstance(value, list) else "a single text"


def _say_limit(error: ValidationError) -> Iterator[Complaint]:
    rule, path = _rule(error), _path(error)
    low, high = rule.get("minimum", rule.get("exclusiveMinimum")), rule.get("maximum")
    span = f"above {low}, and at most {high}" if "exclusiveMinimum" in rule else f"from {low} to {high}"
    yield Complaint(path, f"{field(path)} is {shorten(_given(error))}; write a number {span}")


def _say_choice(error: ValidationError) -> Iterator[Complaint]:
    path, value = _path(error), shorten(_given(error))
    near = meant(str(_given(error)), _limit(error))
    mend = f"did you mean `{near}`?" if near else f"write one of {', '.join(_limit(error))}"
    yield Complaint(path, f'{field(path)} cannot be "{value}"; {mend}')


def _say_pattern(error: ValidationError) -> Iterator[Complaint]:
    path, value = _path(error), shorten(_given(error))
    is_ = f'is "{value}"' if value else "is empty"
    yield Complaint(path, f"{field(path)} {is_}; write {_description(_rule(error))}")


def _say_length(error: ValidationError) -> Iterator[Complaint]:
    path, most = _path(error), _limit(error)
    if error.validator == "minItems":
        yield Complaint(path, f"{field(path)} has no item; write at least {most}")
    elif error.validator == "maxItems":
        yield Complaint(path, f"{field(path)} has {len(_given(error))} items; keep to {most} at most")
    else:
        yield Complaint(path, f"{field(path)} has {len(_given(error))} characters; shorten it to {most}")


def _say_repeated(error: ValidationError) -> Iterator[Complaint]:
    path = _path(error)
    yield Complaint(path, f"{field(path)} names something twice; delete one of the two")


def _otherwise(error: ValidationError) -> Iterator[Complaint]:
    path = _path(error)
    yield Complaint(
        path, f"{field(path)} is not as the schema of packs wants it ({shorten(error.message)}); mend it"
    )


_SAY: dict[str, Callable[[ValidationError], Iterator[Complaint]]] = {
    "required": _say_required,
    "additionalProperties": _say_unknown,
    "type": _say_type,
    "minimum": _say_limit,
    "maximum": _say_limit,
    "exclusiveMinimum": _say_limit,
    "enum": _say_choice,
    "pattern": _say_pattern,
    "minItems": _say_length,
    "maxItems": _say_length,
    "maxLength": _say_length,
    "uniqueItems": _say_repeated,
}
