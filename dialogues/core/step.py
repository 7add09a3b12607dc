"""One step of an interview: an event comes in, a new state and the effects go out.

    step(state, event, world) -> (state', effects)

The rules.  A conversation waits for one thing at a time, its *prompt*; every prompt has a *turn* number and
is asked under the key `ask:turn-N`, which the outbox accepts once.  Whatever may be asked for at any moment
(help, repeat, pause, language, why, a person, stop, delete) is an *aside*: it is handled first, lies over the
prompt and leaves it open.  Everything else belongs to the phase.  Time comes with the event; chance is a seed
in the state; nothing here waits, reads a clock, or writes a log.

The phases follow `TRANSITIONS`; the diagram in docs/architecture.md is generated from it.  The invariants:

  1. At most one prompt is open; a question is asked only after the answer before it is stored and scored.
  2. Every message of a candidate takes one number (`seq`) and is in the transcript once.
  3. A score names the answer and its revision; one for an older revision changes nothing.
  4. A message that tells an outcome carries `decided_by`, the person who decided.
  5. The state holds no word of a person's: only numbers of events.
  6. After an erasure every event leaves the state erased.
"""

from __future__ import annotations

from typing import assert_never

from msgspec.structs import replace

from dialogues.core import taking
from dialogues.core.effects import Effect
from dialogues.core.events import (
    Answered,
    Booked,
    CandidateEvent,
    Chosen,
    CodeJudged,
    DayAwaited,
    Decided,
    DocumentKept,
    DocumentLost,
    DocumentReceived,
    Expired,
    Explained,
    HrWrote,
    MoveAsked,
    OfferMade,
    Opened,
    Outcome,
    Overridden,
    Reminded,
    Scored,
    SlotHeld,
    SlotsFound,
    SlotTaken,
    StepDue,
    TalkEnded,
    Transcribed,
    Unbooked,
    Unreachable,
    Unreadable,
    Unscored,
    VoiceReceived,
    Woke,
    ZoneFound,
)
from dialogues.core.interview import Aside, Ask, Interview, Phase, Reply, Stage
from dialogues.core.phases import (
    appointments,
    asides,
    booking,
    closing,
    interview,
    opening,
)
from dialogues.core.prompts import bridge, remind
from dialogues.core.scene import Scene, World, current_reply, line, verbatim
from dialogues.core.tongue import Command, find_command, named_language

TRANSITIONS: dict[Phase, dict[str, Phase]] = {
    Phase.NEW: {"opened": Phase.CONSENT},
    Phase.CONSENT: {"agreed": Phase.DETAILS, "agreed, a time first": Phase.BOOKING, "refused": Phase.REFUSED},
    Phase.REFUSED: {"agreed after all": Phase.DETAILS},
    Phase.DETAILS: {"details known": Phase.PRACTICE},
    Phase.PRACTICE: {"practised or declined": Phase.INTERVIEW, "another time wished": Phase.BOOKING},
    Phase.BOOKING: {
        "the time has come, or now after all": Phase.INTERVIEW,
        "now after all, details not yet confirmed": Phase.DETAILS,
    },
    Phase.INTERVIEW: {"precise enough, or the plan's limit": Phase.QUESTIONS},
    Phase.QUESTIONS: {"no more questions": Phase.SURVEY},
    Phase.SURVEY: {"rated or skipped": Phase.FINISHED},
    Phase.FINISHED: {},
    Phase.ERASED: {},
}
"""Phase -> what happens -> next phase. Besides these, `/delete` and the end of the retention time lead from every phase to ERASED."""


_CHOICES = frozenset({Ask.CONSENT, Ask.CONFIRM, Ask.PRACTICE_OFFER})
_AFTERWORDS = frozenset({Ask.QUESTIONS, Ask.SURVEY, Ask.COMMENT})
"""Asked when the interview itself is over: to stop is to leave the rest out."""


