"""The house: every part that works on the record, made from the settings. Commands use it without a server."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from bot.messengers import telegram_link
from config.settings import Settings
from dialogues.app.languages import load_languages
from dialogues.app.packs import PackError
from dialogues.ports import Person
from ehr_connector.result import Result
from storage.applications import Applications
from storage.engine import is_sqlite, open_engine
from storage.material import Materials
from storage.migrate import upgrade
from storage.office import SqlOffice
from storage.packs import PackShelf
from storage.people import People
from storage.record import SqlRecord
from storage.seal import Sealer, parse_keys
from storage.story import StoryReader
from storage.telegram import TelegramMemory


class House:
    """Every part that works on the record, made from the settings. `commands` use it without a server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = open_engine(settings.database_url)
        upgrade(self.engine)
        self.keys = data_keys(settings)
        self.sealer = Sealer(self.keys)
        self.languages = load_languages()
        self.record = SqlRecord(self.engine, self.sealer)
        self.applications = Applications(self.engine, self.sealer)
        self.people = People(self.engine)
        self.packs = PackShelf(self.engine)
        self.story = StoryReader(self.engine, self.sealer)
        self.telegram = TelegramMemory(self.engine, self.sealer, self.people)
        self.materials = Materials(self.engine, self.applications, self.packs, self.story, self.languages)
        self.office = SqlOffice(
            self.record,
            self.applications,
            self.people,
            self.packs,
            self.story,
            self.materials,
            settings.language,
            lambda token: "\n".join(self.links(token).values()),
        )

    def chat_link(self, token: str) -> str:
        """Return the web chat's address for an invitation."""
        return f"{self.settings.address}/chat/{token}"

    def links(self, token: str) -> dict[str, str]:
        """Return channel -> address for an invitation, one for each channel that is switched on."""
        both = {"web": self.chat_link(token), "telegram": telegram_link(self, token)}
        return {channel: link for channel, link in both.items() if link}

    def add_shipped_packs(self) -> None:
        """Make the job packs that come with Colloquy known; those of a name already active are left alone."""
        active = self.packs.names()
        for name, text in shipped_packs():
            if name not in active:
                try:
                    self.packs.add(text, activate=True)
                except PackError as error:
                    raise ValueError(
                        f"the job pack {name} that came with Colloquy is wrong: {error}"
                    ) from error

    def add_people(self) -> list[Person]:
        """Make the people named in the settings known."""
        return [self.people.ensure(*entry) for entry in self.settings.hr_people()]

    def result_of(self, conversation: int) -> Result | None:
        """Return the result document of an interview."""
        return self.office.document(conversation)

    def new_interview(
        self, job: str, language: str, profile: dict[str, str], external_id: str | None = None
    ) -> str:
        """Create an interview for the active version of a job; return its web link. UnknownPack when there is none."""
        return self.new_links(job, language, profile, external_id)["web"]

    def new_links(
        self, job: str, language: str, profile: dict[str, str], external_id: str | None = None
    ) -> dict[str, str]:
        """Create an interview; return channel -> its link. UnknownPack when there is no such job."""
        pack = self.packs.active(job)
        spoken = language if language in pack.languages else pack.languages[0]
        _, conversation = self.applications.create(pack, spoken, profile, external_id)
        return self.links(self.applications.invite(conversation))


def shipped_packs() -> Iterator[tuple[str, str]]:
    """Return (name, text) of the job packs that come with Colloquy."""
    for entry in sorted(resources.files("config.packs").iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".yaml"):
            yield entry.name.removesuffix(".yaml"), entry.read_text(encoding="utf-8")


class MissingKeys(Exception):
    """No data keys are set, and this is not the embedded mode, where one is made."""


def data_keys(settings: Settings) -> list[bytes]:
    """Return the data keys; the embedded mode makes one beside its database the first time."""
    given = settings.data_keys.get_secret_value()
    if given:
        return parse_keys(given)
    if not is_sqlite(settings.database_url):
        raise MissingKeys("set COLLOQUY_DATA_KEYS; make a key with: openssl rand -base64 32")
    path = Path(f"{settings.database_url.removeprefix('sqlite:///')}.key")
    if not path.exists():
        _make_key(path)
    return parse_keys(path.read_text(encoding="ascii"))


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(base64.b64encode(os.urandom(32)).decode())
