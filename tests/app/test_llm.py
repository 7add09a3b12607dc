"""A whole interview with a language model behind it: it scores, it dies half-way, nothing is lost, all can be replayed."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from bot.__main__ import main
from bot.house import House
from bot.hr.views import Views
from bot.llm import try_llm
from bot.terminal.replaying import verify_replay
from bot.wiring import Server
from config.settings import Settings
from dialogues.core.effects import Notice
from dialogues.core.events import Answered, Chosen, Event, Opened, Scored
from dialogues.core.interview import Ask, Interview, Phase, Stage
from dialogues.ports import Arrival
from scoring.llm.level import trouble_in
from storage.readings import SqlReadings
from tests.channels.client import add_packs
from tests.e2e.candidates import ScriptedCandidate
from tests.scoring.llm.server import Scripted, fails, generous, hangs, rubric_in, says, scripted

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "config" / "schema" / "result.v1.json").read_text("utf-8"))
PACK = "sales-representative"
KEY = "sk-secret-of-the-company"
_TAPS = {
    Ask.CONSENT: "consent:yes",
    Ask.CONFIRM: "details:right",
    Ask.PRACTICE_OFFER: "practice:no",
    Ask.QUESTIONS: "questions:none",
    Ask.SURVEY: "survey:4",
    Ask.COMMENT: "survey:none",
}


@pytest.fixture
def model() -> Iterator[Scripted]:
    with scripted(generous) as server:
        yield server


def settings_for(folder: Path, url: str, **more: object) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=f"sqlite:///{folder}/llm.db",
        language="en",
        llm_base_url=url,
        llm_api_key=KEY,
        llm_model="small-model",
        **{"llm_timeout": 20, **more},
    )


class Talk:
    """One interview through the server's own worker, runner and scorers."""

    def __init__(self, house: House, server: Server, kind: str = "strong_a") -> None:
        self.house, self.server = house, server
        self.candidate = ScriptedCandidate(PACK, "en", kind)
        pack = house.packs.active(PACK)
        self.conversation = house.applications.create(pack, "en", {"name": "Ada", "email": "a@b.org"})[1]
        self._numbers = itertools.count(1)

    @property
    def state(self) -> Interview:
        state = self.house.applications.interview(self.conversation)
        assert state is not None
        return state

    async def send(self, event: Event) -> None:
        name = f"{self.conversation}:{next(self._numbers)}"
        await self.server.worker.submit(Arrival(self.conversation, "test", name, event))

    async def go_on(self, until_scored: int = 99) -> None:
        """Answer until the interview has ended or so many answers have been scored."""
        deadline = time.monotonic() + 200
        while (state := self.state).phase is not Phase.FINISHED and scored(state) < until_scored:
            assert time.monotonic() < deadline, "the interview does not go on"
            prompt = state.prompt
            if prompt is None:
                await asyncio.sleep(0.02)
            elif prompt.ask is Ask.ANSWER:
                followed = state.replies[-1].followed
                said = self.candidate.more(followed[-1]) if followed else self.candidate.answer(prompt.about)
                await self.send(Answered(at=time.time(), text=said, seen=prompt.turn))
            else:
                await self.send(Chosen(at=time.time(), value=_TAPS[prompt.ask], seen=prompt.turn))

    async def whole(self) -> None:
        await self.send(Opened(at=time.time(), channel="web", language="en"))
        await self.go_on()

    def scores(self) -> list[Scored]:
        events = [stored.event for stored in self.house.story.events(self.conversation)]
        return [event for event in events if isinstance(event, Scored)]

    def scorers(self) -> list[str]:
        return [event.score.scorer.name for event in self.scores()]


