"""Answers that are programs: taken from a message, tried with the examples, handed in when the candidate says so.

Trying costs nothing and may be done again; only what is handed in is scored, by the hidden tests. What goes wrong
on our side is said to be ours.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from dialogues.core.effects import Button, FetchDocument, Forget, JudgeCode, Line
from dialogues.core.events import CodeJudged, DocumentReceived
from dialogues.core.interview import Ask, Interview, Reply, Stage
from dialogues.core.pack import Pack
from dialogues.core.scene import Scene, button, current_reply, line, question_of, verbatim, with_reply
from scoring.code.model import Language, Task, Test, Verdict
from scoring.code.source import MAX_SOURCE, language_of_file

MAX_ATTEMPTS = 20
_SHOWN = 300
_FENCE = re.compile(r"^\s*```[ \t]*([\w+#]*)[ \t]*\r?\n(.*?)\r?\n?```\s*$", re.DOTALL)
_CODE = re.compile(
    r"^\s*(def |class |import |from \w+ import|#include|using |public |function\b|const |let |var |print\s*\(|"
    r"for\b.*[:{]|while\b.*[:{]|(select|with|insert|update|delete)\b.+\b(from|as|into|set)\b)|[{};]\s*$|^\s*\w+\s*=\s*\S",
    re.MULTILINE | re.IGNORECASE,
)
_TAGS = {
    "python": Language.PYTHON, "py": Language.PYTHON, "python3": Language.PYTHON,
    "javascript": Language.JAVASCRIPT, "js": Language.JAVASCRIPT, "node": Language.JAVASCRIPT,
    "java": Language.JAVA, "cpp": Language.CPP, "c++": Language.CPP, "cc": Language.CPP,
    "sql": Language.SQL, "sqlite": Language.SQL,
}  # fmt: skip
_SIGNS = (
    (Language.SQL, re.compile(r"^\s*(select|with|insert|update|delete|create)\b", re.IGNORECASE)),
    (Language.CPP, re.compile(r"#include|std::|\bcout\b|int main\s*\(")),
    (Language.JAVA, re.compile(r"\b(public\s+(static|class)|System\.out|import java)")),
    (Language.JAVASCRIPT, re.compile(r"console\.log|\b(const|let|var|function)\b|=>|require\(")),
    (Language.PYTHON, re.compile(r"^\s*(def |import |from |print\(|for .+:|if .+:|while .+:)", re.MULTILINE)),
)
NAMES = {
    Language.PYTHON: "Python", Language.JAVASCRIPT: "JavaScript", Language.JAVA: "Java",
    Language.CPP: "C++", Language.SQL: "SQL (SQLite)",
}  # fmt: skip
_HAND_IN = frozenset({"提交", "交卷", "就这样提交", "submit", "hand in", "hand it in", "submit it"})


PRACTICE = "practice"
"""Stands for a task's id in the practice round, which has none."""


def open_task(state: Interview, pack: Pack) -> tuple[str, Task] | None:
    """Return the coding task that is open, and its id; in the practice round one that asks for nothing."""
    prompt = state.prompt
    if prompt is None or prompt.ask not in (Ask.ANSWER, Ask.PRACTICE_ANSWER):
        return None
    if prompt.ask is Ask.ANSWER:
        task = pack.question(prompt.about).code
        return (prompt.about, replace(task, languages=_at_hand(state, task))) if task is not None else None
    wanted = {language for question in pack.programs if question.code for language in question.code.languages}
    known = tuple(language for language in Language if language in wanted and language in state.tools)
    return (PRACTICE, Task(languages=known, examples=(), tests=())) if known else None


def _at_hand(state: Interview, task: Task) -> tuple[Language, ...]:
    return tuple(one for one in task.languages if one in state.tools)


def languages_here(scene: Scene, task: Task) -> tuple[Language, ...]:
    """Return the languages that a task may be answered in on this machine."""
    return _at_hand(scene.state, task)


def source_of(text: str) -> tuple[str, str]:
    """Return the program in a message and the language its fence names, "" for none."""
    fenced = _FENCE.match(text)
    if fenced is None:
        return text.strip("\r\n"), ""
    return fenced[2], _TAGS.get(fenced[1].lower(), "")


def is_program(text: str) -> bool:
    """Say whether a message is a program rather than words about one."""
    return _FENCE.match(text) is not None or _CODE.search(text) is not None


def hands_in(text: str) -> bool:
    """Say whether words mean that the program is to be handed in as it is."""
    return text.strip(" 。.!！").lower() in _HAND_IN


