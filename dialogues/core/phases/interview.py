"""The interview proper: ask, listen, follow up at most twice, have the answer scored, go on.

An answer is every message between a question and the moment the scorer's word for it comes back. A message
that arrives while the answer is being scored, or that was written before the next question was seen, belongs
to that answer: it is scored again with the addition.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from dialogues.core.effects import Judge, Line, Notice, WakeAt
from dialogues.core.events import Scored, Transcribed, Unscored
from dialogues.core.interview import Aside, Ask, Phase, Reply, Stage, Voice
from dialogues.core.phases import coding, speaking
from dialogues.core.phases.asides import answer_question, soothe
from dialogues.core.phases.closing import begin_closing
from dialogues.core.progress import is_easier, next_question, restand, settle
from dialogues.core.prompts import ask, remind
from dialogues.core.reading import Reading, read, sounds_nervous
from dialogues.core.scene import Scene, current_reply, line, question_of, with_reply
from dialogues.core.times import zone_of
from scheduler.reminders import after_night
from scoring.rubric.elements import missing_elements
from scoring.rubric.model import Element

MAX_FOLLOWUPS = 2
_MORE = "more"
_SETTLED = frozenset({Stage.SCORED, Stage.UNSCORED})
_SAID_AT_ONCE = frozenset(
    {
        Reading.NERVOUS,
        Reading.CLARIFY,
        Reading.DONT_KNOW,
        Reading.RESTART,
        Reading.THANKS,
        Reading.NO_MORE,
        Reading.QUESTION,
    }
)
"""What needs no second look when it is spoken: it is answered, and what it says is short."""
_AWAY = frozenset({Aside.PAUSED, Aside.STOPPED, Aside.HUMAN})


class _Heard(Struct, frozen=True):
    """What was measured of one message of an answer."""

    units: int
    found: tuple[Element, ...]
    language: str
    nervous: bool


def begin(scene: Scene, *before: Line) -> None:
    """Ask the first question."""
    scene.update(phase=Phase.INTERVIEW, started_at=scene.at)
    _ask_next(scene, *before, line("interview.begin"))


def go_on(scene: Scene, bridge: Line | None = None) -> None:
    """Ask the next question when the answer before it is settled and the candidate is not away."""
    state, reply = scene.state, current_reply(scene.state)
    if state.phase is not Phase.INTERVIEW or state.prompt is not None or state.aside in _AWAY:
        return
    if reply is not None and reply.stage in _SETTLED:
        _ask_next(scene, bridge=bridge)


def _ask_next(scene: Scene, *before: Line, bridge: Line | None = None) -> None:
    """Ask the next question after the lines `before`, and after `bridge`, which needs a question to follow."""
    question = next_question(scene.state, scene.pack)
    if question is None:
        settle(scene)
        begin_closing(scene, *before)
        return
    if bridge is not None:
        before = (*before, bridge)
    reply = Reply(
        id=f"a{len(scene.state.replies) + 1}",
        question=question.id,
        competency=question.competency,
        turn=scene.state.turn + 1,
        asked_at=scene.at,
        language=scene.state.language,
        asked_in=scene.state.language,
    )
    scene.update(replies=(*scene.state.replies, reply))
    ask(scene, Ask.ANSWER, question.id, before=before)
    _set_alarm(scene)


def _set_alarm(scene: Scene) -> None:
    if scene.state.alarm_at > scene.at:
        return
    due = _nudge_at(scene, scene.at)
    scene.update(alarm_at=due)
    scene.add(WakeAt(key=scene.key("wake"), alarm="stalled", at=due))


def _nudge_at(scene: Scene, since: float) -> float:
    """Return when to remind of a question left open: after the pack's delay, not at night where this person is."""
    due = since + scene.pack.nudge_after_hours * 3600
    known = bool(scene.state.zone) or scene.pack.booking is not None
    return after_night(due, zone_of(scene)) if known else due


def hear_answer(scene: Scene, text: str) -> None:
    """Take a message where an answer was expected; words after a transcript take its place."""
    reply = current_reply(scene.state)
    program = reply is not None and question_of(scene, reply).code is not None
    if reply is not None and program and coding.hands_in(text):
        hand_in(scene)
        return
    if reply is not None and program and coding.is_program(text):
        coding.take_program(scene, reply, text)
        return
    reading, language = read(text, scene.tongues)
    if reply is not None and program and reading is Reading.WORDS:
        coding.keep_explanation(scene, reply, scene.seq)
        return
    _hear_words(scene, text, reading, language)


def _hear_words(scene: Scene, text: str, reading: Reading, language: str) -> None:
    match reading:
        case Reading.WORDLESS | Reading.TOO_LONG | Reading.INSULT | Reading.INJECTION | Reading.FOREIGN:
            remind(scene, line(f"odd.{reading}"))
        case Reading.NERVOUS:
            soothe(scene)
        case Reading.RESTART:
            _start_over(scene)
        case Reading.CLARIFY:
            remind(scene, line("warm.clarify"))
        case Reading.THANKS:
            scene.say(line("warm.listening"))
        case Reading.DONT_KNOW:
            _accept_unknown(scene)
        case Reading.NO_MORE if (said := _answered(scene)) is not None:
            _send_to_scorer(scene, said)
        case Reading.QUESTION:
            remind(scene, answer_question(scene, text), line("prompt.back"))
        case _:
            spoken = scene.state.voice.shown if scene.state.voice is not None else 0
            scene.update(voice=None)
            _take(scene, _measure(scene, text, language), scene.seq, spoken)


