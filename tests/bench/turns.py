"""Turns a second beside the bare reference, in the same run, one after the other several times."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

import msgspec

from tests.bench.crowd import add_applicants, environment, open_house
from tests.bench.load import Load, Talkers
from tests.bench.processes import Process, free_port, running

TALKERS = 200
PACED = 500
_ROUNDS, _SECONDS = 3, 8.0
_INTERVIEWS_A_SECOND = 400
"""More than can be finished: a talker takes the next interview when it has ended one."""


def measure(folder: Path, url: str, *, quick: bool) -> dict[str, Any]:
    """Measure one database: saturated beside the reference, then paced."""
    rounds, seconds = (1, 3.0) if quick else (_ROUNDS, _SECONDS)
    talkers = Talkers(folder)
    port, bare_port = free_port(), free_port()
    settings = environment(url, port)
    house = open_house(url, port, settings)
    applicants = add_applicants(house, int((rounds + 1) * (seconds + 1) * _INTERVIEWS_A_SECOND))
    house.engine.dispose()
    ours: list[dict[str, Any]] = []
    bare: list[dict[str, Any]] = []
    with (
        running(["tests.bench.server", "--free"], port, settings) as server,
        running(["tests.bench.bare", str(folder / "bare.db"), str(bare_port)], bare_port) as reference,
    ):
        for _ in range(rounds):
            ours.append(timed(server, talkers, "ws", applicants, seconds))
            bare.append(timed(reference, talkers, "http", applicants, seconds))
        paced = talkers.run("ws", port, applicants, talkers=TALKERS, seconds=seconds, rate=PACED)
    ratios = [one["per_second"] / other["per_second"] for one, other in zip(ours, bare, strict=True)]
    return {
        "talkers": TALKERS,
        "generator": talkers.kind,
        "ours": ours,
        "bare": bare,
        "ratio": round(statistics.median(ratios), 3),
        "per_second": statistics.median(one["per_second"] for one in ours),
        "p99_ms": statistics.median(one["p99_ms"] for one in ours),
        "paced": shown(paced) | {"asked_for": PACED},
    }


def timed(process: Process, talkers: Talkers, kind: str, applicants: Any, seconds: float) -> dict[str, Any]:
    """Talk to a process for so long; return what was counted and what a turn cost it."""
    before = process.cpu()
    load = talkers.run(
        kind, process.port, applicants if kind == "ws" else [], talkers=TALKERS, seconds=seconds
    )
    used = process.cpu() - before
    whole = seconds / (seconds + 1.0)  # the second of warming up is paid for as well
    return shown(load) | {"cpu_us_per_turn": round(1e6 * used * whole / max(1, load.turns))}


def shown(load: Load) -> dict[str, Any]:
    """Return a load's figures, turns a second among them."""
    counted: dict[str, Any] = msgspec.to_builtins(load)
    return {"per_second": round(load.rate)} | counted
