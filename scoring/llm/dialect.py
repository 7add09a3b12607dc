"""How an endpoint wants to be asked. They call themselves compatible and differ in what they refuse.

Strict JSON Schema is asked for first; then an object with the schema beside it, as llama.cpp has it; then an
object; then nothing but the words of the prompt. What worked is remembered for as long as the process lives.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

SEED = 20260101


class Form(StrEnum):
    """How the form of the reply is asked for, strictest first."""

    JSON_SCHEMA = "json_schema"
    OBJECT_WITH_SCHEMA = "json_object with schema"
    OBJECT = "json_object"
    PROMPT = "prompt only"


class Dialect(Struct, frozen=True):
    """What is put into a request. `limit` is the name of the limit on tokens; `steady` sends temperature and seed."""

    form: Form = Form.JSON_SCHEMA
    limit: str = "max_tokens"
    steady: bool = True

    def fields(self, schema: dict[str, Any], most_tokens: int) -> dict[str, Any]:
        """Return the fields of the request body besides model and messages."""
        fields: dict[str, Any] = {self.limit: most_tokens, "stream": False}
        if self.steady:
            fields |= {"temperature": 0, "seed": SEED}
        match self.form:
            case Form.JSON_SCHEMA:
                wrapped = {"name": "marks", "strict": True, "schema": schema}
                fields["response_format"] = {"type": "json_schema", "json_schema": wrapped}
            case Form.OBJECT_WITH_SCHEMA:
                fields["response_format"] = {"type": "json_object", "schema": schema}
            case Form.OBJECT:
                fields["response_format"] = {"type": "json_object"}
            case Form.PROMPT:
                pass
        return fields


def relaxed(dialect: Dialect, complaint: str) -> Dialect | None:
    """Return what to try after a refusal with this complaint; None when there is nothing left to give up."""
    said = complaint.lower()
    if "max_tokens" in said and dialect.limit == "max_tokens":
        return replace(dialect, limit="max_completion_tokens")
    if ("temperature" in said or "seed" in said) and dialect.steady:
        return replace(dialect, steady=False)
    forms = list(Form)
    place = forms.index(dialect.form) + 1
    return replace(dialect, form=forms[place]) if place < len(forms) else None
