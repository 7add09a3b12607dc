"""What may be asked for at any moment: help, repeat, pause, skip, language, why, a person, stop, delete.

Handled once, before the phases. An aside lies over the open prompt; the prompt stays open and is said again
when the aside ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogues.core.effects import CloseBooking, Erase, Explain, Line, Notice, SayKind
from dialogues.core.events import TalkEnded
from dialogues.core.interview import Aside, Interview, Phase
from dialogues.core.pack import Faq
from dialogues.core.prompts import remind
from dialogues.core.scene import Scene, button, line
from dialogues.core.tongue import Command, Cue, heard, named_language

_OVER = frozenset({Phase.FINISHED, Phase.REFUSED, Phase.ERASED})


def is_over(state: Interview) -> bool:
    """Say whether nothing more is asked in this interview."""
    return state.phase in _OVER


def _help(scene: Scene) -> None:
    commands = tuple(line(f"help.{command}") for command in Command if command is not Command.HELP)
    scene.say(line("help.intro"), *commands)


def _repeat(scene: Scene) -> None:
    if scene.state.prompt is None:
        scene.say(line("repeat.nothing"))
        return
    remind(scene)


def _pause(scene: Scene) -> None:
    if is_over(scene.state):
        scene.say(line("over.note"))
        return
    scene.update(aside=Aside.PAUSED)
    scene.say(line("pause.on"), buttons=(button("do:continue"),))


def resume(scene: Scene, *before: Line) -> None:
    """End the aside and say the open prompt again."""
    scene.update(aside=None)
    remind(scene, *before)


def _continue(scene: Scene) -> None:
    if is_over(scene.state):
        scene.say(line("over.note"))
        return
    away = scene.state.aside in (Aside.PAUSED, Aside.STOPPED, Aside.HUMAN)
    if scene.state.aside is Aside.HUMAN:
        scene.tell_hr(Notice.TALK_OVER)
    resume(scene, line("pause.off" if away else "pause.none"))


def ask_language(scene: Scene) -> None:
    """Ask which language to go on in."""
    scene.update(aside=Aside.LANGUAGE)
    buttons = tuple(
        button(f"language:{tongue.code}", "verbatim", text=tongue.name)
        for tongue in scene.world.tongues.values()
    )
    scene.say(line("language.ask"), buttons=buttons, kind=SayKind.CHOICE)


def switch_language(scene: Scene, code: str) -> None:
    """Go on in another language, at the same prompt."""
    scene.update(language=code)
    resume(scene, line("language.now"))


def _why(scene: Scene) -> None:
    if scene.state.phase in (Phase.SURVEY, Phase.FINISHED):
        scene.add(Explain(key=scene.key("explain"), language=scene.state.language))
        return
    listed = scene.tongue.comma.join(scene.local(competency.name) for competency in scene.pack.competencies)
    back = (line("prompt.back"),) if scene.state.prompt is not None else ()
    remind(scene, line("why.before", competencies=listed), *back)


def soothe(scene: Scene) -> None:
    """Meet nerves kindly; a pause or the next question is one tap away."""
    scene.update(comforted=scene.state.comforted + 1)
    remind(scene, line("warm.nervous"), offers=(button("do:pause"), button("do:skip")))


def _human(scene: Scene) -> None:
    scene.tell_hr(Notice.HUMAN_WANTED, event=scene.seq)
    if is_over(scene.state):
        scene.say(line("human.called_after"))
        return
    scene.update(aside=Aside.HUMAN)
    scene.say(line("human.called"), buttons=(button("do:continue"),))


def end_talk(scene: Scene, event: TalkEnded) -> None:
    """End the talk with a person from HR's side: the interview goes on where it waited."""
    if scene.state.aside is Aside.HUMAN:
        resume(scene, line("human.over", by=event.by))


def _stop(scene: Scene) -> None:
    if is_over(scene.state):
        scene.say(line("over.note"))
        return
    scene.update(aside=Aside.CONFIRM_STOP)
    scene.say(line("stop.ask"), buttons=(button("stop:yes"), button("stop:no")), kind=SayKind.CHOICE)


def _delete(scene: Scene) -> None:
    scene.update(aside=Aside.CONFIRM_DELETE)
    scene.say(line("delete.ask"), buttons=(button("delete:yes"), button("delete:no")), kind=SayKind.CHOICE)


def stop_now(scene: Scene) -> None:
    """Stop for now; what was said is kept and the way back stays open."""
    scene.update(aside=Aside.STOPPED)
    scene.tell_hr(Notice.STOPPED)
    scene.say(line("stop.done"), buttons=(button("do:continue"),))


