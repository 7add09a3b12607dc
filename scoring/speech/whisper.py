"""Listens with faster-whisper: speech is found first, cut at pauses, each piece heard in its own language.

A piece without speech never reaches the model, which would invent words for it; what the model leaves out of a
piece with speech is noticed, and nothing is guessed.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from faster_whisper import WhisperModel
from faster_whisper.vad import VadOptions, get_speech_timestamps
from opencc import OpenCC

from scoring.speech.manner import manner_of
from scoring.speech.model import RATE, Heard, NotHeard, Spell, Trouble, Word

if TYPE_CHECKING:
    from faster_whisper.transcribe import Segment

    from scoring.speech.decode import Samples

_VAD = VadOptions(min_silence_duration_ms=300, speech_pad_ms=100, min_speech_duration_ms=200)
_PROMPTS = {"zh": "以下是普通话的句子。", "en": "Um, uh, so, uh, like, you know… er, hmm, yeah."}
_TEMPERATURES = [0.0, 0.4]
"""Higher ones cost five times the time and find nothing."""
_LONGEST, _ENOUGH, _PAUSE = 24.0, 8.0, 0.5
"""Seconds: a piece ends at this length, or at such a pause once it is long enough."""
_MARGIN = 0.2
_SURE = 0.45
_SURE_ON_AVERAGE = 0.4
_LEFT_OUT, _LEFT_OUT_SHARE = 2.0, 0.3
_UNLIKELY, _LOOPING = -1.2, 2.4
_LOOP = re.compile(r"(.{1,12}?)\1{5,}")
_TOKENS, _TOKENS_A_SECOND = 24, 12
_BRIDGED = 0.6
_SPACES = re.compile(r"\s+")
_EDGE = re.compile(r"[\W_]+")


class Whisper:
    """A model in memory. `name` is a folder or a name that faster-whisper knows; a GPU is used when there is one."""

    def __init__(self, name: str, threads: int = 1) -> None:
        self._model = WhisperModel(name, device="auto", compute_type="int8", cpu_threads=threads)

    @cached_property
    def _simplify(self) -> OpenCC:
        return OpenCC("t2s")

    def hear(self, samples: Samples, languages: tuple[str, ...]) -> Heard:
        """Return what is said, in the `languages` expected, the likeliest first; NotHeard when that is not clear."""
        spells = find_speech(samples)
        if not spells:
            raise NotHeard(Trouble.SILENT)
        found: list[tuple[str, Word]] = []
        for piece in cut(spells):
            found += self._hear_piece(samples, piece, languages)
        if not found:
            raise NotHeard(Trouble.SILENT)
        words = [word for _, word in found]
        if sum(word.sure for word in words) / len(words) < _SURE_ON_AVERAGE or _left_out(spells, words):
            raise NotHeard(Trouble.UNCLEAR)
        text, doubtful = _written(words)
        tongues = [language for language, _ in found]
        main = max(languages, key=tongues.count)
        return Heard(text, main, doubtful, manner_of(text, main, spells, len(samples) / RATE))

    def _hear_piece(
        self, samples: Samples, piece: Spell, languages: tuple[str, ...]
    ) -> list[tuple[str, Word]]:
        first = max(0.0, piece.start - _MARGIN)
        part = samples[int(first * RATE) : int((piece.end + _MARGIN) * RATE)]
        language = self._language(part, languages)
        prompt = _PROMPTS.get(language, "")
        segments, _ = self._model.transcribe(
            part,
            language=language,
            beam_size=5,
            temperature=_TEMPERATURES,
            initial_prompt=prompt or None,
            condition_on_previous_text=False,
            word_timestamps=True,
            max_new_tokens=_TOKENS + int(_TOKENS_A_SECOND * len(part) / RATE),
            vad_filter=False,  # done already, for the whole recording
        )
        words = []
        for segment in segments:
            if _is_invented(segment, prompt):
                continue
            for one in segment.words or []:
                text = self._simplify.convert(one.word) if language == "zh" else one.word
                words.append((language, Word(text, first + one.start, first + one.end, one.probability)))
        return words

    def _language(self, part: Samples, languages: tuple[str, ...]) -> str:
        if len(languages) == 1:
            return languages[0]
        _, _, likely = self._model.detect_language(part)
        known = dict(likely)
        return max(languages, key=lambda language: known.get(language, 0.0))


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


def _begins_anew(last: Spell, spell: Spell) -> bool:
    if spell.end - last.start > _LONGEST:
        return True
    return spell.start - last.end >= _PAUSE and last.end - last.start >= _ENOUGH


def _split(spell: Spell) -> list[Spell]:
    """Return a stretch without a pause in parts that fit; few people talk so."""
    parts, at = [], spell.start
    while spell.end - at > _LONGEST:
        parts.append(Spell(at, at + _LONGEST))
        at += _LONGEST
    return [*parts, Spell(at, spell.end)]


def _is_invented(segment: Segment, prompt: str) -> bool:
    """Say whether a segment is no transcript: guessed, said in a loop, or the prompt said back."""
    if segment.avg_logprob < _UNLIKELY or segment.compression_ratio > _LOOPING:
        return True
    return _LOOP.search(segment.text) is not None or _leaked(segment.text, prompt)


def _leaked(text: str, prompt: str) -> bool:
    """Say whether a segment is the prompt said back."""
    said, given = _EDGE.sub("", text).lower(), _EDGE.sub("", prompt).lower()
    return bool(given) and (given in said or (len(said) > 4 and said in given))


def _left_out(spells: list[Spell], words: list[Word]) -> bool:
    """Say whether the words cover too little of the speech: the model has lost a part of it."""
    missing = 0.0
    for spell in spells:
        covered, at = 0.0, spell.start
        for word in words:
            start, end = max(at, word.start - _BRIDGED / 2), min(spell.end, word.end + _BRIDGED / 2)
            if end > start:
                covered += end - start
                at = end
        missing += max(0.0, spell.end - spell.start - covered)
    whole = sum(spell.end - spell.start for spell in spells)
    return missing > max(_LEFT_OUT, _LEFT_OUT_SHARE * whole)


def _written(words: list[Word]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the text, and the places in it of words the model is not sure of."""
    text, doubtful = "", list[tuple[int, int]]()
    for word in words:
        said = _SPACES.sub(" ", word.text)
        said = said.lstrip() if not text or text.endswith(" ") else said
        start = len(text) + len(said) - len(said.lstrip())
        text += said
        if word.sure < _SURE and _EDGE.sub("", said):
            joined = doubtful and doubtful[-1][1] >= start - 1
            doubtful[-1:] = [(doubtful[-1][0], len(text))] if joined else [*doubtful[-1:], (start, len(text))]
    return text.rstrip(), tuple((start, min(end, len(text.rstrip()))) for start, end in doubtful)
