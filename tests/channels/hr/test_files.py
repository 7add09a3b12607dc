"""Files dropped on HR's page: taken from those who may, kept sealed, looked at, never from a stranger."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.hr.managing import LARGEST
from storage import tables
from tests.channels.hr.bureau import Bureau, page, words

LIST = b"Ann Lee,ann@example.org"


async def test_a_dropped_list_is_looked_at_in_the_chat(bureau: Bureau) -> None:
    anna = bureau.person("anna", "recruiter", jobs="sales-representative")
    answer = page(bureau, anna).post("/hr/file", content=LIST)
    assert answer.status_code == 200
    assert "1 can be invited" in words(await bureau.press(anna, answer.json()["value"]))
    with bureau.house.engine.connect() as connection:
        sealed = connection.execute(select(tables.upload.c.sealed)).scalars().all()
    assert sealed
    assert not any(b"ann@example.org" in one for one in sealed)


async def test_a_list_for_one_of_several_jobs_asks_which(bureau: Bureau) -> None:
    anna = bureau.person("anna", "recruiter")
    value = page(bureau, anna).post("/hr/file", content=LIST).json()["value"]
    assert "Which job" in words(await bureau.press(anna, value))
    assert "1 can be invited" in words(await bureau.press(anna, f"{value}:python-developer"))


@pytest.mark.parametrize("role", ["manager", "auditor", "reader"])
async def test_who_may_not_invite_hands_in_nothing(bureau: Bureau, role: str) -> None:
    assert page(bureau, bureau.person("kim", role)).post("/hr/file", content=LIST).status_code == 404


async def test_strangers_and_large_files_are_turned_away(bureau: Bureau) -> None:
    assert TestClient(bureau.server.app).post("/hr/file", content=LIST).status_code == 404
    anna = bureau.person("anna", "owner")
    answer = page(bureau, anna).post("/hr/file", content=b"x" * (LARGEST + 1))
    assert answer.status_code == 413
    assert "2 MB" in answer.json()["text"]


async def test_a_file_that_is_no_list_is_said_to_be_none(bureau: Bureau) -> None:
    anna = bureau.person("anna", "owner")
    value = page(bureau, anna).post("/hr/file", content=b"PK\x03\x04 not a workbook").json()["value"]
    assert "can't read this file" in words(await bureau.press(anna, value))
