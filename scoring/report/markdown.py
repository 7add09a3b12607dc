"""The report as Markdown, for a terminal, a ticket or a repository.

What people wrote is escaped, so that it is shown and never interpreted by whatever renders the Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ehr_connector.result import Result
from scoring.report.texts import Texts, load_texts
from scoring.report.view import View, report_view

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~$&!@])")
_LIST_LIKE: Final = re.compile(r"^(\s*)([-+=]|\d+[.)])")
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def render_markdown(result: Result, language: str, timezone: str = "UTC") -> str:
    """Return the report as Markdown (CommonMark with tables), labelled in `language`."""
    view, texts = report_view(result, language, timezone), load_texts(language)
    parts = (
        _head,
        _decision,
        _table,
        _scores,
        _abstained,
        _coding,
        _computation,
        _contest,
        _feedback,
        _transcript,
    )
    return "\n".join(line for part in parts for line in part(view, texts)) + "\n"


def escaped(words: str) -> str:
    """Return plain text as one line of Markdown that shows exactly it."""
    line = _SPECIAL.sub(r"\\\1", _UNPRINTABLE.sub("", words.replace("\n", " ")))
    return _LIST_LIKE.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", line)


def _quoted(words: str, prefix: str = "> ") -> Iterator[str]:
    """Yield every line of `words` escaped behind `prefix`, with the line breaks kept."""
    for line in words.split("\n"):
        yield f"{prefix}{escaped(line)}  " if line else prefix.rstrip()


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _head(view: View, texts: Texts) -> Iterator[str]:
    total = view["total"]
    yield f"# {texts['report']}: {escaped(view['name'])} · {escaped(view['job'])}"
    yield ""
    yield f"*{texts['ai_label']}: {escaped(view['notice'])}*"
    yield ""
    score = texts["total_none"] if total["score"] is None else f"**{total['score']}** ({texts['of_100']})"
    yield f"{texts['total']}: {score}. {total['said']} ({texts['pass_mark']} {total['pass_mark']})  "
    if total["percentile"]:
        yield f"{total['percentile']}  "
    for key, said in view["facts"]:
        yield f"{key}: {escaped(said.replace(chr(10), ' · '))}  "
    yield ""


def _decision(view: View, texts: Texts) -> Iterator[str]:
    decision = view["decision"]
    yield f"## {texts['decision']}"
    yield ""
    if decision is None:
        yield texts["decision_open"]
    else:
        yield f"**{escaped(decision['outcome'])}** · {escaped(decision['by'])} · {decision['at']}"
        yield ""
        yield from _quoted(decision["reason"])
    yield ""


def _table(view: View, texts: Texts) -> Iterator[str]:
    yield f"## {texts['competencies']}"
    yield ""
    yield _row(
        texts[key] for key in ("competency", "level", "standard_error", "required", "meets", "confidence")
    )
    yield "|---|--:|--:|--:|---|---|"
    for score in view["scores"]:
        said = texts["meets"] if score["meets"] else texts["below"]
        yield _row(
            (
                escaped(score["name"]),
                score["level"],
                score["error"],
                score["required"],
                said,
                score["confidence"],
            )
        )
    for missing in view["abstained"]:
        yield _row((escaped(missing["name"]), texts["no_level"], "", missing["required"], "", ""))
    yield ""


def _scores(view: View, texts: Texts) -> Iterator[str]:
    for score in view["scores"]:
        yield f"### {escaped(score['name'])}: {score['level']}"
        yield ""
        if score["calibration"]:
            yield escaped(score["calibration"])
            yield ""
        if score["override"]:
            yield f"{escaped(score['override']['told'])}. {texts['override_reason']}:"
            yield ""
            yield from _quoted(score["override"]["reason"])
            yield ""
        yield escaped(score["explanation"])
        yield ""
        if score["anchor"]:
            yield f"{score['anchor']['label']}: {escaped(score['anchor']['text'])}"
            yield ""
        for quote in score["quotes"]:
            yield from _quoted(quote["quote"])
            yield f"> — {quote['source']}"
            yield ""
        yield from _points(score, texts)


def _points(score: View, texts: Texts) -> Iterator[str]:
    for key, mark in (("found", "✓"), ("missing", "–")):
        if score[key]:
            yield f"{texts[key]}:"
            yield ""
            for point in score[key]:
                yield f"- {mark} {escaped(point['text'])}" + (
                    f" ({point['degree']})" if point["degree"] else ""
                )
            yield ""


def _abstained(view: View, texts: Texts) -> Iterator[str]:
    if view["abstained"]:
        yield f"## {texts['abstained']}"
        yield ""
        yield texts["abstained_intro"]
        yield ""
        for missing in view["abstained"]:
            yield f"- {escaped(missing['name'])}: {escaped(missing['reason'])}"
        yield ""


def _program(source: str, language: str) -> str:
    """Return a block of code whose fence is longer than any in it."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", source)), default=0))
    return f"{fence}{language}\n{source}\n{fence}"


