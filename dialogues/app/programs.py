"""What the result document says of programs and transcripts: how they did, and what the machine first heard."""

from __future__ import annotations

from collections.abc import Callable

from dialogues.core.catalog import Catalog
from dialogues.core.interview import Reply
from dialogues.core.pack import Question
from dialogues.core.phases.coding import NAMES, source_of
from ehr_connector.coding import Coding, CodingTest
from scoring.code.model import Language, Verdict
from scoring.code.score import verdicts_in
from scoring.model import Score


def coding_of(
    question: Question,
    reply: Reply,
    score: Score,
    catalog: Catalog,
    local: Callable[[dict[str, str]], str],
    words: Callable[[int], str],
) -> Coding | None:
    """Return how a program did under the hidden tests; None for an answer in words."""
    if question.code is None or not reply.code:
        return None
    verdicts = verdicts_in(score)
    tests = tuple(
        CodingTest(
            name=test.id,
            passed=verdicts.get(test.id) is Verdict.ACCEPTED,
            explanation="" if verdicts.get(test.id) is Verdict.ACCEPTED else local(test.why),
        )
        for test in question.code.tests
    )
    passed = sum(test.passed for test in tests)
    first = next((v for v in verdicts.values() if v is not Verdict.ACCEPTED), None)
    explanation = catalog.phrase(
        "code.report",
        "",
        language=NAMES[Language(reply.code)],
        passed=str(passed),
        count=str(len(tests)),
        seconds=f"{score.features.get('seconds', 0.0):.2f}",
        verdict=first.replace("_", " ") if first is not None else "—",
    )
    return Coding(
        task=question.id,
        language=reply.code,
        passed=passed == len(tests),
        tests=tests,
        explanation=explanation,
        source=source_of(words(reply.events[-1]))[0] if reply.events else "",
        said="\n".join(filter(None, map(words, reply.explained))),
    )
