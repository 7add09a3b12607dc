"""The product as it is served, with its bot at the loopback Bot API, in a thread of the test's process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import uvicorn

from bot.house import House
from bot.webchat.wire import ChatHttp
from bot.wiring import Server
from config.settings import Settings
from tests.channels.client import add_packs
from tests.channels.telegram.botapi.server import BotApi
from tests.channels.telegram.botapi.state import TOKEN
from tests.e2e.browser.demo import free_port

JOB = "sales-representative"
SECRET = "loopback-secret_1"
OWNER = 9001
MODES = ("polling", "webhook")


def settings(folder: Path, api: BotApi, mode: str, **more: Any) -> Settings:
    """Return settings of a product on a database of its own, whose bot keeps to no rate."""
    given: dict[str, Any] = {
        "database_url": f"sqlite:///{folder}/telegram.db",
        "port": free_port(),
        "language": "en",
        "telegram_token": TOKEN,
        "telegram_api_base": api.base,
        "telegram_mode": mode,
        "telegram_webhook_secret": SECRET,
        "telegram_rate": 10_000.0,
        "telegram_chat_rate": 10_000.0,
        "hr_users": f"telegram:{OWNER}=Wang Fang:owner",
    }
    return Settings(**(given | more), _env_file=None)


class Product:
    """A product that is running."""

    def __init__(self, house: House, server: Server) -> None:
        self.house = house
        self.server = server

    def invite(self, language: str = "en", job: str = JOB, name: str = "Maya Thornton") -> tuple[int, str]:
        """Return a new interview and its link in Telegram."""
        profile = {"name": name, "email": "maya@example.com"}
        pack = self.house.packs.active(job)
        _, conversation = self.house.applications.create(pack, language, profile)
        token = self.house.applications.invite(conversation)
        return conversation, self.house.links(token)["telegram"]

    def phase(self, conversation: int) -> str:
        state = self.house.applications.interview(conversation)
        assert state is not None
        return state.phase.value

    def said(self, conversation: int) -> list[str]:
        """Return what the candidate's side of the transcript holds."""
        return [line.text for line in self.house.story.lines(conversation, limit=5000) if line.mine]


@asynccontextmanager
async def running(chosen: Settings, *, free_scorer: bool = True) -> AsyncIterator[Product]:
    """Serve as the product does, until the block ends."""
    house = House(chosen)
    add_packs(house)
    house.add_people()
    server = Server(house, free_scorer=free_scorer)
    web = uvicorn.Server(
        uvicorn.Config(
            server.app,
            port=chosen.port,
            log_level="critical",
            http=cast("type[ChatHttp]", server.chat_http),
            ws_max_size=1 << 17,
            timeout_graceful_shutdown=2,
        )
    )
    thread = threading.Thread(target=web.run, daemon=True)
    thread.start()
    try:
        for _ in range(3000):
            if web.started and server.telegram is not None and server.telegram.state == "ready":
                break
            await asyncio.sleep(0.02)
        else:
            raise AssertionError("the product did not get ready")
        yield Product(house, server)
    finally:
        web.should_exit = True
        await asyncio.to_thread(thread.join, 15)
        house.engine.dispose()
