"""One step while it is being made: the state so far and the effects so far.

A scene lives for one call of `step` and is the only mutable thing in the core; phases read and change it.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dialogues.core.effects import Button, Effect, Line, Notice, PushResult, Say, SayKind, TellHr
from dialogues.core.interview import Ask, Interview, Prompt, Reply
from dialogues.core.pack import Pack, Question
from dialogues.core.tongue import Tongue


class World(Struct, frozen=True):
    """What a step may look things up in: the interview's own pack version and the languages we speak."""

    pack: Pack
    tongues: dict[str, Tongue]


class Scene:
    """The state and the effects of a step in the making. `seq` is the number of the event being stepped."""

    __slots__ = ("_said", "at", "effects", "seq", "state", "world")

    def __init__(self, state: Interview, at: float, world: World) -> None:
        self.state = state
        self.at = at
        self.world = world
        self.seq = state.seq + 1
        self.effects: list[Effect] = []
        self._said = 0

    @property
    def pack(self) -> Pack:
        return self.world.pack

    @property
    def tongue(self) -> Tongue:
        return self.world.tongues[self.state.language]

    @property
    def tongues(self) -> tuple[Tongue, ...]:
        """The languages of this job, the conversation's own first."""
        own = self.tongue
        return (own, *(tongue for code, tongue in self.world.tongues.items() if code != own.code))

    def local(self, texts: dict[str, str]) -> str:
        """Return the text in the conversation's language, or in the pack's first one."""
        return texts.get(self.state.language) or texts.get(self.pack.languages[0], "")

    def update(self, **changes: Any) -> None:
        """Change fields of the state."""
        self.state = replace(self.state, **changes)

    def add(self, effect: Effect) -> None:
        """Ask for something to be done."""
        self.effects.append(effect)

    def key(self, name: str) -> str:
        """Return a key that the same event gives again: the effect's name and the event's number."""
        return f"{name}:{self.seq}.{len(self.effects)}"

    def say(
        self,
        *lines: Line,
        buttons: tuple[Button, ...] = (),
        kind: SayKind = SayKind.NOTE,
        key: str = "",
        progress: tuple[int, int] | None = None,
        decided_by: str = "",
        unkept: str = "",
    ) -> None:
        """Say one message."""
        self._said += 1
        self.effects.append(
            Say(
                key=key or self.key("say"),
                language=self.state.language,
                lines=lines,
                buttons=buttons,
                kind=kind,
                turn=self.state.turn,
                progress=progress,
                decided_by=decided_by,
                unkept=unkept,
            )
        )

    def open_prompt(self, ask: Ask, about: str = "") -> Prompt:
        """Make this the one thing asked, under the next turn's number."""
        turn = self.state.turn + 1
        prompt = Prompt(turn=turn, ask=ask, about=about)
        self.update(turn=turn, prompt=prompt)
        return prompt

    def tell_hr(self, notice: Notice, event: int = 0, when: float = 0.0) -> None:
        """Tell HR."""
        self.add(TellHr(key=self.key("hr"), notice=notice, event=event, when=when))

    def push(self, cause: str) -> None:
        """Bring the HR systems up to date."""
        self.add(PushResult(key=self.key("push"), cause=cause))

    def finish(self, present: bool = True) -> tuple[Interview, tuple[Effect, ...]]:
        """Return the step's outcome; every event and every message has taken one number.

        `present` says that somebody did something; an alarm that goes off is nobody.
        """
        last_at = max(self.at, self.state.last_at) if present else self.state.last_at
        self.update(seq=self.seq + self._said, last_at=last_at)
        return self.state, tuple(self.effects)


def line(phrase: str, **args: str) -> Line:
    """Return a line of the catalogue."""
    return Line(phrase=phrase, args=args)


def verbatim(text: str) -> Line:
    """Return a line that says exactly this text."""
    return Line(phrase="verbatim", args={"text": text})


def button(value: str, phrase: str = "", **args: str) -> Button:
    """Return a button; its label is the phrase `button.<value>` unless another is named."""
    return Button(phrase=phrase or f"button.{value}", value=value, args=args)


def current_reply(state: Interview) -> Reply | None:
    """Return the answer being given or scored now."""
    return state.replies[-1] if state.replies else None


def with_reply(state: Interview, reply: Reply) -> Interview:
    """Return the state with this version of a reply in the place of the one with its id."""
    replies = tuple(reply if old.id == reply.id else old for old in state.replies)
    return replace(state, replies=replies)


def question_of(scene: Scene, reply: Reply) -> Question:
    """Return the question that a reply answers."""
    return scene.pack.question(reply.question)
