"""Voices of this machine: English by hibari, Mandarin by Kokoro. Both take a processor; call them in a process of their own.

hibari's package holds its model, its readings of English words and the list of sounds, which is Kokoro's too. Kokoro's
model and a voice are files that `colloquy speech install-voices` puts into a folder.
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.speaking.model import MAX_LETTERS, NotSpoken
from scoring.speaking.sound import RATE, check_whole, pack_opus

if TYPE_CHECKING:
    from hibari import Hibari

    from scoring.speaking.model import Samples

MODEL, VOICE = "kokoro.onnx", "zh.bin"
ENGLISH, MANDARIN = "hibari/heart", "kokoro/zf_xiaobei"
_MOST_SOUNDS = 500
_PAUSE = np.zeros(RATE // 4, np.float32)
_SENTENCE = re.compile(r"(?<=[。！？；\n])")


def languages_in(folder: Path) -> dict[str, str]:
    """Return the languages that can be spoken with what is installed here -> the voice."""
    if not folder.is_dir() or any(find_spec(name) is None for name in ("hibari", "av")):
        return {}
    chinese = (folder / MODEL).is_file() and (folder / VOICE).is_file() and find_spec("pypinyin")
    return {"en": ENGLISH} | ({"zh": MANDARIN} if chinese else {})


class Offline:
    """The voices in a folder, each loaded when it is first wanted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def speak(self, text: str, language: str) -> bytes:
        """Return a text spoken, as OGG/Opus; NotSpoken when it cannot be."""
        if language not in languages_in(self._folder) or not text.strip() or len(text) > MAX_LETTERS:
            raise NotSpoken("text")
        samples = self._mandarin(text) if language == "zh" else self._english(text, seed=0)
        check_whole(samples, text, language)
        return pack_opus(samples)

    @cached_property
    def _english(self) -> Hibari:
        from hibari import Hibari  # here, as below: an engine is loaded by the process that speaks

        return Hibari()

    @cached_property
    def _kokoro(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # what one long sentence needed would be kept for ever
        path = str(self._folder / MODEL)
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    @cached_property
    def _style(self) -> Samples:
        return np.fromfile(self._folder / VOICE, dtype="<f4").reshape(-1, 256)

    @cached_property
    def _sounds(self) -> dict[str, int]:
        import hibari

        listed = Path(hibari.__file__).parent / "assets" / "vocab.json"
        return {str(name): int(number) for name, number in json.loads(listed.read_text("utf-8")).items()}

    def _latin(self, words: str) -> str:
        return str(self._english.g2p(words))

    def _mandarin(self, text: str) -> Samples:
        from scoring.speaking.mandarin import spell

        parts: list[Samples] = []
        for sentence in filter(str.strip, _SENTENCE.split(text)):
            sounds = [self._sounds[one] for one in spell(sentence, self._latin) if one in self._sounds]
            for start in range(0, len(sounds), _MOST_SOUNDS):
                parts += [self._voiced(sounds[start : start + _MOST_SOUNDS]), _PAUSE]
        return np.concatenate(parts) if parts else _PAUSE

    def _voiced(self, sounds: list[int]) -> Samples:
        style = self._style[min(len(sounds), len(self._style)) - 1]
        given = {
            "tokens": np.array([[0, *sounds, 0]], np.int64),
            "style": style.reshape(1, 256),
            "speed": np.ones(1, np.float32),
        }
        made: Samples = np.asarray(self._kokoro.run(None, given)[0], np.float32).reshape(-1)
        return made
