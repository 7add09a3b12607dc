"""The conversations a process stepped last, kept decoded. Losing them costs a read; the record is what counts."""

from __future__ import annotations

from dialogues.app.codec import decode_desk, decode_interview
from dialogues.core.desk import Desk
from dialogues.core.interview import Interview
from dialogues.ports import Held

_REMEMBERED = 512


class Recent:
    """The conversations stepped last, as they are stored: decoded once, not once a turn.

    At most `_REMEMBERED` of them; a thousand idle ones must not cost memory.
    """

    def __init__(self) -> None:
        self.held: dict[int, Held] = {}
        self._states: dict[int, Interview | Desk] = {}

    def state_of(self, held: Held) -> Interview | Desk:
        """Return the state of a conversation as it was taken."""
        known = self.held.get(held.id)
        if known is not None and known.version == held.version:
            return self._states[held.id]
        return decode_desk(held.state) if held.role == "hr" else decode_interview(held.state)

    def keep(self, held: Held, state: Interview | Desk) -> None:
        """Remember what was just stored; the one not heard of for longest goes."""
        self.held.pop(held.id, None)
        self.held[held.id], self._states[held.id] = held, state
        if len(self.held) > _REMEMBERED:
            oldest = next(iter(self.held))
            del self.held[oldest], self._states[oldest]

    def forget(self) -> None:
        """Remember nothing: what is stored may be something else."""
        self.held.clear()
        self._states.clear()