def language_of_program(text: str, among: tuple[Language, ...]) -> Language:
    """Return the language of a program, by its fence or its looks; the first one of `among` when it is not clear."""
    source, named = source_of(text)
    if named in among:
        return Language(named)
    return next((one for one, sign in _SIGNS if one in among and sign.search(source)), among[0])


def question_lines(scene: Scene, task: Task) -> tuple[Line, ...]:
    """Return what is said of a coding task besides its statement."""
    examples = tuple(
        line("code.example", number=str(number), input=one.input.strip() or "—", output=one.output.strip())
        for number, one in enumerate(task.examples, 1)
    )
    names = [NAMES[one] for one in languages_here(scene, task)]
    return (*examples, line("code.how", languages=" / ".join(names), seconds=f"{task.limits.seconds:g}"))


def submit_button() -> Button:
    """Return the button that hands a program in."""
    return button("code:submit")


def take_program(scene: Scene, reply: Reply, text: str) -> None:
    """Keep a program as the answer so far, in the place of an earlier one, and have the examples tried."""
    task = question_of(scene, reply).code
    assert task is not None
    language = language_of_program(text, languages_here(scene, task) or task.languages)
    reply = replace(
        reply,
        events=(scene.seq,),
        rounds=(0,),
        code=language,
        attempts=reply.attempts + 1,
        answered_at=scene.at,
    )
    scene.update(replies=with_reply(scene.state, reply).replies)
    if reply.attempts > MAX_ATTEMPTS:
        scene.say(line("code.kept"), buttons=(submit_button(),))
        return
    scene.add(
        JudgeCode(
            key=f"code:{reply.id}.{reply.attempts}",
            answer=reply.id,
            attempt=reply.attempts,
            question=reply.question,
            language=language,
            event=scene.seq,
        )
    )


def keep_explanation(scene: Scene, reply: Reply, event: int) -> None:
    """Keep words about a program beside it, for people to read: they enter no score and no box."""
    explained = replace(reply, explained=(*reply.explained, event))
    scene.update(replies=with_reply(scene.state, explained).replies)
    scene.say(line("code.explained" if reply.events else "code.wanted"))


def take_file(scene: Scene, event: DocumentReceived) -> bool:
    """Have a program that came as a file fetched; False where none is asked for, or this is no such file."""
    prompt, language = scene.state.prompt, language_of_file(event.name)
    plain = event.name.lower().endswith(".txt")
    if prompt is None or not (language or plain) or open_task(scene.state, scene.pack) is None:
        return False
    scene.add(Forget(key=scene.key("forget"), event=scene.seq))  # its name; the program comes as a message
    if event.size > MAX_SOURCE:
        scene.say(line("thing.program"))
        return True
    fetch = FetchDocument(
        key=scene.key("fetch"),
        channel=scene.state.channel,
        file=event.file,
        media_type=event.media_type,
        event=scene.seq,
        program=language or "?",
        turn=prompt.turn,
    )
    scene.add(fetch)
    return True


def tell_examples(scene: Scene, event: CodeJudged) -> None:
    """Tell how the examples went; nothing of an attempt that is not the last one, or is handed in."""
    reply = current_reply(scene.state)
    if (
        reply is None
        or reply.id != event.answer
        or reply.attempts != event.attempt
        or reply.stage is not Stage.OPEN
    ):
        return
    task = question_of(scene, reply).code
    if task is None:
        return
    scene.say(*_examples(scene, task, event), buttons=(submit_button(),))


def _examples(scene: Scene, task: Task, event: CodeJudged) -> tuple[Line, ...]:
    if not event.checked or any(one.verdict == Verdict.OURS for one in event.checked):
        return (line("code.our_error"),)
    passed = sum(one.verdict == Verdict.ACCEPTED for one in event.checked)
    seconds = max(one.seconds for one in event.checked)
    counts = {"passed": str(passed), "count": str(len(event.checked)), "seconds": f"{seconds:.2f}"}
    failed = next((one for one in event.checked if one.verdict != Verdict.ACCEPTED), None)
    if failed is None:
        return (line("code.all_passed", **counts), line("code.hand_in"))
    test = next(one for one in task.examples if one.id == failed.test)
    found = (line(f"code.{failed.verdict}", **_circumstances(task, test, event.text)),)
    hint = scene.local(test.why) if test.why else ""
    return (
        line("code.some_passed", **counts),
        *found,
        *((verbatim(hint),) if hint else ()),
        line("code.try_again"),
    )


def _circumstances(task: Task, test: Test, wrote: str) -> dict[str, str]:
    return {
        "input": test.input.strip() or "—",
        "output": test.output.strip(),
        "wrote": wrote.strip()[:_SHOWN] or "—",
        "seconds": f"{task.limits.seconds:g}",
        "memory": str(task.limits.memory),
    }
