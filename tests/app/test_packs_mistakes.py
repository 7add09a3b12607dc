"""Every mistake in a job pack is told on its line, with the way to mend it."""

from __future__ import annotations

from itertools import pairwise

import pytest
import yaml

from dialogues.app import pack_events
from dialogues.app.packs import PackError, check_pack, parse_pack
from dialogues.core.pack import Pack
from tests.app.pack_samples import FULL, SMALL, line_of, serious

# what is wrong: (what to replace, by what, on the line with which words it is told, parts of the sentence)
MISTAKES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "no name": (
        "name: shop-clerk\n",
        "",
        "version:",
        ("`name` is missing", "add it: the short name of the job"),
    ),
    "no plan": (
        "plan:\n  opening: intro\n  per_competency: {min: 2, max: 4, target_se: 0.5}\n  total_max: 8\n",
        "",
        "name: shop-clerk",
        ("`plan` is missing",),
    ),
    "no difficulty": (
        "    difficulty: 2\n",
        "",
        "- id: policy",
        ('Question "policy": `difficulty` is missing',),
    ),
    "no anchor 5": (
        "5: 有问必答, ",
        "",
        "zh: {2: 不理人",
        ('Competency "service": `anchors.zh.5` is missing', "solid answer at level 5"),
    ),
    "unknown field": (
        "difficulty: 2",
        "dificulty: 2",
        "dificulty",
        ("`dificulty` is not a field", "did you mean `difficulty`?"),
    ),
    "unknown field, none near": (
        "pass_mark: 55",
        "colour: red",
        "colour",
        ("`colour` does not belong here",),
    ),
    "unknown element": (
        "result: 后来",
        "outcome: 后来",
        "outcome",
        ("`outcome` does not belong", "`result`"),
    ),
    "unknown kind": ("kind: behavioural", "kind: behavioral", "behavioral", ("did you mean `behavioural`?",)),
    "text with a comma in braces": (
        "en: {2: Ignores people,",
        "en: {2: Sighs, ignores people,",
        "Sighs",
        ("`ignores people` looks like the rest of a text that has a comma", "double quotes"),
    ),
    "number for a text": (
        "en: Shop clerk",
        "en: 7",
        "en: 7",
        ("`title.en` is the number 7", "put it in quotes"),
    ),
    "truth for a text": ("en: Shop clerk", "en: yes", "en: yes", ("read by YAML as true or false", "quotes")),
    "text for a number": (
        "weight: 30",
        "weight: 30%",
        "30%",
        ('`weight` is the text "30%"', "write a number"),
    ),
    "one text for all languages": (
        "title: {zh: 店员, en: Shop clerk}",
        "title: 店员",
        "title:",
        ("`title` is a single text", "one line for each language"),
    ),
    "nothing after a name": (
        "pass_mark: 55",
        "pass_mark:",
        "pass_mark",
        ("`pass_mark` is empty", "a number"),
    ),
    "text for a list": (
        "words: [pay, salary]",
        "words: pay",
        "words: pay",
        ("English FAQ entry 1", "write a list"),
    ),
    "placeholder": ("en: Try asking first.", "en: ...", "en: ...", ("`advice.en`", "only a placeholder")),
    "space in an id": (
        "name: shop-clerk",
        "name: shop clerk",
        "shop clerk",
        ("`name`", "begins with a letter"),
    ),
    "weight 0": ("weight: 30", "weight: 0", "weight: 0", ("`weight` is 0; write a number above 0",)),
    "point weight below 0": (
        "weight: 2\n",
        "weight: -2\n",
        "weight: -2",
        ('Question "angry", key point "listens": `weight` is -2',),
    ),
    "required 11": ("required: 6", "required: 11", "required: 11", ("write a number from 0 to 10",)),
    "difficulty 4": ("difficulty: 2", "difficulty: 4", "difficulty: 4", ("write a number from -3 to 3",)),
    "difficulty not a number": (
        "difficulty: 2",
        "difficulty: .nan",
        ".nan",
        ('`difficulty` is the text ".nan"',),
    ),
    "pass mark 101": ("pass_mark: 55", "pass_mark: 101", "pass_mark", ("write a number from 0 to 100",)),
    "kept for ever": ("retention_days: 90", "retention_days: 1461", "retention_days", ("from 1 to 1460",)),
    "half a day": ("retention_days: 90", "retention_days: 1.5", "retention_days", ("write a whole number",)),
    "no words": ("[pay, salary]", "[]", "words: []", ("`words` has no item",)),
    "long title": ("en: Shop clerk", "en: " + "very " * 30 + "long", "title:", ("shorten it to 120",)),
    "language twice": ("[zh, en]", "[zh, en, zh]", "languages", ("names something twice",)),
    "title in one language": (
        "{zh: 店员, en: Shop clerk}",
        "{zh: 店员}",
        "title:",
        ("the English title is missing; add `title.en`",),
    ),
    "competency in one language": (
        "{zh: 服务, en: Service}",
        "{en: Service}",
        "name: {en",
        ('Competency "service": the Chinese name is missing; add `name.zh`',),
    ),
    "anchors in one language": (
        "      zh: {2: 不理人, 5: 有问必答, 8: 主动帮忙}\n",
        "",
        "anchors:",
        ("the Chinese anchors are missing; add `anchors.zh`",),
    ),
    "question in one language": (
        "{zh: 请介绍一下自己。, en:",
        "{en:",
        "Please introduce",
        ('Question "intro": the Chinese text is missing; add `text.zh`.',),
    ),
    "key point in one language": (
        "        zh: 事后回访\n",
        "",
        "- id: checks",
        ('Question "angry", key point "checks": the Chinese wording is missing; add `zh`.',),
    ),
    "follow-ups in one language": (
        "      zh: {action: 您当时怎么做的？, result: 后来怎么样？}\n",
        "",
        "followups:",
        ("the Chinese follow-ups are missing",),
    ),
    "notice in one language": (
        "  zh: 我们会看您怎样对待顾客。\n",
        "",
        "notices:",
        ("the Chinese notice is missing",),
    ),
    "FAQ in one language": (
        "  zh:\n    - {question: 底薪多少？, answer: 每月五千元。, words: [底薪, 工资]}\n",
        "",
        "faq:",
        ("the Chinese FAQ is missing",),
    ),
    "no middling exemplar": (
        "{lang: zh, level: 5,",
        "{lang: zh, level: 3,",
        "exemplars:",
        ("no Chinese exemplar shows a middling answer; add one of level 5 or 6",),
    ),
    "competency twice": (
        "questions:\n",
        "  - id: service\n    name: {zh: 二, en: B}\n    weight: 1\n"
        "    required: 1\n    anchors:\n      zh: {2: 一, 5: 二, 8: 三}\n"
        "      en: {2: a, 5: b, 8: c}\nquestions:\n",
        "- id: service#2",
        ("competency 1 has this id already",),
    ),
    "question twice": ("- id: gift", "- id: angry", "- id: angry#2", ("question 2 has this id already",)),
    "key point twice": (
        "- id: checks",
        "- id: listens",
        "- id: listens#2",
        ("key point of this question 1 has this id",),
    ),
    "competency that is not there": (
        "competency: service\n    kind: behavioural",
        "competency: servcie\n    kind: b",
        "servcie",
        ('there is no competency "servcie"', 'did you mean "service"?'),
    ),
    "opening that is not there": (
        "opening: intro",
        "opening: hello",
        "opening:",
        ('names a question "hello" that does not exist',),
    ),
    "opening that is no introduction": (
        "opening: intro",
        "opening: angry",
        "opening:",
        ('"angry", which is behavioural', "`kind` is introduction"),
    ),
    "too few questions": (
        "{min: 2, max: 4",
        "{min: 6, max: 7",
        "- id: service",
        ("it has 5 questions", "`plan.per_competency.min` asks for 6"),
    ),
    "min above max": ("{min: 2, max: 4", "{min: 3, max: 2", "per_competency:", ("min 3 above max 2",)),
    "max above the total": ("max: 4", "max: 9", "per_competency:", ("more than `plan.total_max` 8",)),
    "total too small": (
        "total_max: 8",
        "total_max: 1",
        "total_max:",
        ("2 questions for each competency make 2",),
    ),
    "name twice": (
        "pass_mark: 55",
        "pass_mark: 55\npass_mark: 70",
        "pass_mark: 70",
        ("`pass_mark` stands here a second time (first on line 6)",),
    ),
    "alias": ("en: Shop clerk", "en: *clerk", "*clerk", ("`*clerk` repeats another part",)),
    "tag": ("en: Shop clerk", "en: !!python/object:os.system x", "python", ("is a YAML tag",)),
    "brackets for a name": ("en: Shop clerk", "en: {{clerk}}", "{{clerk}}", ("must be plain text",)),
    "escaped control character": ("en: Shop clerk", r'en: "a\0b"', r"a\0b", ("invisible control character",)),
    "tab": ("    weight: 30", "\tweight: 30", "\tweight", ("A tab stands at the beginning",)),
    "colon in a text": (
        "en: Try asking first.",
        "en: Try this: ask.",
        "Try this",
        ("A colon followed by a space",),
    ),
    "wrong column": ("    required: 6", "   required: 6", "required: 6", ("begins in the wrong column",)),
    "quotation mark left open": (
        "en: Try asking first.",
        'en: "Try asking first.',
        '"Try',
        ("quotation mark that is opened here is not closed",),
    ),
    "bracket left open": ("[pay, salary]", "[pay, salary", "words: [pay", ("not closed properly",)),
    "star at the beginning": (
        "en: Try asking first.",
        "en: @all",
        "@all",
        ("cannot begin with this character",),
    ),
    "control character": ("en: Try asking first.", "en: Try\x01", "Try\x01", ("(U+0001) stands here",)),
    "two packs": ("pacing:", "---\npacing:", "---", ("A second document begins here",)),
}


