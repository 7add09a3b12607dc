"""After the last answer: the candidate's own questions, thanks with real feedback, and a one-tap survey."""

from __future__ import annotations

import re

from dialogues.core.effects import Button, Line, Notice, SayKind
from dialogues.core.events import Decided, HrWrote, OfferMade, Outcome, Overridden
from dialogues.core.interview import Ask, Decision, Override, Phase, Standing
from dialogues.core.phases.asides import answer_question, has_fact
from dialogues.core.progress import settle
from dialogues.core.prompts import ask, remind
from dialogues.core.reading import Reading, is_asking, read
from dialogues.core.scene import Scene, button, line
from dialogues.core.tongue import Cue, heard
from scoring.rubric.model import Competency

_STRENGTH, _SHINES = 4.0, 7.0
"""The levels (0-10) from which an area is named as what went well, and as a real strength."""
_MARK = re.compile(r"\D{0,3}([1-5])\s*(?:分|星|颗星|stars?|points?|/\s*5)?\W*", re.IGNORECASE)


def begin_closing(scene: Scene, *before: Line) -> None:
    """Ask whether the candidate wants to know anything."""
    scene.update(phase=Phase.QUESTIONS)
    ask(scene, Ask.QUESTIONS, before=(*before, line("closing.done")))


def hear_question(scene: Scene, text: str) -> None:
    """Answer from the job's facts or pass on; "no" and "thank you" end the interview."""
    reading, _ = read(text, scene.tongues)
    done = any(heard(cue, text, scene.tongues) for cue in (Cue.NO, Cue.THANKS))
    if done or reading in (Reading.WORDLESS, Reading.DONT_KNOW, Reading.NO_MORE):
        give_feedback(scene)
        return
    if heard(Cue.YES, text, scene.tongues):
        said: tuple[Line, ...] = (line("questions.go_ahead"),)
    elif reading in (Reading.INSULT, Reading.INJECTION, Reading.FOREIGN, Reading.TOO_LONG):
        said = (line(f"odd.{reading}"), line("questions.more"))
    else:
        said = (_answer_or_note(scene, text), line("questions.more"))
    scene.say(*said, buttons=(button("questions:none"),))


def _answer_or_note(scene: Scene, text: str) -> Line:
    """Answer a question; what is none, and no fact answers, is passed on as it stands."""
    if is_asking(text, scene.tongues) or has_fact(scene, text):
        return answer_question(scene, text)
    scene.tell_hr(Notice.MESSAGE, event=scene.seq)
    return line("over.passed_on")


def give_feedback(scene: Scene) -> None:
    """Thank, say what came across well and one thing to work on, and when HR will be in touch."""
    settle(scene)
    scene.update(phase=Phase.SURVEY, finished_at=scene.at, prompt=None)
    scene.tell_hr(Notice.FINISHED)
    scene.push("finished")
    contact = line("feedback.contact", days=str(scene.pack.reply_within_days))
    lines = (line("feedback.thanks"), *_strengths(scene), *_levels(scene), contact)
    scene.say(*lines, kind=SayKind.RESULT, key="feedback")
    ask(scene, Ask.SURVEY)


def _known(scene: Scene) -> list[tuple[Standing, Competency]]:
    return [(s, scene.pack.competency(s.competency)) for s in scene.state.standings if s.in_force is not None]


def _strengths(scene: Scene) -> tuple[Line, ...]:
    ranked = sorted(_known(scene), key=lambda pair: (-(pair[0].in_force or 0.0), pair[1].id))
    if not ranked:
        return (line("feedback.too_little"),)
    (standing, best), weakest = ranked[0], ranked[-1][1]
    shone = _shone(scene)
    lines = [line(_praise(standing.in_force or 0.0), name=scene.local(best.name))] if shone else []
    if weakest.advice and (weakest is not best or not shone):
        advice = scene.local(weakest.advice)
        lines.append(line("feedback.grow", name=scene.local(weakest.name), advice=advice))
    return tuple(lines)


def _praise(level: float) -> str:
    """Return the phrase for the best area: praise that everybody gets is worth nothing to anybody."""
    return "feedback.strength" if level >= _SHINES else "feedback.solid"


def _shone(scene: Scene) -> bool:
    """Say whether something came across well enough to be called a strength."""
    return any((standing.in_force or 0.0) >= _STRENGTH for standing, _ in _known(scene))


