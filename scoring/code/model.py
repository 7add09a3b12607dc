"""Coding tasks, limits and verdicts as plain values. Nothing is run here."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Language(StrEnum):
    """A language that answers may be written in."""

    PYTHON = "python"
    JAVASCRIPT = "javascript"
    JAVA = "java"
    CPP = "cpp"
    SQL = "sql"


class Verdict(StrEnum):
    """What became of one program under one test. OURS is our fault: tried again, never held against anybody."""

    ACCEPTED = "accepted"
    WRONG = "wrong_answer"
    TIME = "time_limit"
    MEMORY = "memory_limit"
    OUTPUT = "output_limit"
    RUNTIME = "runtime_error"
    COMPILE = "compile_error"
    OURS = "our_error"


class Test(Struct, frozen=True):
    """One test: `input` goes to the program's standard input (for SQL: builds the tables), `output` is wanted.

    `why` says by language, in a sentence, what a program that fails it has overlooked.
    """

    __test__ = False

    id: str
    output: str
    input: str = ""
    weight: float = 1.0
    why: dict[str, str] = {}


class Limits(Struct, frozen=True):
    """What one test may use: processor `seconds`, `memory` in MB, standard output in KB."""

    seconds: float = 2.0
    memory: int = 128
    output: int = 64


class Task(Struct, frozen=True):
    """A coding task beside its statement, which is the question's text.

    `starter` is by programming language. `examples` are shown to the candidate, `tests` never; the score is the
    share of the tests' weight. `ordered` is False where lines may come in any order.
    """

    languages: tuple[Language, ...]
    examples: tuple[Test, ...]
    tests: tuple[Test, ...]
    starter: dict[str, str] = {}
    limits: Limits = Limits()
    ordered: bool = True


class Tried(Struct, frozen=True):
    """How one test went. `shown` is the beginning of what the program wrote, `trouble` the end of its error text."""

    test: str
    verdict: Verdict
    seconds: float = 0.0
    memory: float = 0.0
    shown: str = ""
    trouble: str = ""


class Judgement(Struct, frozen=True):
    """How a program did: one `Tried` for each test, in order. `compiler` is the end of a failed compiler's words."""

    language: Language
    tried: tuple[Tried, ...]
    compiler: str = ""

    @property
    def verdict(self) -> Verdict:
        """The first verdict that is not ACCEPTED."""
        return next(
            (one.verdict for one in self.tried if one.verdict is not Verdict.ACCEPTED), Verdict.ACCEPTED
        )

    @property
    def ours(self) -> bool:
        """Say whether anything went wrong on our side, so that nothing may be concluded."""
        return any(one.verdict is Verdict.OURS for one in self.tried)


def share(task_tests: tuple[Test, ...], tried: tuple[Tried, ...]) -> float:
    """Return the share (0-1) of the tests' weight that was accepted."""
    passed = {one.test for one in tried if one.verdict is Verdict.ACCEPTED}
    whole = sum(test.weight for test in task_tests)
    return sum(test.weight for test in task_tests if test.id in passed) / whole if whole else 0.0