@pytest.mark.parametrize(("old", "new", "marker", "parts"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_on_its_line(old: str, new: str, marker: str, parts: tuple[str, ...]) -> None:
    assert FULL.count(old) >= 1
    text = FULL.replace(old, new, 1)
    problems = serious(text)
    told = [problem for problem in problems if all(part in problem.message for part in parts)]
    assert len(told) == 1, problems
    line = (
        line_of(text, marker)
        if marker
        else text[: text.rindex(new.split("\n", maxsplit=1)[0].strip())].count("\n") + 1
    )
    assert told[0].line == line
    assert told[0].column >= 1
    assert told[0].message.endswith((".", "?"))
    with pytest.raises(PackError):
        parse_pack(text)


WARNINGS: dict[str, tuple[str, str, str, str]] = {
    "synonym from the question": ("[倾听,", "[生气,", "[生气", 'the synonym "生气" is also in the question'),
    "English synonym": ("[heard them out]", "[a Customer]", "a Customer", "is also in the question"),
    "near copy": (
        "zh: 排队的人很多，电话又响了呢？",
        "zh: 有人不知道买什么礼物。您怎么办",
        "The queue is long",
        'the Chinese text is nearly the same as that of question "gift"',
    ),
    "language that is not spoken": (
        "{zh: 店员, en: Shop clerk}",
        "{zh: 店员, en: Shop clerk, fr: Vendeur}",
        "title:",
        "`title.fr` is never used, because fr is not in `languages`",
    ),
    "uneven follow-ups": (
        ', result: "How did it end?"}',
        "}",
        "en: {action",
        "the English follow-ups lack `result`",
    ),
}


@pytest.mark.parametrize(("old", "new", "marker", "part"), WARNINGS.values(), ids=WARNINGS.keys())
def test_a_weakness_is_a_warning(old: str, new: str, marker: str, part: str) -> None:
    assert FULL.count(old) == 1
    text = FULL.replace(old, new)
    [problem] = check_pack(text)
    assert (problem.line, problem.serious) == (line_of(text, marker), False)
    assert part in problem.message
    assert isinstance(parse_pack(text), Pack)


def test_too_few_and_too_similar_questions_are_warned_of_at_the_competency() -> None:
    problems = check_pack(SMALL)
    assert [(problem.line, problem.serious) for problem in problems] == [(6, False), (6, False)]
    assert "it has only 2 questions" in problems[0].message
    assert "(-1 to 0.5)" in problems[1].message


@pytest.mark.parametrize("phrase", ["an", "custom", "gry with"])
def test_an_english_synonym_within_a_word_of_the_question_is_no_echo(phrase: str) -> None:
    assert check_pack(FULL.replace("[heard them out]", f"[{phrase}]")) == []


def test_all_mistakes_are_told_at_once_in_the_order_of_the_text() -> None:
    text = FULL
    for old, new in (
        ("weight: 30", "weight: 0"),
        ("difficulty: 2", "dificulty: 2"),
        ("en: Service", "xx: Service"),
        ("opening: intro", "opening: angry"),
        ("[pay, salary]", "pay"),
        ("pass_mark: 55", "pass_mark: 55\npass_mark: 5"),
    ):
        text = text.replace(old, new)
    problems = serious(text)
    assert len(problems) == 7  # dificulty is both unknown and missing
    assert all(one.line <= other.line for one, other in pairwise(problems))
    with pytest.raises(PackError) as caught:
        parse_pack(text)
    assert [problem for problem in caught.value.problems if problem.serious] == problems
    assert str(caught.value).startswith("line 7: `pass_mark` stands here a second time")


@pytest.mark.parametrize("text", ["", "# nothing", "- a list", "just words", "42", "~"])
def test_a_file_that_is_no_pack_is_told_so_in_one_sentence(text: str) -> None:
    [problem] = check_pack(text)
    assert problem.serious
    assert "there is nothing to read here" in problem.message


@pytest.fixture
def _python_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack_events, "_LOADER", yaml.SafeLoader)


@pytest.mark.usefixtures("_python_parser")
@pytest.mark.parametrize("mistake", MISTAKES)
def test_without_the_c_library_the_same_is_told(mistake: str) -> None:
    old, new, _, parts = MISTAKES[mistake]
    problems = serious(FULL.replace(old, new, 1))
    assert any(all(part in problem.message for part in parts) for problem in problems), problems


@pytest.mark.usefixtures("_python_parser")
def test_without_the_c_library_the_same_is_read() -> None:
    assert parse_pack(FULL).question("angry").text["zh"] == "讲一次顾客生气的经历。"
