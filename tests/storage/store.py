"""All repositories on one database, and short ways to talk to an interview through them."""

from __future__ import annotations

from functools import cache
from importlib import resources

from sqlalchemy import func, select

from dialogues.app.batch import Batch
from dialogues.app.free_scorer import score_for_nothing
from dialogues.app.languages import Language, load_languages
from dialogues.app.outcome import Outcome
from dialogues.core.events import Answered, Chosen, Event, Opened
from dialogues.ports import Arrival
from storage import tables
from storage.applications import Applications
from storage.engine import open_engine
from storage.ids import new_id
from storage.packs import PackShelf
from storage.people import People
from storage.record import SqlRecord
from storage.seal import Sealer
from storage.story import StoryReader

KEY = bytes(range(32))
PACK = "sales-representative"


@cache
def languages() -> dict[str, Language]:
    """Return the languages, read once."""
    return load_languages()


@cache
def pack_text() -> str:
    """Return the text of the job pack used here."""
    return resources.files("config.packs").joinpath(f"{PACK}.yaml").read_text(encoding="utf-8")


class Store:
    """The repositories."""

    def __init__(self, url: str, *keys: bytes) -> None:
        self.url = url
        self.engine = open_engine(url)
        self.sealer = Sealer(list(keys) or [KEY])
        self.record = SqlRecord(self.engine, self.sealer)
        self.applications = Applications(self.engine, self.sealer)
        self.people = People(self.engine)
        self.packs = PackShelf(self.engine)
        self.story = StoryReader(self.engine, self.sealer)
        self.batch = Batch(self.record, self.packs, languages(), new_id, score_for_nothing)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def new_interview(self, **profile: str) -> int:
        """Create an interview in English and return its conversation."""
        pack = (
            self.packs.active(PACK)
            if PACK in self.packs.names()
            else self.packs.add(pack_text(), activate=True)
        )
        return self.applications.create(pack, "en", profile)[1]

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        with self.engine.connect() as connection:
            return int(
                connection.execute(
                    select(func.count()).select_from(tables.metadata.tables[table])
                ).scalar_one()
            )

    def hand_in(self, conversation: int, name: str, event: Event, channel: str = "web") -> Outcome:
        """Store and step one event."""
        return self.batch.run([arrival(conversation, name, event, channel)])


def arrival(conversation: int, name: str, event: Event, channel: str = "web") -> Arrival:
    """Return an event on its way in, named as the web chat names it."""
    return Arrival(conversation, channel, f"{conversation}:{name}", event)


def opened(at: float = 1000.0) -> Opened:
    """Return the first event of an interview."""
    return Opened(at=at, channel="web", language="en")


def said(text: str, at: float = 1001.0, seen: int = 0) -> Answered:
    """Return words of the candidate's."""
    return Answered(at=at, text=text, seen=seen)


def pressed(value: str, at: float = 1001.0) -> Chosen:
    """Return a button pressed."""
    return Chosen(at=at, value=value)
