"""What a cue needs is only a shortcut: no wording may be missed because of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogues.app.languages import load_languages
from dialogues.core.tongue import Ear

_SHORTENED = [
    pytest.param(ear, id=f"{code}-{cue}")
    for code, language in load_languages().items()
    for cue, ear in language.tongue.cues.items()
    if ear.needs
]


def test_some_cues_have_a_shortcut() -> None:
    assert _SHORTENED


@pytest.mark.parametrize("ear", _SHORTENED)
@settings(max_examples=400, deadline=None)
@given(st.data())
def test_every_wording_holds_what_it_needs(ear: Ear, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(ear.says)).casefold()
    if ear.says.search(text) is not None:  # folding may have changed what matched
        assert ear.hears(text)
