"""Gathers all that a result document is made of."""

from __future__ import annotations

from sqlalchemy import Engine

from dialogues.app.languages import Language
from dialogues.app.result import Material
from storage.applications import Applications
from storage.audit import chain_head
from storage.engine import reading
from storage.packs import PackShelf
from storage.story import StoryReader


class Materials:
    """Reads the material of one interview's result."""

    def __init__(
        self,
        engine: Engine,
        applications: Applications,
        packs: PackShelf,
        story: StoryReader,
        languages: dict[str, Language],
    ) -> None:
        self._engine = reading(engine)
        self._applications = applications
        self._packs = packs
        self._story = story
        self._catalogs = {code: language.catalog for code, language in languages.items()}

    def load(self, conversation: int) -> Material | None:
        """Return the material; None when there is no such interview."""
        state = self._applications.interview(conversation)
        if state is None:
            return None
        with self._engine.connect() as connection:
            head = chain_head(connection).hex()
        said = {effect.key: effect.words for effect in self._story.effects(conversation) if effect.words}
        listed = self._applications.one(state.application, None)
        return Material(
            state=state,
            pack=self._packs.pack(state.pack, state.pack_version),
            events={stored.seq: stored.event for stored in self._story.events(conversation)},
            profile=self._applications.profile(conversation),
            catalogs=self._catalogs,
            external_id=self._applications.external_id(state.application) or "",
            created_at=listed.created_at if listed is not None else 0.0,
            chain_head=head,
            feedback=said.get("feedback", ""),
            feedback_at=state.finished_at,
        )
