"""A question of a real interview is heard in a real browser, from a voice of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("hibari", reason="install the extra `speaking`")

from tests.e2e.browser.conftest import PHONE, Screens
from tests.e2e.browser.demo import Demo, running
from tests.e2e.browser.listening import hear, to_question

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def speaking(tmp_path: Path, language: str) -> Iterator[Demo]:
    (tmp_path / "voices").mkdir()
    with running(tmp_path, language, TTS_MODEL=str(tmp_path / "voices")) as begun:
        yield begun


@pytest.mark.parametrize("language", ["en"])
def test_a_question_is_heard(language: str, speaking: Demo, screens: Screens) -> None:
    page = screens.open("about:blank", **PHONE)
    to_question(page, speaking, language)
    assert 2 < hear(page) < 30
