"""Migrations, backups, data keys, and who may work on an SQLite file."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select

from storage import tables
from storage.audit import broken_link
from storage.backup import read_backup, write_backup
from storage.engine import WorkerLock, WrongDatabase, open_engine
from storage.migrate import upgrade
from storage.seal import Sealer, UnreadableText, parse_keys
from tests.storage.conftest import NewDatabase
from tests.storage.postgres import new_database
from tests.storage.store import KEY, Store, opened, said
from tests.storage.test_erasure import interview

OTHER_KEY = bytes(range(1, 33))


class TestSchema:
    @pytest.fixture
    def empty(self, kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path}/deep/below/empty.db"
        return new_database(request.getfixturevalue("postgres"), f"empty_{request.node.name[:20].lower()}")

    def test_from_nothing_the_migrations_lead_to_the_tables_of_the_code(self, empty: str) -> None:
        engine = open_engine(empty)
        upgrade(engine)
        upgrade(engine)
        with engine.connect() as connection:
            differences = compare_metadata(MigrationContext.configure(connection), tables.metadata)
            assert differences == []
            assert set(inspect(connection).get_table_names()) >= set(tables.metadata.tables)
        engine.dispose()


class TestBackup:
    @pytest.mark.parametrize("target", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
    def test_restored_into_either_system_it_is_the_same(
        self, store: Store, target: str, new_url: NewDatabase, tmp_path: Path
    ) -> None:
        conversation = interview(store)
        store.people.ensure("web", "anna", "owner")
        rows = write_backup(store.engine, tmp_path / "backup.gz")
        other = Store(new_url(target))
        assert read_backup(other.engine, tmp_path / "backup.gz") == rows
        assert other.story.lines(conversation) == store.story.lines(conversation)
        assert other.applications.profile(conversation) == store.applications.profile(conversation)
        assert other.people.everyone() == store.people.everyone()
        other.hand_in(conversation, "later", said("and it goes on"))
        assert other.story.lines(conversation)[-1].seq > store.story.lines(conversation)[-1].seq
        with other.engine.connect() as connection:
            assert broken_link(connection) is None
        other.close()

    def test_a_backup_holds_no_readable_words(self, store: Store, tmp_path: Path) -> None:
        interview(store)
        write_backup(store.engine, tmp_path / "backup.gz")
        with gzip.open(tmp_path / "backup.gz", "rt", encoding="utf-8") as file:
            lines = [line for line in file if not line.startswith('["pack"')]
        assert lines
        assert not any("Wilhelmina" in line or "umbrellas" in line for line in lines)

    def test_a_damaged_one_restores_nothing(
        self, store: Store, kind: str, new_url: NewDatabase, tmp_path: Path
    ) -> None:
        interview(store)
        whole = tmp_path / "backup.gz"
        write_backup(store.engine, whole)
        with gzip.open(whole, "rt", encoding="utf-8") as file:
            lines = file.readlines()
        short, torn = tmp_path / "short.gz", tmp_path / "torn.gz"
        with gzip.open(short, "wt", encoding="utf-8") as file:
            file.writelines(lines[:-3])
        torn.write_bytes(whole.read_bytes()[:-200])
        (tmp_path / "letter.gz").write_bytes(b"Dear Anna")
        empty = Store(new_url(kind))
        for path in (short, torn, tmp_path / "letter.gz"):
            with pytest.raises(ValueError, match=r"cut short|readable|damaged|not a Colloquy"):
                read_backup(empty.engine, path)
            assert empty.count("conversation") == 0
        empty.close()

    def test_a_database_in_use_is_not_written_over(self, store: Store, tmp_path: Path) -> None:
        interview(store)
        write_backup(store.engine, tmp_path / "backup.gz")
        with pytest.raises(ValueError, match="not empty"):
            read_backup(store.engine, tmp_path / "backup.gz")


class TestKeys:
    def test_an_old_key_still_reads_and_the_new_one_writes(self, store: Store) -> None:
        conversation = store.new_interview(name="Ada")
        store.hand_in(conversation, "open", opened())
        store.hand_in(conversation, "m1", said("with the old key"))
        rotated = Store(store.url, OTHER_KEY, KEY)
        rotated.hand_in(conversation, "m2", said("with the new key"))
        texts = [line.text for line in rotated.story.lines(conversation) if line.mine]
        assert texts == ["with the old key", "with the new key"]
        newest = Sealer([OTHER_KEY])
        with store.engine.connect() as connection:
            last = connection.execute(
                select(tables.text)
                .join(tables.inbox, tables.inbox.c.id == tables.text.c.id)
                .order_by(tables.text.c.id.desc())
            ).first()
        assert last is not None
        assert newest.open(last.id, last.sealed) == "with the new key"
        rotated.close()

    def test_a_missing_key_is_one_clear_error(self, store: Store) -> None:
        conversation = store.new_interview(name="Ada")
        without = Store(store.url, OTHER_KEY)
        with pytest.raises(UnreadableText, match="COLLOQUY_DATA_KEYS"):
            without.applications.profile(conversation)
        without.close()

    @pytest.mark.parametrize("text", ["", "c2hvcnQ=", "not base64!"])
    def test_a_key_of_the_wrong_kind_is_refused_with_the_way_to_make_one(self, text: str) -> None:
        with pytest.raises(ValueError, match="openssl rand"):
            Sealer(parse_keys(text))


class TestOneWorkerOnSqlite:
    def test_a_second_one_is_refused_with_the_way_out(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/one.db"
        first, second = WorkerLock(url), WorkerLock(url)
        first.take()
        with pytest.raises(WrongDatabase, match=r"already works on this SQLite database.*PostgreSQL"):
            second.take()
        first.release()
        second.take()
        second.release()

    def test_another_system_is_refused(self) -> None:
        with pytest.raises(WrongDatabase, match="not supported"):
            open_engine("mysql://localhost/x")
