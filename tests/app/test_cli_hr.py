"""HR from the command line: revoking links, removing people, a résumé with an invitation."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from bot.__main__ import main
from bot.house import House
from config.settings import Settings
from storage import tables

INVITE = ("invite", "--pack", "sales-representative", "--name", "Ann Lee", "--external-id", "x1")


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path}/cli.db"
    monkeypatch.setenv("COLLOQUY_DATABASE_URL", url)
    monkeypatch.setenv("COLLOQUY_HR_USERS", "web:anna:owner")
    monkeypatch.chdir(tmp_path)
    return url


def run(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


def test_links_people_and_resumes(database: str, tmp_path: Path) -> None:
    resume = tmp_path / "ann.pdf"
    resume.write_bytes(b"%PDF-1.7 Ann Lee, forklift driver")
    invited = run(*INVITE, "--resume", str(resume))
    assert invited.exit_code == 0, invited.output
    assert run("hr-link", "anna").exit_code == 0
    assert "has no access any more" in run("remove-person", "anna").output
    assert "nobody is called" in run("remove-person", "anna").output
    assert run("revoke-link", "x1").exit_code == 0
    assert "there is no application" in run("revoke-link", "x2").output

    house = House(Settings(_env_file=None, database_url=database))  # type: ignore[call-arg]
    token = invited.output.partition("/chat/")[2].split()[0]
    assert house.applications.find_invite(token).problem == "revoked"
    with house.engine.connect() as connection:
        (row,) = connection.execute(select(tables.upload)).all()
        actions = set(connection.execute(select(tables.audit.c.action)).scalars())
    assert b"forklift" not in row.sealed
    assert house.sealer.open_bytes(row.id, row.sealed) == resume.read_bytes()
    assert {"removed", "revoked_link"} <= actions
    house.engine.dispose()


def test_a_resume_of_another_kind_is_refused_before_anybody_is_invited(database: str, tmp_path: Path) -> None:
    picture = tmp_path / "ann.png"
    picture.write_bytes(b"png")
    refused = run(*INVITE, "--resume", str(picture))
    assert refused.exit_code == 1
    assert "no PDF" in refused.output
    house = House(Settings(_env_file=None, database_url=database))  # type: ignore[call-arg]
    assert house.applications.unfinished(None) == []
    house.engine.dispose()
