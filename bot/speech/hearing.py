"""The process that listens. It is polite to everything else on the machine and holds one model."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from dialogues.app.orphans import belong_to_parent
from scoring.speech.model import Heard, NotHeard, Trouble

if TYPE_CHECKING:
    from scoring.speech.whisper import Whisper

_NICE = 15
_whisper: Whisper | None = None


def make_pool(model: str, processes: int = 1) -> ProcessPoolExecutor:
    """Return processes that each load the model when the first recording comes."""
    context = multiprocessing.get_context("spawn")  # a fork of a process with threads may inherit a held lock
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_prepare, initargs=(model,))


def _prepare(model: str) -> None:
    global _whisper
    belong_to_parent()
    os.nice(_NICE)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from scoring.speech.whisper import Whisper  # here: only this process needs the model's library

    _whisper = Whisper(model)


def hear(content: bytes, languages: tuple[str, ...]) -> Heard | Trouble:
    """Return what is said in a recording, or why that is not known."""
    from scoring.speech.decode import decode  # here, as above

    assert _whisper is not None
    try:
        return _whisper.hear(decode(content), languages)
    except NotHeard as error:
        return error.trouble
