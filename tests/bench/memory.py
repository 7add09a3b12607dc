"""Memory with many interviews waiting, the time to be ready, and everybody back after a kill -9."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bot.house import House
from dialogues.app.outcome import Message
from tests.bench.crowd import Applicant, add_applicants, environment, open_house
from tests.bench.inflight import begin, clone
from tests.bench.load import Talkers
from tests.bench.processes import Process, free_port

_CONNECTED = 300


def measure(folder: Path, url: str, *, quick: bool) -> dict[str, Any]:
    """Measure memory first, then the return of those in flight after the server was killed under load."""
    waiting, in_flight = (5_000, 1_000) if quick else (100_000, 10_000)
    port = free_port()
    settings = environment(url, port)
    house = open_house(url, port, settings)
    flying = add_applicants(house, in_flight)
    last = begin(house, flying, 7)
    clone(house, add_applicants(house, waiting), flying[0])
    talking = add_applicants(house, 2_000)
    house.engine.dispose()
    found = _waiting(folder, port, settings, flying[:_CONNECTED], last)
    found |= _killed(folder, house, port, settings, flying, talking)
    return {"waiting": waiting, "in_flight": in_flight} | found


def _waiting(
    folder: Path, port: int, settings: dict[str, str], connected: list[Applicant], last: dict[int, Message]
) -> dict[str, Any]:
    server = Process(["tests.bench.server"], port, settings)
    try:
        ready = server.wait_until_ready()
        recall, _ = _recall(folder, port, connected, last)
        time.sleep(2)  # the scoring processes are up by then
        own, whole = server.memory()
        recall.kill()
        recall.wait()
    finally:
        server.stop()
    return {
        "ready_seconds": round(ready, 2),
        "server_rss_mib": round(own.rss, 1),
        "server_pss_mib": round(own.pss, 1),
        "whole_rss_mib": round(whole.rss, 1),
        "whole_pss_mib": round(whole.pss, 1),
    }


def _killed(
    folder: Path,
    house: House,
    port: int,
    settings: dict[str, str],
    flying: list[Applicant],
    talking: list[Applicant],
) -> dict[str, Any]:
    talkers = Talkers(folder)
    server = Process(["tests.bench.server", "--free"], port, settings)
    server.wait_until_ready()
    expected = _expected(house, flying)
    talkers.run("ws", port, talking, talkers=100, warm=0.5, seconds=1.5)
    server.kill()
    started = time.monotonic()
    server = Process(["tests.bench.server", "--free"], port, settings)
    try:
        recall, counted = _recall(folder, port, flying, expected)
        seconds = time.monotonic() - started
        recall.kill()
        recall.wait()
    finally:
        server.stop()
    return {"all_back_seconds": round(seconds, 2), "wrong": counted["wrong"], "recall": counted}


def _expected(house: House, flying: list[Applicant]) -> dict[int, Message]:
    """Return the open question of each interview, as the record has it."""
    found = {}
    for one in flying:
        told = [line for line in house.story.lines(one.conversation) if not line.mine]
        line = told[-1]
        found[one.conversation] = Message(
            one.conversation, line.seq, line.turn, line.kind, line.text, [], None, line.at, one.language
        )
    return found


def _recall(
    folder: Path, port: int, people: list[Applicant], last: dict[int, Message]
) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """Reconnect these people in a process of its own; return it, still connected, and what it counted."""
    path = folder / "expected"
    lines = []
    for one in people:
        message = last[one.conversation]
        lines.append(json.dumps([one.token, message.seq - 1, message.turn, message.text]) + "\n")
    path.write_text("".join(lines), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.recall", str(port), str(path)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())
