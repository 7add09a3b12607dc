"""Bad input at the edge: frames, links, cookies, paths and origins that no honest page would send."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.house import House
from bot.hr.session import COOKIE, Sessions
from bot.hr.web import MAX_TEXT
from bot.wiring import Server
from config.settings import Settings
from tests.channels.client import Socket, add_packs, opened, serving

HEADERS = (
    "content-security-policy",
    "referrer-policy",
    "x-content-type-options",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
)
ELSEWHERE = "https://elsewhere.example"


class Edge:
    """A server, a client, and what an honest person would have in hand."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            database_url=f"sqlite:///{folder}/edge.db",
            language="en",
        )
        self.house = House(settings)
        add_packs(self.house)
        self.server = Server(self.house, demo=True, free_scorer=True)
        self.address = ""
        self.client = httpx.Client()
        self.person = self.house.people.ensure("web", "anna", "owner")
        self.application, self.conversation, self.token = "", 0, ""

    def begin(self) -> None:
        """Invite somebody new."""
        pack = self.house.packs.active("sales-representative")
        self.application, self.conversation = self.house.applications.create(pack, "en", {"name": "Ann Lee"})
        self.token = self.house.applications.invite(self.conversation)

    def candidate(self, token: str = "", **options: Any) -> AbstractContextManager[Socket]:
        """Open the candidate's socket."""
        return opened(self.address, f"/chat/{token or self.token}/socket", **options)

    def sign_in(self) -> None:
        """Take a session cookie as a person of HR."""
        code = self.house.people.sign_in_code(self.person.id)
        assert self.client.post("/hr/session", json={"code": code}).status_code == 204

    def hr(self, **options: Any) -> AbstractContextManager[Socket]:
        """Open HR's socket."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())
        return opened(self.address, "/hr/socket", additional_headers={"Cookie": cookies}, **options)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    made = Edge(tmp_path_factory.mktemp("edge"))
    with serving(made.server) as address:
        made.address = address
        yield made
    made.house.engine.dispose()


@pytest.fixture
def edge(server: Edge) -> Iterator[Edge]:
    server.begin()
    with httpx.Client(base_url=f"http://{server.address}", timeout=15) as client:
        server.client = client
        yield server


BAD_FRAMES = [
    "",
    "not json",
    "[]",
    "null",
    '"text"',
    "{}",
    '{"type":"nonsense"}',
    '{"type":"text"}',
    '{"type":"text","id":7,"text":"x"}',
    '{"type":"text","id":"x","text":null}',
    '{"type":"text","id":"","text":"x"}',
    json.dumps({"type": "text", "id": "x" * 70, "text": "x"}),
    json.dumps({"type": "button", "id": "x", "value": "v" * 300}),
    '{"type":"hello","after":"soon"}',
    '{"type":"text","id":"x","text":"' + "[" * 50_000,
    "\x00",
]


@pytest.mark.parametrize("raw", BAD_FRAMES, ids=range(len(BAD_FRAMES)))
@pytest.mark.parametrize("side", ["candidate", "hr"])
def test_a_frame_that_is_none_closes_this_socket_only(edge: Edge, side: str, raw: str) -> None:
    edge.sign_in()
    opens = edge.candidate if side == "candidate" else edge.hr
    with opens() as socket:
        socket.send(raw)
        assert socket.closed() == 1003
    with opens() as socket:
        socket.say("hello")
        socket.heard("ready")


@pytest.mark.parametrize("side", ["candidate", "hr"])
def test_bytes_instead_of_text_close_the_socket(edge: Edge, side: str) -> None:
    edge.sign_in()
    with (edge.candidate if side == "candidate" else edge.hr)() as socket:
        socket.send(b"\xff\xfe")
        assert socket.closed() == 1003


def test_a_frame_of_100_kilobytes_is_refused_kindly(edge: Edge) -> None:
    with edge.candidate() as socket:
        socket.say("hello")
        socket.heard("say")
        socket.say("text", id="big", text="x" * 100_000)
        assert socket.heard("refused")["text"]
        socket.say("text", id="small", text="/help")
        assert socket.heard("ack")["id"] == "small"


def test_hrs_long_message_comes_back_with_its_id(edge: Edge) -> None:
    edge.sign_in()
    with edge.hr() as socket:
        socket.say("text", id="big", text="x" * (MAX_TEXT + 1))
        refused = socket.heard("refused")
        assert refused["id"] == "big"
        assert str(MAX_TEXT) in refused["text"]
        socket.say("text", id="small", text="/help")
        assert socket.heard("ack")["id"] == "small"


@pytest.mark.parametrize("value", ["nonsense", "consent:maybe", "do:nothing", "::", "survey:9", "delete:yes"])
def test_a_button_of_another_time_is_answered(edge: Edge, value: str) -> None:
    with edge.candidate() as socket:
        socket.say("hello")
        socket.heard("say")
        socket.say("button", id="b", value=value)
        assert socket.heard("say")["text"]


def _flood(socket: Socket, count: int) -> list[str]:
    """Send many messages, fifty at a time, and return what was acknowledged."""
    names = []
    for start in range(0, count, 50):
        for number in range(start, start + 50):
            socket.say("text", id=f"m{number}", text="/help")
        names += [socket.heard("ack")["id"] for _ in range(50)]
    return names


def test_thousands_of_messages_are_each_acknowledged_once(edge: Edge) -> None:
    with edge.candidate() as socket:
        socket.say("hello")
        socket.heard("say")
        assert _flood(socket, 2000) == [f"m{number}" for number in range(2000)]


def test_hundreds_of_hr_messages_are_each_acknowledged_once(edge: Edge) -> None:
    edge.sign_in()
    with edge.hr() as socket:
        assert _flood(socket, 300) == [f"m{number}" for number in range(300)]


def test_a_repeated_id_is_acknowledged_again_and_counts_once(edge: Edge) -> None:
    with edge.candidate() as socket:
        socket.say("hello")
        socket.heard("say")
        for _ in range(3):
            socket.say("button", id="yes", value="consent:yes")
        assert len({socket.heard("ack")["seq"] for _ in range(3)}) == 1


@pytest.mark.parametrize("kind", ["unknown", "expired", "revoked", "long"])
def test_a_link_that_leads_nowhere_says_so(edge: Edge, kind: str) -> None:
    token = {"unknown": "nonsense", "long": "x" * 5000}.get(kind) or edge.house.applications.invite(
        edge.conversation, seconds=-1 if kind == "expired" else 60
    )
    if kind == "revoked":
        edge.house.applications.revoke(edge.conversation)
    assert edge.client.get(f"/chat/{token}").status_code == 200
    with edge.candidate(token) as socket:
        assert len(socket.heard("closed")["text"]) > 20
        assert socket.closed() == 1000


def test_the_personal_link_is_the_key_whatever_page_opens_the_socket(edge: Edge) -> None:
    # No cookie is involved, so another site's page can do nothing here that its own server could not.
    with edge.candidate(origin=ELSEWHERE) as socket:
        socket.say("hello")
        socket.heard("ready")


def test_hrs_socket_is_closed_to_other_sites(edge: Edge) -> None:
    edge.sign_in()
    with edge.hr(origin=ELSEWHERE) as socket:
        assert socket.heard("closed")["text"]
        assert socket.closed() == 1000
    with edge.hr(origin=f"http://{edge.address}") as socket:
        socket.say("hello")
        socket.heard("ready")


def _cookie(edge: Edge, kind: str) -> str:
    good = Sessions(edge.house.keys[0]).issue(edge.person.id)
    if kind == "another key":
        return Sessions(b"another key of 32 bytes, invented").issue(edge.person.id)
    body, _, signature = base64.urlsafe_b64decode(good).decode().rpartition("|")
    person, _, expiry = body.rpartition("|")
    forged = {
        "expired": f"{person}|{int(time.time()) - 1}|{signature}",
        "another person": f"web:eve|{expiry}|{signature}",
        "no signature": f"{person}|{expiry}|",
        "not a time": f"{person}|soon|{signature}",
        "letters beyond ASCII": f"{person}|{expiry}|签名",
        "nothing": "",
    }[kind]
    return base64.urlsafe_b64encode(forged.encode()).decode()


@pytest.mark.parametrize(
    "kind",
    [
        "another key",
        "expired",
        "another person",
        "no signature",
        "not a time",
        "letters beyond ASCII",
        "nothing",
    ],
)
def test_a_forged_cookie_opens_nothing(edge: Edge, kind: str) -> None:
    edge.client.cookies.set(COOKIE, _cookie(edge, kind))
    with edge.hr() as socket:
        assert socket.heard("closed")["text"]
    assert edge.client.get(f"/hr/report/{edge.application}.pdf").status_code == 404
    assert edge.client.get(f"/hr/card/{edge.application}.svg").status_code == 404


@pytest.mark.parametrize("cookie", ["", "x", "====", "%%%", "a|b|c", "é" * 10])
def test_a_cookie_that_is_none_opens_nothing(edge: Edge, cookie: str) -> None:
    assert Sessions(edge.house.keys[0]).person(cookie) is None


@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"[]", b'{"code":7}', b'{"code":"nonsense"}', b'{"code":"' + b"x" * 100_000 + b'"}'],
)
def test_a_wrong_sign_in_code_is_refused(edge: Edge, body: bytes) -> None:
    answer = edge.client.post("/hr/session", content=body)
    assert answer.status_code == 403
    assert answer.json()["text"]
    assert COOKIE not in answer.cookies


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(edge: Edge) -> None:
    code = edge.house.people.sign_in_code(edge.person.id)
    cookie = edge.client.post("/hr/session", json={"code": code}).headers["set-cookie"].casefold()
    for part in ("httponly", "samesite=strict", "path=/hr", "max-age="):
        assert part in cookie


TRICKS = [
    "/static/chat/../../web.py",
    "/static/chat/%2e%2e/%2e%2e/web.py",
    "/static/chat/..%2f..%2fweb.py",
    "/static/chat/%5c..%5c..%5cweb.py",
    "/static/chat//etc/passwd",
    "/static/hr/%00",
    "/static/hr/../session.py",
    "/hr/report/..%2f..%2fsecret.pdf",
    "/hr/report/%00.pdf",
    "/hr/report/a_0000000000.pdf",
    "/hr/card/Ann%20Lee.svg",
    "/hr/report/Ann%20Lee.pdf",
    "/nothing/here",
]


@pytest.mark.parametrize("path", TRICKS)
def test_tricks_with_paths_find_nothing(edge: Edge, path: str) -> None:
    edge.sign_in()
    answer = edge.client.get(path)
    assert answer.status_code == 404
    for name in HEADERS:
        assert name in answer.headers, name


PLACES = ["/", "/hr", "/chat/x", "/healthz", "/readyz", "/metrics", "/static/chat/chat.js", "/static/nothing"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
@pytest.mark.parametrize("path", PLACES)
def test_every_answer_has_the_security_headers(edge: Edge, method: str, path: str) -> None:
    answer = edge.client.request(method, path)
    assert answer.status_code in ((404,) if "nothing" in path else (200, 405))
    for name in HEADERS:
        assert name in answer.headers, name
    if method == "HEAD":
        assert answer.status_code in (200, 404)
        assert answer.content == b""


def test_a_fault_of_ours_has_the_headers_and_no_traceback(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> str:
        raise RuntimeError("secret")

    monkeypatch.setattr(edge.house.office, "titles", lambda *_: fail())
    answer = edge.client.get("/")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    for name in HEADERS:
        assert name in answer.headers, name


def test_static_files_are_asked_after_each_time_and_unchanged_ones_are_not_sent_again(edge: Edge) -> None:
    first = edge.client.get("/static/chat/chat.js")
    assert first.headers["cache-control"] == "no-cache"
    again = edge.client.get("/static/chat/chat.js", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_pages_with_personal_addresses_are_not_kept(edge: Edge) -> None:
    for path in ("/hr", f"/chat/{edge.token}"):
        assert edge.client.get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/demo/nonsense/zh", "/demo/..%2f/zh", "/demo/sales-representative/xx"])
def test_the_demo_begins_only_what_there_is(edge: Edge, path: str) -> None:
    answer = edge.client.post(path, follow_redirects=False)
    assert answer.status_code == (303 if path.endswith("xx") else 404)
