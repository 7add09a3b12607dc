"""From the end of an interview to the HR system: the time it takes, and ten thousand results in a row.

The receiver verifies and keeps what it is sent; it runs in a process of its own. Reports are really printed in the
first part; in the second a report costs nothing, because the typesetter would be all that is measured.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
import yaml

from bot.wiring import House, Server
from ehr_connector.delivery.reaction import Policy
from ehr_connector.webhook.adapter import Options, WebhookAdapter
from tests.bench.processes import free_port
from tests.ehr.house import PACK, Talk, settings
from tests.ehr.ledger import Pushing, new_ledger
from tests.ehr.maps import MAPPING, connection

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
_RECEIVER = """
import sys, time, uvicorn
from starlette.responses import JSONResponse
from starlette.routing import Route
from tests.ehr.receiver import Receiver
receiver, moved = Receiver(sys.argv[2]), {}
class Timed(Receiver):
    def _take(self, kind, data):
        status = super()._take(kind, data)
        if kind == "stage.moved":
            moved[data["record"]["id"]] = time.time()
        return status
receiver = Timed(sys.argv[2])
async def told(_): return JSONResponse({"moved": moved, "repeated": receiver.repeated, "records": len(receiver.records)})
receiver.app.router.routes.append(Route("/told", told))
uvicorn.run(receiver.app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
"""


def measure(folder: Path, quick: bool) -> dict[str, Any]:
    """Measure both parts."""
    port = free_port()
    receiver = subprocess.Popen([sys.executable, "-c", _RECEIVER, str(port), SECRET])
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url)
        timely = asyncio.run(_timely(folder, url, 10 if quick else 100))
        drained = asyncio.run(_drained(folder, url, 300 if quick else 10_000))
    finally:
        receiver.terminate()
        receiver.wait()
    return timely | drained


def _wait(url: str) -> None:
    for _ in range(200):
        try:
            httpx.get(f"{url}/told", timeout=2)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(url)


async def _timely(folder: Path, url: str, count: int) -> dict[str, Any]:
    options = {"url": f"{url}/hook", "secrets": [SECRET], "internal": True, "rate": 500}
    one = {"name": "there", "system": "webhook", "options": options, "mapping": yaml.safe_load(MAPPING)}
    house = House(settings(folder, {"connections": [one]}))
    house.add_shipped_packs()
    server = Server(house, free_scorer=True)
    ended: dict[str, float] = {}
    async with server.working():
        await server.printer.pdf(_any_result(house, server))  # the typesetter is warm, as in a running house
        for _ in range(count):
            application, conversation = house.applications.create(
                house.packs.active(PACK), "zh", {"name": "王小明", "contact": "w@example.org"}
            )
            await Talk(server, conversation).finish()
            ended[f"id-application.{application}"] = time.time()
            await asyncio.sleep(0.4)
        moved = await _told(url, len(ended))
    house.engine.dispose()
    seconds = sorted(moved[name] - at for name, at in ended.items())
    return {
        "interviews": count,
        "p50_seconds": round(seconds[len(seconds) // 2], 3),
        "p99_seconds": round(seconds[int(len(seconds) * 0.99) - (len(seconds) < 100)], 3),
        "worst_seconds": round(seconds[-1], 3),
    }


def _any_result(house: House, server: Server) -> Any:
    _, conversation = house.applications.create(house.packs.active(PACK), "zh", {"name": "x"})
    return house.result_of(conversation)


async def _told(url: str, count: int) -> dict[str, float]:
    async with httpx.AsyncClient() as client:
        for _ in range(600):
            found = json.loads((await client.get(f"{url}/told")).content)
            if len(found["moved"]) >= count:
                return dict(found["moved"])
            await asyncio.sleep(0.1)
    raise TimeoutError(url)


async def _drained(folder: Path, url: str, count: int) -> dict[str, Any]:
    place = folder / "drained"
    place.mkdir()
    options = Options(url=f"{url}/hook", secrets=(SECRET,), internal=True, rate=100_000)
    adapter = WebhookAdapter(options, lambda file: f"https://x/{file.key}")
    pushing = Pushing(connection("webhook"), adapter, new_ledger(place), Policy(at_once=32))
    for number in range(1, count + 1):
        pushing.add(number)
    first = pushing.shelf.results[1]
    pushing.shelf.results = _Same(first)  # type: ignore[assignment]  ten thousand results would be the memory measured
    process, sizes = psutil.Process(os.getpid()), []
    began = time.monotonic()
    running = asyncio.ensure_future(pushing.courier.run_forever())
    while left := pushing.ledger.open_lanes("there"):
        await asyncio.sleep(0.2)
        if left < count * 0.9:
            sizes.append(process.memory_info().rss / 2**20)
    seconds = time.monotonic() - began
    running.cancel()
    await pushing.courier.stop()
    await adapter.close()
    tenth = max(1, len(sizes) // 10)
    growth = sum(sizes[-tenth:]) / tenth - sum(sizes[:tenth]) / tenth if sizes else 0.0
    return {
        "drained": count,
        "per_second": round(count / seconds, 1),
        "seconds": round(seconds, 1),
        "rss_growth_mib": round(growth, 1),
        "rss_mib": round(sizes[-1], 1) if sizes else 0.0,
        "stuck": len(pushing.ledger.stuck()),
    }


class _Same(dict[int, Any]):
    """The first result under every number, with that application's id."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self._result = result

    def get(self, number: int, default: Any = None) -> Any:
        from msgspec.structs import replace

        application = replace(self._result.application, id=f"a_{number}")
        return replace(self._result, id=f"r_{number}", application=application)
