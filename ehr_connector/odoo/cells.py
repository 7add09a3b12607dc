"""How values stand in the table that Odoo's `load` takes, and what its answer means."""

from __future__ import annotations

import re
from typing import Any

from ehr_connector.faults import EhrFault, Misconfigured, Passing
from ehr_connector.model import Ref, Value

_LOST_RACE = re.compile(r"could not serialize|duplicate key|deadlock")


def cell(field: str, value: Value) -> tuple[str, str]:
    """Return (column, cell). A relation goes by the database's id; an empty cell clears the field."""
    match value:
        case Ref():
            return f"{field}/.id", value.id
        case tuple():
            return f"{field}/.id", ",".join(one.id for one in value)
        case None:
            return field, ""
        case bool():
            return field, "1" if value else "0"
    return field, str(value)


def loaded(answer: Any) -> int:
    """Return the id of the one record that was loaded; a fault when Odoo says, inside the answer, that it was not."""
    ids = answer.get("ids") if isinstance(answer, dict) else None
    if ids:
        return int(ids[0])
    messages = answer.get("messages", []) if isinstance(answer, dict) else []
    raise _fault(next((one for one in messages if one.get("type", "error") == "error"), {}))


def _fault(message: dict[str, Any]) -> EhrFault:
    if _LOST_RACE.search(str(message.get("message", ""))):
        return Passing("lost_race")
    field = message.get("field") or message.get("field_path") or ""
    name = field[0] if isinstance(field, list) and field else field
    return Misconfigured("refused_value", field=str(name).split("/", maxsplit=1)[0])
