"""What the result document says of programs; part of `ehr_connector.result`, and under the same rules."""

from __future__ import annotations

from msgspec import Struct


class CodingTest(Struct, frozen=True, kw_only=True):
    """One hidden test of a coding task."""

    name: str
    passed: bool
    explanation: str = ""


class Coding(Struct, frozen=True, kw_only=True):
    """A coding task and how the solution did against its tests.

    `source` is what was handed in; `said` are the candidate's own words about it, which entered no score.
    """

    task: str
    language: str
    passed: bool
    tests: tuple[CodingTest, ...] = ()
    explanation: str
    source: str = ""
    said: str = ""