def step(state: Interview, event: CandidateEvent, world: World) -> tuple[Interview, tuple[Effect, ...]]:
    """Return the state after the event and what is to be done, in order. Never raises for odd input."""
    scene = Scene(state, event.at, world)
    if state.phase is Phase.ERASED:
        return _stay_erased(scene, event)
    match event:
        case Opened():
            opening.open_conversation(scene, event)
        case Answered():
            _hear(scene, event)
        case Chosen():
            _press(scene, event)
        case Scored() | Unscored():
            interview.take_score(scene, event)
        case Explained():
            scene.say(verbatim(event.text))
        case Woke():
            interview.nudge(scene)
        case Expired():
            asides.expire(scene)
        case Decided():
            _decide(scene, event)
        case Overridden():
            closing.take_override(scene, event)
        case HrWrote():
            closing.pass_on(scene, event)
        case Unreadable() | DocumentReceived() | DocumentKept() | DocumentLost() | Unreachable():
            taking.take_thing(scene, event)
        case CodeJudged() | VoiceReceived() | Transcribed():
            taking.take_special(scene, event)
        case OfferMade() | StepDue():
            taking.take_next_step(scene, event)
        case TalkEnded():
            asides.end_talk(scene, event)
        case (
            SlotsFound()
            | SlotHeld()
            | SlotTaken()
            | Booked()
            | Unbooked()
            | DayAwaited()
            | ZoneFound()
            | Reminded()
            | MoveAsked()
        ):
            appointments.take_answer(scene, event)
        case _:
            assert_never(event)
    interview.go_on(scene, bridge(scene) if isinstance(event, Scored | Unscored) else None)
    return scene.finish(present=not isinstance(event, taking.NOBODY))


OURSELVES = "self"
"""The channel of what our own effects bring about."""


def heard_through(state: Interview, event: CandidateEvent, channel: str) -> Interview:
    """Return the state knowing where the candidate is: what is said goes to where they spoke last."""
    if channel in (state.channel, OURSELVES) or not isinstance(
        event, Answered | Chosen | Unreadable | DocumentReceived | VoiceReceived
    ):
        return state
    return replace(state, channel=channel) if state.phase is not Phase.ERASED else state


def _stay_erased(scene: Scene, event: CandidateEvent) -> tuple[Interview, tuple[Effect, ...]]:
    if isinstance(event, Answered | Chosen):
        scene.say(line("delete.done"))
    if isinstance(event, Booked | SlotHeld):
        asides.release_bookings(scene)  # it was booked while the person was being erased
    return scene.finish()


def _decide(scene: Scene, event: Decided) -> None:
    closing.take_decision(scene, event)
    if event.outcome is Outcome.SECOND_ROUND:
        booking.invite_second_round(scene)


def _hear(scene: Scene, event: Answered) -> None:
    if scene.state.phase is Phase.NEW:
        opening.open_conversation(scene, Opened(at=event.at, channel=scene.state.channel))
        return
    command = find_command(event.text, scene.tongues)
    if command is not None and not _means_yes(scene, event.text, command):
        if command is Command.LANGUAGE and (code := named_language(event.text, scene.tongues)):
            asides.switch_language(scene, code)
        else:
            _obey(scene, command)
        return
    if event.text.lstrip().startswith("/") and len(event.text) <= 40:
        scene.say(line("help.unknown"))
        return
    if scene.state.aside is not None and asides.listen_aside(scene, event.text):
        return
    earlier = _answer_seen(scene, event.seen)
    if earlier is not None:
        interview.hear_addition(scene, event.text, earlier)
        return
    _hear_in_phase(scene, event.text)


def _means_yes(scene: Scene, text: str, command: Command) -> bool:
    """Say whether plain words that may be a command answer the open choice: "go on" under "shall we start?"."""
    prompt = scene.state.prompt
    if command is not Command.CONTINUE or text.lstrip().startswith("/") or scene.state.aside is not None:
        return False
    return scene.state.phase is Phase.REFUSED or (prompt is not None and prompt.ask in _CHOICES)


def _answer_seen(scene: Scene, seen: int) -> Reply | None:
    """Return the finished answer this message still belongs to, if it does."""
    reply, prompt = current_reply(scene.state), scene.state.prompt
    if reply is None:
        return None
    if prompt is None:
        being_asked = scene.state.phase is Phase.INTERVIEW
        return reply if being_asked and reply.stage in (Stage.SCORING, Stage.SCORED) else None
    if not 0 < seen < prompt.turn:
        return None
    match prompt.ask:
        case Ask.ANSWER if seen < reply.turn and len(scene.state.replies) > 1:
            reply = scene.state.replies[-2]
        case Ask.QUESTIONS:
            pass
        case _:
            return None
    return reply if reply.stage in (Stage.SCORED, Stage.SCORING) and reply.turn <= seen else None