def _coding(view: View, texts: Texts) -> Iterator[str]:
    if view["coding"]:
        yield f"## {texts['coding']}"
        yield ""
    for task in view["coding"]:
        yield f"### {escaped(task['task'])} ({escaped(task['language'])}, {task['count']})"
        yield ""
        yield escaped(task["explanation"])
        yield ""
        for test in task["tests"]:
            said = texts["test_passed"] if test["passed"] else texts["test_failed"]
            yield f"- {escaped(test['name'])}: {said}. {escaped(test['explanation'])}".rstrip(" .")
        yield ""
        if task["said"]:
            yield f"{texts['coding_said']} {escaped(task['said'])}"
            yield ""
        if task["source"]:
            yield _program(task["source"], task["language"])
            yield ""


def _computation(view: View, texts: Texts) -> Iterator[str]:
    yield f"## {texts['computation']}"
    yield ""
    for key in ("computation_answers", "computation_levels", "computation_total"):
        yield texts[key]
        yield ""
    yield _row(
        texts[key]
        for key in ("competency", "question", "difficulty", "key_points", "level", "weight", "contribution")
    )
    yield "|---|---|--:|--:|--:|--:|--:|"
    for score in view["scores"]:
        yield _row((escaped(score["name"]), "", "", "", score["level"], score["weight"], score["points"]))
        for step in score["computation"]:
            level = step["level"] or texts["no_level"]
            yield _row(("", step["answer"], step["difficulty"], step["found"], level, "", ""))
    yield ""


def _contest(_view: View, texts: Texts) -> Iterator[str]:
    yield f"## {texts['contest']}"
    yield ""
    for key in ("contest_person", "contest_why", "contest_override"):
        yield f"- {texts[key]}"
    yield ""


def _feedback(view: View, texts: Texts) -> Iterator[str]:
    if view["feedback"]["text"]:
        yield f"## {texts['feedback']}"
        yield ""
        yield from _quoted(view["feedback"]["text"])
        yield f"> ({view['feedback']['note']})"
        yield ""
    if view["survey"]:
        yield f"{texts['survey']}: {view['survey']['rating']} {escaped(view['survey']['comment'])}".rstrip()
        yield ""


def _transcript(view: View, texts: Texts) -> Iterator[str]:
    yield f"## {texts['transcript']}"
    for answer in view["transcript"]:
        yield ""
        yield f"### {answer['label']}"
        yield ""
        yield f"{escaped(answer['about'])}"
        yield from _exchange(answer, texts)
        for followup in answer["followups"]:
            yield from _exchange(followup, texts)
    yield ""
    yield " · ".join(f"{key} {escaped(said)}" for key, said in view["audit"])


def _exchange(turn: View, texts: Texts) -> Iterator[str]:
    yield ""
    yield f"**{texts['asked']}** {escaped(turn['asked'])}"
    yield ""
    yield from _quoted("".join(piece["text"] for piece in turn["answer"]) or texts["no_answer"])
    for one in turn["spoken"]:
        yield ""
        yield f"{escaped(one['status'])}{texts['colon'] if one['heard'] is not None else ''}"
        if one["heard"] is not None:
            yield ""
            yield from _quoted(one["heard"])
        if one["facts"]:
            yield ""
            yield escaped(one["facts"])
