"""What a candidate sends besides words: documents are kept, everything else is answered kindly. Scores nothing."""

from __future__ import annotations

from dialogues.core.effects import FetchDocument, Forget, Line, Notice
from dialogues.core.events import DocumentReceived, Opened, Unreadable
from dialogues.core.interview import Phase
from dialogues.core.phases import coding
from dialogues.core.phases.opening import open_conversation
from dialogues.core.prompts import remind
from dialogues.core.scene import Scene, line
from scoring.code.source import language_of_file

KINDS = frozenset(
    {
        "voice",
        "video",
        "photo",
        "sticker",
        "location",
        "contact",
        "poll",
        "game",
        "edited",
        "too_big",
        "document_type",
        "program",
        "other",
    }
)
"""What is not words, each with a phrase `thing.<kind>`."""


def meet_thing(scene: Scene, event: Unreadable) -> None:
    """Say kindly what can be done with it, and what the open prompt is."""
    if scene.state.phase is Phase.NEW:
        open_conversation(scene, Opened(at=event.at, channel=scene.state.channel))
        return
    _tell(scene, line(f"thing.{event.what if event.what in KINDS else 'other'}"))


def _tell(scene: Scene, said: Line) -> None:
    """Say something beside the interview; an open prompt follows it, unless something lies over it."""
    if scene.state.aside is None:
        remind(scene, said)
    else:
        scene.say(said)


def take_document(scene: Scene, event: DocumentReceived) -> None:
    """Have a document fetched, if the candidate has agreed to anything being kept."""
    if scene.state.phase is Phase.NEW:
        open_conversation(scene, Opened(at=event.at, channel=scene.state.channel))
    elif coding.take_file(scene, event):
        return
    elif language_of_file(event.name):
        _tell(scene, line("thing.document_type"))
    elif scene.state.consent is not None:
        scene.add(
            FetchDocument(
                key=scene.key("fetch"),
                channel=scene.state.channel,
                file=event.file,
                media_type=event.media_type,
                event=scene.seq,
            )
        )
        return
    else:
        _tell(scene, line("document.consent_first"))
    scene.add(Forget(key=scene.key("forget"), event=scene.seq))


def keep_document(scene: Scene) -> None:
    """Confirm a document, and let HR know that there is one."""
    scene.tell_hr(Notice.DOCUMENT)
    _tell(scene, line("document.kept"))


def miss_document(scene: Scene) -> None:
    """Ask for a document again that could not be fetched."""
    _tell(scene, line("document.lost"))


def lose_touch(scene: Scene) -> None:
    """Let HR know that messages no longer arrive; there is nobody to say it to."""
    scene.tell_hr(Notice.UNREACHABLE)
