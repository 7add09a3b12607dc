"""Recordings of every messenger, as samples: one channel, 16 kHz, floats. Limits are kept while decoding.

AMR goes through its own decoder, because the usual one fails on the pauses that telephones leave out; SILK, which
WeChat speaks, through silk-python.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

import av
import numpy as np
import pysilk
from av.audio.resampler import AudioResampler

from scoring.speech.model import MAX_BYTES, MAX_SECONDS, RATE, NotHeard, Trouble

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

_AMR = b"#!AMR\n"
_SILK = b"#!SILK_V3"
_AMR_BYTES = (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1)
"""Bytes of a frame of AMR-NB, its head included, by the type in its head."""


def decode(content: bytes) -> Samples:
    """Return the samples of a recording in any format we know; NotHeard for what is too much or no recording."""
    if len(content) > MAX_BYTES:
        raise NotHeard(Trouble.TOO_BIG)
    try:
        if content[:16].lstrip(b"\x02").startswith(_SILK):
            return _silk(content)
        if content.startswith(_AMR):
            return _join(_amr_frames(content))
        return _join(_frames(content))
    except (av.FFmpegError, ValueError, EOFError, pysilk.SilkError, IndexError) as error:
        raise NotHeard(Trouble.UNREADABLE) from error


def _frames(content: bytes) -> Iterator[av.AudioFrame]:
    with av.open(io.BytesIO(content), "r", metadata_errors="ignore") as container:
        if not container.streams.audio:
            raise NotHeard(Trouble.UNREADABLE)
        yield from container.decode(container.streams.audio[0])


def _amr_frames(content: bytes) -> Iterator[av.AudioFrame]:
    codec = av.CodecContext.create("libopencore_amrnb", "r")
    assert isinstance(codec, av.AudioCodecContext)
    codec.sample_rate, codec.layout = 8000, "mono"
    at = len(_AMR)
    while at < len(content):
        size = _AMR_BYTES[(content[at] >> 3) & 0x0F]
        yield from codec.decode(av.Packet(content[at : at + size]))
        at += size


def _join(frames: Iterator[av.AudioFrame]) -> Samples:
    resampler = AudioResampler(format="flt", layout="mono", rate=RATE)
    parts, count = [], 0
    for frame in frames:
        for piece in resampler.resample(frame):
            samples = piece.to_ndarray().reshape(-1)
            count += len(samples)
            parts.append(samples)
        if count > MAX_SECONDS * RATE:
            raise NotHeard(Trouble.TOO_LONG)
    parts += [piece.to_ndarray().reshape(-1) for piece in resampler.resample(None)]
    if not count and not parts:
        raise NotHeard(Trouble.UNREADABLE)
    return np.concatenate(parts).astype(np.float32, copy=False)


def _silk(content: bytes) -> Samples:
    out = io.BytesIO()
    pysilk.decode(io.BytesIO(content), out, RATE)
    if len(out.getbuffer()) > 2 * MAX_SECONDS * RATE:
        raise NotHeard(Trouble.TOO_LONG)
    if not out.getbuffer():
        raise NotHeard(Trouble.UNREADABLE)
    samples: Samples = np.frombuffer(out.getvalue(), dtype="<i2").astype(np.float32) / 32768.0
    return samples
