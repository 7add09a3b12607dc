"""An interview driven by hand: the pure core alone, with the state written down and read back after every step."""

from __future__ import annotations

from dialogues.app.codec import decode_interview, encode_state
from dialogues.app.judging import join_answer
from dialogues.app.languages import load_languages
from dialogues.core.catalog import render_button, render_say
from dialogues.core.effects import Effect, Judge, KeepDetail, Say
from dialogues.core.events import Answered, CandidateEvent, Chosen, Opened, Scored
from dialogues.core.interview import Interview
from dialogues.core.pack import Pack
from dialogues.core.scene import World
from dialogues.core.step import step
from scoring.model import Score, Scorer, ScorerId

LANGUAGES = load_languages()
FAKE = ScorerId(name="fake", version="1")


def world_of(pack: Pack) -> World:
    """Return what the steps of this pack's interviews look things up in."""
    return World(pack=pack, tongues={code: LANGUAGES[code].tongue for code in pack.languages})


def fresh(pack: Pack, language: str, seed: int = 1, known: tuple[str, ...] = ()) -> Interview:
    """Return an interview that nobody has opened yet."""
    return Interview(
        application="app-1",
        pack=pack.name,
        pack_version=pack.version,
        language=language,
        seed=seed,
        known=known,
    )


def a_score(level: float | None, error: float = 1.2, rubric: str = "r") -> Score:
    """Return a score that only has a level."""
    return Score(
        level=level,
        standard_error=error,
        confidence=0.5,
        findings=(),
        elements=(),
        features={},
        rubric=rubric,
        scorer=FAKE,
    )


class Driven:
    """One interview. Keeps what was written by number, and everything the core wanted done."""

    def __init__(self, pack: Pack, state: Interview) -> None:
        self.pack = pack
        self.world = world_of(pack)
        self.state = state
        self.words: dict[int, str] = {}
        self.profile: dict[str, str] = {}
        self.effects: list[Effect] = []
        self.at = 1_000_000.0

    def send(self, event: CandidateEvent) -> tuple[Effect, ...]:
        """Step one event; return what is to be done."""
        number = self.state.seq + 1
        if isinstance(event, Answered):
            self.words[number] = event.text
        after, effects = step(self.state, event, self.world)
        self.state = decode_interview(encode_state(after))
        assert self.state == after
        for effect in effects:
            if isinstance(effect, KeepDetail):
                self.profile[effect.field] = self.words[effect.event]
        self.effects.extend(effects)
        return effects

    def open(self, language: str = "") -> tuple[Effect, ...]:
        return self.send(Opened(at=self.tick(), channel="test", language=language))

    def say(self, text: str, seen: int | None = None) -> tuple[Effect, ...]:
        return self.send(Answered(at=self.tick(), text=text, seen=self.state.turn if seen is None else seen))

    def press(self, value: str, seen: int | None = None) -> tuple[Effect, ...]:
        return self.send(Chosen(at=self.tick(), value=value, seen=self.state.turn if seen is None else seen))

    def score(self, judge: Judge, scorer: Scorer) -> tuple[Effect, ...]:
        """Have a real scorer carry out what the core asked for."""
        answer = join_answer([self.words[number] for number in judge.events])
        score = scorer.score(self.pack.rubric(judge.question), answer, judge.language)
        return self.send(Scored(at=self.tick(), answer=judge.answer, revision=judge.revision, score=score))

    def tick(self, seconds: float = 10.0) -> float:
        """Let time pass; return what time it is then."""
        self.at += seconds
        return self.at

    def read(self, say: Say) -> str:
        """Return a message as the candidate reads it, with its buttons in brackets."""
        catalog = LANGUAGES[say.language].catalog
        text = render_say(catalog, say, self.profile)
        labels = "  ".join(f"[{render_button(catalog, button, say.key)}]" for button in say.buttons)
        return f"{text}\n{labels}" if labels else text
