"""What happens besides talk: things that are no text, programs, voices, and what follows an approval."""

from __future__ import annotations

from typing import assert_never

from dialogues.core.effects import Notice
from dialogues.core.events import (
    Booked,
    CodeJudged,
    DayAwaited,
    DocumentKept,
    DocumentLost,
    DocumentReceived,
    MoveAsked,
    OfferMade,
    Reminded,
    SlotHeld,
    SlotsFound,
    SlotTaken,
    StepDue,
    TalkEnded,
    Transcribed,
    Unbooked,
    Unreachable,
    Unreadable,
    VoiceReceived,
    Woke,
    ZoneFound,
)
from dialogues.core.phases import closing, coding, interview, speaking, things
from dialogues.core.scene import Scene


def take_next_step(scene: Scene, event: OfferMade | StepDue) -> None:
    """Take what follows an approval."""
    match event:
        case OfferMade():
            closing.make_offer(scene, event)
        case StepDue():
            scene.tell_hr(Notice.NEXT_STEP, event=scene.seq)
        case _:
            assert_never(event)


def take_thing(
    scene: Scene, event: Unreadable | DocumentReceived | DocumentKept | DocumentLost | Unreachable
) -> None:
    """Take what is no text, and that somebody cannot be reached."""
    match event:
        case Unreadable():
            things.meet_thing(scene, event)
        case DocumentReceived():
            things.take_document(scene, event)
        case DocumentKept():
            things.keep_document(scene)
        case DocumentLost():
            things.miss_document(scene)
        case Unreachable():
            things.lose_touch(scene)
        case _:
            assert_never(event)


def take_special(scene: Scene, event: CodeJudged | VoiceReceived | Transcribed) -> None:
    """Take what belongs to answers that are programs or spoken."""
    match event:
        case CodeJudged():
            coding.tell_examples(scene, event)
        case VoiceReceived():
            speaking.hear_voice(scene, event)
        case Transcribed():
            interview.hear_transcript(scene, event)


NOBODY = (
    CodeJudged,
    Transcribed,
    Woke,
    DocumentKept,
    DocumentLost,
    Unreachable,
    SlotsFound,
    SlotHeld,
    SlotTaken,
    Booked,
    Unbooked,
    DayAwaited,
    ZoneFound,
    Reminded,
    MoveAsked,
    StepDue,
    TalkEnded,
)
"""Events in which the candidate has no part."""
