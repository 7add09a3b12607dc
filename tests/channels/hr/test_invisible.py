"""For any role, any visibility and any command: no reply holds anything of a job the person may not see."""

from __future__ import annotations

import random

import pytest

from bot.hr.commands import COMMANDS
from dialogues.app.rights import READERS
from tests.channels.hr.bureau import Bureau, words

PEOPLE = {"sales-representative": "Ines Faro", "python-developer": "Zoe Quill", "team-lead": "Cem Kaya"}
_WAYS = 14


@pytest.mark.parametrize("seed", range(2))
async def test_no_reply_tells_of_an_invisible_job(bureau: Bureau, seed: int) -> None:
    chance = random.Random(seed)
    bureau.house.add_shipped_packs()
    ids = {}
    for job, name in PEOPLE.items():
        conversation = await bureau.candidate(name, job)
        ids[job] = bureau.application(conversation)
    for number in range(_WAYS):
        seen = chance.sample(sorted(PEOPLE), chance.randint(1, 2))
        person = bureau.person(f"p{number}", chance.choice(sorted(READERS)), ",".join(seen))
        hidden = [job for job in PEOPLE if job not in seen]
        who = chance.choice([*PEOPLE.values(), *ids.values()])
        command = chance.choice(COMMANDS).name
        for text in (f"/{command}", f"/{command} {who}", f"/{command} {chance.choice(hidden)} {who} because"):
            shown = words(await bureau.ask(person, text))
            for job in hidden:
                for secret in (PEOPLE[job], ids[job], f"{job} ·"):
                    echoed = secret.casefold() in text.casefold()
                    assert echoed or secret not in shown, (person.role, seen, text, shown)
        pressed = words(await bureau.press(person, f"{command}:{ids[hidden[0]]}"))
        assert PEOPLE[hidden[0]] not in pressed, (person.role, seen, command)
        await bureau.press(person, "cancel")
    for job in PEOPLE:
        assert bureau.house.applications.interview(_conversation(bureau, ids[job])) is not None


def _conversation(bureau: Bureau, application: str) -> int:
    found = bureau.house.applications.one(application, None)
    assert found is not None
    return found.conversation
