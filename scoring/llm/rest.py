"""When not to ask: the endpoint keeps failing, or has asked for rest. Time is passed in; nothing is read here."""

from __future__ import annotations

_FAILURES = 4
_FIRST_REST, _LONGEST_REST = 30.0, 600.0


class Breaker:
    """Opens after four failures running, for half a minute and then twice as long each time a probe fails.

    While it is open nobody waits for the endpoint. After the rest a single call probes it: one success closes it.
    """

    def __init__(self) -> None:
        self._failures = 0
        self._rest = _FIRST_REST
        self._closed_until = 0.0
        self._probing_until = 0.0

    def may_ask(self, now: float, deadline: float) -> bool:
        """Say whether to ask now; a probe that has not been heard of after `deadline` seconds is given up."""
        if now < self._closed_until or (self._failures >= _FAILURES and now < self._probing_until):
            return False
        if self._failures >= _FAILURES:
            self._probing_until = now + deadline
        return True

    def open(self, now: float) -> bool:
        """Say whether it is open."""
        return now < self._closed_until

    def succeeded(self) -> None:
        """Note that the endpoint answered."""
        self._failures, self._rest, self._probing_until = 0, _FIRST_REST, 0.0

    def failed(self, now: float, pause: float = 0.0) -> None:
        """Note a failure; `pause` is how long the endpoint asked not to be asked."""
        self._failures += 1
        self._probing_until = 0.0
        if self._failures >= _FAILURES:
            pause = max(pause, self._rest)
            self._rest = min(2 * self._rest, _LONGEST_REST)
        self._closed_until = max(self._closed_until, now + pause)
