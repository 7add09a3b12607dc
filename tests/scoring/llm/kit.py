"""A scorer with everything it is made of, and short ways to ask it."""

from __future__ import annotations

from scoring.builtin import BuiltinScorer
from scoring.lexicon import load_lexicons
from scoring.llm.endpoint import Endpoint
from scoring.llm.kept import Keyring, Readings, ReadingsInMemory
from scoring.llm.scorer import Limits, LlmScorer
from scoring.model import Score
from scoring.rubric.model import Rubric
from tests.scoring.rubrics import COMPLAINT, good

KEY = "sk-very-secret-7741"
SECRET = bytes(range(32))
LEXICONS = load_lexicons()
BUILTIN = BuiltinScorer()


HASTY = Limits(deadline=0.8)
"""For an endpoint that never comes to an end."""


class Kit:
    """The scorer; `clock` is moved by hand."""

    def __init__(self, url: str, limits: Limits | None = None, readings: Readings | None = None) -> None:
        self.now = 1000.0
        self.readings = readings or ReadingsInMemory()
        self.limits = limits or Limits(deadline=20)
        self.endpoint = Endpoint(url, KEY, "small-model", self.limits.deadline)
        self.scorer = LlmScorer(
            self.endpoint,
            self.readings,
            Keyring([SECRET]),
            LEXICONS,
            self.limits,
            clock=lambda: self.now,
            wall=lambda: self.now,
        )

    async def score(
        self, answer: str = "", language: str = "en", rubric: Rubric = COMPLAINT, interview: int = 1
    ) -> Score:
        answer = answer or good(language)
        first = BUILTIN.score(rubric, answer, language)
        return await self.scorer.score(rubric, answer, language, first, interview)

    async def close(self) -> None:
        await self.scorer.close()


def marks(*quotes: str, degree: str = "explained", **elements: str) -> dict[str, object]:
    """Return a reply about COMPLAINT: a quote for each of its four points, "" where it is absent."""
    names = ("situation", "action", "own_part", "result", "number")
    points = {
        f"P{n}": {"degree": degree if quote else "absent", "quote": quote}
        for n, quote in enumerate(quotes, 1)
    }
    return {"points": points, "elements": {name: elements.get(name, "") for name in names}}


LISTENS, SORRY, SWAP, BACK = (
    "I listened carefully until he had told me everything",
    "Then I apologised, because he had made two trips",
    "I swapped it for a new one",
    "Two days later I followed up",
)
