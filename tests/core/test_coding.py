"""A coding task in an interview: tried with the examples as often as wished, handed in once, never held against anybody."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dialogues.core.effects import FetchDocument, Forget, Judge, JudgeCode, Say, SayKind
from dialogues.core.events import Answered, Checked, CodeJudged, DocumentReceived, Opened, Scored, Unreadable
from dialogues.core.interview import Stage
from dialogues.core.pack import Pack, Question
from dialogues.core.phases.coding import PRACTICE, is_program, language_of_program, open_task, source_of
from scoring.code.model import Language, Task, Test
from scoring.rubric.model import Kind
from tests.core.driver import Driven, a_score, fresh
from tests.core.sample import PACK

_TASK = Task(
    languages=(Language.PYTHON, Language.SQL),
    examples=(
        Test("ex1", "3\n", "1 2\n"),
        Test("ex2", "5\n", "2 3\n", why={"zh": "两个数都要加。", "en": "Add both numbers."}),
    ),
    tests=(Test("h1", "9\n", "4 5\n"),),
)
_PROGRAM = "a, b = map(int, input().split())\nprint(a + b)"


def _pack() -> Pack:
    first = PACK.competencies[0].id
    text = {"zh": "把两个数相加。", "en": "Add two numbers."}
    task = Question(id="sum", competency=first, kind=Kind.CODING, difficulty=0.0, text=text, code=_TASK)
    return replace(PACK, questions=(*PACK.questions, task))


def _at_task(tools: tuple[str, ...] = ("python",), language: str = "zh") -> Driven:
    driven = Driven(_pack(), fresh(_pack(), language, seed=3, known=("name", "email")))
    driven.send(Opened(at=driven.tick(), channel="test", language=language, tools=tools))
    for value in ("consent:yes", "details:right", "practice:no"):
        driven.press(value)
    for _ in range(6):
        prompt = driven.state.prompt
        if prompt is None or prompt.about == "sum":
            break
        driven.say("/skip")
    return driven


def _said(driven: Driven) -> str:
    return driven.read([one for one in driven.effects if isinstance(one, Say)][-1])


def _judged(driven: Driven, *verdicts: str, attempt: int = 1, text: str = "") -> None:
    checked = tuple(Checked(f"ex{n}", verdict, 0.01) for n, verdict in enumerate(verdicts, 1))
    answer = driven.state.replies[-1].id
    driven.send(CodeJudged(at=driven.tick(), answer=answer, attempt=attempt, checked=checked, text=text))


def test_a_program_is_tried_corrected_handed_in_and_scored() -> None:
    driven = _at_task()
    assert "示例 1" in _said(driven)
    assert "Python" in _said(driven)
    assert "SQL" not in _said(driven)  # not to be had here
    (tried,) = driven.say(_PROGRAM)
    assert isinstance(tried, JudgeCode)
    assert tried.language == "python"
    _judged(driven, "accepted", "wrong_answer", text="7")
    assert "两个数都要加。" in _said(driven)
    assert "1 个" in _said(driven)
    driven.say(f"```python\n{_PROGRAM}\n```")
    _judged(driven, "accepted", "accepted", attempt=2)
    handed = driven.press("code:submit")
    judge = next(one for one in handed if isinstance(one, Judge))
    assert judge.code == "python"
    assert judge.events == driven.state.replies[-1].events
    assert len(judge.events) == 1  # the last version only
    driven.send(Scored(at=driven.tick(), answer=judge.answer, revision=judge.revision, score=a_score(8.0)))
    assert driven.state.replies[-1].question != "sum"


def test_an_old_attempt_and_one_after_handing_in_are_not_told() -> None:
    driven = _at_task()
    driven.say(_PROGRAM)
    driven.say(_PROGRAM)
    before = len(driven.effects)
    _judged(driven, "accepted", "accepted", attempt=1)
    assert len(driven.effects) == before
    driven.press("code:submit")
    before = len(driven.effects)
    _judged(driven, "accepted", "accepted", attempt=2)
    assert len(driven.effects) == before


def test_our_fault_is_said_to_be_ours() -> None:
    driven = _at_task()
    driven.say(_PROGRAM)
    _judged(driven)
    assert "和您的代码无关" in _said(driven)
    driven.press("code:submit")
    assert driven.state.replies[-1].stage is Stage.SCORING


def test_words_are_not_taken_for_a_program() -> None:
    driven = _at_task()
    driven.say("我会先排序，再逐个比较相邻的数字。")
    assert not driven.state.replies[-1].events
    driven.press("code:submit")
    assert driven.state.replies[-1].stage is Stage.OPEN


def test_somebody_may_say_that_they_do_not_know() -> None:
    driven = _at_task()
    driven.say("不知道")
    assert next(one for one in driven.state.replies if one.question == "sum").stage is Stage.UNKNOWN


@pytest.mark.parametrize("tools", [(), ("java",), ("voice",)])
def test_without_the_tools_no_task_is_set(tools: tuple[str, ...]) -> None:
    driven = _at_task(tools)
    assert all(one.question != "sum" for one in driven.state.replies)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("SELECT a FROM b", "sql"),
        ("def f(x):\n    return x", "python"),
        ("```sql\nx\n```", "sql"),
        ("```\nfor i in range(3):\n    print(i)\n```", "python"),
    ],
)
def test_programs_are_known_by_their_looks(text: str, language: str) -> None:
    assert is_program(text)
    assert language_of_program(text, (Language.PYTHON, Language.SQL)) == language


@pytest.mark.parametrize(
    "text", ["我会用哈希表来做。", "I would sort it first, then scan.", "可以换一道题吗？", "done"]
)
def test_words_are_words(text: str) -> None:
    assert not is_program(text)


def test_a_fence_is_taken_off() -> None:
    assert source_of("```py\na = 1\n\nb = 2\n```\n") == ("a = 1\n\nb = 2", "python")
    assert source_of("a = 1") == ("a = 1", "")


def test_the_page_is_told_of_a_task_by_its_kind() -> None:
    driven = _at_task()
    asked = [one for one in driven.effects if isinstance(one, Say)]
    assert [one.kind for one in asked if one.kind is SayKind.TASK] == [SayKind.TASK]
    assert asked[-1].kind is SayKind.TASK


def test_what_is_open_is_told_with_the_languages_of_this_machine() -> None:
    driven = _at_task()
    known = open_task(driven.state, driven.pack)
    assert known is not None
    assert (known[0], known[1].languages) == ("sum", (Language.PYTHON,))
    driven.say("/skip")
    assert open_task(driven.state, driven.pack) is None


def test_in_the_practice_round_a_program_may_be_tried() -> None:
    driven = Driven(_pack(), fresh(_pack(), "zh", seed=3, known=("name", "email")))
    driven.send(Opened(at=driven.tick(), channel="test", language="zh", tools=("python", "java")))
    for value in ("consent:yes", "details:right", "practice:yes"):
        driven.press(value)
    known = open_task(driven.state, driven.pack)
    assert known == (PRACTICE, Task(languages=(Language.PYTHON,), examples=(), tests=()))


def test_words_about_a_program_are_kept_beside_it_and_change_nothing_else() -> None:
    driven = _at_task()
    driven.say("我打算先读入再相加，复杂度是常数。")
    driven.say(_PROGRAM)
    before = driven.state.replies[-1]
    driven.say("输入按空格拆开，转成整数后相加。")
    assert "不影响得分" in _said(driven)
    after = driven.state.replies[-1]
    assert len(after.explained) == 2
    assert (after.events, after.code, after.attempts) == (before.events, before.code, before.attempts)
    (judge,) = [one for one in driven.press("code:submit") if isinstance(one, Judge)]
    assert judge.events == before.events
    driven.say("补充一句：没有考虑超大的整数。")
    handed_in = next(one for one in driven.state.replies if one.question == "sum")
    assert len(handed_in.explained) == 3
    assert handed_in.revision == judge.revision


def _sends(driven: Driven, name: str, size: int = 100) -> list[FetchDocument]:
    event = DocumentReceived(at=driven.tick(), file="f1", media_type="text/x-program", size=size, name=name)
    effects = driven.send(event)
    fetched = [one for one in effects if isinstance(one, FetchDocument)]
    if fetched and fetched[0].program:
        assert any(isinstance(one, Forget) for one in effects)  # its name is nobody's business
    return fetched


@pytest.mark.parametrize(("name", "program"), [("Main.PY", "python"), ("a.b.sql", "sql"), ("答案.txt", "?")])
def test_a_file_where_a_program_is_asked_for_becomes_the_answer(name: str, program: str) -> None:
    driven = _at_task()
    (fetch,) = _sends(driven, name)
    assert fetch.program == program
    assert driven.state.prompt is not None
    text = f"```python\n{_PROGRAM}\n```"
    (tried,) = driven.send(Answered(at=driven.tick(), text=text, seen=fetch.turn))
    assert isinstance(tried, JudgeCode)


def test_a_file_that_came_too_late_does_not_answer_the_next_question() -> None:
    driven = _at_task()
    driven.say(_PROGRAM)
    (fetch,) = _sends(driven, "main.py")
    (judge,) = [one for one in driven.press("code:submit") if isinstance(one, Judge)]
    driven.send(Scored(at=driven.tick(), answer=judge.answer, revision=judge.revision, score=a_score(8.0)))
    driven.send(Answered(at=driven.tick(), text=f"```\n{_PROGRAM}\n```", seen=fetch.turn))
    assert "已经提交" in _said(driven)
    assert not driven.state.replies[-1].events


def test_a_file_that_is_too_big_or_no_text_gets_one_kind_sentence() -> None:
    driven = _at_task()
    assert _sends(driven, "main.py", 1 << 20) == []
    assert "40 KB" in _said(driven)
    _sends(driven, "main.py")
    driven.send(Unreadable(at=driven.tick(), what="program"))
    assert "UTF-8" in _said(driven)


def test_elsewhere_a_program_is_a_file_we_cannot_take_and_a_text_a_document() -> None:
    driven = _at_task()
    driven.say("/skip")
    assert _sends(driven, "main.py") == []
    assert "PDF" in _said(driven)
    (kept,) = _sends(driven, "cv.txt")
    assert kept.program == ""