def erase_now(scene: Scene) -> None:
    """Erase the person at their wish; the last message says so and names nobody."""
    expire(scene)
    scene.tell_hr(Notice.ERASED)
    scene.say(line("delete.done"))


def expire(scene: Scene) -> None:
    """Erase the person without a word: the time for which this job keeps what was said is over."""
    scene.add(Erase(key=f"erase:{scene.seq}"))
    if scene.state.booking is not None:
        release_bookings(scene)
    scene.push("erased")
    scene.update(
        phase=Phase.ERASED, prompt=None, aside=None, known=(), decision=None, overrides=(), booking=None
    )
    scene.update(comment_event=0)


def release_bookings(scene: Scene) -> None:
    """Give back every time this person has: there is nobody left to keep it for."""
    scene.add(CloseBooking(key=f"close:erased.{scene.seq}", request=0, kind="", how="erased"))


_COMMANDS: dict[Command, Callable[[Scene], None]] = {
    Command.HELP: _help,
    Command.REPEAT: _repeat,
    Command.PAUSE: _pause,
    Command.CONTINUE: _continue,
    Command.LANGUAGE: ask_language,
    Command.WHY: _why,
    Command.HUMAN: _human,
    Command.STOP: _stop,
    Command.DELETE: _delete,
}


def obey(scene: Scene, command: Command) -> None:
    """Do what the command says. Skip is the phases' own and is not obeyed here."""
    _COMMANDS[command](scene)


def listen_aside(scene: Scene, text: str) -> bool:
    """Take a text while an aside lies over the prompt; False when the text belongs to the prompt after all."""
    aside = scene.state.aside
    if aside in (Aside.CONFIRM_STOP, Aside.CONFIRM_DELETE):
        return _confirm(scene, text, aside)
    if aside is Aside.LANGUAGE:
        return _named_language(scene, text)
    if aside is Aside.HUMAN:
        scene.tell_hr(Notice.MESSAGE, event=scene.seq)
        scene.say(line("human.passed_on"), buttons=(button("do:continue"),))
        return True
    if aside is Aside.STOPPED and scene.tongue.structure.brief(scene.tongue.structure.length(text)):
        resume(scene, line("stop.back"))
        return True
    scene.update(aside=None)
    return False


def _confirm(scene: Scene, text: str, aside: Aside) -> bool:
    if heard(Cue.NO, text, scene.tongues):
        resume(scene, line("stop.kept"))
        return True
    if heard(Cue.YES, text, scene.tongues):
        (stop_now if aside is Aside.CONFIRM_STOP else erase_now)(scene)
        return True
    scene.update(aside=None)
    return False


def _named_language(scene: Scene, text: str) -> bool:
    code = named_language(text, scene.tongues)
    if code:
        switch_language(scene, code)
        return True
    scene.update(aside=None)
    return False


def press_aside(scene: Scene, topic: str, choice: str) -> bool:
    """Take a button that belongs to an aside; False when it does not."""
    match topic, choice:
        case "language", code if code in scene.world.tongues:
            switch_language(scene, code)
        case "stop", "yes" if scene.state.aside is Aside.CONFIRM_STOP:
            stop_now(scene)
        case "delete", "yes" if scene.state.aside is Aside.CONFIRM_DELETE:
            erase_now(scene)
        case (("stop" | "delete"), "no") if scene.state.aside in (Aside.CONFIRM_STOP, Aside.CONFIRM_DELETE):
            resume(scene, line("stop.kept"))
        case _:
            return False
    return True


def _fit(text: str, fact: Faq) -> int:
    """Return how many letters of the question are words of this fact; Latin ones count as whole words."""
    low = text.casefold()
    words = (word.casefold() for word in fact.words)
    return sum(len(word) for word in words if word in low and _stands(word, low))


def _stands(word: str, low: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}s?(?![a-z0-9])", low) is not None


def _fact(scene: Scene, text: str) -> Faq | None:
    """Return the fact of the job that answers best."""
    facts = scene.pack.faq.get(scene.state.language, ())
    best = max(facts, key=lambda fact: _fit(text, fact), default=None)
    return best if best is not None and _fit(text, best) else None


def has_fact(scene: Scene, text: str) -> bool:
    """Say whether a fact of the job answers this."""
    return _fact(scene, text) is not None


def answer_question(scene: Scene, text: str) -> Line:
    """Answer a candidate's question from the job's facts, or pass it to HR; never invent."""
    fact = _fact(scene, text)
    if fact is not None:
        return line("faq.answer", answer=fact.answer)
    scene.tell_hr(Notice.QUESTION, event=scene.seq)
    return line("faq.passed_on")
