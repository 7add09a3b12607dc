"""What HR is shown, as blocks that every messenger can draw: text, card, table, transcript, file, buttons."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from bot.hr.commands import COMMANDS, LANGUAGES, label, tell, texts
from bot.hr.conversation import conversation
from bot.hr.filters import MEETS, TOP, UNDECIDED, Filter, chosen, pressed_filter, read_filter
from bot.hr.remarks import delivery, remarks
from dialogues.app.rights import may
from dialogues.core.effects import Notice
from dialogues.core.events import Outcome
from dialogues.ports import AuditRow, Listed, Office, Person, Waiting
from ehr_connector.result import Result, Score

Block = dict[str, Any]
_QUOTES = 2
_MOST_WAITING = 10
_MOST_ROWS = 25
"""Rows of the queue: what is still read on a phone; filters bring the others up."""
_LOOSE = "，、；：,;: "
"""What a quote may end with because the sentence went on; it looks cut off on a card."""
_ACTIONS = (Outcome.APPROVE.value, Outcome.SECOND_ROUND.value, Outcome.HOLD.value, Outcome.DECLINE.value)
_WITH_CARD = frozenset(
    {Notice.FINISHED, Notice.UNSCORED, Notice.DISPUTED, Notice.OFFER_ACCEPTED, Notice.OFFER_DECLINED}
)
_WITH_REPLY = frozenset(
    {Notice.HUMAN_WANTED, Notice.MESSAGE, Notice.QUESTION, Notice.REFUSED, Notice.OFFER_ASKED}
)


class Views:
    """Makes blocks for one person, in their language; the office lets through what they may see."""

    def __init__(self, office: Office, person: Person, language: str, timezone: str) -> None:
        self._office = office
        self._person = person
        self._language = person.language or language
        self._zone = ZoneInfo(timezone)

    def tell(self, phrase: str, /, **args: str) -> str:
        """Return a text."""
        return tell(self._language, phrase, **args)

    def text(self, phrase: str, /, **args: str) -> Block:
        """Return a text block."""
        return {"block": "text", "text": self.tell(phrase, **args)}

    def not_allowed(self) -> list[Block]:
        """Return the polite refusal."""
        return [self.text("not_allowed", role=self.tell(f"role.{self._person.role}"))]

    def _button(self, command: str, *args: str) -> dict[str, str]:
        return {"label": label(self._language, command), "value": ":".join((command, *args))}

    def today(self) -> list[Block]:
        """Return what needs this person today: who waits for a word, and who for a decision."""
        finished = self._office.ranked(self._person)
        running = self._office.unfinished(self._person)
        undecided = [one for one in finished if not one.outcome]
        if not finished and not running:
            phrase = "today.none" if may(self._person, "invite") else "today.nobody"
            return [self.text(phrase)]
        line = self.text(
            "today.line",
            waiting=str(len(undecided)),
            running=str(len(running)),
            decided=str(len(finished) - len(undecided)),
        )
        queue = {"block": "buttons", "buttons": [self._button("queue"), self._button("jobs")]}
        return [line, *(self._table(undecided[:5], finished) if undecided else []), queue, *self._requests()]

    def _requests(self) -> list[Block]:
        waiting = self._office.waiting(self._person)[-_MOST_WAITING:]
        blocks = [block for one in waiting for block in self.notice(one)]
        return [self.text("today.requests", count=str(len(waiting))), *blocks] if blocks else []

    def missed(self, since: float) -> list[Block]:
        """Return what this person was told while nobody was there to see it."""
        return [block for one in self._office.told_since(self._person, since) for block in self.notice(one)]

    def queue(self, words: str = "", args: tuple[str, ...] = ()) -> list[Block]:
        """Return those who finished and fit what is asked for: each job's top 20% first, then by score."""
        finished, running = self._office.ranked(self._person), self._office.unfinished(self._person)
        titles = {job: title for job, (title, _) in self._office.jobs(self._person).items()}
        wanted = pressed_filter(args, titles) if args else read_filter(words, titles)
        tops = self.tops(finished)
        shown = sorted(
            chosen(finished, wanted, lambda one: one.application in tops),
            key=lambda one: one.application not in tops,
        )
        if not finished:
            blocks = [self.text("queue.empty")]
        elif not shown:
            blocks = [self.text("queue.nobody")]
        else:
            blocks = self._table(shown[:_MOST_ROWS], finished)
        if len(shown) > _MOST_ROWS:
            blocks.append(self.text("queue.more", count=str(len(shown) - _MOST_ROWS)))
        if running and wanted == Filter():
            blocks.append(self.text("queue.running", count=str(len(running))))
        return [*blocks, *self._ways(wanted, shown)] if finished else blocks

    def _ways(self, wanted: Filter, shown: list[Listed]) -> list[Block]:
        """Return buttons to see fewer, to compare the first three, and to send feedback to all that are shown."""
        tried = [
            ("filter.button.top", replace(wanted, only=TOP)),
            ("filter.button.undecided", replace(wanted, stage=UNDECIDED)),
            ("filter.button.meets", replace(wanted, only=MEETS)),
            ("filter.button.all", Filter()),
        ]
        buttons = [
            {"label": self.tell(name), "value": ":".join(("queue", *one.pieces))}
            for name, one in tried
            if one != wanted
        ]
        if len(shown) > 1:
            buttons.append(self._button("compare", *(one.application for one in shown[:3])))
        if any(one.outcome for one in shown) and may(self._person, "feedback_all") and not wanted.name:
            buttons.append(self._button("feedback_all", *wanted.pieces))
        return [{"block": "buttons", "buttons": buttons}]

    @property
    def now(self) -> float:
        """The time, seconds."""
        return time.time()

    def _table(self, shown: list[Listed], finished: list[Listed]) -> list[Block]:
        places, titles = self.places(finished), self._office.jobs(self._person)
        disputed = {
            one.found.application
            for one in self._office.waiting(self._person)
            if one.notice is Notice.DISPUTED
        }
        rows, actions = [], []
        for one in shown:
            rank, of, top = places.get(one.application, (0, 0, False))
            place = f"{rank}/{of}" if rank else "–"
            state = self.tell(f"outcome.{one.outcome}" if one.outcome else f"phase.{one.phase}")
            rows.append(
                [
                    place + (f" · {self.tell('top')}" if top else ""),
                    one.name or one.application,
                    titles.get(one.job, (one.job, ""))[0],
                    self.tell("unscored") if one.total is None else f"{one.total:.1f}",
                    "" if one.total is None else self.tell("yes" if one.passed else "no"),
                    " · ".join((state, self.tell("look")) if one.application in disputed else (state,)),
                ]
            )
            actions.append([self._button("card", one.application)])
        columns = texts(self._language)["queue.columns"]
        return [{"block": "table", "columns": columns, "rows": rows, "actions": actions}]

    def places(self, finished: list[Listed]) -> dict[str, tuple[int, int, bool]]:
        """Return application -> (rank, of how many, passed and in the top 20%), each job ranked by itself."""
        places = {}
        for job in sorted({one.job for one in finished}):
            ranked = [one for one in finished if one.job == job and one.total is not None]
            for number, one in enumerate(ranked, 1):
                best = one.passed and number <= len(ranked) // 5
                places[one.application] = (number, len(ranked), best)
        return places

    def tops(self, finished: list[Listed]) -> set[str]:
        """Return the applications in their job's top 20%."""
        return {name for name, (_, _, best) in self.places(finished).items() if best}

    def choose(self, found: list[Listed]) -> list[Block]:
        """Return the choice between several matches."""
        return [self.text("found_many"), *self._table(found, self._office.ranked(self._person))]

    def jobs(self) -> list[Block]:
        """Return the jobs and their active versions."""
        jobs = sorted(self._office.jobs(self._person).items())
        rows = [[job, title, version] for job, (title, version) in jobs]
        columns = texts(self._language)["jobs.columns"]
        return [{"block": "table", "columns": columns, "rows": rows, "actions": [[] for _ in rows]}]

    def help(self, words: str = "") -> list[Block]:
        """Return the commands this person may use, or those among them that these words are about."""
        known = texts(self._language)
        mine = [spec.name for spec in COMMANDS if spec.shown and may(self._person, spec.name)]
        lines = {name: _help(name, known[f"command.{name}"]["help"]) for name in mine}
        wanted = words.casefold().lstrip("/").strip()
        about = {
            name: " ".join([line, *map(str, known[f"command.{name}"]["words"])])
            for name, line in lines.items()
        }
        found = [line for name, line in lines.items() if wanted in about[name].casefold()]
        if wanted and not found:
            return [self.text("help.nothing", what=words[:40])]
        return [{"block": "text", "text": "\n".join(found)}]

    def language(self, chosen: bool) -> list[Block]:
        """Confirm the language that was chosen, or offer those there are."""
        if chosen:
            return [self.text("language.done")]
        buttons = [{"label": name, "value": f"language:{code}"} for code, name in LANGUAGES.items()]
        return [self.text("language.pick"), {"block": "buttons", "buttons": buttons}]

    def ask(self, command: str) -> list[Block]:
        """Ask for the reason or the words that an act needs."""
        cancel = {"label": label(self._language, "cancel"), "value": "cancel"}
        return [{"block": "ask", "text": self.tell(f"ask.{command}"), "buttons": [cancel]}]

    def card(self, found: Listed) -> list[Block]:
        """Return the result card."""
        result = self._office.result(self._person, found)
        if result is None:
            return [self.text("not_found", what=found.application)]
        ranks = self.places(self._office.ranked(self._person))
        rank, of, top = ranks.get(found.application, (0, 0, False))
        name = found.name or found.application
        title = self._office.jobs(self._person).get(found.job, (found.job, ""))[0]
        levels = ", ".join(f"{s.name} {s.level:.1f}" for s in result.scores)
        return [
            {
                "block": "card",
                "application": found.application,
                "title": name,
                "subtitle": f"{title} · {self._time(found.finished_at or found.created_at, '%Y-%m-%d')}",
                "picture": f"/hr/card/{found.application}.svg?{result.id}" if result.scores else "",
                "alt": self.tell("alt", name=name, levels=levels),
                "total": result.total.score,
                "pass_mark": result.total.pass_mark,
                "passed": bool(result.total.passed),
                "rank": f"{rank}/{of}" if rank else "",
                "top": top,
                "rows": [self._score_row(score) for score in result.scores],
                "flags": self._flags(found, result),
                "buttons": self._card_buttons(found, *(("code",) if result.coding else ())),
            }
        ]

    def _score_row(self, score: Score) -> Block:
        error = score.standard_error
        confidence = "high" if error < 1 else "medium" if error < 2 else "low"
        return {
            "name": score.name,
            "level": score.level,
            "required": score.required,
            "meets": score.meets,
            "confidence": self.tell(f"confidence.{confidence}"),
            "note": score.explanation,
            "quotes": [evidence.quote.rstrip(_LOOSE) for evidence in score.evidence[:_QUOTES]],
        }

    def _flags(self, found: Listed, result: Result) -> list[str]:
        flags = [] if found.finished_at else [self.tell("flag.running")]
        flags += [self.tell("flag.abstained", name=one.name) for one in result.abstained]
        for score in result.scores:
            if score.override is not None:
                machine, level = f"{score.override.machine_level:.1f}", f"{score.level:.1f}"
                made = {"by": score.override.by, "reason": score.override.reason}
                flags.append(
                    self.tell("flag.override", name=score.name, machine=machine, level=level, **made)
                )
            if score.calibration is not None:
                learned = score.calibration
                shown = {"computed": f"{learned.computed_level:.1f}", "level": f"{learned.level:.1f}"}
                flags.append(self.tell("flag.calibrated", name=score.name, **shown))
            flags += remarks(score, self.tell)
        flags += delivery(result, self.tell)
        if result.decision is not None:
            outcome = self.tell(f"outcome.{result.decision.outcome}")
            phrase = "flag.decided_because" if result.decision.reason else "flag.decided"
            made = {"by": result.decision.by, "reason": result.decision.reason}
            flags.append(self.tell(phrase, outcome=outcome, **made))
        return flags

    def _card_buttons(self, found: Listed, *more: str) -> list[dict[str, str]]:
        acting = (*_ACTIONS, "override", "message") if found.finished_at else ("message",)
        offered = (*acting, *(("feedback",) if found.finished_at else ()), "transcript", *more, "report")
        return [self._button(act, found.application) for act in offered if may(self._person, act, found.job)]

    def override_choice(self, found: Listed, chosen: tuple[str, ...]) -> list[Block]:
        """Return the buttons that lead to an override: first the competency, then the level."""
        names = self._office.competencies(self._person, found)
        if not chosen or chosen[0] not in names:
            buttons = [
                {"label": name, "value": f"override:{found.application}:{one}"} for one, name in names.items()
            ]
            return [self.text("override.pick"), {"block": "buttons", "buttons": buttons}]
        levels = [
            {"label": str(level), "value": f"override:{found.application}:{chosen[0]}:{level}"}
            for level in range(11)
        ]
        return [self.text("override.level", name=names[chosen[0]]), {"block": "buttons", "buttons": levels}]

    def transcript(self, found: Listed) -> list[Block]:
        """Return the whole conversation with the quotes marked."""
        return [conversation(self._office, self._person, found, self._language)]

    def report(self, found: Listed) -> list[Block]:
        """Return the PDF report."""
        name = self.tell("report.name", name=found.name or found.application)
        return [{"block": "file", "name": name, "url": f"/hr/report/{found.application}.pdf"}]

    def audit(self, found: Listed) -> list[Block]:
        """Return who did what to this application."""
        names = {one.id: one.name for one in self._office.people()}
        names["candidate"] = self.tell("audit.candidate")
        competencies = self._office.competencies(self._person, found)
        rows = [
            [
                self._time(row.at, "%Y-%m-%d %H:%M:%S"),
                names.get(row.actor, row.actor),
                self._action(row, competencies),
            ]
            for row in self._office.audits(self._person, found)
        ]
        columns = texts(self._language)["audit.columns"]
        return [{"block": "table", "columns": columns, "rows": rows, "actions": [[] for _ in rows]}]

    def logged(
        self, rows: list[AuditRow], targets: dict[str, str], competencies: dict[str, str]
    ) -> list[list[str]]:
        """Return rows of the log as cells; `targets` is application -> name, `competencies` id -> name."""
        targets = targets | {"list": self.tell("audit.list")}
        names = {one.id: one.name for one in self._office.people()} | {
            "candidate": self.tell("audit.candidate")
        }
        return [
            [
                self.time(row.at),
                targets.get(row.target, row.target),
                names.get(row.actor, row.actor),
                self._action(row, competencies),
            ]
            for row in rows
        ]

    def time(self, seconds: float) -> str:
        """Return a moment as a cell shows it."""
        return self._time(seconds, "%m-%d %H:%M")

    def _action(self, row: AuditRow, competencies: dict[str, str]) -> str:
        kind, _, what = row.action.partition(":")
        known = texts(self._language)
        shown = known.get(f"command.{what}", {}).get("label") or known.get(f"outcome.{what}")
        shown = shown or known.get(f"role.{what}")
        shown = shown or competencies.get(what, what.upper())
        return self.tell(f"audit.{kind}", what=shown) if f"audit.{kind}" in known else row.action

    def notice(self, waiting: Waiting) -> list[Block]:
        """Return what HR is told unasked, with the button that answers it."""
        found, notice = waiting.found, waiting.notice
        words = (
            self._office.words_of(found.conversation, [waiting.event])[0]
            if waiting.event and notice in (Notice.MESSAGE, Notice.QUESTION, Notice.NEXT_STEP)
            else ""
        )
        name = found.name or self.tell("someone")
        when = self._time(waiting.when, "%m-%d %H:%M") if waiting.when else ""
        said = {"name": name, "text": words[:500], "application": found.application, "when": when}
        own = notice is Notice.NEXT_STEP and name in words
        text = words[:500] if own else self.tell(f"notice.{notice}", **said)
        act = "card" if notice in _WITH_CARD else "message" if notice in _WITH_REPLY else ""
        act = "relay" if notice is Notice.HUMAN_WANTED else act
        if not act or not may(self._person, act, found.job):
            return [{"block": "text", "text": text}]
        shown = label(self._language, act) if act == "card" else self.tell("button.reply")
        button = {"label": shown, "value": f"{act}:{found.application}"}
        return [{"block": "text", "text": text}, {"block": "buttons", "buttons": [button]}]

    def _time(self, seconds: float, form: str) -> str:
        return datetime.fromtimestamp(seconds, UTC).astimezone(self._zone).strftime(form)


def _help(name: str, text: str) -> str:
    return text if text.startswith("/") else f"/{name} · {text}"
