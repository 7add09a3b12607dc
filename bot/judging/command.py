"""`colloquy judge`: one program against the tests of one task, for whoever writes tasks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import yaml

from bot.judging.carrier import code_tools, judge_once, say_state, way_here
from dialogues.core.phases.coding import NAMES
from scoring.code.model import Judgement, Language, Task, Verdict, share
from scoring.code.source import language_of_file


class CannotJudge(ValueError):
    """The task or the program cannot be judged; says why and what to do."""


def read_task(path: Path, question: str = "") -> Task:
    """Return the task of a YAML file: a task by itself, or the question of a pack that has this id."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        return msgspec.convert(_task_in(raw, question), Task)
    except (yaml.YAMLError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise CannotJudge(f"{path} does not hold a coding task: {str(error).splitlines()[0]}") from error


def _task_in(raw: Any, question: str) -> Any:
    questions = raw.get("questions", []) if isinstance(raw, dict) else []
    if not questions:
        return raw.get("code", raw) if isinstance(raw, dict) else raw
    with_code = {one.get("id"): one["code"] for one in questions if "code" in one}
    if question in with_code:
        return with_code[question]
    raise CannotJudge(f"say which task with --task; the pack has: {', '.join(with_code) or 'none'}")


def language_for(task: Task, solution: Path, named: str) -> Language:
    """Return the language of a solution, by its name or its ending."""
    wanted = named or language_of_file(solution.name)
    if wanted in task.languages:
        return Language(wanted)
    raise CannotJudge(f"say the language with --language; the task takes: {', '.join(task.languages)}")


def run_judge(task_path: Path, solution: Path, named: str, question: str) -> bytes:
    """Judge a solution as the server would and return the verdict as JSON; CannotJudge where it cannot be run."""
    task = read_task(task_path, question)
    language = language_for(task, solution, named)
    if language not in code_tools():
        amiss = way_here().trouble or f"its compiler or interpreter is missing; {say_state()}"
        raise CannotJudge(f"{NAMES[language]} cannot be run safely here: {amiss}")
    source = solution.read_text(encoding="utf-8")
    return render_verdict(task, judge_once(0, task, (*task.examples, *task.tests), language, source))


def render_verdict(task: Task, seen: Judgement) -> bytes:
    """Return a judgement as JSON."""
    hidden = {test.id for test in task.tests}
    verdict = {
        "verdict": seen.verdict,
        "language": seen.language,
        "score": round(share(task.tests, tuple(one for one in seen.tried if one.test in hidden)), 4),
        "passed": sum(one.verdict is Verdict.ACCEPTED for one in seen.tried),
        "tests": [
            {"id": one.test, "hidden": one.test in hidden, "verdict": one.verdict, "seconds": one.seconds,
             "memory_mb": one.memory, "output": one.shown, "error": one.trouble}
            for one in seen.tried
        ],
        "compiler": seen.compiler,
    }  # fmt: skip
    return msgspec.json.format(msgspec.json.encode(verdict), indent=2)
