"""Makes a first mapping of a system out of its own description, to be read and adjusted by a person."""

from __future__ import annotations

from typing import Any

import yaml

from ehr_connector.model import Description, FieldInfo

_GUESSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("candidate.name", ("partner_name", "full_name", "display_name", "name")),
    ("candidate.email", ("email_from", "email")),
    ("candidate.phone", ("partner_phone", "partner_mobile", "phone", "mobile")),
    ("total.score", ("total_score", "score")),
)
_TITLE = "join(' ', [candidate.name, pack.title])"
_NOTE = (
    "join('', ['Total: ', to_string(total.score)])",
    "map(&join(' ', [name, to_string(level), explanation]), scores)",
    "decision && join(' ', [decision.outcome, decision.by, decision.reason])",
    "notice",
)


def first_mapping(described: Description, model: str, jobs: str = "") -> str:
    """Return the YAML of a mapping: one record of `model` with the fields that could be told by their names."""
    fields = described.models.get(model, {})
    chosen = _known_fields(fields)
    if jobs and "job_id" in fields:
        chosen["job_id"] = {"from": "pack.title", "lookup": {"model": jobs, "by": "name"}}
    for name, info in fields.items():
        if info.required and name not in chosen:
            chosen[name] = _TITLE if info.kind in ("char", "text", "") else {"value": _any_value(info)}
    mapping: dict[str, Any] = {"version": 1, "records": {"application": {"model": model, "fields": chosen}}}
    mapping["file"] = {"record": "application", "name": "interview-{application}.pdf"}
    mapping["note"] = {"record": "application", "title": "Colloquy", "lines": list(_NOTE)}
    stages = _stages(described)
    if stages:
        mapping["stage"] = {"record": "application", "emails": "forbid", "rules": stages}
    text = yaml.safe_dump({"mapping": mapping}, allow_unicode=True, sort_keys=False, width=100)
    return f"# Made from the fields that {described.system} {described.version} has. Read it before using it.\n{text}"


def _known_fields(fields: dict[str, FieldInfo]) -> dict[str, Any]:
    if not fields:  # a system that takes anything is given what there is
        return {"name": "candidate.name", "email": "candidate.email", "phone": "candidate.phone"}
    chosen: dict[str, Any] = {}
    for source, names in _GUESSES:
        found = next((name for name in names if name in fields and not fields[name].readonly), None)
        if found is not None and found not in chosen:
            chosen[found] = source
    return chosen


def _any_value(info: FieldInfo) -> Any:
    return next(iter(info.choices), 0 if info.kind in ("integer", "float") else "")


def _stages(described: Description) -> list[dict[str, Any]]:
    """Return a rule for the stage that comes after the first one; later ones are for people to fill in."""
    safe = [stage.name for stage in described.stages if not stage.writes and not stage.final]
    if len(safe) < 2:
        return []
    return [{"to": safe[1], "when": "cause == 'finished'", "only_from": safe[:1]}]
