"""What can go wrong with the other system: six classes, and each asks for another reaction.

A fault carries a stable `code` and perhaps the name of a field, never the other system's own words: those may
hold a candidate's. It must not decide what is done about it; that is `ehr_connector.delivery.reaction`.
"""

from __future__ import annotations

from typing import ClassVar


class EhrFault(Exception):
    """The root. `code` names what happened, `field` the mapped field it is about."""

    fault: ClassVar[str] = "ours"

    def __init__(self, code: str, *, field: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{code}: {field}" if field else code)
        self.code = code
        self.field = field
        self.retry_after = retry_after


class Passing(EhrFault):
    """It may work in a moment, and nothing was written: refused, overloaded, a lost race."""

    fault = "passing"


class Unsure(EhrFault):
    """Nobody knows whether it was written: the line broke after the request had gone out."""

    fault = "unsure"


class Expired(EhrFault):
    """The login is no longer good; a fresh one may be."""

    fault = "expired"


class Misconfigured(EhrFault):
    """It will never work as mapped: an unknown field, a bad value, a missing right."""

    fault = "misconfigured"


class Gone(EhrFault):
    """What we wrote before was deleted there; it is not made again behind anybody's back."""

    fault = "gone"


class Conflict(EhrFault):
    """A person changed it there; theirs stands."""

    fault = "conflict"
