"""Recordings that were made once, in files of this machine: found by what they say, bounded, the longest unused first to go.

They hold the packs' own questions, nothing of any person; deleting the folder costs nothing but time.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

FOLDER = Path("var/spoken")
_MOST_BYTES = 200 << 20
_SWEEP_EVERY = 50
"""Recordings between two looks at how much there is."""


class Kept:
    """The recordings in a folder. Several processes may share it."""

    def __init__(self, folder: Path = FOLDER, most_bytes: int = _MOST_BYTES) -> None:
        self._folder, self._most_bytes = folder, most_bytes
        self._added = 0

    def path(self, text: str, language: str, voice: str, ending: str = "ogg") -> Path:
        """Return where the recording of this text in this voice is, or would be."""
        name = hashlib.blake2b(f"{voice}\0{language}\0{text}".encode(), digest_size=20).hexdigest()
        return self._folder / f"{name}.{ending}"

    def find(self, path: Path) -> bool:
        """Say whether a recording is there, and that it is wanted."""
        try:
            os.utime(path)
        except OSError:
            return False
        return True

    def keep(self, path: Path, content: bytes) -> None:
        """Keep a recording; nobody ever sees half of one."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as file:
            file.write(content)
        Path(file.name).replace(path)
        if self._added % _SWEEP_EVERY == 0:
            self._sweep()
        self._added += 1

    def _sweep(self) -> None:
        found = []
        for path in self._folder.iterdir():
            try:
                known = path.stat()
            except OSError:
                continue  # another process has swept it
            found.append((known.st_mtime, known.st_size, path))
        left = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if left <= self._most_bytes:
                return
            path.unlink(missing_ok=True)
            left -= size
