"""A real server on loopback, in a thread of the test's own process, and honest clients of it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import uvicorn
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from bot.house import House
from bot.webchat.wire import ChatHttp
from bot.wiring import Server
from tests.e2e.browser.demo import free_port

_PACKS = Path(__file__).parents[2] / "config" / "packs"
_PATIENCE = 60.0


def add_packs(house: House) -> None:
    """Make two of the shipped jobs known."""
    for name in ("python-developer", "sales-representative"):
        house.packs.add((_PACKS / f"{name}.yaml").read_text(encoding="utf-8"), activate=True)


@contextmanager
def serving(served: Server) -> Iterator[str]:
    """Serve as the product does; give the address."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            served.app,
            port=port,
            log_level="critical",
            http=cast("type[ChatHttp]", served.chat_http),
            ws_max_size=1 << 17,
            timeout_graceful_shutdown=2,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + _PATIENCE
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    yield f"127.0.0.1:{port}"
    server.should_exit = True
    thread.join(_PATIENCE)


class Socket:
    """One open socket, as a page has it."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    def send(self, raw: str | bytes) -> None:
        self._connection.send(raw)

    def say(self, type_: str, **fields: object) -> None:
        """Send a frame."""
        self.send(json.dumps({"type": type_, **fields}))

    def heard(self, kind: str) -> dict[str, Any]:
        """Return the next frame of this kind."""
        while True:
            frame: dict[str, Any] = json.loads(self._connection.recv(timeout=_PATIENCE))
            if frame["type"] == kind:
                return frame

    def closed(self) -> int:
        """Wait until the server has closed; return the code."""
        try:
            while True:
                self._connection.recv(timeout=_PATIENCE)
        except ConnectionClosed as error:
            return error.rcvd.code if error.rcvd is not None else 1006


@contextmanager
def opened(address: str, path: str, **options: Any) -> Iterator[Socket]:
    """Open a socket."""
    with connect(f"ws://{address}{path}", close_timeout=2, **options) as connection:
        yield Socket(connection)
