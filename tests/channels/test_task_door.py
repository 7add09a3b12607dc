"""What the page's editor is told of the open task, by a real server: enough to write, nothing to cheat with."""

from __future__ import annotations

import json
from pathlib import Path

import httpx

from bot.house import House
from bot.wiring import Server
from config.settings import Settings
from dialogues.core.events import Answered, Chosen, Event, Opened
from dialogues.ports import Arrival
from tests.channels.client import add_packs, serving


def _at_task(house: House, server: Server) -> tuple[str, str]:
    """Bring a new interview to its first coding question; return its link's token and the question's id."""
    pack = house.packs.active("python-developer")
    profile = {"name": "Ann Lee", "email": "ann@example.org"}
    _, conversation = house.applications.create(pack, "en", profile)
    tools = ("python", "javascript", "java", "cpp", "sql")

    def send(number: int, event: Event) -> None:
        server.batch.run([Arrival(conversation, "web", f"{conversation}:{number}", event)])

    send(0, Opened(at=1.0, channel="web", language="en", tools=tools))
    for number, value in enumerate(("consent:yes", "details:right", "practice:no"), 1):
        send(number, Chosen(at=1.0, value=value))
    for number in range(4, 12):
        state = house.applications.interview(conversation)
        assert state is not None
        if state.prompt is not None and state.prompt.about.startswith("code_"):
            return house.applications.invite(conversation), state.prompt.about
        send(number, Answered(at=1.0, text="/skip"))
    raise AssertionError("no coding question came")


def test_a_page_is_told_of_its_task_and_of_no_hidden_test(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/door.db"
    house = House(Settings(_env_file=None, database_url=url, language="en"))  # type: ignore[call-arg]
    add_packs(house)
    server = Server(house, demo=True, free_scorer=True)
    token, question = _at_task(house, server)
    task = house.packs.active("python-developer").question(question).code
    assert task is not None
    with serving(server) as address, httpx.Client(base_url=f"http://{address}") as client:
        told = client.get(f"/chat/{token}/task")
        assert told.status_code == 200
        assert "no-store" in told.headers["cache-control"]
        known = told.json()
        assert known["question"] == question
        assert [one["id"] for one in known["languages"]] == list(task.languages)
        assert all(known["starter"][one] == task.starter.get(one, "") for one in task.languages)
        assert set(known) == {"question", "languages", "starter", "limit"}
        assert not any(json.dumps(test.output) in told.text for test in task.tests if len(test.output) > 4)
        assert client.get("/chat/nobody/task").status_code == 403
    house.engine.dispose()


def test_where_nothing_is_asked_nothing_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/door.db"
    house = House(Settings(_env_file=None, database_url=url, language="en"))  # type: ignore[call-arg]
    add_packs(house)
    _, conversation = house.applications.create(house.packs.active("python-developer"), "en", {})
    token = house.applications.invite(conversation)
    server = Server(house, demo=True, free_scorer=True)
    with serving(server) as address:
        assert httpx.get(f"http://{address}/chat/{token}/task").status_code == 204
    house.engine.dispose()
