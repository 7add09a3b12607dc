"""Follows a tutorial word for word in a copy of the repository, so that it cannot rot.

A fenced block with `file=PATH` after its language creates that file; a `diff` block with it changes the file,
each of its parts where the old lines stand exactly once; an `sh` block is run and must succeed. Everything
else is for the reader.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"(?ms)^```(\w+)(?: file=(\S+))?\n(.*?)^```$")
_LEFT_OUT = ("docs/pictures/", "tests/channels/", "tests/candidates/", "tests/e2e/", "tests/bench/")


class Block(NamedTuple):
    """One fenced block. `file` is "" when it names none."""

    language: str
    file: str
    text: str


def blocks_of(markdown: str) -> list[Block]:
    return [Block(*groups) for groups in _FENCE.findall(markdown)]


def copy_of_repository(folder: Path) -> Path:
    """Copy what git knows or would add, with the running environment as its `.venv`."""
    copy = folder / "copy"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, set(listed.split("\0"))):
        if (ROOT / name).is_file() and not name.startswith(_LEFT_OUT):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)
    (copy / ".venv").symlink_to(sys.prefix)
    return copy


def apply_change(text: str, change: str) -> str:
    """Return the text with a diff's parts applied; parts are separated by a line of three dots."""
    for part in re.split(r"(?m)^\.\.\.\n", change):
        lines = part.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] in " -")
        new = "".join(line[1:] for line in lines if line[0] in " +")
        found = re.findall(rf"(?m)^{re.escape(old)}", text)
        assert len(found) == 1, f"these lines stand {len(found)} times in the file, not once:\n{old}"
        text = re.sub(rf"(?m)^{re.escape(old)}", lambda _, new=new: new, text)
    return text


def follow(tutorial: str, folder: Path) -> str:
    """Do everything a tutorial says; return what its last command printed."""
    copy = copy_of_repository(folder)
    said = ""
    for block in blocks_of((ROOT / "docs" / "tutorials" / tutorial).read_text("utf-8")):
        target = copy / block.file
        if block.file and block.language == "diff":
            target.write_text(apply_change(target.read_text("utf-8"), block.text), encoding="utf-8")
        elif block.file:
            assert not target.exists(), f"{block.file} is there already"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        elif block.language == "sh":
            said = _run(block.text, copy)
    return said


def _run(commands: str, copy: Path) -> str:
    settings = {name: value for name, value in os.environ.items() if not name.startswith("COLLOQUY_")}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=copy,
        env={**settings, "PYTHONPATH": str(copy), "COLLOQUY_DATABASE_URL": "sqlite:///var/tutorial.db"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
    return done.stdout
