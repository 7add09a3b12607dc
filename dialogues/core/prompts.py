"""How the one open prompt is put into words, so that it can be asked, repeated, or asked in another language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from dialogues.core.effects import Button, Line, SayKind
from dialogues.core.interview import Ask, Phase, Prompt
from dialogues.core.phases.coding import question_lines
from dialogues.core.progress import progress
from dialogues.core.scene import Scene, button, current_reply, line, verbatim
from dialogues.core.times import say_clock, say_day, say_slot, say_zone, zone_of
from scoring.rubric.model import Element

Wording = tuple[tuple[Line, ...], tuple[Button, ...], SayKind]

_ELEMENTS = frozenset(element.value for element in Element)
DETAIL_FIELDS = ("name", "email", "phone")
SOON = "soon"
"""What a prompt for a time is about when it shows a few times of different days."""
_MOST_DAYS, _DAYS_BESIDE, _MOST_TIMES = 6, 3, 12
"""How many buttons a phone shows well: days alone, days beside other choices, times."""
_LITTLE = 3.0
"""Below this level (0-10) an answer said little to the question."""


def bridge(scene: Scene) -> Line:
    """Return what is said between an answer and the next question: thanks sound false after an answer that said little."""
    reply = current_reply(scene.state)
    little = reply is not None and (
        bool(reply.abstained) or (reply.level is not None and reply.level < _LITTLE)
    )
    return line("answer.next" if little else "answer.thanks")


def _consent(scene: Scene, prompt: Prompt) -> Wording:
    lines = (line("consent.ask", days=str(scene.pack.retention_days)),)
    rules = scene.pack.booking
    later = (button("consent:book"),) if rules is not None and rules.interview is not None else ()
    return lines, (button("consent:yes"), *later, button("consent:no"), button("do:human")), SayKind.CHOICE


def _confirm(scene: Scene, prompt: Prompt) -> Wording:
    lines = (line("details.known"), *_details(scene), line("details.right"))
    return lines, (button("details:right"), button("details:wrong")), SayKind.CHOICE


def _details(scene: Scene) -> tuple[Line, ...]:
    known = (field for field in DETAIL_FIELDS if field in scene.state.known)
    return tuple(Line(phrase=f"details.{field}", profile=(field,)) for field in known)


def _detail(scene: Scene, prompt: Prompt) -> Wording:
    return (line(f"details.ask_{prompt.about}"),), (button("do:skip"),), SayKind.CHOICE


def _practice_offer(scene: Scene, prompt: Prompt) -> Wording:
    rules, now = scene.pack.booking, button("practice:no", "booking.now")
    if rules is None or rules.interview is None:
        return (line("practice.offer"),), (button("practice:yes"), button("practice:no")), SayKind.CHOICE
    days = day_buttons(scene, _DAYS_BESIDE, full=False)
    if days and scene.state.phase is Phase.PRACTICE:
        other = button("book:days", "booking.other_times")
        return (line("booking.offer"),), (now, button("practice:yes"), *days, other), SayKind.CHOICE
    return (line("practice.offer"),), (now, button("practice:yes")), SayKind.CHOICE


def _practice_answer(scene: Scene, prompt: Prompt) -> Wording:
    if any(question.code is not None for question in scene.pack.questions):
        return (line("practice.question"), line("practice.code")), (), SayKind.TASK
    return (line("practice.question"),), (), SayKind.QUESTION


def _answer(scene: Scene, prompt: Prompt) -> Wording:
    question = scene.pack.question(prompt.about)
    reply = current_reply(scene.state)
    if reply is None or reply.question != question.id or not reply.followed or not reply.events:
        lines: tuple[Line, ...] = (verbatim(scene.local(question.text)),)
        if question.code is not None:
            return (*lines, *question_lines(scene, question.code)), (), SayKind.TASK
        return lines, (), SayKind.QUESTION
    wanted = reply.followed[-1]
    if wanted not in _ELEMENTS:
        return (line(f"follow.{wanted}"),), (), SayKind.FOLLOWUP
    written = question.followups.get(scene.state.language, {}).get(Element(wanted))
    return (verbatim(written) if written else line(f"follow.{wanted}"),), (), SayKind.FOLLOWUP


def _questions(scene: Scene, prompt: Prompt) -> Wording:
    return (line("questions.ask"),), (button("questions:none"),), SayKind.CHOICE


def _survey(scene: Scene, prompt: Prompt) -> Wording:
    stars = tuple(button(f"survey:{mark}") for mark in range(5, 0, -1))
    return (line("survey.ask"),), stars, SayKind.CHOICE


def _comment(scene: Scene, prompt: Prompt) -> Wording:
    return (line("survey.comment"),), (button("survey:none"),), SayKind.CHOICE


def day_buttons(scene: Scene, most: int = _MOST_DAYS, *, full: bool = True) -> tuple[Button, ...]:
    """Return a button for each day on offer; full days are marked so, or left out."""
    booking, dates = scene.state.booking, scene.tongue.dates
    days = [one for one in booking.days if one[1] or full] if booking is not None else []
    return tuple(
        button(
            f"day:{day}",
            "booking.day" if count else "booking.day_full",
            day=say_day(date.fromisoformat(day), dates),
        )
        for day, count in days[:most]
    )


def _day(scene: Scene, prompt: Prompt) -> Wording:
    buttons = day_buttons(scene)
    if prompt.about:
        buttons = (button(f"await:{prompt.about}", "booking.await"), *buttons)
    zone = say_zone(zone_of(scene), scene.tongue.dates)
    return (
        (line("booking.which_day", zone=zone),),
        (*buttons, *_besides(scene), button("book:zone")),
        SayKind.CHOICE,
    )


def _besides(scene: Scene) -> tuple[Button, ...]:
    """Return the way to begin at once, for those who wait for an interview with us."""
    return (
        (button("practice:no", "booking.now"),)
        if scene.state.phase in (Phase.PRACTICE, Phase.BOOKING)
        else ()
    )


def _time(scene: Scene, prompt: Prompt) -> Wording:
    booking, zone, dates = scene.state.booking, zone_of(scene), scene.tongue.dates
    buttons = []
    for start in _spread(booking.times if booking is not None else ()):
        there = datetime.fromtimestamp(start, zone).date()
        label = (
            say_clock(start, zone)
            if prompt.about not in ("", SOON)
            else f"{say_day(there, dates)} {say_clock(start, zone)}"
        )
        buttons.append(button(f"slot:{int(start)}", "verbatim", text=label))
    shown = line("booking.which_slot")
    if prompt.about == SOON:
        shown = line("booking.which_soon", zone=say_zone(zone, dates))
        ways = (button("book:days", "booking.other_times"), *_besides(scene), button("book:zone"))
        return (shown,), (*buttons, *ways), SayKind.CHOICE
    if prompt.about:
        day = say_day(date.fromisoformat(prompt.about), dates)
        shown = line("booking.which_time", day=day, zone=say_zone(zone, dates))
    return (shown,), (*buttons, button("book:days", "booking.other_day")), SayKind.CHOICE


def _spread(times: tuple[float, ...]) -> tuple[float, ...]:
    """Return as many times as a phone shows well, spread over the day; the others may be written."""
    if len(times) <= _MOST_TIMES:
        return times
    return tuple(times[n * len(times) // _MOST_TIMES] for n in range(_MOST_TIMES))


def _slot(scene: Scene, prompt: Prompt) -> Wording:
    booking = scene.state.booking
    lines: tuple[Line, ...] = (line("booking.confirm", slot=say_slot(scene, float(prompt.about))),)
    buttons: tuple[Button, ...] = (button("book:yes"), button("book:other"))
    details = _details(scene) if booking is not None and booking.unconfirmed else ()
    if details and "correction" not in scene.state.known:
        lines = (line("details.known"), *details, *lines)
        buttons = (*buttons, button("details:wrong", "booking.details_wrong"))
    return lines, buttons, SayKind.CHOICE


def _zone(scene: Scene, prompt: Prompt) -> Wording:
    return (line("booking.which_zone"),), (button("book:days"),), SayKind.QUESTION


def _move(scene: Scene, prompt: Prompt) -> Wording:
    booking = scene.state.booking
    agree = (button("move:yes"),) if booking is not None and booking.proposed else ()
    return (line("booking.may_we"),), (*agree, button("move:other"), button("move:keep")), SayKind.CHOICE


def _start(scene: Scene, prompt: Prompt) -> Wording:
    return (
        (line("booking.begin"),),
        (button("practice:no", "booking.hello"), button("book:move")),
        SayKind.CHOICE,
    )


_WORDINGS: dict[Ask, Callable[[Scene, Prompt], Wording]] = {
    Ask.CONSENT: _consent,
    Ask.CONFIRM: _confirm,
    Ask.DETAIL: _detail,
    Ask.PRACTICE_OFFER: _practice_offer,
    Ask.PRACTICE_ANSWER: _practice_answer,
    Ask.ANSWER: _answer,
    Ask.QUESTIONS: _questions,
    Ask.SURVEY: _survey,
    Ask.COMMENT: _comment,
    Ask.DAY: _day,
    Ask.TIME: _time,
    Ask.SLOT: _slot,
    Ask.ZONE: _zone,
    Ask.MOVE: _move,
    Ask.START: _start,
}


def ask(scene: Scene, what: Ask, about: str = "", before: tuple[Line, ...] = ()) -> None:
    """Ask one thing, after the lines `before` in the same message; it becomes the open prompt."""
    prompt = scene.open_prompt(what, about)
    lines, buttons, kind = _WORDINGS[what](scene, prompt)
    scene.say(
        *before,
        *lines,
        buttons=buttons,
        kind=kind,
        key=f"ask:turn-{prompt.turn}",
        progress=progress(scene) if what is Ask.ANSWER else None,
    )


def remind(scene: Scene, *before: Line, offers: tuple[Button, ...] = ()) -> None:
    """Say the open prompt again, after the lines `before`; it stays the same prompt. Nothing open: the lines.

    `offers` are buttons beside the prompt's own.
    """
    prompt = scene.state.prompt
    if prompt is None:
        if before:
            scene.say(*before)
        return
    lines, buttons, kind = _WORDINGS[prompt.ask](scene, prompt)
    shown = progress(scene) if prompt.ask is Ask.ANSWER else None
    scene.say(*before, *lines, buttons=(*buttons, *offers), kind=kind, progress=shown)
