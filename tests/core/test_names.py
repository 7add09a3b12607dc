"""A name is kept without what stands around it."""

from __future__ import annotations

import pytest

from dialogues.app.languages import load_languages
from dialogues.core.phases.opening import name_in

_TONGUES = tuple(language.tongue for language in load_languages().values())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫王小明", "王小明"),
        ("您好，我是欧阳静。", "欧阳静"),
        ("可以叫我小林！", "小林"),
        ("姓名：李雷", "李雷"),
        ("王小明", "王小明"),
        ("我叫", "我叫"),
        ("My name is Alex Morgan.", "Alex Morgan"),
        ("I'm Sam", "Sam"),
        ("hi, call me Jo", "Jo"),
        ("Ian Miller", "Ian Miller"),
        ("Imogen", "Imogen"),
    ],
)
def test_the_name_alone(text: str, name: str) -> None:
    start, end = name_in(text, _TONGUES)
    assert text[start:end].strip() == name
