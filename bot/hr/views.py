"""What HR is shown, as blocks that every messenger can draw: text, card, table, transcript, file, buttons."""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil
from typing import Any

from bot.hr.commands import COMMANDS, allowed, label, tell, texts
from dialogues.core.effects import Notice
from dialogues.core.events import Outcome
from dialogues.ports import Listed, Office, Person
from ehr_connector.result import Result, Score, answer_texts

Block = dict[str, Any]
_QUOTES = 2
_ACTIONS = (Outcome.APPROVE.value, Outcome.SECOND_ROUND.value, Outcome.HOLD.value, Outcome.DECLINE.value)


class Views:
    """Makes blocks in the company's language."""

    def __init__(self, office: Office, language: str) -> None:
        self._office = office
        self._language = language

    def _tell(self, phrase: str, /, **args: str) -> str:
        return tell(self._language, phrase, **args)

    def _text(self, phrase: str, /, **args: str) -> Block:
        return {"block": "text", "text": self._tell(phrase, **args)}

    def _button(self, command: str, *args: str) -> dict[str, str]:
        return {"label": label(self._language, command), "value": ":".join((command, *args))}

    def today(self, person: Person) -> list[Block]:
        """Return what needs this person today."""
        finished = self._office.ranked(person.jobs)
        running = self._office.unfinished(person.jobs)
        waiting = [one for one in finished if not one.outcome]
        if not finished and not running:
            return [self._text("today.none")]
        line = self._text(
            "today.line",
            waiting=str(len(waiting)),
            running=str(len(running)),
            decided=str(len(finished) - len(waiting)),
        )
        return [line, *(self._table(waiting[:5], finished) if waiting else []), self._queue_button()]

    def _queue_button(self) -> Block:
        return {"block": "buttons", "buttons": [self._button("queue"), self._button("jobs")]}

    def queue(self, person: Person) -> list[Block]:
        """Return everyone who finished, best first, the top 20% marked."""
        finished = self._office.ranked(person.jobs)
        running = self._office.unfinished(person.jobs)
        blocks = self._table(finished, finished) if finished else [self._text("queue.empty")]
        if running:
            blocks.append(self._text("queue.running", count=str(len(running))))
        return blocks

    def _table(self, shown: list[Listed], finished: list[Listed]) -> list[Block]:
        places = self._places(finished)
        rows, actions = [], []
        for one in shown:
            rank, of, top = places.get(one.application, (0, 0, False))
            rows.append(
                [
                    f"{rank}/{of}" + (f" · {self._tell('top')}" if top else ""),
                    one.name or one.application,
                    self._title(one.job),
                    self._tell("unscored") if one.total is None else f"{one.total:.1f}",
                    "" if one.total is None else self._tell("yes" if one.passed else "no"),
                    self._tell(f"outcome.{one.outcome}" if one.outcome else f"phase.{one.phase}"),
                ]
            )
            actions.append([self._button("card", one.application)])
        columns = texts(self._language)["queue.columns"]
        return [{"block": "table", "columns": columns, "rows": rows, "actions": actions}]

    def _places(self, finished: list[Listed]) -> dict[str, tuple[int, int, bool]]:
        """Return application -> (rank, of how many, in the top 20%), each job ranked by itself."""
        places = {}
        for job in sorted({one.job for one in finished}):
            ranked = [one for one in finished if one.job == job and one.total is not None]
            for number, one in enumerate(ranked, 1):
                places[one.application] = (number, len(ranked), number <= ceil(len(ranked) / 5))
        return places

    def _title(self, job: str) -> str:
        return self._office.jobs().get(job, (job, ""))[0]

    def choose(self, found: list[Listed]) -> list[Block]:
        """Return the choice between several matches."""
        return [self._text("found_many"), *self._table(found, found)]

    def jobs(self) -> list[Block]:
        """Return the jobs and their active versions."""
        rows = [[job, title, version] for job, (title, version) in sorted(self._office.jobs().items())]
        columns = texts(self._language)["jobs.columns"]
        return [{"block": "table", "columns": columns, "rows": rows, "actions": [[] for _ in rows]}]

    def help(self, person: Person) -> list[Block]:
        """Return the commands this person may use."""
        lines = [
            f"/{spec.name} · {texts(self._language)[f'command.{spec.name}']['help']}"
            for spec in COMMANDS
            if spec.shown and allowed(person.role, spec.name)
        ]
        return [{"block": "text", "text": "\n".join(lines)}]

    def card(self, person: Person, found: Listed) -> list[Block]:
        """Return the result card."""
        result = self._office.result(found.conversation)
        if result is None:
            return [self._text("not_found", what=found.application)]
        rank, of, top = self._places(self._office.ranked(person.jobs)).get(found.application, (0, 0, False))
        name = found.name or found.application
        card = {
            "block": "card",
            "application": found.application,
            "title": name,
            "subtitle": f"{self._title(found.job)} · {_day(found.finished_at or found.created_at)}",
            "picture": f"/hr/card/{found.application}.svg",
            "alt": self._tell(
                "alt", name=name, levels=", ".join(f"{s.name} {s.level:.1f}" for s in result.scores)
            ),
            "total": result.total.score,
            "pass_mark": result.total.pass_mark,
            "passed": bool(result.total.passed),
            "rank": f"{rank}/{of}" if rank else "",
            "top": top,
            "rows": [self._score_row(result, score) for score in result.scores],
            "flags": self._flags(found, result),
            "buttons": self._card_buttons(person, found),
        }
        return [card]

    def _score_row(self, result: Result, score: Score) -> Block:
        error = score.standard_error
        confidence = "high" if error < 1 else "medium" if error < 2 else "low"
        return {
            "name": score.name,
            "level": score.level,
            "required": score.required,
            "meets": score.meets,
            "confidence": self._tell(f"confidence.{confidence}"),
            "note": score.explanation,
            "quotes": [evidence.quote for evidence in score.evidence[:_QUOTES]],
        }

    def _flags(self, found: Listed, result: Result) -> list[str]:
        flags = [] if found.finished_at else [self._tell("flag.running")]
        flags += [self._tell("flag.abstained", name=one.name) for one in result.abstained]
        for score in result.scores:
            if not score.meets:
                flags.append(self._tell("flag.below", name=score.name, required=f"{score.required:g}"))
            if score.override is not None:
                machine, level = f"{score.override.machine_level:.1f}", f"{score.level:.1f}"
                by = score.override.by
                flags.append(
                    self._tell("flag.override", by=by, name=score.name, machine=machine, level=level)
                )
        if result.decision is not None:
            outcome = self._tell(f"outcome.{result.decision.outcome}")
            flags.append(self._tell("flag.decided", by=result.decision.by, outcome=outcome))
        return flags

    def _card_buttons(self, person: Person, found: Listed) -> list[dict[str, str]]:
        reading = [self._button(view, found.application) for view in ("transcript", "report")]
        if not found.finished_at:
            return reading
        acting = [
            self._button(action, found.application)
            for action in (*_ACTIONS, "override", "message")
            if allowed(person.role, action)
        ]
        return acting + reading

    def override_choice(self, found: Listed, chosen: tuple[str, ...]) -> list[Block]:
        """Return the buttons that lead to an override: first the competency, then the level."""
        names = self._office.competencies(found)
        if not chosen or chosen[0] not in names:
            buttons = [
                {"label": name, "value": f"override:{found.application}:{one}"} for one, name in names.items()
            ]
            return [self._text("override.pick"), {"block": "buttons", "buttons": buttons}]
        levels = [
            {"label": str(level), "value": f"override:{found.application}:{chosen[0]}:{level}"}
            for level in range(11)
        ]
        return [self._text("override.level", name=names[chosen[0]]), {"block": "buttons", "buttons": levels}]

    def transcript(self, found: Listed) -> list[Block]:
        """Return the whole conversation with the quotes marked."""
        result = self._office.result(found.conversation)
        marks = _marks(result) if result is not None else {}
        turns = [
            {
                "who": "candidate" if line.mine else "bot",
                "text": line.text,
                "at": line.at,
                "marks": marks.get(line.text, []) if line.mine else [],
            }
            for line in self._office.story(found.conversation)
        ]
        title = self._tell("transcript.title", name=found.name or found.application)
        return [{"block": "transcript", "title": title, "turns": turns}]

    def report(self, found: Listed) -> list[Block]:
        """Return the PDF report."""
        name = self._tell("report.name", name=found.name or found.application)
        return [{"block": "file", "name": name, "url": f"/hr/report/{found.application}.pdf"}]

    def audit(self, found: Listed) -> list[Block]:
        """Return who did what to this application."""
        rows = [[_minute(row.at), row.actor, row.action] for row in self._office.audits(found.application)]
        columns = texts(self._language)["audit.columns"]
        return [{"block": "table", "columns": columns, "rows": rows, "actions": [[] for _ in rows]}]

    def notice(self, found: Listed, notice: Notice, words: str) -> list[Block]:
        """Return what HR is told unasked; a finished interview comes with a button to its card."""
        name = found.name or self._tell("someone")
        text = self._tell(f"notice.{notice}", name=name, text=words[:500], application=found.application)
        blocks: list[Block] = [{"block": "text", "text": text}]
        if notice in (Notice.FINISHED, Notice.UNSCORED, Notice.REFUSED):
            blocks.append({"block": "buttons", "buttons": [self._button("card", found.application)]})
        elif notice in (Notice.HUMAN_WANTED, Notice.MESSAGE, Notice.QUESTION):
            reply = {"label": self._tell("button.reply"), "value": f"message:{found.application}"}
            blocks.append({"block": "buttons", "buttons": [reply]})
        return blocks


def _marks(result: Result) -> dict[str, list[dict[str, Any]]]:
    """Return text of an answer's part -> the quotes in it. A part made of several messages is left unmarked."""
    words = answer_texts(result)
    marks: dict[str, list[dict[str, Any]]] = {}
    for score in result.scores:
        for evidence in score.evidence:
            mark = {"start": evidence.start, "end": evidence.end, "label": score.name}
            marks.setdefault(words[evidence.answer], []).append(mark)
    return marks


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


def _minute(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
