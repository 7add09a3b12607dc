"""What is done about a fault: the schedule of retries, and when to give up, pause, or leave it to a person. Pure."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from ehr_connector.delivery.steps import Status
from ehr_connector.faults import Conflict, EhrFault, Gone, Misconfigured, Unsure

_MINUTE, _HOUR = 60.0, 3600.0
SCHEDULE = (
    5.0,
    5 * _MINUTE,
    30 * _MINUTE,
    2 * _HOUR,
    5 * _HOUR,
    10 * _HOUR,
    14 * _HOUR,
    20 * _HOUR,
    24 * _HOUR,
)
"""Pauses before the second to the tenth try, of Standard Webhooks 1.0.0 (whose first try is at once)."""


class Policy(Struct, frozen=True):
    """How patient delivery is. `jitter` is the share by which pauses differ, so that not all come at once."""

    schedule: tuple[float, ...] = SCHEDULE
    jitter: float = 0.2
    step_seconds: float = 60.0
    lease: float = 150.0
    at_once: int = 8
    breaker_failures: int = 5
    breaker_seconds: float = 10.0
    poll_seconds: float = 2.0


class Reaction(Struct, frozen=True):
    """What becomes of a step: its status, and when it is tried again."""

    status: Status
    due_at: float = 0.0
    begun: bool = False


def react(
    fault: EhrFault, attempts: int, now: float, policy: Policy, chance: Callable[[], float]
) -> Reaction:
    """Return what a step that failed for the `attempts`-th time is to become; `chance` gives 0-1."""
    match fault:
        case Gone():
            return Reaction(Status.DEAD)
        case Conflict():
            return Reaction(Status.CONFLICT)
        case Misconfigured():
            return Reaction(Status.PAUSED)
    if attempts > len(policy.schedule):
        return Reaction(Status.DEAD)
    pause = policy.schedule[attempts - 1] * (1 + policy.jitter * (2 * chance() - 1))
    return Reaction(Status.WAITING, now + max(pause, fault.retry_after or 0.0), isinstance(fault, Unsure))


class Breaker:
    """Stops talking to a system whose line is down; one record's refusal never opens it."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._failures = 0
        self._openings = 0
        self.open_until = 0.0

    def failed(self, fault: EhrFault, now: float) -> None:
        """Count a fault of the line."""
        if fault.code not in ("unreachable", "timeout", "cut"):
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= self._policy.breaker_failures:
            self._openings = min(self._openings + 1, 6)
            self.open_until = now + self._policy.breaker_seconds * 2 ** (self._openings - 1)

    def worked(self) -> None:
        """Count a success: the line is up."""
        self._failures = self._openings = 0
        self.open_until = 0.0

    @property
    def is_open(self) -> bool:
        """Say whether the line is down as far as is known; only `health` closes it."""
        return self.open_until > 0
