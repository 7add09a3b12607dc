"""A recording made ready for a transcription endpoint: known to hold speech, small, and in one format for all."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
from msgspec import Struct

from scoring.speech.decode import decode
from scoring.speech.model import RATE, NotHeard, Spell, Trouble
from scoring.speech.pieces import find_speech

if TYPE_CHECKING:
    from scoring.speech.decode import Samples

_BITS = 32_000


class Prepared(Struct, frozen=True):
    """`sound` is OGG/Opus, one channel; `spells` the stretches of speech in it; `seconds` its length."""

    sound: bytes
    spells: tuple[Spell, ...]
    seconds: float


def prepare(content: bytes) -> Prepared:
    """Return a recording ready to be sent; NotHeard when there is nothing to send."""
    samples = decode(content)
    spells = find_speech(samples)
    if not spells:
        raise NotHeard(Trouble.SILENT)
    return Prepared(pack_opus(samples), tuple(spells), len(samples) / RATE)


def pack_opus(samples: Samples) -> bytes:
    """Return samples as OGG/Opus."""
    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as file:
        stream = file.add_stream("libopus", rate=RATE, layout="mono")
        stream.bit_rate = _BITS
        whole = (np.clip(samples, -1, 1) * 32767).astype("<i2").reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        fifo = av.AudioFifo()
        fifo.write(frame)
        while (part := fifo.read(stream.codec_context.frame_size, partial=True)) is not None:
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return out.getvalue()
