"""Finds speech in a recording and cuts it at pauses, in pieces that a model hears at once.

What holds no speech never reaches a model, which would invent words for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from faster_whisper.vad import VadOptions, get_speech_timestamps

from scoring.speech.model import RATE, Spell

if TYPE_CHECKING:
    from scoring.speech.decode import Samples

_VAD = VadOptions(min_silence_duration_ms=300, speech_pad_ms=100, min_speech_duration_ms=200)
LONGEST, _ENOUGH, _PAUSE = 24.0, 8.0, 0.5
"""Seconds: a piece ends at this length, or at such a pause once it is long enough."""


def find_speech(samples: Samples) -> list[Spell]:
    """Return the stretches of speech, in order."""
    return [Spell(one["start"] / RATE, one["end"] / RATE) for one in get_speech_timestamps(samples, _VAD)]


def cut(spells: list[Spell]) -> list[Spell]:
    """Return pieces of speech that a model hears at once: cut at pauses, none longer than its window."""
    pieces: list[Spell] = []
    for spell in spells:
        last = pieces[-1] if pieces else None
        if last is not None and not _begins_anew(last, spell):
            pieces[-1] = Spell(last.start, spell.end)
        else:
            pieces += _split(spell)
    return pieces


def join(pieces: list[tuple[str, Spell]]) -> list[tuple[str, Spell]]:
    """Return pieces with neighbours of one language made one, as far as the window reaches: more context, fewer errors."""
    joined: list[tuple[str, Spell]] = []
    for language, piece in pieces:
        if joined and joined[-1][0] == language and piece.end - joined[-1][1].start <= LONGEST:
            joined[-1] = (language, Spell(joined[-1][1].start, piece.end))
        else:
            joined.append((language, piece))
    return joined


def settle(told: list[str], likeliest: str) -> list[str]:
    """Return the language of each piece, where "" is not told: that of the one before, or of the next that is known."""
    known = next((language for language in told if language), likeliest)
    settled = []
    for language in told:
        known = language or known
        settled.append(known)
    return settled


def _begins_anew(last: Spell, spell: Spell) -> bool:
    if spell.end - last.start > LONGEST:
        return True
    return spell.start - last.end >= _PAUSE and last.end - last.start >= _ENOUGH


def _split(spell: Spell) -> list[Spell]:
    """Return a stretch without a pause in parts that fit; few people talk so."""
    parts, at = [], spell.start
    while spell.end - at > LONGEST:
        parts.append(Spell(at, at + LONGEST))
        at += LONGEST
    return [*parts, Spell(at, spell.end)]
