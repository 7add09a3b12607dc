"""Reads what changed in Odoo: jobs, applicants, appraisals, by the time of their last change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from ehr_connector.faults import Misconfigured
from ehr_connector.model import Page, Pulled

_PAGE = 200
Search = Callable[..., Awaitable[list[dict[str, Any]]]]


class _Kind(Struct, frozen=True):
    """A model, what one of its records is to us, and our names for its fields."""

    model: str
    kind: str
    fields: dict[str, str]


_KINDS = {
    "jobs": _Kind("hr.job", "job", {"title": "name", "state": "state", "active": "active"}),
    "applicants": _Kind(
        "hr.applicant",
        "applicant",
        {
            "name": "partner_name",
            "email": "email_from",
            "phone": "partner_phone",
            "mobile": "partner_mobile",
            "job": "job_id",
            "stage": "stage_id",
            "active": "active",
        },
    ),
    "reviews": _Kind(
        "hr.appraisal",
        "review",
        {"person": "employee_id", "period": "date_close", "rating": "final_evaluation"},
    ),
}


async def pull_page(search: Search, call: Callable[..., Awaitable[Any]], kind: str, cursor: str) -> Page:
    """Return a page of what changed since the cursor, `write_date|id`; nothing where Odoo lacks the model."""
    known = _KINDS.get(kind)
    if known is None:
        return Page((), cursor)
    try:
        there = await call(known.model, "fields_get", attributes=["type"])
    except Misconfigured:
        return Page((), cursor)
    fields = {ours: theirs for ours, theirs in known.fields.items() if theirs in there}
    since, _, last = cursor.partition("|")
    domain: list[Any] = []
    if since:
        domain = [
            "|",
            ["write_date", ">", since],
            "&",
            ["write_date", "=", since],
            ["id", ">", int(last or 0)],
        ]
    rows = await search(
        known.model, domain, [*fields.values(), "write_date"], limit=_PAGE, order="write_date,id"
    )
    items = tuple(_pulled(known.kind, fields, row) for row in rows)
    end = f"{rows[-1]['write_date']}|{rows[-1]['id']}" if rows else cursor
    return Page(items, end, more=len(rows) == _PAGE)


def _pulled(kind: str, fields: dict[str, str], row: dict[str, Any]) -> Pulled:
    body = {ours: _plain(row[theirs]) for ours, theirs in fields.items() if row[theirs] not in (False, None)}
    if "mobile" in body:
        body.setdefault("phone", body.pop("mobile"))
    if kind == "job":
        body = {"title": body.get("title", ""), "open": body.get("state", "recruit") in ("recruit", "open")}
    return Pulled(kind, str(row["id"]), body, str(row["write_date"]))


def _plain(value: Any) -> Any:
    """Return a many-to-one as its name."""
    return value[1] if isinstance(value, list) and len(value) == 2 else value
