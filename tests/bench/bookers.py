"""A worker's share of the race for appointments; a process of its own. Reads its orders as JSON, prints JSON.

Goes the way of the product below the chat: the carrier that holds and confirms, on the real record.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import text

from dialogues.app.booking import BookingCarrier, Sources
from dialogues.core.effects import ConfirmSlot, FindSlots, HoldSlot
from dialogues.core.events import Booked, SlotHeld, SlotTaken
from storage.bookings import SqlBookings
from storage.engine import open_engine
from tests.storage.store import Store

BARE = "INSERT INTO bare_slot (slot, taker) VALUES (:slot, :taker) ON CONFLICT (slot) DO NOTHING"


def _race(orders: dict[str, Any]) -> dict[str, Any]:
    store = Store(orders["url"])
    carrier = BookingCarrier(
        Sources(
            bookings=SqlBookings(store.engine),
            interviews=store.applications,
            packs=store.packs,
            words_of=store.record.words_of,
            clock=time.time,
            link=lambda _: "",
        )
    )
    carrier.find(
        orders["orders"][0][0], FindSlots("slots:0", 0, "interview")
    )  # what is loaded once, is loaded
    found: dict[str, Any] = {"booked": [], "alternatives": 0, "lost": 0, "seconds": []}
    lock = threading.Lock()

    def book(order: tuple[int, float]) -> None:
        conversation, start = order
        began = time.perf_counter()
        event: object = _again(lambda: carrier.hold(conversation, HoldSlot("hold:1", 1, "interview", start)))
        if isinstance(event, SlotHeld):
            confirm = ConfirmSlot("confirm:2", 2, "interview", start, "Asia/Shanghai", "web", time.time())
            event = _again(lambda: carrier.confirm(conversation, confirm))
        took = time.perf_counter() - began
        with lock:
            found["seconds"].append(took)
            if isinstance(event, Booked):
                found["booked"].append(start)
            elif isinstance(event, SlotTaken) and len(event.near) == 3 and start not in event.near:
                found["alternatives"] += 1
            else:
                found["lost"] += 1

    return found | _timed(orders, book)


def _again(attempt: Any) -> object:
    """Try as the runner does: a database that was busy, or two that stood in each other's way, is tried again."""
    for _ in range(3):
        try:
            return attempt()
        except Exception:  # noqa: BLE001  whatever the database says
            time.sleep(0.02)
    return attempt()


def _bare(orders: dict[str, Any]) -> dict[str, Any]:
    engine = open_engine(orders["url"])
    found: dict[str, Any] = {"booked": [], "seconds": []}

    def book(order: tuple[int, float]) -> None:
        began = time.perf_counter()
        with engine.begin() as connection:
            won = connection.execute(text(BARE), {"slot": int(order[1]), "taker": order[0]}).rowcount
        found["seconds"].append(time.perf_counter() - began)
        if won:
            found["booked"].append(order[1])

    return found | _timed(orders, book)


def _timed(orders: dict[str, Any], book: Any) -> dict[str, Any]:
    with ThreadPoolExecutor(orders["threads"]) as pool:
        print("ready", flush=True)
        sys.stdin.readline()
        began = time.perf_counter()
        list(pool.map(book, [tuple(order) for order in orders["orders"]]))
        return {"wall": time.perf_counter() - began}


if __name__ == "__main__":
    given = json.loads(sys.stdin.readline())
    print(json.dumps((_bare if given["bare"] else _race)(given)))
