"""Listens with faster-whisper: speech is found first, cut at pauses, each piece heard in its own language.

A piece without speech never reaches the model, which would invent words for it; what the model leaves out of a
piece with speech is noticed, and nothing is guessed.
"""

from __future__ import annotations

import re
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from faster_whisper import WhisperModel

from scoring.speech.doubts import is_invented, left_out, uncovered, without_afterthought, written
from scoring.speech.manner import manner_of
from scoring.speech.model import RATE, Heard, NotHeard, Spell, Trouble, Word
from scoring.speech.pieces import cut, find_speech, join, settle
from scoring.speech.simplified import simplified

if TYPE_CHECKING:
    from scoring.speech.decode import Samples

_PROMPTS = {"zh": "以下是普通話的句子。", "en": "Um, uh, so, uh, like, you know… er, hmm, yeah."}
"""The Chinese one is in traditional characters on purpose: asked that way the model takes fewer words for others of the
same sound. What it writes becomes simplified here."""
_TEMPERATURES = [0.0, 0.4]
"""Higher ones cost five times the time and find nothing."""
_MARGIN = 0.5
_LOST = 1.5
"""Seconds of speech without words after which a piece is heard again in parts."""
_SURE_ON_AVERAGE = 0.4
_LIKELY = 0.5
_MARKS, _FOREIGN = str.maketrans(",?!:;", "，？！：；"), re.compile("[A-Za-z0-9]")
_TOKENS, _TOKENS_A_SECOND = 24, 12


class Whisper:
    """A model in memory. `name` is a folder or a name that faster-whisper knows; a GPU is used when there is one."""

    def __init__(self, name: str, threads: int = 1) -> None:
        self._model = WhisperModel(name, device="auto", compute_type="int8", cpu_threads=threads)

    @staticmethod
    def _as_written(words: list[str], language: str) -> list[str]:
        """Return words as the candidate reads them: Chinese simplified, which takes their neighbours, with its own marks."""
        if language != "zh":
            return words
        whole = simplified("".join(words))
        ends = list(accumulate(map(len, words), initial=0))
        plain = [whole[start:end] for start, end in pairwise(ends)]
        if len(whole) != ends[-1]:
            plain = [simplified(word) for word in words]
        return [word if _FOREIGN.search(word) else word.translate(_MARKS) for word in plain]

    def hear(self, samples: Samples, languages: tuple[str, ...]) -> Heard:
        """Return what is said, in the `languages` expected, the likeliest first; NotHeard when that is not clear."""
        spells = find_speech(samples)
        if not spells:
            raise NotHeard(Trouble.SILENT)
        parts = cut(spells)
        told = [self._language(samples, piece, languages) for piece in parts]
        pieces = list(zip(settle(told, languages[0]), parts, strict=True))
        found: list[tuple[str, Word]] = []
        for language, whole in join(pieces):
            parts = [piece for _, piece in pieces if whole.start <= piece.start < whole.end]
            found += self._hear_whole(samples, whole, parts, language)
        if not found:
            raise NotHeard(Trouble.SILENT)
        words = [word for _, word in found]
        if sum(word.sure for word in words) / len(words) < _SURE_ON_AVERAGE or left_out(spells, words):
            raise NotHeard(Trouble.UNCLEAR)
        text, doubtful = written(words)
        tongues = [language for language, _ in found]
        main = max(languages, key=tongues.count)
        return Heard(text, main, doubtful, manner_of(text, main, spells, len(samples) / RATE))

    def _hear_whole(
        self, samples: Samples, whole: Spell, parts: list[Spell], language: str
    ) -> list[tuple[str, Word]]:
        """Return the words of a long piece; where some were lost, those of its parts, if they are more complete."""
        said = self._hear_piece(samples, whole, language)
        lost = uncovered(parts, [word for _, word in said])
        if len(parts) == 1 or lost < _LOST:
            return said
        again = [word for part in parts for word in self._hear_piece(samples, part, language)]
        return again if uncovered(parts, [word for _, word in again]) < lost else said

    def _hear_piece(self, samples: Samples, piece: Spell, language: str) -> list[tuple[str, Word]]:
        first, part = _with_margin(samples, piece)
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
        words: list[Word] = []
        for segment in segments:
            lasts = segment.end - segment.start
            said, given = simplified(segment.text), simplified(prompt)
            if is_invented(said, segment.avg_logprob, segment.compression_ratio, given, lasts):
                continue
            heard = segment.words or []
            for one, text in zip(heard, self._as_written([one.word for one in heard], language), strict=True):
                words.append(Word(text, first + one.start, first + one.end, one.probability))
        return [(language, word) for word in without_afterthought(words, piece.end)]

    def _language(self, samples: Samples, piece: Spell, languages: tuple[str, ...]) -> str:
        """Return the likeliest of these languages; "" when it is likely to be none of them, as with a laugh."""
        if len(languages) == 1:
            return languages[0]
        _, part = _with_margin(samples, piece)
        _, _, likely = self._model.detect_language(part)
        known = dict(likely)
        best = max(languages, key=lambda language: known.get(language, 0.0))
        return best if known.get(best, 0.0) >= _LIKELY else ""


def _with_margin(samples: Samples, piece: Spell) -> tuple[float, Samples]:
    """Return a piece with a little around it, and the second it begins at."""
    first = max(0.0, piece.start - _MARGIN)
    return first, samples[int(first * RATE) : int((piece.end + _MARGIN) * RATE)]
