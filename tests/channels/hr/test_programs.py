"""HR looks at programs: in colours, test by test, with the candidate's words, and how alike others are as a fact."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.hr.programs import colour
from bot.telegram.buttons import Buttons
from bot.telegram.drawing import Drawing
from bot.telegram.parts import File, Text
from dialogues.core.events import Opened
from scoring.code.model import Language
from tests.channels.hr.bureau import Bureau

JOB = "python-developer"
_TOOLS = ("python", "javascript", "java", "cpp", "sql")
_PROGRAM = """import sys
counts = {}
for word in sys.stdin.read().lower().split():
    counts[word] = counts.get(word, 0) + 1
for word, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
    print(word, count)  # {comment}
"""
_SQL = """-- {comment}
with ranked as (
  select d.name as unit, e.name as person, e.salary, rank() over (partition by d.id order by e.salary desc) as place
  from employee e join department d on d.id = e.department_id
)
select unit, person, salary from ranked where place = 1 order by unit, person;
"""


async def _hands_in(bureau: Bureau, name: str, comment: str) -> int:
    """Let somebody new go as far as a program that is handed in; return the conversation."""
    pack = bureau.house.packs.active(JOB)
    _, conversation = bureau.house.applications.create(pack, "en", {"name": name, "email": "a@example.org"})
    await bureau._submit(conversation, Opened(at=time.time(), channel="web", language="en", tools=_TOOLS))
    for value in ("consent:yes", "details:right", "practice:no"):
        await bureau.press_as(conversation, value)
    for _ in range(10):
        state = bureau.house.applications.interview(conversation)
        assert state is not None
        if state.prompt is not None and state.prompt.about.startswith("code_"):
            break
        await bureau.write(conversation, "/skip")
    source = (_SQL if "sql" in state.prompt.about else _PROGRAM).format(comment=comment)  # type: ignore[union-attr]
    await bureau.write(conversation, f"```{'sql' if 'sql' in source else 'python'}\n{source}\n```")
    await bureau.write(conversation, "I first count, then sort; that is n log n.")
    await bureau.press_as(conversation, "code:submit")
    return conversation


def _scores(bureau: Bureau, conversation: int) -> Any:
    result = bureau.house.result_of(conversation)
    assert result is not None
    return result.scores, result.total, result.coding, result.interview


async def test_programs_are_shown_with_what_is_known_of_them(bureau: Bureau) -> None:
    anna = bureau.person("anna", "recruiter")
    first = await _hands_in(bureau, "Ann Lee", "mine")
    alone = (await bureau.ask(anna, "/code Ann Lee"))[0]
    assert "nothing to compare" in alone["facts"][1]
    assert alone["said"] == "I first count, then sort; that is n log n."
    assert "mine" in alone["source"]
    assert {name for line in alone["lines"] for name, _ in line} >= {"keyword", "comment", "number"}
    assert alone["tests"]
    before = _scores(bureau, first)
    await _hands_in(bureau, "Bo Hill", "not copied, honestly")
    beside = (await bureau.ask(anna, "/code Ann Lee"))[0]
    assert "100% alike" in beside["facts"][1]
    assert "no score" in beside["facts"][1]
    assert _scores(bureau, first) == before  # a fact for people, and nothing else
    card = (await bureau.ask(anna, "/card Ann Lee"))[0]
    assert any(one["value"].startswith("code:") for one in card["buttons"])
    assert (("read:code") in [action for _, action in bureau.audits(card["application"])]) is True


async def test_who_handed_in_nothing_is_said_to_have_not(bureau: Bureau) -> None:
    anna = bureau.person("anna", "recruiter")
    await bureau.candidate("Cy Moss", JOB)
    assert "no program" in (await bureau.ask(anna, "/code Cy Moss"))[0]["text"]


async def test_an_erased_candidate_is_compared_with_nobody(bureau: Bureau) -> None:
    anna = bureau.person("anna", "recruiter")
    await _hands_in(bureau, "Ann Lee", "mine")
    gone = await _hands_in(bureau, "Bo Hill", "his")
    await bureau.write(gone, "/delete")
    await bureau.press_as(gone, "delete:yes")
    assert "nothing to compare" in (await bureau.ask(anna, "/code Ann Lee"))[0]["facts"][1]


@settings(deadline=None)
@given(source=st.text(max_size=200), language=st.sampled_from(list(Language)))
def test_colours_change_nothing_of_a_program(source: str, language: Language) -> None:
    lines = ["".join(text for _, text in line) for line in colour(source, language)]
    assert "\n".join(lines) == source.replace("\r\n", "\n").replace("\r", "\n")


def _block(source: str) -> dict[str, Any]:
    return {
        "block": "program", "title": "Ann <Lee>", "asked": "?", "language": "cpp", "source": source, "lines": [],
        "facts": ["1 of 2", "50% alike"], "heading": "Hidden tests", "said_by": "Words", "said": "a < b",
        "tests": [{"name": "one", "passed": True, "why": ""}, {"name": "two", "passed": False, "why": "x & y"}],
    }  # fmt: skip


async def _none(_: str) -> None:
    return None


@pytest.mark.parametrize(("length", "kind"), [(20, Text), (5000, File)])
async def test_in_telegram_a_program_is_monospaced_or_a_file(length: int, kind: type) -> None:
    drawing = Drawing("en", "UTC", Buttons(), _none, _none, _none)
    told, program = await drawing.draw([_block("int a = b < c;\n" * (length // 15 + 1))])
    assert isinstance(told, Text)
    assert "Ann &lt;Lee&gt;" in told.text
    assert "✅ one" in told.text
    assert "x &amp; y" in told.text
    assert isinstance(program, kind)
    if isinstance(program, Text):
        assert program.text.startswith('<pre><code class="language-cpp">int a = b &lt; c;')
    else:
        assert isinstance(program, File)
        assert program.name == "program.cpp"
