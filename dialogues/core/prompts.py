"""How the one open prompt is put into words, so that it can be asked, repeated, or asked in another language."""

from __future__ import annotations

from collections.abc import Callable

from dialogues.core.effects import Button, Line, SayKind
from dialogues.core.interview import Ask, Prompt
from dialogues.core.progress import progress
from dialogues.core.scene import Scene, button, current_reply, line, verbatim
from scoring.rubric.model import Element

Wording = tuple[tuple[Line, ...], tuple[Button, ...], SayKind]

_ELEMENTS = frozenset(element.value for element in Element)
DETAIL_FIELDS = ("name", "email", "phone")


def _consent(scene: Scene, prompt: Prompt) -> Wording:
    lines = (line("consent.ask", days=str(scene.pack.retention_days)),)
    return lines, (button("consent:yes"), button("consent:no"), button("do:human")), SayKind.CHOICE


def _confirm(scene: Scene, prompt: Prompt) -> Wording:
    known = tuple(field for field in DETAIL_FIELDS if field in scene.state.known)
    details = tuple(Line(phrase=f"details.{field}", profile=(field,)) for field in known)
    lines = (line("details.known"), *details, line("details.right"))
    return lines, (button("details:right"), button("details:wrong")), SayKind.CHOICE


def _detail(scene: Scene, prompt: Prompt) -> Wording:
    return (line(f"details.ask_{prompt.about}"),), (button("do:skip"),), SayKind.CHOICE


def _practice_offer(scene: Scene, prompt: Prompt) -> Wording:
    return (line("practice.offer"),), (button("practice:yes"), button("practice:no")), SayKind.CHOICE


def _practice_answer(scene: Scene, prompt: Prompt) -> Wording:
    return (line("practice.question"),), (), SayKind.QUESTION


def _answer(scene: Scene, prompt: Prompt) -> Wording:
    question = scene.pack.question(prompt.about)
    reply = current_reply(scene.state)
    if reply is None or reply.question != question.id or not reply.followed or not reply.events:
        return (verbatim(scene.local(question.text)),), (), SayKind.QUESTION
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