def hand_in(scene: Scene) -> None:
    """Have a program scored by the hidden tests."""
    reply = _answered(scene)
    if reply is None or question_of(scene, reply).code is None:
        scene.say(line("code.wanted"))
        return
    scene.say(line("code.handed_in"))
    _send_to_scorer(scene, reply)


def hear_transcript(scene: Scene, event: Transcribed) -> None:
    """Take what was written down of a recording: short words at once, an answer after the candidate's own look."""
    if not speaking.is_current(scene, event):
        speaking.forget(scene)
        return
    prompt, voice = scene.state.prompt, scene.state.voice
    assert prompt is not None
    assert voice is not None
    if event.trouble or not event.text.strip():
        speaking.ask_again(scene, event.trouble or "silent")
    elif prompt.ask is Ask.PRACTICE_ANSWER:
        speaking.show_practice(scene, event)
    else:
        _weigh(scene, event, voice)


def _weigh(scene: Scene, event: Transcribed, voice: Voice) -> None:
    reading, language = read(event.text, scene.tongues)
    if reading in _SAID_AT_ONCE:
        scene.update(voice=None)
        _hear_words(scene, event.text, reading, language)
        return
    measured = _measure(scene, event.text, language or scene.state.language)
    scene.update(
        voice=replace(
            voice,
            shown=scene.seq,
            units=measured.units,
            found=measured.found,
            language=measured.language,
            nervous=measured.nervous,
        )
    )
    speaking.show(scene, event)


def press_voice(scene: Scene, choice: str) -> None:
    """Take the candidate's word on their voice: consent to it, or whether its transcript is right."""
    voice = scene.state.voice
    match choice:
        case "agree":
            speaking.agree(scene)
        case "refuse":
            speaking.refuse(scene)
        case "right" if voice is not None and voice.shown:
            heard = _Heard(voice.units, voice.found, voice.language, voice.nervous)
            scene.update(voice=None)
            _take(scene, heard, voice.shown, voice.shown)
        case "again" if voice is not None:
            speaking.again(scene)
        case _:
            scene.say(line("button.past"))


def _answered(scene: Scene) -> Reply | None:
    """Return the open answer when something was said of it already."""
    reply = current_reply(scene.state)
    return reply if reply is not None and reply.events else None


def _start_over(scene: Scene) -> None:
    reply = current_reply(scene.state)
    assert reply is not None  # an answer prompt is open only with its reply
    fresh = replace(reply, events=(), rounds=(), found=(), units=0, answered_at=0.0, spoken=())
    scene.update(replies=with_reply(scene.state, fresh).replies)
    remind(scene, line("warm.restart"))


def _accept_unknown(scene: Scene) -> None:
    reply = current_reply(scene.state)
    assert reply is not None
    if reply.events:
        scene.say(line("warm.no_more"))
        _send_to_scorer(scene, reply)
        return
    known = replace(reply, stage=Stage.UNKNOWN, events=(scene.seq,), rounds=(0,), answered_at=scene.at)
    scene.update(replies=with_reply(scene.state, known).replies, prompt=None)
    restand(scene, reply.competency)
    following = next_question(scene.state, scene.pack)
    lighter = following is not None and is_easier(following, question_of(scene, known))
    _ask_next(scene, line("warm.dont_know"), bridge=line("next.easier" if lighter else "next.other"))


def _measure(scene: Scene, text: str, language: str) -> _Heard:
    structure = scene.world.tongues[language].structure
    found = tuple(sorted(structure.find_elements(text)))
    return _Heard(structure.length(text), found, language, sounds_nervous(text, scene.tongues))


def _take(scene: Scene, heard: _Heard, event: int, spoken: int = 0) -> None:
    """Add the words of `event` to the answer; `spoken` is the transcript they confirm or replace."""
    reply = current_reply(scene.state)
    assert reply is not None
    if question_of(scene, reply).code is not None:  # said of a program
        coding.keep_explanation(scene, reply, event)
        return
    reply = replace(
        reply,
        events=(*reply.events, event),
        rounds=(*reply.rounds, len(reply.followed) if reply.events else 0),
        language=heard.language if not reply.events else reply.language,
        found=tuple(sorted({*reply.found, *heard.found})),
        units=reply.units + heard.units,
        answered_at=scene.at,
        spoken=(*reply.spoken, spoken) if spoken else reply.spoken,
    )
    scene.update(replies=with_reply(scene.state, reply).replies)
    wanted = _what_is_missing(scene, reply, heard.units)
    if wanted:
        _follow_up(scene, reply, wanted, heard.nervous)
    else:
        _send_to_scorer(scene, reply)


