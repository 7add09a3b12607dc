"""Answers that are spoken: consent to voice, the transcript shown, the candidate's word on it.

A transcript counts only when the candidate says it is right; what they write instead counts in its place, and both
are kept. What could not be understood is asked for again and marked down nowhere.
"""

from __future__ import annotations

from dialogues.core.effects import Discard, Forget, Line, Transcribe
from dialogues.core.events import Opened, Transcribed, VoiceReceived
from dialogues.core.interview import Ask, Consent, Phase, Voice
from dialogues.core.phases import opening
from dialogues.core.prompts import remind
from dialogues.core.scene import Scene, button, line, verbatim

TROUBLES = frozenset({"silent", "unclear", "too_long", "too_big", "unreadable", "failed"})
"""Why nothing was understood; each has a phrase `voice.<trouble>`."""
_SPOKEN_TO = frozenset({Ask.ANSWER, Ask.PRACTICE_ANSWER})
_SLOWNESS = 0.4
_LEAST_SECONDS = 3
"""About how long listening takes: a share of the recording, and a little."""


def hear_voice(scene: Scene, event: VoiceReceived) -> None:
    """Have a recording written down, if there is a question it can answer and the candidate agreed to voice."""
    prompt = scene.state.prompt
    if scene.state.phase is Phase.NEW:
        opening.open_conversation(scene, Opened(at=event.at, channel=scene.state.channel))
    elif "voice" not in scene.state.tools:
        _tell(scene, line("thing.video" if event.kind == "video" else "thing.voice"))
    elif prompt is None or prompt.ask not in _SPOKEN_TO:
        _tell(scene, line("voice.write_here"))
    else:
        voice = Voice(scene.seq, event.file, event.media_type, prompt.turn)
        scene.update(voice=voice)
        if scene.state.voice_consent is None:
            days = str(scene.pack.retention_days)
            scene.say(
                line("voice.consent", days=days), buttons=(button("voice:agree"), button("voice:refuse"))
            )
        else:
            _listen(scene, voice, event.seconds)


def _tell(scene: Scene, said: Line) -> None:
    if scene.state.aside is None:
        remind(scene, said)
    else:
        scene.say(said)


def _listen(scene: Scene, voice: Voice, seconds: float = 0.0) -> None:
    prompt = scene.state.prompt
    practising = prompt is not None and prompt.ask is Ask.PRACTICE_ANSWER
    about = max(_LEAST_SECONDS, round(seconds * _SLOWNESS) + _LEAST_SECONDS) if seconds else 10
    scene.say(line("voice.listening", seconds=str(about)))
    scene.add(
        Transcribe(
            key=f"transcribe:{voice.heard}",
            channel=scene.state.channel,
            file=voice.file,
            media_type=voice.media_type,
            heard=voice.heard,
            language=scene.state.language,
            since=_asked_at(scene),
            keep=not practising,
            heard_at=scene.at,
        )
    )


def _asked_at(scene: Scene) -> float:
    reply = scene.state.replies[-1] if scene.state.replies else None
    return reply.asked_at if reply is not None else 0.0


def agree(scene: Scene) -> None:
    """Record the consent to voice, and listen to what waits."""
    version = f"voice-{opening.CONSENT_VERSION}/{scene.pack.name}@{scene.pack.version}"
    scene.update(voice_consent=Consent(version=version, at=scene.at))
    if scene.state.voice is not None:
        _listen(scene, scene.state.voice)


def refuse(scene: Scene) -> None:
    """Forget the recording; everything can be written."""
    voice = scene.state.voice
    if voice is not None:
        scene.add(Discard(key=scene.key("discard"), channel=scene.state.channel, file=voice.file))
    scene.update(voice=None)
    remind(scene, line("voice.refused"))


def again(scene: Scene) -> None:
    """Leave a transcript aside: the candidate records anew."""
    scene.update(voice=None)
    scene.say(line("voice.again"))


def is_current(scene: Scene, event: Transcribed) -> bool:
    """Say whether the recording is still the one being dealt with, under the prompt it was made for."""
    voice, prompt = scene.state.voice, scene.state.prompt
    return (
        voice is not None and voice.heard == event.heard and prompt is not None and prompt.turn == voice.turn
    )


def ask_again(scene: Scene, trouble: str) -> None:
    """Say kindly that nothing was understood, and what the question is."""
    voice, prompt = scene.state.voice, scene.state.prompt
    if voice is not None and prompt is not None and prompt.ask is Ask.PRACTICE_ANSWER:
        scene.add(Discard(key=scene.key("discard"), channel=scene.state.channel, file=voice.file))
    scene.update(voice=None)
    remind(scene, line(f"voice.{trouble if trouble in TROUBLES else 'failed'}"))


def show_practice(scene: Scene, event: Transcribed) -> None:
    """Say back what was heard in the practice round, which is then over."""
    scene.update(voice=None)
    scene.say(line("voice.practice"), verbatim(marked(event)), unkept="voice.practice_unkept")
    opening.hear_practice(scene)


def forget(scene: Scene) -> None:
    """Keep nothing of a transcript that nobody waits for any more."""
    scene.add(Forget(key=scene.key("forget"), event=scene.seq))


def show(scene: Scene, event: Transcribed) -> None:
    """Show the transcript, its uncertain places marked, and ask whether it is right."""
    lines = (
        line("voice.heard"),
        verbatim(marked(event)),
        line("voice.doubtful" if event.doubtful else "voice.check"),
    )
    scene.say(*lines, buttons=(button("voice:right"), button("voice:again")))


def marked(event: Transcribed) -> str:
    """Return the transcript with uncertain places in brackets."""
    parts, at = [], 0
    for start, end in event.doubtful:
        if at <= start < end <= len(event.text):
            parts += [event.text[at:start], "〔", event.text[start:end], "〕"]
            at = end
    return "".join([*parts, event.text[at:]])
