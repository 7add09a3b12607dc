"""`python -m tests.ehr.kills`: a courier in a process of its own is killed at random moments; both sides must agree.

Exit code 1 when a record is lost, doubled, or not where our id map says.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ehr_connector.webhook.adapter import Options, WebhookAdapter
from storage.deliveries import SqlLedger
from storage.engine import open_engine
from tests.ehr.ledger import FAST, Pushing, a_result, new_ledger
from tests.ehr.maps import connection
from tests.ehr.receiver import Receiver, serving

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def pushing_for(ledger: SqlLedger, url: str, count: int) -> Pushing:
    """Return everything around a courier, with the results of all applications."""
    options = Options(url=url, secrets=(SECRET,), internal=True, seconds=5.0, rate=100_000)
    made = Pushing(
        connection("webhook"), WebhookAdapter(options, lambda file: f"https://x/{file.key}"), ledger, FAST
    )
    made.shelf.results = {number: a_result(number) for number in range(1, count + 1)}
    return made


async def carry(database: str, url: str, count: int) -> None:
    """Carry until killed, as a server that has just started does."""
    ledger = SqlLedger(open_engine(database))
    ledger.free_leases()
    await pushing_for(ledger, url, count).courier.run_forever()


@asynccontextmanager
async def receiving() -> AsyncIterator[tuple[Receiver, str]]:
    """Give a receiver that takes a moment for every message, and its address."""
    receiver = Receiver(SECRET)
    async with serving(receiver.app) as url:
        yield receiver, f"{url}/hook"


async def trial(folder: Path, kills: int, seed: int) -> list[str]:
    """Kill so many times; return what was wrong afterwards."""
    chance, count = random.Random(seed), kills * 3
    ledger = new_ledger(folder)
    async with receiving() as (receiver, url):
        pushing = pushing_for(ledger, url, count)
        database = f"sqlite:///{folder}/ledger.db"
        for number in range(1, count + 1):
            pushing.add(number)
        for _ in range(kills):
            command = [sys.executable, "-m", "tests.ehr.kills", "--carry", database, url, str(count)]
            process = await asyncio.create_subprocess_exec(*command)
            seen, began = len(receiver.seen), time.monotonic()
            while _waits(receiver, seen, began) and ledger.open_lanes("there"):  # noqa: ASYNC110  it cannot tell
                await asyncio.sleep(0.005)
            await asyncio.sleep(chance.uniform(0, 0.15))
            process.kill()
            await process.wait()
        ledger.free_leases()
        await pushing.carry()
        wrong = _differences(receiver, pushing, count)
        await pushing.sender.adapter.close()  # type: ignore[attr-defined]
    ledger.engine.dispose()
    return wrong


def _waits(receiver: Receiver, seen: int, began: float) -> bool:
    """Say whether nothing has arrived yet: to kill a process that is only starting would prove nothing."""
    return len(receiver.seen) == seen and time.monotonic() - began < 15


def _differences(receiver: Receiver, pushing: Pushing, count: int) -> list[str]:
    wrong = []
    for number in range(1, count + 1):
        key = f"application.a_{number}"
        links = pushing.lane(number).links
        if receiver.records.get(key, {}).get("name") != a_result(number).candidate.name:
            wrong.append(f"{key} is not there")
        if links[key].ref.id != f"id-{key}":
            wrong.append(f"{key} is elsewhere in our id map")
        if receiver.stages.get(key) != "Interviewed":
            wrong.append(f"{key} is in the wrong stage")
        if sum(name.startswith(f"note.a_{number}.") for name in receiver.notes) != 1:
            wrong.append(f"{key} has not one note")
    applications = sum(key.startswith("application.") for key in receiver.records)
    return wrong if applications == count else [*wrong, f"{applications} records, not {count}"]


def main() -> int:
    """Run the trial, or be the process that is killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.ehr.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--carry", nargs=3)
    given = parser.parse_args()
    if given.carry:
        asyncio.run(carry(given.carry[0], given.carry[1], int(given.carry[2])))
        return 0
    with TemporaryDirectory() as folder:
        wrong = asyncio.run(trial(Path(folder), given.kills, given.seed))
    print(f"{given.kills} kills: {len(wrong)} differences")
    for one in wrong[:20]:
        print(one)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