def _what_is_missing(scene: Scene, reply: Reply, units: int) -> str:
    """Return what to ask for: more of everything, one element, or "" when the answer is whole.

    Whoever answers a follow-up in a word or two has said what they have; asking again would be pressing.
    """
    structure = scene.world.tongues[reply.language].structure
    if len(reply.followed) >= MAX_FOLLOWUPS or (reply.followed and structure.brief(units)):
        return ""
    if structure.brief(reply.units):
        return _MORE if _MORE not in reply.followed else ""
    question = question_of(scene, reply)
    worded = question.followups.get(scene.state.language, {}).keys()
    missing = missing_elements(question.kind, frozenset(reply.found), worded)
    return next((element for element in missing if element not in reply.followed), "")


def _follow_up(scene: Scene, reply: Reply, wanted: str, nervous: bool) -> None:
    before: tuple[Line, ...] = ()
    if nervous and not scene.state.comforted:
        scene.update(comforted=1)
        before = (line("warm.nervous"),)
    scene.update(replies=with_reply(scene.state, replace(reply, followed=(*reply.followed, wanted))).replies)
    ask(scene, Ask.ANSWER, reply.question, before=before)


def _send_to_scorer(scene: Scene, reply: Reply) -> None:
    reply = replace(reply, stage=Stage.SCORING, revision=reply.revision + 1)
    scene.update(replies=with_reply(scene.state, reply).replies)
    if scene.state.prompt is not None and scene.state.prompt.about == reply.question:
        scene.update(prompt=None)
    scene.add(
        Judge(
            key=f"judge:{reply.id}.{reply.revision}",
            answer=reply.id,
            revision=reply.revision,
            question=reply.question,
            language=reply.language,
            events=reply.events,
            code=reply.code,
        )
    )


def hear_addition(scene: Scene, text: str, reply: Reply) -> None:
    """Add a message to an answer that was already complete, and have it scored again; a program takes its place."""
    program = question_of(scene, reply).code is not None
    if program and coding.is_program(text):
        scene.say(line("code.closed"))
        return
    reading, _ = read(text, scene.tongues)
    if reading is Reading.QUESTION:
        scene.say(answer_question(scene, text))
        return
    if program and reading is Reading.WORDS:
        coding.keep_explanation(scene, reply, scene.seq)
        return
    if reading is not Reading.WORDS:
        scene.say(line("answer.noted"))
        return
    structure = scene.world.tongues[reply.language].structure
    grown = replace(
        reply,
        events=(*reply.events, scene.seq),
        rounds=(*reply.rounds, len(reply.followed)),
        units=reply.units + structure.length(text),
    )
    _send_to_scorer(scene, grown)
    if scene.state.prompt is not None:
        scene.say(line("answer.added"))


def take_score(scene: Scene, event: Scored | Unscored) -> None:
    """Take a scorer's word for an answer; one for an older revision is out of date and changes nothing."""
    reply = next((r for r in scene.state.replies if r.id == event.answer), None)
    if reply is None or reply.stage is not Stage.SCORING or reply.revision != event.revision:
        return
    match event:
        case Unscored():
            scene.tell_hr(Notice.UNSCORED, event=scene.seq)
            scored = replace(reply, stage=Stage.UNSCORED)
        case Scored():
            if event.score.disputed and not any(other.disputed for other in scene.state.replies):
                scene.tell_hr(Notice.DISPUTED, event=scene.seq)
            scored = replace(
                reply,
                stage=Stage.SCORED,
                level=event.score.level,
                standard_error=event.score.standard_error,
                abstained=event.score.abstained or "",
                disputed=event.score.disputed,
                scorer=f"{event.score.scorer.name}@{event.score.scorer.version}",
            )
    scene.update(replies=with_reply(scene.state, scored).replies)
    restand(scene, reply.competency)
    if scene.state.phase is not Phase.INTERVIEW:
        settle(scene)


def skip_question(scene: Scene) -> None:
    """Go on without an answer to this question, or with what was said of it so far."""
    reply = current_reply(scene.state)
    if reply is None or reply.stage is not Stage.OPEN:
        scene.say(line("skip.nothing"))
        return
    if reply.events:
        _send_to_scorer(scene, reply)
        return
    scene.update(replies=with_reply(scene.state, replace(reply, stage=Stage.SKIPPED)).replies, prompt=None)
    _ask_next(scene, line("skip.done"))


def nudge(scene: Scene) -> None:
    """Remind once of a question left open for a day; set the alarm again when the person was here since."""
    state = scene.state
    if state.phase is not Phase.INTERVIEW or state.aside is not None or state.prompt is None:
        return
    due = _nudge_at(scene, state.last_at)
    if scene.at < due - 1:
        scene.update(alarm_at=due)
        scene.add(WakeAt(key=scene.key("wake"), alarm="stalled", at=due))
    elif state.nudged_turn != state.turn:
        scene.update(nudged_turn=state.turn)
        remind(scene, line("nudge.stalled"))
