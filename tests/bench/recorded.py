"""The same sound as each messenger delivers it: packed here, to be unpacked by the product."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pysilk
from av.audio.resampler import AudioResampler

from scoring.speech.model import RATE

if TYPE_CHECKING:
    from scoring.speech.decode import Samples

_PACKED = {
    "telegram ogg/opus": ("ogg", "libopus", 48_000, 24_000),
    "wechat amr": ("amr", "libopencore_amrnb", 8_000, 12_200),
    "browser webm/opus": ("webm", "libopus", 48_000, 32_000),
    "browser mp4/aac": ("mp4", "aac", 48_000, 64_000),
}
SILK = "wecom silk"
FORMATS = (*_PACKED, SILK)
"""Names of what recordings come as."""


def pack(samples: Samples, name: str) -> bytes:
    """Return a recording (one channel, 16 kHz) as it would come."""
    whole = (np.clip(samples, -1, 1) * 32767).astype("<i2")
    if name == SILK:
        out = io.BytesIO()
        pysilk.encode(io.BytesIO(whole.tobytes()), out, RATE, 24_000)
        return out.getvalue()
    container, codec, rate, bits = _PACKED[name]
    return _encoded(whole, container, codec, rate, bits)


def _encoded(whole: np.ndarray, container: str, codec: str, rate: int, bits: int) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout="mono")
        stream.bit_rate = bits
        frame = av.AudioFrame.from_ndarray(whole.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        resampler = AudioResampler(format=stream.format.name, layout="mono", rate=rate)
        fifo = av.AudioFifo()
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            fifo.write(piece)
        size = stream.codec_context.frame_size or 1024
        while (part := fifo.read(size)) is not None:
            file.mux(stream.encode(part))
        if fifo.samples:  # a coder that wants whole frames gets the rest with silence behind it
            file.mux(stream.encode(_filled(fifo, size, rate)))
        file.mux(stream.encode(None))
    return out.getvalue()


def _filled(fifo: av.AudioFifo, size: int, rate: int) -> av.AudioFrame:
    rest = fifo.read(0, partial=True)
    assert rest is not None
    short = rest.to_ndarray()
    whole = np.zeros((1, size), dtype=short.dtype)
    whole[:, : short.shape[1]] = short
    frame = av.AudioFrame.from_ndarray(whole, format=rest.format.name, layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = rate, rest.pts, Fraction(1, rate)
    return frame
