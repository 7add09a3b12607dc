"""Every answer the repository holds, each with the rubric it is scored against: what repeats are counted over.

Exemplars of the shipped packs come twice: as an answer to a rubric that does not hold them, and as the copy they are.
Must depend on nothing but the packs and `tests/candidates`: other machines score the same set.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct
from msgspec.structs import replace

from dialogues.app.packs import read_pack
from dialogues.core.pack import Pack
from scoring.rubric.model import Rubric

PACKS = (
    "customer-service",
    "marketing-specialist",
    "python-developer",
    "retail-store-associate",
    "sales-representative",
    "team-lead",
)
_WRITTEN = Path(__file__).parents[1] / "candidates"
_FOLLOWED_UP = "followups"
# texts about nothing that is asked, each beside a question of every pack
_ELSEWHERE = "elsewhere"
# all other files: answers that a reader gave levels to
_RATED = tuple(sorted({file.stem for file in _WRITTEN.glob("*.yaml")} - {*PACKS, _FOLLOWED_UP, _ELSEWHERE}))


class Posed(Struct, frozen=True):
    """An answer as it reaches the scorer. `id` is unique: where it stands, the question, the language, which one."""

    id: str
    pack: Pack
    rubric: Rubric
    text: str
    language: str


def all_answers(packs: tuple[str, ...] = PACKS) -> list[Posed]:
    """Return the answers to questions of these packs, in an order of their own."""
    known = {name: _pack(name) for name in packs}
    found = [posed for pack in known.values() for posed in _exemplars(pack)]
    found += [posed for pack in known.values() for posed in _invented(pack)]
    found += [posed for name in _RATED for posed in _rated(name, known)]
    found += _followed_up(known)
    found += _elsewhere(known)
    assert len({posed.id for posed in found}) == len(found)
    return sorted(found, key=lambda posed: posed.id)


def _pack(name: str) -> Pack:
    return read_pack(resources.files("config.packs").joinpath(f"{name}.yaml").read_text(encoding="utf-8"))


def _exemplars(pack: Pack) -> Iterator[Posed]:
    for question in pack.questions:
        rubric = pack.rubric(question.id)
        for number, exemplar in enumerate(rubric.exemplars, 1):
            others = replace(rubric, exemplars=tuple(e for e in rubric.exemplars if e is not exemplar))
            place = f"{pack.name}/{question.id}/{exemplar.lang}/{number}"
            yield Posed(f"exemplar/{place}", pack, others, exemplar.text, exemplar.lang)
            yield Posed(f"copied/{place}", pack, rubric, exemplar.text, exemplar.lang)


def _invented(pack: Pack) -> Iterator[Posed]:
    for question, languages in _read(pack.name).items():
        for language, answers in languages.items():
            for name, text in answers.items():
                yield _posed(f"candidate/{pack.name}", pack, question, language, name, text)


def _rated(file: str, packs: dict[str, Pack]) -> Iterator[Posed]:
    for name, questions in _read(file).items():
        for question, languages in questions.items() if name in packs else ():
            for language, answers in languages.items():
                for band, answer in answers.items():
                    yield _posed(f"{file}/{name}", packs[name], question, language, band, answer["text"])


def _followed_up(packs: dict[str, Pack]) -> Iterator[Posed]:
    for number, answer in enumerate(_read(_FOLLOWED_UP), 1):
        name, _, question = answer["question"].partition("/")
        if name in packs:
            place = f"{_FOLLOWED_UP}/{name}"
            yield _posed(place, packs[name], question, answer["lang"], str(number), answer["text"])


def _elsewhere(packs: dict[str, Pack]) -> Iterator[Posed]:
    for language, texts in _read(_ELSEWHERE, "texts").items():
        for number, text in enumerate(texts, 1):
            for pack in packs.values():
                question = pack.questions[number % len(pack.questions)].id
                yield _posed(f"{_ELSEWHERE}/{pack.name}", pack, question, language, str(number), text)


def _posed(place: str, pack: Pack, question: str, language: str, name: str, text: str) -> Posed:
    return Posed(f"{place}/{question}/{language}/{name}", pack, pack.rubric(question), text, language)


def _read(name: str, key: str = "answers") -> Any:
    return yaml.safe_load((_WRITTEN / f"{name}.yaml").read_text(encoding="utf-8"))[key]
