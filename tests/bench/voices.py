"""Twenty voice answers at once while others write: text turns go on, memory stays flat, everybody's words come back.

The recordings come through the candidate's page in each messenger's format, are fetched, heard by the packaged model
in the server's own listening process, and offered to the candidate for a look: from the edge to the transcript.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

from tests.bench.clips import Spoken, spoken
from tests.bench.crowd import Applicant, add_applicants, environment, open_house
from tests.bench.load import Talkers
from tests.bench.processes import Process, free_port
from tests.bench.speech import model
from tests.channels.client import Socket, opened

VOICES = 20
_TALKERS, _PACE = 50, 20
_SECONDS = 60.0
_PATIENCE = 600.0


def measure(folder: Path, url: str, *, quick: bool) -> dict[str, Any]:
    """Measure text turns without and with voice answers in the queue, and memory all the while."""
    if not model() or not spoken():
        return {"missing": "colloquy speech install, and python -m tests.bench.clips"}
    voices, seconds = (4, 15.0) if quick else (VOICES, _SECONDS)
    talkers, port = Talkers(folder), free_port()
    settings = environment(url, port) | {"COLLOQUY_ASR_MODEL": str(Path(model()).resolve())}
    house = open_house(url, port, settings)
    speakers = add_applicants(house, voices)
    writers = add_applicants(house, int(seconds * _PACE) + 200)
    house.engine.dispose()
    server = Process(["tests.bench.server"], port, settings)
    try:
        server.wait_until_ready()
        before = talkers.run("ws", port, writers, talkers=_TALKERS, warm=4.0, seconds=seconds / 3, rate=_PACE)
        with ThreadPoolExecutor(voices) as pool, _Watch(server) as watch:
            crowd = _Crowd(port, speakers)
            ready = list(pool.map(crowd.prepare, range(voices)))
            watch.begin()
            futures = [pool.submit(crowd.speak, one) for one in ready]
            during = talkers.run("ws", port, writers, talkers=_TALKERS, seconds=seconds, rate=_PACE)
            laps = sorted(one.result(_PATIENCE) for one in futures)
    finally:
        server.stop()
    return {
        "voices": voices,
        "audio_seconds": round(crowd.seconds),
        "text_p99_ms_before": before.p99_ms,
        "text_p99_ms": during.p99_ms,
        "text_p50_ms": during.p50_ms,
        "text_turns": during.turns,
        "still_heard_while_measuring_s": round(min(laps[-1], seconds), 1),
        "first_s": round(laps[0], 1),
        "last_s": round(laps[-1], 1),
        "not_heard": crowd.troubles,
    } | watch.found()


class _Crowd:
    """Candidates who speak. Each opens the page, agrees, and comes to the first question."""

    def __init__(self, port: int, people: list[Applicant]) -> None:
        self._address, self._people = f"127.0.0.1:{port}", people
        self._recordings = _recordings(len(people))
        self.seconds = sum(seconds for _, seconds, _ in self._recordings)
        self.troubles: list[str] = []

    def prepare(self, number: int) -> int:
        """Bring one candidate to a question."""
        with opened(self._address, f"/chat/{self._people[number].token}/socket") as socket:
            socket.say("hello", after=0)
            turn = _until(socket, "consent:yes")
            for value, shows in (("consent:yes", "details:right"), ("details:right", "practice:no")):
                turn = _press(socket, value, turn, shows)
            socket.say("button", id="practice", value="practice:no", seen=turn)
            while socket.heard("say")["kind"] != "question":
                pass
        return number

    def speak(self, number: int) -> float:
        """Send a recording and return the seconds until its words are offered."""
        content, seconds, name = self._recordings[number]
        token = self._people[number].token
        with opened(self._address, f"/chat/{token}/socket") as socket:
            socket.say("hello", after=10_000)
            turn = int(socket.heard("ready").get("turn", 0))
            began = time.monotonic()
            address = f"http://{self._address}/chat/{token}/voice?id=v1&seconds={seconds:.1f}"
            request = urllib.request.Request(address, data=content, headers={"Content-Type": "audio/ogg"})
            urllib.request.urlopen(request, timeout=60).read()
            turn = _until(socket, "voice:agree")
            socket.say("button", id="agree", value="voice:agree", seen=turn)
            while True:
                said = _next(socket)
                if "voice:right" in json.dumps(said):
                    return time.monotonic() - began
                if said.get("type") == "say" and said["kind"] == "question":
                    self.troubles.append(name)
                    return time.monotonic() - began


def _recordings(count: int) -> list[tuple[bytes, float, str]]:
    """Return so many recordings in the formats of messengers, with their length and name."""
    from scoring.speech.decode import decode
    from scoring.speech.model import RATE
    from tests.bench.recorded import FORMATS, pack

    clips: list[Spoken] = [one for one in spoken() if len(one.content) < 2 << 20]
    made = []
    for number in range(count):
        clip, name = clips[number % len(clips)], FORMATS[number % len(FORMATS)]
        samples = decode(clip.content)
        made.append((pack(samples, name), len(samples) / RATE, f"{clip.name}, {name}"))
    return made


def _next(socket: Socket) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(socket._connection.recv(timeout=_PATIENCE))
    return frame


def _until(socket: Socket, value: str) -> int:
    """Wait for a message with this button; return its turn."""
    while True:
        said = _next(socket)
        if said["type"] == "say" and f'"{value}"' in json.dumps(said):
            return int(said["turn"])


def _press(socket: Socket, value: str, turn: int, shows: str) -> int:
    socket.say("button", id=value.replace(":", "-"), value=value, seen=turn)
    return _until(socket, shows)


class _Watch:
    """Looks at the memory of the server and its children every other second."""

    def __init__(self, server: Process) -> None:
        self._server = server
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._seen: list[float] = []
        self._began = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def begin(self) -> None:
        """Take the memory now as what it was before anybody spoke."""
        self._began = self._server.memory()[1].pss
        self._seen.clear()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(2.0):
            self._seen.append(self._server.memory()[1].pss)

    def found(self) -> dict[str, float]:
        """Return MiB: before, at most, and how much the second half of the time was above the first."""
        half = len(self._seen) // 2
        first, second = max(self._seen[:half], default=0.0), max(self._seen[half:], default=0.0)
        return {
            "pss_mib_before": round(self._began),
            "pss_mib_peak": round(max(first, second)),
            "pss_mib_grown": round(second - first),
        }
