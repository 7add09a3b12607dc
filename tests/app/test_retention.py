"""What the consent promises is kept: after the job's retention time nothing of the person is left."""

from __future__ import annotations

import time
from importlib import resources
from pathlib import Path

from sqlalchemy import select, update

from bot.house import House
from bot.terminal.command import local_interview
from config.settings import Settings
from dialogues.app.batch import Batch
from dialogues.core.events import Expired
from dialogues.ports import Arrival
from storage import tables
from storage.ids import new_id

DAY = 86400.0


def test_an_interview_is_erased_when_its_time_is_over(tmp_path: Path) -> None:
    house = House(Settings(database_url=f"sqlite:///{tmp_path}/kept.db"))
    text = resources.files("config.packs").joinpath("sales-representative.yaml").read_text(encoding="utf-8")
    pack = house.packs.add(text, activate=True)
    _, old = house.applications.create(pack, "zh", {"name": "林晓"}, external_id="hr-1")
    _, young = house.applications.create(pack, "zh", {"name": "王明"})
    local_interview(house, old).open("zh")
    local_interview(house, young).open("zh")
    with house.engine.begin() as connection:
        c = tables.conversation.c
        long_ago = time.time() - (pack.retention_days + 1) * DAY
        connection.execute(update(tables.conversation).where(c.id == old).values(updated_at=long_ago))
    expired = house.applications.expired(lambda *_: pack.retention_days, time.time())
    assert expired == [old]
    batch = Batch(house.record, house.packs, house.languages, new_id)
    batch.run([Arrival(old, "self", f"{old}:expired", Expired(at=time.time()))])
    assert house.applications.profile(old) == {}
    assert house.story.lines(old) == []
    assert house.applications.find("hr-1") is None
    assert house.applications.profile(young) == {"name": "王明"}
    assert house.applications.expired(lambda *_: pack.retention_days, time.time()) == []
    with house.engine.connect() as connection:
        audits = connection.execute(select(tables.audit.c.actor, tables.audit.c.action)).all()
    assert [tuple(row) for row in audits] == [("retention", "erased")]
