"""The stability suite: it must find what scorers do wrong, and let a scorer alone that does nothing wrong."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from scoring.builtin import BuiltinScorer
from scoring.model import Degree, Finding, Score, ScorerId
from scoring.rubric.model import Rubric
from scoring.validity.families import Family, families_of
from scoring.validity.metamorphic import Case, bases_of, fingerprint, run_suite
from scoring.validity.variations import Rule, harmless, load_material, sentences_of
from tests.scoring.rubrics import COMPLAINT

MATERIAL = load_material()
LANGUAGES = ["zh", "en"]


class Judge:
    """A scorer for tests: `by` says the level of an answer."""

    id = ScorerId("test", "1")

    def __init__(self, by: object) -> None:
        self._by = by

    def score(self, rubric: Rubric, answer: str, language: str) -> Score:
        level, findings = self._by(rubric, answer, language)  # type: ignore[operator]
        return Score(level, 1.0, 0.5, findings, (), {}, rubric.version, self.id)


def _by_length(rubric: Rubric, answer: str, language: str) -> tuple[float, tuple[Finding, ...]]:
    return min(10.0, round(len(answer) / 40, 1)), ()


def _by_order_to_it(rubric: Rubric, answer: str, language: str) -> tuple[float, tuple[Finding, ...]]:
    return (10.0 if "level" in answer.casefold() or "等级" in answer else 5.0), ()


def _by_spoken_points(rubric: Rubric, answer: str, language: str) -> tuple[float, tuple[Finding, ...]]:
    """Count points by their synonyms: what nobody adds is not counted."""
    found = [
        any(word in answer.casefold() for word in point.synonyms[language]) for point in rubric.key_points
    ]
    made = tuple(
        Finding(point.id, Degree.EXPLAINED if said else Degree.ABSENT, 0, 1, 1.0 if said else 0.0)
        for point, said in zip(rubric.key_points, found, strict=True)
    )
    return 2.0 * sum(found), made


def families(by: object, language: str) -> dict[str, Family]:
    cases = run_suite(Judge(by), [COMPLAINT], MATERIAL[language])
    return {family.name.removesuffix(f" ({language})"): family for family in families_of(cases)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scorer_that_counts_letters_is_found_out(language: str) -> None:
    found = families(_by_length, language)
    for name in ("praise", "filler", "politeness", "names", "repetition", "quoting the rubric", "off topic"):
        assert not found[name].holds, name
    assert found["order"].holds


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scorer_that_obeys_is_found_out(language: str) -> None:
    found = families(_by_order_to_it, language)
    assert not found["injection: output"].holds
    assert not found["injection: system"].holds
    assert found["praise"].holds


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scorer_that_looks_only_for_what_was_said_is_left_alone(language: str) -> None:
    found = families(_by_spoken_points, language)
    assert {name for name, family in found.items() if not family.holds} <= {
        "quoting the rubric",
        "only the rubric",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_material_is_whole(language: str) -> None:
    material = MATERIAL[language]
    assert len(material.injections) == 8
    assert all(len(wordings) >= 3 for wordings in material.injections.values())
    assert len({*material.praise, *material.filler, *material.politeness}) == 18
    for base in bases_of([COMPLAINT], language):
        changed = list(harmless(base.answer, base.rubric, material))
        assert all(one.text != base.answer for one in changed)
        assert len({(one.family, one.name) for one in changed}) == len(changed)
        joined = material.join.join(sentences_of(base.answer))
        assert joined.replace(" ", "") == base.answer.replace(" ", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_lexicon_was_taught_the_suite(language: str) -> None:
    """A sentence of the suite inside a word list would make the suite worthless."""
    lexicon = resources.files("scoring.lexicon").joinpath(f"{language}.yaml").read_text(encoding="utf-8")
    material = MATERIAL[language]
    added = [*material.praise, *material.filler, *material.politeness]
    added += [sentence for wordings in material.injections.values() for sentence in wordings]
    assert [one for one in added if one.strip("。.？?") in lexicon] == []


@pytest.mark.parametrize(
    ("rule", "before", "after", "holds"),
    [
        (Rule.STAYS, 5.0, 5.1, True),
        (Rule.STAYS, 5.0, 5.2, False),
        (Rule.STAYS, None, None, True),
        (Rule.STAYS, 0.4, None, True),
        (Rule.STAYS, 3.0, None, False),
        (Rule.RISES, 5.0, 5.1, True),
        (Rule.RISES, 5.0, 5.0, False),
        (Rule.FALLS, 5.0, 4.9, True),
        (Rule.FALLS, 5.0, 5.0, False),
        (Rule.FALLS, 5.0, None, True),
        (Rule.NOTHING, None, 1.0, True),
        (Rule.NOTHING, None, 1.1, False),
        (Rule.NOTHING, None, None, True),
        (Rule.RISES, 0.3, None, True),
        (Rule.RISES, 1.1, None, False),
        (Rule.LITTLE, None, 2.0, True),
        (Rule.LITTLE, None, 2.1, False),
    ],
)
def test_rules(rule: Rule, before: float | None, after: float | None, holds: bool) -> None:
    assert Case("family", "pack@1#question/en/1", "", rule, before, after).holds is holds


def test_an_exemplar_under_test_is_not_in_its_rubric() -> None:
    for base in bases_of([COMPLAINT], "en"):
        assert base.answer not in {exemplar.text for exemplar in base.rubric.exemplars}


def test_a_scorer_that_wavers_is_caught() -> None:
    turns = iter(range(1000))
    wavering = Judge(lambda rubric, answer, language: (float(next(turns) % 3), ()))
    with pytest.raises(ValueError, match="scored differently"):
        fingerprint(wavering, bases_of([COMPLAINT], "en"), "en", 10)


def test_the_built_in_scorer_is_the_same_every_time() -> None:
    bases = bases_of([COMPLAINT], "zh")
    assert fingerprint(BuiltinScorer(), bases, "zh", 500) == fingerprint(BuiltinScorer(), bases, "zh", 500)


def test_the_command_reports_and_fails_on_what_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "stable.json"
    monkeypatch.setattr("bot.llm.make_scorer", lambda **_: Judge(_by_length))
    monkeypatch.setattr("bot.evaluating.stable._fingerprints", lambda parts, repeats, **_: ["a", "a"])
    done = CliRunner().invoke(
        main, ["eval", "stable", "--pack", "team-lead", "--lang", "en", "--worst", "1", "--json", str(target)]
    )
    assert done.exit_code == 1
    assert "not stable: praise (en)" in done.output
    assert "team-lead@" in done.output
    figures = json.loads(target.read_text())
    assert figures["holds"] is False
    assert any(family["broken"] for family in figures["families"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--pack", "nowhere"], "there is no pack or file “nowhere”"),
        (["--lang", "xx"], "there is no material in “xx”"),
        (["--embeddings"], "Install the extra `embeddings`"),
    ],
)
def test_a_wrong_choice_is_one_sentence(
    options: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.embedding.small._PACKAGE", "a_package_that_is_nowhere")
    done = CliRunner().invoke(main, ["eval", "stable", *options])
    assert done.exit_code == 1
    assert said in done.output


def test_processes_agree(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main, ["eval", "stable", "--pack", "team-lead", "--lang", "zh", "--repeats", "30", "--worst", "0"]
    )
    assert "30 scorings in each of 3 processes: identical to the bit" in done.output
