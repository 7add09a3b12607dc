"""A draft of feedback: the candidate's own words, each once, one area to work on that was not just praised, no level."""

from __future__ import annotations

import re

import pytest

from bot.house import shipped_packs
from dialogues.app.feedback import draft_feedback
from dialogues.app.languages import load_languages
from dialogues.app.packs import parse_pack
from tests.report.sample import sample_result

PACK = parse_pack(dict(shipped_packs())["sales-representative"])
LANGUAGES = load_languages()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("competencies", range(1, 6))
def test_a_draft_quotes_each_once_and_praises_nothing_it_advises(language: str, competencies: int) -> None:
    result = sample_result(language, competencies=competencies, abstain=0)
    draft = draft_feedback(result, PACK, LANGUAGES[language].catalog)
    names = {score.name for score in result.scores}
    found = re.findall(r"[“\"]([^”\"]{8,})[”\"]", draft)
    quotes = [one for one in found if one not in names]
    assert quotes
    assert len(quotes) == len(set(quotes))
    assert any(quotes[0].startswith(e.quote[:20]) for score in result.scores for e in score.evidence)
    assert not re.search(r"\d\.\d|\b10\b", draft)
    for score in result.scores:
        assert draft.count(f"「{score.name}」") + draft.count(f'"{score.name}"') <= 1, draft
