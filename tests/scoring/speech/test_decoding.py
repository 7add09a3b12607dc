"""Recordings as messengers send them become the same sound; what is none is said to be none."""

from __future__ import annotations

import io
from fractions import Fraction

import pytest

av = pytest.importorskip("av", reason="install the extra `speech`")
np = pytest.importorskip("numpy", reason="install the extra `speech`")
pysilk = pytest.importorskip("pysilk", reason="install the extra `speech`")

from scoring.speech.decode import decode  # noqa: E402
from scoring.speech.model import MAX_BYTES, RATE, NotHeard, Trouble  # noqa: E402

_SECONDS = 2.0


def _tone(rate: int, seconds: float = _SECONDS) -> bytes:
    at = np.arange(int(rate * seconds)) / rate
    return (np.sin(2 * np.pi * 440 * at) * 8000).astype("<i2").tobytes()


def _packed(container: str, codec: str, rate: int, seconds: float = _SECONDS, video: bool = False) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        if video:
            picture = file.add_stream("mpeg4", rate=10)
            picture.width = picture.height = 64
            picture.pix_fmt = "yuv420p"
        stream = file.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(
            np.frombuffer(_tone(rate, seconds), dtype="<i2").reshape(1, -1), format="s16", layout="mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        fifo = av.AudioFifo()
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=rate)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            fifo.write(piece)
        while (part := fifo.read(stream.codec_context.frame_size or 1024, partial=True)) is not None:
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
        if video:
            for number in range(int(10 * seconds)):
                shown = av.VideoFrame(64, 64, "yuv420p")
                shown.pts, shown.time_base = number, Fraction(1, 10)
                file.mux(picture.encode(shown))
            file.mux(picture.encode(None))
    return out.getvalue()


def _silk() -> bytes:
    out = io.BytesIO()
    pysilk.encode(io.BytesIO(_tone(16_000)), out, 16_000, 16_000)
    return out.getvalue()


_FORMATS = {
    "telegram ogg/opus": lambda: _packed("ogg", "libopus", 48_000),
    "browser webm/opus": lambda: _packed("webm", "libopus", 48_000),
    "browser mp4/aac": lambda: _packed("mp4", "aac", 48_000),
    "mp3": lambda: _packed("mp3", "libmp3lame", 44_100),
    "wav": lambda: _packed("wav", "pcm_s16le", 16_000),
    "video note": lambda: _packed("mp4", "aac", 48_000, video=True),
    "wechat silk": _silk,
    "wechat silk with its mark": lambda: b"\x02" + _silk().removeprefix(b"\x02"),
}


@pytest.mark.parametrize("name", _FORMATS)
def test_every_format_becomes_the_same_sound(name: str) -> None:
    samples = decode(_FORMATS[name]())
    assert samples.dtype == np.float32
    assert abs(len(samples) / RATE - _SECONDS) < 0.15
    strength = np.abs(np.fft.rfft(samples[RATE // 2 : RATE // 2 + RATE]))
    assert int(strength.argmax()) == 440


def test_amr_with_pauses_left_out() -> None:
    speech, silence, nothing = bytes([0x3C]) + bytes(31), bytes([0x44]) + bytes(5), bytes([0x7C])
    samples = decode(b"#!AMR\n" + (speech * 10 + silence + nothing * 7) * 5)
    assert abs(len(samples) / RATE - 0.02 * 18 * 5) < 0.05


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"#!AMR\n", b"#!SILK_V3", bytes(1000), b"OggS" + bytes(500)]
)
def test_what_is_no_recording_is_unreadable(content: bytes) -> None:
    with pytest.raises(NotHeard) as caught:
        decode(content)
    assert caught.value.trouble is Trouble.UNREADABLE


def test_too_long_and_too_big_are_said_to_be() -> None:
    with pytest.raises(NotHeard) as caught:
        decode(_packed("ogg", "libopus", 48_000, seconds=302))
    assert caught.value.trouble is Trouble.TOO_LONG
    with pytest.raises(NotHeard) as caught:
        decode(bytes(MAX_BYTES + 1))
    assert caught.value.trouble is Trouble.TOO_BIG


def test_a_video_without_sound_is_unreadable() -> None:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        picture = file.add_stream("mpeg4", rate=10)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuv420p"
        shown = av.VideoFrame(64, 64, "yuv420p")
        shown.pts, shown.time_base = 0, Fraction(1, 10)
        file.mux(picture.encode(shown))
        file.mux(picture.encode(None))
    with pytest.raises(NotHeard):
        decode(out.getvalue())