def scored(state: Interview) -> int:
    """Return how many answers have their score."""
    return sum(reply.stage is Stage.SCORED for reply in state.replies)


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that another thread brings about."""
    while not true():  # noqa: ASYNC110  the scripted server lives in a thread of its own
        await asyncio.sleep(0.01)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[tuple[House, Server]]:
    house = House(settings)
    add_packs(house)
    server = Server(house)
    async with server.working():
        yield house, server
    house.engine.dispose()


async def test_an_interview_is_scored_by_the_model_and_replayed_without_it(
    tmp_path: Path, model: Scripted
) -> None:
    async with running(settings_for(tmp_path, model.url)) as (house, server):
        talk = Talk(house, server)
        await talk.whole()
        scores = talk.scores()
        assert set(talk.scorers()) == {"llm:small-model"}
        assert len(model.asked) == len(scores), "one call an answer"
        result = house.result_of(talk.conversation)
        assert result is not None
        quotes = [evidence.quote for score in result.scores for evidence in score.evidence]
        assert quotes
        calls = len(model.asked)
        model.stop()
        assert verify_replay(house, talk.conversation) == []
        assert len(model.asked) == calls
        again = Talk(house, server)
        await again.whole()  # the model is dead; the same answers to the same questions are known
        known = {(s.score.rubric, s.score.features["length"]): s.score for s in scores}
        for event in again.scores():
            before = known.get((event.score.rubric, event.score.features["length"]))
            assert before is None or event.score == before
        assert "llm:small-model" in again.scorers()


async def test_when_the_model_dies_half_way_the_builtin_scorer_takes_over_and_says_so(
    tmp_path: Path, model: Scripted
) -> None:
    async with running(settings_for(tmp_path, model.url)) as (house, server):
        talk = Talk(house, server)
        await talk.send(Opened(at=time.time(), channel="web", language="en"))
        await talk.go_on(until_scored=3)
        model.stop()
        await talk.go_on()
        assert talk.scorers()[:3] == ["llm:small-model"] * 3
        rest = talk.scores()[3:]
        assert rest
        assert {event.score.scorer.name for event in rest} == {"builtin"}
        assert all(trouble_in(event.score) is not None for event in rest)
        assert verify_replay(house, talk.conversation) == []
        anna = house.people.ensure("web", "anna", "owner")
        card = Views(house.office, anna, "en", "UTC").card(house.office.search(anna, "Ada")[0])
        flags = " ".join(card[0]["flags"])
        assert "was scored by the built-in scorer: the language model could not be reached" in flags
        result = house.result_of(talk.conversation)
        assert result is not None
        remarks = {r for score in result.scores for one in score.computation for r in one.remarks}
        assert "llm.unreachable" in remarks


async def test_two_scorers_that_disagree_ask_hr_to_look(tmp_path: Path, model: Scripted) -> None:
    def harsh(asked: dict[str, object]) -> object:
        rubric = rubric_in(asked)
        points = {name: {"degree": "absent", "quote": ""} for name in rubric["points"]}
        return says({"points": points, "elements": dict.fromkeys(rubric["elements"], "")})(asked)

    model.always = harsh  # type: ignore[assignment]
    async with running(settings_for(tmp_path, model.url)) as (house, server):
        talk = Talk(house, server)
        await talk.whole()
        disputed = [event for event in talk.scores() if event.score.disputed]
        assert disputed
        anna = house.people.ensure("web", "anna", "owner")
        notices = [one.notice for one in house.office.waiting(anna)]
        assert notices.count(Notice.DISPUTED) == 1, "once an interview, not once an answer"
        for language, look in (("en", "please look"), ("zh", "请看一看")):
            views = Views(house.office, anna, language, "UTC")
            assert look in views.queue()[0]["rows"][0][-1]
            card = views.card(house.office.search(anna, "Ada")[0])[0]
            assert any(("disagree" in flag or "差别很大" in flag) for flag in card["flags"])
        assert verify_replay(house, talk.conversation) == []


async def test_a_model_that_never_answers_holds_up_only_its_own_interview(
    tmp_path: Path, model: Scripted
) -> None:
    async with running(settings_for(tmp_path, model.url, llm_timeout=4)) as (house, server):
        model.always = hangs
        slow = Talk(house, server)
        await slow.send(Opened(at=time.time(), channel="web", language="en"))
        waiting = asyncio.ensure_future(slow.go_on(until_scored=1))
        await until(lambda: bool(model.asked))
        other = Talk(house, server, "weak_a")
        await other.send(Opened(at=time.time(), channel="web", language="en"))
        for tap in ("consent:yes", "details:right", "practice:no"):
            await other.send(Chosen(at=time.time(), value=tap))
        assert other.state.prompt is not None
        assert other.state.prompt.ask is Ask.ANSWER
        assert not waiting.done()
        await waiting
        assert trouble_in(slow.scores()[0].score) == "timeout"


async def test_erasing_an_interview_erases_what_the_model_made_of_it(tmp_path: Path, model: Scripted) -> None:
    async with running(settings_for(tmp_path, model.url)) as (house, server):
        talk = Talk(house, server)
        await talk.whole()
        count = len(model.asked)
        assert SqlReadings(house.engine).spent(f"interview:{talk.conversation}").calls == count
        await talk.send(Answered(at=time.time(), text="/delete"))
        await talk.send(Chosen(at=time.time(), value="delete:yes"))
        assert talk.state.phase is Phase.ERASED
        again = Talk(house, server)
        await again.send(Opened(at=time.time(), channel="web", language="en"))
        await again.go_on(until_scored=1)
        assert len(model.asked) == count + 1, "nothing was left to find it by"


def terminal(
    url: str, folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str
) -> tuple[int, str, str]:
    monkeypatch.chdir(folder)
    for name, value in {"BASE_URL": url, "API_KEY": KEY, "MODEL": "small-model", "TIMEOUT": "20"}.items():
        monkeypatch.setenv(f"COLLOQUY_LLM_{name}", value)
    monkeypatch.setenv("COLLOQUY_DATABASE_URL", "sqlite:///x.db")
    done = CliRunner().invoke(main, arguments, prog_name="colloquy")
    return done.exit_code, done.stdout, done.stderr


def test_an_interview_in_the_terminal_asks_the_model_too(
    tmp_path: Path, model: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        "I sold water filters door to door for a year and doubled my figures by calling every buyer back."
    ] * 30
    (tmp_path / "script.txt").write_text("\n".join(lines))
    arguments = ("interview", "--pack", PACK, "--lang", "en", "--script", "script.txt")
    code, out, err = terminal(model.url, tmp_path, monkeypatch, *arguments)
    assert code == 0, err
    document = json.loads(out)
    Draft202012Validator(SCHEMA).validate(document)
    used = {
        one["scorer"]["name"] for score in document["scores"] for one in score["computation"] if one["scorer"]
    }
    assert "llm:small-model" in used
    assert KEY not in out + err


def test_doctor_says_how_the_model_does(
    tmp_path: Path, model: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def row() -> tuple[int, str]:
        code, out, err = terminal(model.url, tmp_path, monkeypatch, "doctor")
        assert KEY not in out + err
        found = re.search(r"^language model +(.*)$", out, re.MULTILINE)
        assert found is not None
        return code, found[1]

    code, said = row()
    assert (code, said[:44]) == (0, "ready: small-model, replies as json_schema, ")
    model.always = fails(401, f"Incorrect API key provided: {KEY}")
    code, said = row()
    assert code == 1
    assert "check COLLOQUY_LLM_BASE_URL" in said
    model.always = says("I am a teapot.")
    assert "use a more capable one" in row()[1]


async def test_without_an_endpoint_doctor_says_not_configured() -> None:
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    assert (await try_llm(settings)).startswith("not configured: ")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"llm_base_url": "llm.example.com/v1", "llm_model": "m"}, "must be an address such as"),
        ({"llm_base_url": "https://llm.example.com/v1"}, "name the model to ask at COLLOQUY_LLM_BASE_URL"),
    ],
)
def test_half_a_setting_is_named(values: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Settings(_env_file=None, **values)  # type: ignore[arg-type, call-arg]
