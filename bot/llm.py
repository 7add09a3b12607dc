"""Makes what scores answers, from the settings: the built-in scorer and perhaps a language model. Tries that one, too."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from bot.fix import Fix
from dialogues.app.judging import Judges
from scoring.builtin import BuiltinScorer, make_scorer
from scoring.embedding import EmbedderMissing, SmallEmbedder
from scoring.lexicon import load_lexicons
from scoring.llm.kept import Keyring, Readings, ReadingsInMemory
from scoring.llm.level import trouble_in
from scoring.llm.reading import Trouble
from scoring.llm.scorer import Limits, LlmScorer
from scoring.model import Score, Scorer, ScorerId
from scoring.rubric.model import KeyPoint, Kind, Rubric
from storage.readings import SqlReadings

if TYPE_CHECKING:
    from bot.house import House
    from config.settings import Settings


def make_llm(settings: Settings, readings: Readings, secrets: list[bytes]) -> LlmScorer | None:
    """Return the scorer; None when no endpoint is set."""
    if not settings.llm_base_url:
        return None
    from scoring.llm.endpoint import Endpoint  # here: who uses no model need not load its client

    limits = Limits(
        deadline=settings.llm_timeout,
        at_once=settings.llm_at_once,
        calls_a_day=settings.llm_calls_per_day,
        tokens_a_day=settings.llm_tokens_per_day,
        calls_an_interview=settings.llm_calls_per_interview,
    )
    key = settings.llm_api_key.get_secret_value()
    endpoint = Endpoint(settings.llm_base_url, key, settings.llm_model, limits.deadline)
    return LlmScorer(endpoint, readings, Keyring(secrets), load_lexicons(), limits)


def house_llm(house: House) -> LlmScorer | None:
    """Return the scorer of a house, which keeps what it read in the house's record."""
    return make_llm(house.settings, SqlReadings(house.engine), house.keys)


def make_judges(house: House) -> Judges:
    """Return what scores a server's answers: the built-in scorer, and the model where one is set.

    Fix when embeddings are wanted and not installed.
    """
    settings = house.settings
    if settings.embeddings and not SmallEmbedder.installed():
        raise Fix(
            "COLLOQUY_EMBEDDINGS is on, but the model is not installed; run: pip install 'colloquy[embeddings]'"
        )
    return Judges(
        house.record,
        house.applications,
        house.packs,
        settings.scoring_processes,
        house_llm(house),
        embeddings=settings.embeddings,
    )


def scorer_here(*, embeddings: bool) -> BuiltinScorer:
    """Return the built-in scorer, with its model of meaning if wanted; Fix when that cannot be had."""
    try:
        return make_scorer(embeddings=embeddings)
    except EmbedderMissing as missing:
        raise Fix(str(missing)) from None


class WaitingScorer:
    """Scores like the server, one answer at a time, for the terminal: the built-in scorer, then the model."""

    def __init__(self, house: House, conversation: int) -> None:
        self._house = house
        self._conversation = conversation
        self._builtin = scorer_here(embeddings=house.settings.embeddings)

    @property
    def id(self) -> ScorerId:
        """Return the scorer that stands in when the model cannot be had."""
        return self._builtin.id

    def score(self, rubric: Rubric, answer: str, language: str) -> Score:
        """Return the model's score, or the built-in scorer's."""
        first = self._builtin.score(rubric, answer, language)
        return asyncio.run(self._ask(rubric, answer, language, first))

    async def _ask(self, rubric: Rubric, answer: str, language: str, first: Score) -> Score:
        llm = house_llm(self._house)  # a fresh one: its connections belong to this event loop
        assert llm is not None
        try:
            return await llm.score(rubric, answer, language, first, self._conversation)
        finally:
            await llm.close()


def terminal_scorer(house: House, conversation: int) -> Scorer:
    """Return the scorer of an interview in the terminal."""
    return (
        WaitingScorer(house, conversation)
        if house.settings.llm_base_url
        else scorer_here(embeddings=house.settings.embeddings)
    )


_SAMPLE = Rubric(
    version="doctor@1#sample",
    question="sample",
    competency="sample",
    kind=Kind.SITUATIONAL,
    text={"en": "A guest spills coffee over a laptop. What do you do?"},
    key_points=(
        KeyPoint(
            "power", {"en": "switch it off and pull the plug at once"}, synonyms={"en": ("turn it off",)}
        ),
        KeyPoint("guest", {"en": "ask the guest whether they are hurt"}, synonyms={"en": ("are you okay",)}),
    ),
)
_ANSWER = (
    "I would first ask the guest: are you okay? Then I would turn it off and pull the plug, because water and "
    "electricity do not go together, and dry it with a towel."
)
_REMEDY = {
    Trouble.UNREACHABLE: "nobody answers at COLLOQUY_LLM_BASE_URL",
    Trouble.TIMEOUT: "no answer in time; raise COLLOQUY_LLM_TIMEOUT or use a faster model",
    Trouble.MISCONFIGURED: "the endpoint refuses: check COLLOQUY_LLM_BASE_URL (does it end in /v1?), "
    "COLLOQUY_LLM_API_KEY and COLLOQUY_LLM_MODEL",
    Trouble.RATE_LIMITED: "the endpoint says there were too many calls; check your plan there",
    Trouble.SERVER_ERROR: "the endpoint fails; ask who runs it",
}
_NO_GOOD = "this model does not keep to the form asked for ({trouble}); use a more capable one"


async def try_llm(settings: Settings) -> str:
    """Ask the model about a sample answer and return how that went, for the operator. Costs one call."""
    llm = make_llm(settings, ReadingsInMemory(), [b"doctor"])
    if llm is None:
        return "not configured: the built-in scorer scores; set COLLOQUY_LLM_BASE_URL and COLLOQUY_LLM_MODEL"
    began = time.monotonic()
    try:
        score = await llm.score(_SAMPLE, _ANSWER, "en", BuiltinScorer().score(_SAMPLE, _ANSWER, "en"), 0)
    finally:
        await llm.close()
    trouble = trouble_in(score)
    if trouble is not None:
        said = _REMEDY.get(trouble) or _NO_GOOD.format(trouble=trouble)
        return f"broken: {said}; until then the built-in scorer scores"
    seconds = time.monotonic() - began
    return f"ready: {settings.llm_model}, replies as {llm.form}, {seconds:.1f} s for a sample answer"
