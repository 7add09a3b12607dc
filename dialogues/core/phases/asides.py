"""What may be asked for at any moment: help, repeat, pause, skip, language, why, a person, stop, delete.

Handled once, before the phases. An aside lies over the open prompt; the prompt stays open and is said again
when the aside ends.
"""

from __future__ import annotations

from collections.abc import Callable

from dialogues.core.effects import Erase, Explain, Line, Notice, SayKind
from dialogues.core.interview import Aside, Ask, Interview, Phase
from dialogues.core.prompts import remind
from dialogues.core.scene import Scene, button, line
from dialogues.core.tongue import Command, Cue, heard, plain

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
    resume(scene, line("pause.off"))


def _language(scene: Scene) -> None:
    scene.update(aside=Aside.LANGUAGE)
    buttons = tuple(
        button(f"language:{tongue.code}", "verbatim", text=tongue.name) for tongue in scene.tongues
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
    names = "、" if scene.state.language == "zh" else ", "
    listed = names.join(scene.local(competency.name) for competency in scene.pack.competencies)
    remind(scene, line("why.before", competencies=listed))


def _human(scene: Scene) -> None:
    scene.tell_hr(Notice.HUMAN_WANTED, event=scene.seq)
    scene.update(aside=Aside.HUMAN)
    scene.say(line("human.called"), buttons=(button("do:continue"),))


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
    """Erase the person; the last message says so and names nobody."""
    state = scene.state
    scene.add(Erase(key=f"erase:{scene.seq}"))
    scene.tell_hr(Notice.ERASED)
    scene.update(phase=Phase.ERASED, prompt=None, aside=None, known=(), decision=None, overrides=())
    scene.update(standings=state.standings, comment_event=0)
    scene.say(line("delete.done"))


_COMMANDS: dict[Command, Callable[[Scene], None]] = {
    Command.HELP: _help,
    Command.REPEAT: _repeat,
    Command.PAUSE: _pause,
    Command.CONTINUE: _continue,
    Command.LANGUAGE: _language,
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
    yes = len(text) <= 12 and heard(Cue.YES, text, scene.tongues) and not heard(Cue.NO, text, scene.tongues)
    if yes:
        (stop_now if aside is Aside.CONFIRM_STOP else erase_now)(scene)
        return True
    if len(text) <= 12 and heard(Cue.NO, text, scene.tongues):
        resume(scene, line("stop.kept"))
        return True
    scene.update(aside=None)
    return False


def _named_language(scene: Scene, text: str) -> bool:
    for tongue in scene.tongues:
        if plain(text, scene.tongue) == tongue.name.casefold():
            switch_language(scene, tongue.code)
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


def answer_question(scene: Scene, text: str) -> Line:
    """Answer a candidate's question from the job's facts, or pass it to HR; never invent."""
    low = text.casefold()
    for fact in scene.pack.faq.get(scene.state.language, ()):
        if any(word.casefold() in low for word in fact.words):
            return line("faq.answer", answer=fact.answer)
    scene.tell_hr(Notice.QUESTION, event=scene.seq)
    return line("faq.passed_on")


def is_closing(state: Interview) -> bool:
    """Say whether the open prompt only asks for the candidate's own questions or opinion."""
    return state.prompt is not None and state.prompt.ask in (Ask.QUESTIONS, Ask.SURVEY, Ask.COMMENT)
