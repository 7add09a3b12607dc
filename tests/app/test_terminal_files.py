"""In the terminal a program comes as a file's name; what cannot be read gets one sentence, and nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.terminal import play
from dialogues.app.outcome import Message
from dialogues.core.interview import Phase


def _asked(kind: str) -> Message:
    return Message(1, 1, 1, kind, "?", [], None, 0.0, "en")


class _Interview:
    """Writes down what is said; asks for a program."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.state = SimpleNamespace(phase=Phase.INTERVIEW, language="en")

    def say(self, text: str) -> list[Message]:
        self.said.append(text)
        return []


def _play(monkeypatch: pytest.MonkeyPatch, kind: str, *lines: str) -> list[str]:
    typed: Iterator[str] = iter(lines)

    def type_line(_prompt: str) -> str:
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", type_line)
    interview = _Interview()
    play.play_by_hand(interview, [_asked(kind)])  # type: ignore[arg-type]
    return interview.said


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_file_is_sent_as_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("my answer.py").write_bytes("print('求和')\r\n".encode("gb18030"))
    Path("query.txt").write_text("select 1")
    said = _play(monkeypatch, "task", "my answer.py", "'query.txt'", "gone.py")
    assert said == ["```python\nprint('求和')\n```", "```\nselect 1\n```", "gone.py"]


def test_what_cannot_be_read_is_not_sent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("picture.py").write_bytes(b"\x89PNG\x00\x01\xff")
    Path("huge.sql").write_bytes(b"x" * 41_000)
    assert _play(monkeypatch, "task", "picture.py", "huge.sql") == []
    assert capsys.readouterr().out.count("UTF-8") == 2


def test_where_words_are_wanted_a_files_name_is_words(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("answer.py").write_text("print(1)")
    assert _play(monkeypatch, "question", "answer.py") == ["answer.py"]
