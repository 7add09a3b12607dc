"""Recordings as they are kept and sent: OGG/Opus, one channel, known to be whole. MP3 for browsers without it.

What an endpoint sends is outside input: it is decoded and encoded again, within limits, and nothing else of it is kept.
"""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
from av.audio.resampler import AudioResampler

from scoring.speaking.model import MAX_SECONDS, NotSpoken

if TYPE_CHECKING:
    from scoring.speaking.model import Samples

RATE = 24_000
"""Samples a second: what voices give and Opus knows."""
_OPUS_BITS, _MP3_BITS = 32_000, 48_000
_QUIET = 0.003
"""Loudness below which nobody speaks."""
_FASTEST = {"zh": 12.0}
_FASTEST_LETTERS = 40.0
"""Letters a second that no voice reaches (Chinese, others): a shorter recording was cut off."""


def read_sound(content: bytes) -> Samples:
    """Return the samples of a recording in any format; NotSpoken when it is none, or too long."""
    resampler = AudioResampler(format="flt", layout="mono", rate=RATE)
    parts: list[Samples] = []
    count = 0
    try:
        with av.open(io.BytesIO(content), "r", metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise NotSpoken("bad_reply")
            for frame in container.decode(container.streams.audio[0]):
                for piece in resampler.resample(frame):
                    parts.append(_flat(piece))
                    count += len(parts[-1])
                if count > MAX_SECONDS * RATE:
                    raise NotSpoken("bad_reply")
            parts += map(_flat, resampler.resample(None))
    except (av.FFmpegError, ValueError, EOFError, IndexError):
        raise NotSpoken("bad_reply") from None
    if not parts:
        raise NotSpoken("bad_reply")
    return np.concatenate(parts)


def _flat(frame: av.AudioFrame) -> Samples:
    return np.asarray(frame.to_ndarray(), np.float32).reshape(-1)


def check_whole(samples: Samples, text: str, language: str) -> None:
    """Raise NotSpoken for a recording that is silent, or too short for what it should say."""
    letters = sum(char.isalnum() for char in text)
    if len(samples) / RATE < letters / _FASTEST.get(language, _FASTEST_LETTERS):
        raise NotSpoken("cut_short")
    if not len(samples) or float(np.sqrt(np.mean(np.square(samples)))) < _QUIET:
        raise NotSpoken("silent")


def pack_opus(samples: Samples) -> bytes:
    """Return samples as OGG/Opus, which Telegram plays as a voice message."""
    return _pack(samples, "ogg", "libopus", _OPUS_BITS)


def pack_mp3(recording: bytes) -> bytes:
    """Return a recording as MP3, for browsers that cannot play OGG/Opus (iPhones before iOS 18.4)."""
    return _pack(read_sound(recording), "mp3", "libmp3lame", _MP3_BITS)


def _pack(samples: Samples, container: str, codec: str, bits: int) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=RATE, layout="mono")
        assert isinstance(stream, av.AudioStream)
        stream.bit_rate = bits
        whole = (np.clip(samples, -1, 1) * 32767).astype("<i2").reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        file.mux(stream.encode(frame))  # the encoder takes it in its own format and in pieces of its own size
        file.mux(stream.encode(None))
    return out.getvalue()
