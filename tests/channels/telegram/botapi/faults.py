"""What goes wrong on purpose: the answers of this server, and the way of updates to the bot."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any


class ApiError(Exception):
    """An answer that is no."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        told: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return told | ({"parameters": self.parameters} if self.parameters else {})


@dataclass
class Planned:
    """A fault for the next calls of a method. `lost` does the work and then loses the answer."""

    method: str
    error: ApiError | None = None
    times: int = 1
    lost: bool = False


@dataclass
class Noise:
    """How often, out of 1, an update is handed over twice, and how long it may be held back (seconds)."""

    doubled: float = 0.0
    delay: float = 0.0
    lost_answers: float = 0.0
    random: Random = field(default_factory=lambda: Random(1))

    def wait(self) -> float:
        return self.random.uniform(0, self.delay) if self.delay else 0.0

    def twice(self) -> bool:
        return self.random.random() < self.doubled

    def loses_answer(self) -> bool:
        return self.random.random() < self.lost_answers
