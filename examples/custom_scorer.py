"""A rubric and a scorer of one's own, and the built-in one beside it. `python examples/custom_scorer.py`

A scorer is anything with an `id` and a pure `score`. This one counts key points that are there word for word.
"""

from scoring.builtin import BuiltinScorer
from scoring.model import Abstention, Degree, Finding, Score, Scorer, ScorerId
from scoring.rubric.model import KeyPoint, Kind, Rubric

RUBRIC = Rubric(
    version="mine@1#spill",
    question="spill",
    competency="calm",
    kind=Kind.SITUATIONAL,
    text={"en": "A guest spills coffee over a laptop. What do you do?"},
    key_points=(
        KeyPoint(
            "power",
            {"en": "switch it off and pull the plug at once"},
            synonyms={"en": ("turn it off", "unplug")},
        ),
        KeyPoint(
            "guest",
            {"en": "ask the guest whether they are hurt"},
            synonyms={"en": ("you okay", "are you hurt")},
        ),
        KeyPoint(
            "manager", {"en": "tell the manager about the damage"}, synonyms={"en": ("tell my manager",)}
        ),
    ),
)
ANSWER = (
    "First I would ask: are you okay? Then turn it off, unplug it, and dry it. After that I write it down."
)


class WordForWord:
    """Gives the share of key points whose wording stands in the answer, out of ten."""

    @property
    def id(self) -> ScorerId:
        return ScorerId("word-for-word", "1")

    def score(self, rubric: Rubric, answer: str, language: str) -> Score:
        low = answer.casefold()
        if not low.strip():
            return Score(None, 10.0, 0.0, (), (), {}, rubric.version, self.id, Abstention.TOO_SHORT)
        findings = tuple(self._find(point, low, language) for point in rubric.key_points)
        made = sum(finding.degree is not Degree.ABSENT for finding in findings)
        level = round(10 * made / len(findings), 1)
        features = {"made": float(made), "points": float(len(findings))}
        return Score(level, 2.5, 0.4, findings, (), features, rubric.version, self.id)

    def _find(self, point: KeyPoint, low: str, language: str) -> Finding:
        for wording in (point.text.get(language, ""), *point.synonyms.get(language, ())):
            start = low.find(wording.casefold())
            if wording and start >= 0:
                return Finding(point.id, Degree.MENTIONED, start, start + len(wording), 1.0)
        return Finding(point.id, Degree.ABSENT)


def main() -> None:
    """Print what both scorers make of the answer."""
    scorers: list[Scorer] = [WordForWord(), BuiltinScorer()]
    for scorer in scorers:
        score = scorer.score(RUBRIC, ANSWER, "en")
        print(f"{scorer.id.name}: {score.level} ± {score.standard_error}")
        for finding in score.findings:
            print(f"  {finding.point}: {finding.degree} {ANSWER[finding.start : finding.end]!r}")


if __name__ == "__main__":
    main()
