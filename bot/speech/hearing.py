"""The process that listens. It is polite to everything else on the machine and holds one model, from the first speech on."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from dialogues.app.orphans import belong_to_parent
from scoring.speech.model import Heard, NotHeard, Trouble

if TYPE_CHECKING:
    from scoring.speech.prepared import Prepared
    from scoring.speech.whisper import Whisper

_NICE = 19
_whisper: Whisper | None = None


def make_pool() -> ProcessPoolExecutor:
    """Return a process that listens to one recording after the other."""
    context = multiprocessing.get_context("spawn")  # a fork of a process with threads may inherit a held lock
    return ProcessPoolExecutor(1, mp_context=context, initializer=_begin)


def _begin() -> None:
    belong_to_parent()
    os.nice(_NICE)
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def hear(model: str, content: bytes, languages: tuple[str, ...]) -> Heard | Trouble:
    """Return what is said in a recording, or why that is not known."""
    global _whisper
    from scoring.speech.decode import decode  # here, as below: only this process needs these libraries
    from scoring.speech.pieces import find_speech

    try:
        samples = decode(content)
        if not find_speech(samples):
            return Trouble.SILENT
        if _whisper is None:
            from scoring.speech.whisper import Whisper

            _whisper = Whisper(model)
        return _whisper.hear(samples, languages)
    except NotHeard as error:
        return error.trouble


def make_ready(content: bytes) -> Prepared | Trouble:
    """Return a recording made ready for an endpoint, or why it need not be sent."""
    from scoring.speech.prepared import prepare  # here, as above

    try:
        return prepare(content)
    except NotHeard as error:
        return error.trouble