def _hear_in_phase(scene: Scene, text: str) -> None:
    prompt = scene.state.prompt
    if prompt is None:
        _hear_unasked(scene, text)
        return
    match prompt.ask:
        case Ask.CONSENT:
            opening.hear_consent(scene, text)
        case Ask.CONFIRM:
            opening.hear_confirm(scene, text)
        case Ask.DETAIL:
            opening.hear_detail(scene, prompt.about, text)
        case Ask.PRACTICE_OFFER:
            opening.hear_offer(scene, text)
        case Ask.PRACTICE_ANSWER:
            opening.hear_practice(scene, text)
        case Ask.ANSWER:
            interview.hear_answer(scene, text)
        case Ask.QUESTIONS:
            closing.hear_question(scene, text)
        case Ask.SURVEY:
            closing.hear_survey(scene, text)
        case Ask.COMMENT:
            closing.hear_comment(scene, text)
        case Ask.DAY | Ask.TIME | Ask.SLOT | Ask.ZONE | Ask.MOVE | Ask.START:
            opening.hear_time(scene, text)
        case _:
            assert_never(prompt.ask)


def _hear_unasked(scene: Scene, text: str) -> None:
    if scene.state.phase is Phase.REFUSED:
        opening.reconsider(scene, text)
    elif scene.state.phase is Phase.BOOKING:
        opening.hear_waiting(scene, text)
    elif booking.hear(scene, text):
        pass
    else:
        closing.hear_afterwards(scene, text)


def _obey(scene: Scene, command: Command) -> None:
    prompt = scene.state.prompt
    over = command is Command.STOP and prompt is not None and prompt.ask in _AFTERWORDS
    if command is Command.SKIP or over:
        scene.update(aside=None)
        _skip(scene)
        return
    asides.obey(scene, command)


def _skip(scene: Scene) -> None:
    prompt = scene.state.prompt
    if prompt is None:
        scene.say(line("skip.nothing"))
        return
    match prompt.ask:
        case Ask.ANSWER:
            interview.skip_question(scene)
        case Ask.DETAIL:
            opening.skip_detail(scene, prompt.about)
        case Ask.CONFIRM:
            opening.confirm_details(scene, right=True)
        case Ask.PRACTICE_OFFER | Ask.PRACTICE_ANSWER:
            opening.choose_practice(scene, wanted=False)
        case Ask.QUESTIONS:
            closing.give_feedback(scene)
        case Ask.SURVEY | Ask.COMMENT:
            closing.say_goodbye(scene)
        case Ask.CONSENT:
            remind(scene, line("consent.first"))
        case Ask.DAY | Ask.TIME | Ask.SLOT | Ask.ZONE | Ask.MOVE | Ask.START:
            booking.skip(scene)
        case _:
            assert_never(prompt.ask)


def _press(scene: Scene, event: Chosen) -> None:
    topic, _, choice = event.value.partition(":")
    if event.value == "do:skip" and 0 < event.seen < scene.state.turn:
        scene.say(line("button.past"))  # a second tap must not skip the question that came meanwhile
        return
    if topic == "do" and choice in set(Command):
        _obey(scene, Command(choice))
        return
    if asides.press_aside(scene, topic, choice) or (topic == "offer" and closing.answer_offer(scene, choice)):
        return
    if scene.state.aside is not Aside.HUMAN:
        scene.update(aside=None)
    if booking.press(scene, topic, choice):
        return
    prompt = scene.state.prompt
    if topic == "practice" and scene.state.phase is Phase.BOOKING:
        opening.choose_practice(scene, wanted=choice == "yes")
        return
    match prompt.ask if prompt is not None else None, topic, choice:
        case Ask.CONSENT, "consent", "yes":
            opening.agree(scene)
        case Ask.CONSENT, "consent", "book":
            opening.agree(scene, first_a_time=True)
        case Ask.CONSENT, "consent", "no":
            opening.refuse(scene)
        case Ask.SLOT, "details", "wrong":
            opening.confirm_details(scene, right=False)
        case Ask.CONFIRM, "details", _:
            opening.confirm_details(scene, right=choice == "right")
        case Ask.PRACTICE_OFFER, "practice", _:
            opening.choose_practice(scene, wanted=choice == "yes")
        case Ask.ANSWER, "code", "submit":
            interview.hand_in(scene)
        case Ask.ANSWER | Ask.PRACTICE_ANSWER, "voice", "agree" | "refuse" | "right" | "again":
            interview.press_voice(scene, choice)
        case Ask.QUESTIONS, "questions", _:
            closing.give_feedback(scene)
        case Ask.SURVEY, "survey", ("1" | "2" | "3" | "4" | "5") as mark:
            closing.rate(scene, int(mark))
        case Ask.COMMENT, "survey", "none":
            closing.say_goodbye(scene)
        case _:
            scene.say(line("button.past"))