def _levels(scene: Scene) -> tuple[Line, ...]:
    """List the levels where the job shows them. A row of low figures helps nobody: they are there for the asking."""
    if not scene.pack.feedback_levels or not _shone(scene):
        return ()
    rows = tuple(
        line("feedback.level", name=scene.local(competency.name), level=f"{standing.in_force:.1f}")
        for standing, competency in _known(scene)
    )
    return (line("feedback.levels"), *rows)


def rate(scene: Scene, mark: int) -> None:
    """Keep the satisfaction mark (1-5) and ask for a word about it."""
    scene.update(rating=mark)
    ask(scene, Ask.COMMENT, before=(line("survey.thanks"),))


def hear_survey(scene: Scene, text: str) -> None:
    """Take a mark in figures, or a comment straight away."""
    mark = _MARK.fullmatch(text)
    if mark is not None:
        rate(scene, int(mark[1]))
    else:
        hear_comment(scene, text)


def hear_comment(scene: Scene, text: str) -> None:
    """Keep an open comment and say goodbye; a question is answered first."""
    if is_asking(text, scene.tongues):
        remind(scene, answer_question(scene, text))
        return
    if any(heard(cue, text, scene.tongues) for cue in (Cue.NO, Cue.THANKS)):
        say_goodbye(scene)
        return
    scene.update(comment_event=scene.seq)
    say_goodbye(scene)


def say_goodbye(scene: Scene) -> None:
    """End the conversation; it can still be written to."""
    scene.update(phase=Phase.FINISHED, prompt=None)
    scene.say(line("goodbye"))


def hear_afterwards(scene: Scene, text: str) -> None:
    """Take words after the end: a question is answered or passed on, anything else is acknowledged."""
    if is_asking(text, scene.tongues):
        scene.say(answer_question(scene, text))
    elif heard(Cue.THANKS, text, scene.tongues):
        scene.say(line("over.welcome"))
    else:
        scene.tell_hr(Notice.MESSAGE, event=scene.seq)
        scene.say(line("over.passed_on"))


def take_decision(scene: Scene, event: Decided) -> None:
    """Record a person's decision and tell the candidate, in that person's name; a hold is not told."""
    decision = Decision(outcome=event.outcome, by=event.by, at=event.at, event=scene.seq)
    scene.update(decision=decision)
    scene.push("decided")
    if event.outcome is Outcome.HOLD:
        return
    told = line(f"decision.{event.outcome}", by=event.by, job=scene.local(scene.pack.title))
    scene.say(told, kind=SayKind.RESULT, decided_by=event.by)


def take_override(scene: Scene, event: Overridden) -> None:
    """Put a person's level beside the computed one and work the total out again."""
    kept = tuple(o for o in scene.state.overrides if o.competency != event.competency)
    override = Override(
        competency=event.competency, level=event.level, by=event.by, at=event.at, event=scene.seq
    )
    scene.update(overrides=(*kept, override))
    settle(scene)
    scene.push("overridden")


def make_offer(scene: Scene, event: OfferMade) -> None:
    """Put a person's offer to the candidate: yes, no, or first a question."""
    scene.update(offer="made")
    buttons = (button("offer:accept"), button("offer:decline"), button("offer:ask"))
    scene.say(
        line("human.wrote", by=event.by, text=event.text),
        buttons=buttons,
        kind=SayKind.CHOICE,
        decided_by=event.by,
    )


def answer_offer(scene: Scene, choice: str) -> bool:
    """Take the answer to an offer; False when there is none to answer. A no can still become a yes with HR."""
    if scene.state.offer not in ("made", "asked") or choice not in ("accept", "decline", "ask"):
        return False
    if choice == "ask":
        scene.update(offer="asked")
        scene.tell_hr(Notice.OFFER_ASKED)
        scene.say(line("offer.ask"))
        return True
    if choice == "accept":
        scene.update(offer="accepted")
        scene.tell_hr(Notice.OFFER_ACCEPTED)
        scene.push("offer")
        scene.say(line("offer.accepted"))
        return True
    scene.update(offer="declined")
    scene.tell_hr(Notice.OFFER_DECLINED)
    scene.push("offer")
    scene.say(line("offer.declined"))
    return True


def pass_on(scene: Scene, event: HrWrote) -> None:
    """Say what a person of HR wrote."""
    phrase = "human.feedback" if event.about else "human.wrote"
    scene.say(line(phrase, by=event.by, text=event.text), buttons=_back(scene))


def _back(scene: Scene) -> tuple[Button, ...]:
    return (button("do:continue"),) if scene.state.prompt is not None else ()
