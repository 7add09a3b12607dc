"""Job packs are read as they are written, and those that are delivered are faultless."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from dialogues.app.packs import check_pack, parse_pack
from dialogues.core.pack import PerCompetency, Plan, Question
from scoring.rubric.model import Competency, Element, Exemplar, KeyPoint, Kind
from tests.app.pack_samples import FULL, SMALL, serious

CONFIG = Path(__file__).parents[2] / "config"
SCHEMA = json.loads((CONFIG / "schema" / "pack.v1.json").read_text("utf-8"))


def test_a_small_pack_in_one_language_needs_nothing_more() -> None:
    assert serious(SMALL) == []
    pack = parse_pack(SMALL)
    assert (pack.name, pack.languages, pack.plan) == ("barista", ("en",), Plan(opening="hello"))
    assert pack.questions[1] == Question(
        id="rush",
        competency="calm",
        kind=Kind.BEHAVIOURAL,
        difficulty=0.5,
        text={"en": "When was the queue longest and what did you do?"},
    )


def test_every_field_arrives_in_the_model() -> None:
    assert check_pack(FULL) == []
    pack = parse_pack(FULL)
    assert (pack.version, pack.pass_mark, pack.retention_days, pack.reply_within_days) == ("1.10", 55, 90, 3)
    assert (pack.feedback_levels, pack.seconds_between_messages) == (False, 1.5)
    assert pack.company["zh"] == "晴川"
    assert pack.notices["en"] == "We look at how you treat customers."
    assert pack.plan == Plan("intro", PerCompetency(2, 4, 0.5), 8)
    assert pack.faq["zh"][0].words == ("底薪", "工资")


def test_a_competency_and_a_question_arrive_whole() -> None:
    pack = parse_pack(FULL)
    assert pack.competency("service") == Competency(
        id="service",
        name={"zh": "服务", "en": "Service"},
        weight=30,
        required=6,
        anchors={
            "zh": {2: "不理人", 5: "有问必答", 8: "主动帮忙"},
            "en": {2: "Ignores people", 5: "Answers when asked", 8: "Offers help"},
        },
        advice={"zh": "可以先问一句再推荐。", "en": "Try asking first."},
    )
    question = pack.question("angry")
    assert (question.seconds, question.discrimination) == (150, 1.2)
    assert question.key_points[0] == KeyPoint(
        id="listens",
        text={"zh": "先听对方说完", "en": "lets the other person finish"},
        weight=2,
        synonyms={"zh": ("倾听", "让他说完"), "en": ("heard them out",)},
    )
    assert question.key_points[1].weight == 1
    assert question.exemplars[0] == Exemplar("zh", 2, "我就不理他。")
    assert question.followups["en"][Element.RESULT] == "How did it end?"


def test_a_version_written_as_a_number_is_taken_as_written_with_a_warning() -> None:
    text = FULL.replace('version: "1.10"', "version: 1.10")
    [problem] = check_pack(text)
    assert (problem.line, problem.serious) == (2, False)
    assert 'put it in quotes ("1.10")' in problem.message
    assert parse_pack(text).version == "1.10"


def test_whole_numbers_may_be_written_with_a_point() -> None:
    assert parse_pack(FULL.replace("retention_days: 90", "retention_days: 90.0")).retention_days == 90


def test_a_language_code_that_yaml_takes_for_false_is_still_a_key() -> None:
    text = SMALL.replace("[en]", '["no"]').replace("en: ", "no: ")
    assert parse_pack(text).title == {"no": "Barista"}


@pytest.mark.parametrize("style", ["", ">-", '"'])
def test_chinese_that_goes_on_in_the_next_line_gets_no_space(style: str) -> None:
    written = {
        "": "讲一次\n        顾客生气\n        “气坏了”的经历。",
        ">-": ">-\n        讲一次\n        顾客生气\n        “气坏了”的经历。",
        '"': '"讲一次\n        顾客生气\n        “气坏了”的经历。"',
    }[style]
    pack = parse_pack(FULL.replace("讲一次顾客生气的经历。", written))
    assert pack.question("angry").text["zh"] == "讲一次顾客生气“气坏了”的经历。"


def test_english_that_goes_on_in_the_next_line_keeps_its_space() -> None:
    pack = parse_pack(FULL.replace("When was a customer angry", "When was a customer\n        angry"))
    assert pack.question("angry").text["en"] == "When was a customer angry with you?"


def test_windows_line_ends_and_a_byte_order_mark_are_no_mistake() -> None:
    assert parse_pack("\ufeff" + FULL.replace("\n", "\r\n")) == parse_pack(FULL)


Place = tuple[str | int, ...]


def _places(value: object, path: Place = ()) -> Iterator[tuple[Place, object]]:
    """Yield everything in a pack with its path."""
    yield path, value
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        yield from _places(child, (*path, key))


PLACES = list(_places(yaml.safe_load(FULL)))
NUMBERS = [path for path, value in PLACES if isinstance(value, int | float) and not isinstance(value, bool)]
TABLES = [path for path, value in PLACES if isinstance(value, dict)]
NEEDED = [
    (path, name)
    for path, value in PLACES
    if isinstance(value, dict)
    for name in value
    if name in {"id", "name", "title", "lang", "level", "text", "words", "answer", "opening", 2, 8}
]


def _spoiled(path: Place, change: Callable[[Any], None]) -> list[str]:
    """Return what is told of the full pack after a change to the part at `path`."""
    pack = part = yaml.safe_load(FULL)
    for step in path:
        part = part[step]
    change(part)
    return [problem.message for problem in serious(yaml.safe_dump(pack, allow_unicode=True))]


@pytest.mark.parametrize("path", NUMBERS, ids=str)
def test_every_number_has_limits(path: Place) -> None:
    *above, name = path
    for number in (-1e9, 1e9):
        told = _spoiled(tuple(above), lambda part, number=number: part.update({name: number}))  # type: ignore[misc]
        assert any(
            f"`{name}` is {number:.0f}; write a number" in one or f".{name}` is" in one for one in told
        )


@pytest.mark.parametrize("path", TABLES, ids=str)
def test_no_part_takes_an_unknown_field(path: Place) -> None:
    told = _spoiled(path, lambda part: part.update({"Quux": 1}))
    assert any("Quux` does not belong here" in one for one in told)


@pytest.mark.parametrize(("path", "name"), NEEDED, ids=str)
def test_every_field_that_is_needed_is_asked_for(path: Place, name: str | int) -> None:
    told = _spoiled(path, lambda part: part.pop(name))
    assert any(f"{name}` is missing; add it" in one for one in told)


def _described(rule: object, where: str) -> list[str]:
    """Return the fields below `rule` that have no description."""
    if not isinstance(rule, dict):
        return []
    fields = {**rule.get("properties", {}), **rule.get("patternProperties", {}), **rule.get("$defs", {})}
    if isinstance(rule.get("items"), dict):
        fields["items"] = rule["items"]
    missing = [f"{where}/{name}" for name, field in fields.items() if not field.get("description")]
    return [
        *missing,
        *(one for name, field in fields.items() for one in _described(field, f"{where}/{name}")),
    ]


def test_the_schema_is_valid_and_describes_every_field() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == "urn:colloquy:pack:v1"
    assert _described(SCHEMA, "") == []


def test_the_schema_knows_the_kinds_elements_and_defaults_of_the_model() -> None:
    parts = SCHEMA["$defs"]
    assert parts["question"]["properties"]["kind"]["enum"] == [kind.value for kind in Kind]
    [followups] = parts["followups"]["patternProperties"].values()
    assert list(followups["properties"]) == [element.value for element in Element]
    pack = parse_pack(SMALL)
    for name in ("pass_mark", "retention_days", "reply_within_days", "feedback_levels"):
        assert SCHEMA["properties"][name]["default"] == getattr(pack, name)
    for name in ("seconds", "discrimination"):
        assert parts["question"]["properties"][name]["default"] == getattr(pack.questions[0], name)
    each = parts["plan"]["properties"]["per_competency"]["properties"]
    assert {name: rule["default"] for name, rule in each.items()} == {"min": 2, "max": 4, "target_se": 0.45}
    assert PerCompetency() == PerCompetency(2, 4, 0.45)
    assert parts["plan"]["properties"]["total_max"]["default"] == Plan().total_max


@pytest.mark.parametrize("path", sorted((CONFIG / "packs").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_delivered_pack_has_no_serious_problem(path: Path) -> None:
    text = path.read_text("utf-8")
    told = [f"{path.name}:{one.line}:{one.column}: {one.message}" for one in serious(text)]
    assert not told, "\n" + "\n".join(told)
    assert parse_pack(text).name == path.stem


_TOGETHER = """
import sys, threading
from bot.house import shipped_packs
from dialogues.app.packs import _built, _read
sheet = _read(dict(shipped_packs())["python-developer"])
sys.setswitchinterval(1e-6)
gate = threading.Barrier(8)
def read():
    gate.wait()
    _built(sheet)
threads = [threading.Thread(target=read) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_threads_that_read_their_first_pack_together_do_not_crash() -> None:
    """msgspec looks into a model when it is first used, and two threads must not make it do so at once."""
    for _ in range(4):
        done = subprocess.run([sys.executable, "-c", _TOGETHER], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()[-500:]
