"""The stability suite's comparisons gathered by family: how many, how many broken, which are worst. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from scoring.validity.metamorphic import Case

# Two questions of one job may truly have something in common. docs/scoring.md has the figures.
_MAY_BREAK = {"another question's answer": 0.03}


class Family(Struct, frozen=True):
    """All comparisons of a family in a language. `broken`: worst first."""

    name: str
    cases: int
    broken: tuple[Case, ...]
    furthest: float
    allowed: float

    @property
    def holds(self) -> bool:
        """Say whether no more comparisons break the rule than may."""
        return len(self.broken) <= self.allowed * self.cases


def families_of(cases: Iterable[Case]) -> list[Family]:
    """Return the families in the order they first appear, one per language."""
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(f"{case.family} ({case.language})", []).append(case)
    return [_family(name, members) for name, members in found.items()]


def _family(name: str, cases: list[Case]) -> Family:
    broken = sorted(
        (case for case in cases if not case.holds), key=lambda c: (-c.excess, c.subject, c.variation)
    )
    return Family(
        name=name,
        cases=len(cases),
        broken=tuple(broken),
        furthest=round(max((case.excess for case in cases), default=0.0), 1),
        allowed=_MAY_BREAK.get(cases[0].family, 0.0),
    )
