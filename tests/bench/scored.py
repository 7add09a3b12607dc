"""Turns with the real built-in scorer in its worker processes: saturated, then at a hundred answers a second."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.bench.crowd import add_applicants, environment, open_house
from tests.bench.load import Talkers
from tests.bench.processes import free_port, running
from tests.bench.turns import TALKERS, shown, timed

PACED = 100


def measure(folder: Path, url: str, *, quick: bool) -> dict[str, Any]:
    """Measure answers a second, and how long the next question takes when the pace is bearable."""
    seconds = 3.0 if quick else 10.0
    talkers = Talkers(folder)
    port = free_port()
    settings = environment(url, port)
    house = open_house(url, port, settings)
    applicants = add_applicants(house, 600 + int(seconds * 200))
    house.engine.dispose()
    with running(["tests.bench.server"], port, settings) as server:
        server.wait_until_ready()
        paced = talkers.run("ws", port, applicants, talkers=TALKERS, warm=4.0, seconds=seconds, rate=PACED)
        saturated = timed(server, talkers, "ws", applicants, seconds)
    return {
        "generator": talkers.kind,
        "answers_per_second": round(saturated["answers"] / seconds),
        "saturated": saturated,
        "paced": shown(paced) | {"asked_for": PACED},
    }
