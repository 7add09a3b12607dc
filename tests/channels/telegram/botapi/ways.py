"""How updates get to the bot: pushed to its webhook, or fetched. In order within a chat; buttons by themselves."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.channels.telegram.botapi.faults import ApiError
from tests.channels.telegram.botapi.state import Json, Server

_DEFAULT = ("message", "edited_message", "callback_query", "my_chat_member", "poll", "inline_query")
_LIVES = {"callback_query": 150.0}
_DAY = 24 * 3600.0
_GONE_AFTER = 23 * 3600.0
_LONGEST_POLL = 50


@dataclass
class Webhook:
    """Where updates are pushed to."""

    url: str
    secret: str = ""
    connections: int = 40
    gone_since: float = 0.0
    last_error: str = ""


@dataclass
class Lane:
    """A queue: a chat's messages, or a person's buttons."""

    waiting: deque[Json] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None


class Ways:
    """Takes updates from people and gets them to the bot."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._numbers = random.randrange(10_000, 20_000)
        self._lanes: dict[tuple[str, int], Lane] = {}
        self._late: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._log: dict[int, Json] = {}
        self._arrived = asyncio.Event()
        self._poller: asyncio.Future[None] | None = None
        self._http: aiohttp.ClientSession | None = None
        self._slots = asyncio.Semaphore(40)
        self.allowed: tuple[str, ...] = _DEFAULT
        self.webhook: Webhook | None = None
        self.attempts: list[float] = []
        self.dropped = 0
        self.conflicts = 0
        self.handed = 0
        self.doubled = 0
        self.delayed = 0
        self.overtaken = 0
        """Updates that came after one which the same person caused later, in their other queue."""
        self._caused = 0
        self._newest: dict[int, int] = {}

    async def close(self) -> None:
        """Stop pushing."""
        for task in [*(lane.task for lane in self._lanes.values()), *self._late.values()]:
            if task is not None:
                task.cancel()
        if self._http is not None:
            await self._http.close()

    def put(self, kind: str, lane: int, body: Json) -> None:
        """Take an update from a person; the noise may hold it back, in order within its lane."""
        if kind not in self.allowed:
            return
        key = ("callback" if kind == "callback_query" else "message", lane)
        wait = self._server.noise.wait()
        self._caused += 1
        if not wait and key not in self._late:
            self._enter(key, kind, body, self._caused)
            return
        self.delayed += 1
        before = self._late.get(key)
        held = self._hold_back(before, wait, key, kind, body, self._caused)
        task = asyncio.get_running_loop().create_task(held)
        self._late[key] = task
        task.add_done_callback(
            lambda done: self._late.pop(key, None) if self._late.get(key) is done else None
        )

    async def _hold_back(
        self,
        before: asyncio.Task[None] | None,
        wait: float,
        key: tuple[str, int],
        kind: str,
        body: Json,
        caused: int,
    ) -> None:
        if before is not None:
            await asyncio.wait([before])
        await asyncio.sleep(wait)
        self._enter(key, kind, body, caused)

    def _enter(self, key: tuple[str, int], kind: str, body: Json, caused: int) -> None:
        newest = self._newest.get(key[1], 0)
        self.overtaken += caused < newest
        self._newest[key[1]] = max(caused, newest)
        self._numbers += 1
        update = {"update_id": self._numbers, kind: body}
        update_at = {"at": time.monotonic(), "kind": kind, "key": key, "update": update}
        self._log[self._numbers] = update_at
        self._arrived.set()
        self._arrived = asyncio.Event()
        if self.webhook is not None:
            self._push(update_at)

    def put_raw(self, lane: int, body: Any) -> None:
        """Take an update as it is, however odd."""
        self._numbers += 1
        entry = {
            "at": time.monotonic(),
            "kind": "raw",
            "key": ("message", lane),
            "update": {"update_id": self._numbers, **body},
        }
        self._log[self._numbers] = entry
        self._arrived.set()
        self._arrived = asyncio.Event()
        if self.webhook is not None:
            self._push(entry)

    def _push(self, entry: Json) -> None:
        lane = self._lanes.setdefault(entry["key"], Lane())
        lane.waiting.append(entry)
        if lane.task is None or lane.task.done():
            lane.task = asyncio.get_running_loop().create_task(self._drain(lane))

    async def _drain(self, lane: Lane) -> None:
        while lane.waiting and self.webhook is not None:
            entry = lane.waiting[0]
            if await self._hand_over(entry):
                if self._server.noise.twice():
                    self.doubled += 1
                    await self._hand_over(entry, once=True)
            else:
                self.dropped += 1
            self._log.pop(entry["update"]["update_id"], None)
            if lane.waiting:
                lane.waiting.popleft()

    async def _hand_over(self, entry: Json, *, once: bool = False) -> bool:
        """Post an update until it is taken; False when it was dropped."""
        tries = 0
        while self.webhook is not None:
            lives = _LIVES.get(entry["kind"], _DAY) * self._server.lives
            if time.monotonic() - entry["at"] > lives:
                return False
            async with self._slots:
                status, after = await self._post(entry["update"])
            if 200 <= status < 300:
                self.handed += 1
                return True
            if once:
                return True
            await self._check_gone(status)
            await asyncio.sleep(_pause(tries, after) * self._server.stretch)
            tries += 1
        return False

    async def _post(self, update: Json) -> tuple[int, float]:
        assert self.webhook is not None
        self.attempts.append(time.monotonic())
        if self._http is None:
            self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        headers = {"Content-Type": "application/json"}
        if self.webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.webhook.secret
        try:
            body = json.dumps(update)
            async with self._http.post(
                self.webhook.url, data=body, headers=headers, timeout=aiohttp.ClientTimeout(60)
            ) as answer:
                await answer.read()
                after = answer.headers.get("Retry-After", "")
                self.webhook.last_error = "" if answer.ok else f"Wrong response: {answer.status}"
                return answer.status, min(float(after), 3600.0) if after.isdigit() else 0.0
        except (aiohttp.ClientError, TimeoutError, OSError):
            self.webhook.last_error = "Connection refused"
            return 0, 0.0

    async def _check_gone(self, status: int) -> None:
        assert self.webhook is not None
        if status != 410:
            self.webhook.gone_since = 0.0
            return
        self.webhook.gone_since = self.webhook.gone_since or time.monotonic()
        if time.monotonic() - self.webhook.gone_since > _GONE_AFTER * self._server.lives:
            self.webhook = None

    # what the bot asks for

    def set_webhook(self, given: Json) -> bool:
        """Push from now on, what has waited first; an empty address is the end of it."""
        url = str(given.get("url", ""))
        secret = str(given.get("secret_token", "") or "")
        if not all(letter.isalnum() or letter in "_-" for letter in secret) or len(secret) > 256:
            raise ApiError(400, "Bad Request: secret token contains unallowed characters")
        if not url:
            return self.delete_webhook(given)
        if not url.startswith(("https://", "http://127.0.0.1")):  # a server run with --local allows HTTP
            raise ApiError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self._allow(given)
        if str(given.get("drop_pending_updates", "")).lower() == "true":
            self._log.clear()
        connections = int(given.get("max_connections") or 40)
        if not 1 <= connections <= 100:
            raise ApiError(400, "Bad Request: wrong max_connections")
        self.webhook, self._slots = Webhook(url, secret, connections), asyncio.Semaphore(connections)
        queued = {id(entry) for lane in self._lanes.values() for entry in lane.waiting}
        for entry in list(self._log.values()):
            if id(entry) not in queued:
                self._push(entry)
        for lane in self._lanes.values():
            if lane.waiting and (lane.task is None or lane.task.done()):
                lane.task = asyncio.get_running_loop().create_task(self._drain(lane))
        return True

    def delete_webhook(self, given: Json) -> bool:
        self.webhook = None
        if str(given.get("drop_pending_updates", "")).lower() == "true":
            self._log.clear()
        return True

    def webhook_info(self) -> Json:
        url = self.webhook.url if self.webhook else ""
        told: Json = {"url": url, "has_custom_certificate": False, "pending_update_count": len(self._log)}
        if self.webhook and self.webhook.last_error:
            told |= {"last_error_date": int(time.time()), "last_error_message": self.webhook.last_error}
        return told

    def _allow(self, given: Json) -> None:
        raw = given.get("allowed_updates")
        kinds = json.loads(raw) if isinstance(raw, str) and raw else raw
        if kinds is not None:
            self.allowed = tuple(kinds) or _DEFAULT

    async def get_updates(self, given: Json) -> list[Json]:
        """Answer a poll: what there is from the offset on, or what comes within the timeout."""
        if self.webhook is not None:
            raise ApiError(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"
            )
        self._allow(given)
        offset, limit = int(given.get("offset") or 0), min(int(given.get("limit") or 100), 100)
        timeout = min(int(given.get("timeout") or 0), _LONGEST_POLL)
        mine = self._take_over()
        try:
            return await self._wait_for(offset, limit, timeout, mine)
        finally:
            if self._poller is mine:
                self._poller = None

    def _take_over(self) -> asyncio.Future[None]:
        """End another poll that is still open: its asker is told that somebody else asks."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
        self._poller = asyncio.get_running_loop().create_future()
        return self._poller

    async def _wait_for(
        self, offset: int, limit: int, seconds: float, mine: asyncio.Future[None]
    ) -> list[Json]:
        self._acknowledge(offset)
        until = time.monotonic() + seconds
        while True:
            if mine.done():
                self.conflicts += 1
                raise ApiError(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
            found = [entry["update"] for _, entry in sorted(self._log.items())][:limit]
            left = until - time.monotonic()
            if found or left <= 0:
                return found
            waiting = asyncio.ensure_future(self._arrived.wait())
            await asyncio.wait([waiting, mine], timeout=left, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await waiting

    def _acknowledge(self, offset: int) -> None:
        """Forget everything below the offset; the noise sometimes keeps an update for one more time."""
        for number in [number for number in self._log if number < offset]:
            entry = self._log[number]
            if self._server.noise.twice() and not entry.get("again"):
                entry["again"] = True
                self.doubled += 1
                continue
            del self._log[number]
            self.handed += 1

    @property
    def pending(self) -> int:
        """How many updates the bot has not taken."""
        return len(self._log) + len(self._late)


def _pause(tries: int, after: float) -> float:
    """Return the seconds until the next try: at once, then 2, 4, 8 up to one or two minutes."""
    if after:
        return after
    return 0.0 if tries == 0 else min(2.0**tries, random.uniform(60, 120))
