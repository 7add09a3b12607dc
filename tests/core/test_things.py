"""What is not words: met kindly, documents fetched only after consent, and where messages go."""

from __future__ import annotations

from dialogues.core.effects import Effect, FetchDocument, Forget, Notice, Say, TellHr
from dialogues.core.events import (
    Answered,
    CandidateEvent,
    Chosen,
    Decided,
    DocumentKept,
    DocumentLost,
    DocumentReceived,
    Outcome,
    Unreachable,
    Unreadable,
)
from dialogues.core.interview import Interview
from dialogues.core.phases.things import KINDS
from dialogues.core.step import heard_through
from tests.core.playbook import Playbook, at_consent, at_question, both

_DOCUMENT = {"file": "f1", "media_type": "application/pdf", "size": 10, "name": "cv.pdf"}


def _send(playbook: Playbook, event: type[CandidateEvent], **fields: object) -> tuple[Effect, ...]:
    return playbook.driven.send(event(at=playbook.driven.tick(), **fields))


def _phrases(effects: tuple[Effect, ...]) -> list[str]:
    return [line.phrase for effect in effects if isinstance(effect, Say) for line in effect.lines]


@both
def test_every_kind_is_answered_with_the_open_question(language: str) -> None:
    playbook = at_question(language)
    turn = playbook.driven.state.turn
    for kind in sorted(KINDS):
        (said,) = _send(playbook, Unreadable, what=kind)
        assert isinstance(said, Say)
        assert [line.phrase for line in said.lines] == [f"thing.{kind}", "verbatim"]
    assert playbook.driven.state.turn == turn


def test_an_unknown_kind_is_met_like_any_other() -> None:
    assert _phrases(_send(at_question(), Unreadable, what="hologram"))[0] == "thing.other"


def test_something_odd_as_a_first_message_opens_the_conversation() -> None:
    assert "greeting.who" in _phrases(_send(Playbook(), Unreadable, what="sticker"))
    assert "greeting.who" in _phrases(_send(Playbook(), DocumentReceived, **_DOCUMENT))


def test_a_pause_stays_a_pause() -> None:
    playbook = at_question().after(">> say PAUSE")
    assert _phrases(_send(playbook, Unreadable, what="sticker")) == ["thing.sticker"]
    assert playbook.driven.state.aside is not None


def test_before_consent_no_document_is_kept_nor_its_name() -> None:
    effects = _send(at_consent(), DocumentReceived, **_DOCUMENT)
    assert "document.consent_first" in _phrases(effects)
    assert any(isinstance(effect, Forget) for effect in effects)
    assert not any(isinstance(effect, FetchDocument) for effect in effects)


def test_a_document_is_fetched_confirmed_and_told_to_hr() -> None:
    playbook = at_question()
    (fetch,) = _send(playbook, DocumentReceived, **_DOCUMENT)
    assert isinstance(fetch, FetchDocument)
    assert (fetch.file, fetch.event) == ("f1", playbook.driven.state.seq)
    effects = _send(playbook, DocumentKept, upload=1)
    assert [effect.notice for effect in effects if isinstance(effect, TellHr)] == [Notice.DOCUMENT]
    assert _phrases(effects)[0] == "document.kept"


def test_a_document_that_was_lost_is_asked_for_again() -> None:
    assert _phrases(_send(at_question(), DocumentLost, code="away"))[0] == "document.lost"


def test_who_cannot_be_reached_is_told_to_hr_and_nothing_is_said() -> None:
    playbook = at_question()
    before = playbook.driven.state.last_at
    (told,) = _send(playbook, Unreachable, channel="telegram", code="blocked")
    assert isinstance(told, TellHr)
    assert told.notice is Notice.UNREACHABLE
    assert playbook.driven.state.last_at == before


def test_messages_follow_the_candidate() -> None:
    state = Interview(application="a", pack="p", pack_version="1", language="en", seed=1, channel="web")
    said, pressed = Answered(at=1.0, text="hi"), Chosen(at=1.0, value="do:skip")
    assert heard_through(state, said, "telegram").channel == "telegram"
    assert heard_through(state, pressed, "telegram").channel == "telegram"
    decided = Decided(at=1.0, by="Anna", outcome=Outcome.HOLD)
    assert heard_through(state, decided, "self").channel == "web"
