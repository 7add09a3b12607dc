"""The scorer that asks a language model, for an answer that the built-in scorer has read first.

The model marks which key points an answer makes and quotes for each (`prompt`, `reply`); what it cannot quote is
dropped; the level is computed from what is left (`level`). It is asked once, and once more if its reply was no
reply. Anything that goes wrong ends with the built-in scorer's level, which says so.

What is kept is the reading, under a hash of everything it depends on (`kept`): the same answer has the same score
for ever. Nobody waits longer than the deadline, and a failing endpoint is left alone for a while (`rest`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import structlog
from msgspec import Struct

from scoring.lexicon import Lexicon
from scoring.llm.answer import Shown, show
from scoring.llm.dialect import Form
from scoring.llm.kept import Keyring, Readings, Spent
from scoring.llm.level import score_of, taken_over
from scoring.llm.prompt import Message, messages, points_of, repair, schema
from scoring.llm.reading import Reading, Trouble, Unread
from scoring.llm.reply import BadReply, check, parse
from scoring.llm.rest import Breaker
from scoring.model import Score
from scoring.rubric.model import Rubric

log = structlog.get_logger()

_TOKENS_FOR_POINT, _TOKENS_AT_LEAST = 160, 400
_SLOT_SHARE = 0.25
"""The share of the deadline that is spent waiting for a free slot at most."""
_DAY = 86_400


class Said(Protocol):
    """What a model said."""

    @property
    def text(self) -> str: ...
    @property
    def tokens(self) -> int: ...
    @property
    def cut(self) -> bool: ...


class Model(Protocol):
    """What is asked: `scoring.llm.endpoint.Endpoint`."""

    @property
    def model(self) -> str: ...
    @property
    def form(self) -> Form: ...
    async def ask(self, asked: list[Message], schema: dict[str, Any], most_tokens: int) -> Said: ...
    async def close(self) -> None: ...


class Limits(Struct, frozen=True):
    """How long one answer may wait in all (seconds), how many are asked about at once, and what may be spent.

    A limit of 0 is none.
    """

    deadline: float = 20.0
    at_once: int = 8
    calls_a_day: int = 5_000
    tokens_a_day: int = 10_000_000
    calls_an_interview: int = 60


class LlmScorer:
    """Scores with a model; belongs to the event loop it is used in. `wall` is the time of day, seconds since 1970."""

    def __init__(
        self,
        model: Model,
        readings: Readings,
        keyring: Keyring,
        lexicons: Mapping[str, Lexicon],
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._model = model
        self._readings = readings
        self._keyring = keyring
        self._lexicons = lexicons
        self._limits = limits
        self._clock = clock
        self._wall = wall
        self._breaker = Breaker()
        self._slots = asyncio.Semaphore(limits.at_once)

    async def score(self, rubric: Rubric, answer: str, language: str, first: Score, interview: int) -> Score:
        """Return the model's score, or `first`, the built-in scorer's: where that abstains, or says why it stands in.

        A rubric without key points gives a model nothing to mark: there, too, `first` stands.
        """
        lexicon = self._lexicons.get(language) or self._lexicons.get(language[:2].lower())
        if first.level is None or lexicon is None:
            return first
        points = points_of(rubric, lexicon.language)
        if not points:
            return first
        keys = self._keyring.keys(rubric, self._model.model, answer, lexicon.language)
        reading = await asyncio.to_thread(self._readings.find, keys)
        if reading is None:
            try:
                made = await self._read(rubric, show(answer, lexicon), lexicon.language, interview)
            except Unread as unread:
                log.warning("llm_unread", trouble=unread.trouble.value, rubric=rubric.version)
                return taken_over(first, unread.trouble)
            reading = await asyncio.to_thread(self._readings.keep, keys[0], interview, made)
        return score_of(reading, rubric, points, first, self._model.model)

    @property
    def form(self) -> Form:
        """How the form of replies is asked for at present."""
        return self._model.form

    async def close(self) -> None:
        """Let go of the endpoint."""
        await self._model.close()

    async def _read(self, rubric: Rubric, shown: Shown, language: str, interview: int) -> Reading:
        """Return a fresh reading within the deadline; Unread when there is none."""
        if not self._breaker.may_ask(self._clock(), self._limits.deadline):
            raise Unread(Trouble.PAUSED)
        scopes = (f"day:{int(self._wall()) // _DAY}", f"interview:{interview}")
        await asyncio.to_thread(self._check_budget, *scopes)
        spent = _Bill()
        try:
            return await self._within_deadline(rubric, shown, language, spent)
        except Unread as unread:
            spent.tokens += unread.tokens
            self._note(unread)
            raise
        finally:
            if spent.calls:
                await asyncio.shield(
                    asyncio.to_thread(self._readings.spend, scopes, Spent(spent.calls, spent.tokens))
                )

    def _note(self, unread: Unread) -> None:
        """Count a failure of the endpoint; being busy ourselves, or a refusal of one answer, is none."""
        if unread.trouble in (Trouble.BUSY, Trouble.REFUSED, Trouble.TOO_LONG):
            return
        was_open = self._breaker.open(self._clock())
        self._breaker.failed(self._clock(), unread.pause)
        if not was_open and self._breaker.open(self._clock()):
            log.error("llm_paused", trouble=unread.trouble.value)

    def _check_budget(self, day: str, interview: str) -> None:
        limits, today = self._limits, self._readings.spent(day)
        over = (
            _over(today.calls, limits.calls_a_day)
            or _over(today.tokens, limits.tokens_a_day)
            or _over(self._readings.spent(interview).calls, limits.calls_an_interview)
        )
        if over:
            raise Unread(Trouble.BUDGET)

    async def _within_deadline(self, rubric: Rubric, shown: Shown, language: str, spent: _Bill) -> Reading:
        deadline = self._limits.deadline
        try:
            async with asyncio.timeout(deadline):
                await self._take_slot(deadline * _SLOT_SHARE)
                try:
                    return await self._ask(rubric, shown, language, spent)
                finally:
                    self._slots.release()
        except TimeoutError:
            raise Unread(Trouble.TIMEOUT) from None

    async def _take_slot(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._slots.acquire()
        except TimeoutError:
            raise Unread(Trouble.BUSY) from None

    async def _ask(self, rubric: Rubric, shown: Shown, language: str, spent: _Bill) -> Reading:
        """Ask, and once more if the reply was none."""
        asked, form = messages(rubric, shown, language), schema(rubric, language)
        most = _TOKENS_AT_LEAST + _TOKENS_FOR_POINT * len(form["properties"]["points"]["properties"])
        said = await self._say(asked, form, most, spent)
        try:
            return self._checked(said, rubric, shown, language)
        except BadReply as bad:
            again = [*asked, *repair(said.text, str(bad))]
        said = await self._say(again, form, 2 * most, spent)
        try:
            return self._checked(said, rubric, shown, language)
        except BadReply:
            raise Unread(Trouble.TRUNCATED if said.cut else Trouble.INVALID) from None

    async def _say(self, asked: list[Message], form: dict[str, Any], most: int, spent: _Bill) -> Said:
        spent.calls += 1
        said = await self._model.ask(asked, form, most)
        spent.tokens += said.tokens
        return said

    def _checked(self, said: Said, rubric: Rubric, shown: Shown, language: str) -> Reading:
        if said.cut:
            raise BadReply("it was cut off before its end")
        reading = check(parse(said.text, rubric, language), rubric, shown, language)
        if 2 * len(reading.dropped) > len(reading.marks) + len(reading.dropped):
            raise Unread(Trouble.QUOTES)  # most of it is made up: what is left would be unfair
        self._breaker.succeeded()
        return reading


class _Bill:
    """What one answer has cost so far."""

    __slots__ = ("calls", "tokens")

    def __init__(self) -> None:
        self.calls = self.tokens = 0


def _over(used: int, limit: int) -> bool:
    return bool(limit) and used >= limit
