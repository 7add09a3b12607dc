"""Applications, invitations, people, packs, the audit log: the same on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from dialogues.app.codec import encode_state
from dialogues.app.packs import PackError
from dialogues.core.interview import Phase
from dialogues.ports import AuditRow
from storage import people as people_module
from storage import tables
from storage.audit import append_audits, broken_link, chain_head
from storage.packs import UnknownPack
from tests.storage.store import PACK, Store, opened, pack_text, pressed, said


class TestApplications:
    def test_a_profile_is_kept_sealed_and_read_back(self, store: Store) -> None:
        profile = {"name": "林晓", "email": "lin.xiao@example.com"}
        conversation = store.new_interview(**profile)
        assert store.applications.profile(conversation) == profile
        with store.engine.connect() as connection:
            for table in tables.metadata.sorted_tables:
                assert "lin.xiao" not in str(connection.execute(table.select()).all())

    def test_a_detail_told_later_joins_the_profile(self, store: Store) -> None:
        conversation = store.new_interview(email="a@example.com")
        store.hand_in(conversation, "open", opened())
        store.hand_in(conversation, "b1", pressed("consent:yes"))
        store.hand_in(conversation, "b2", pressed("details:right"))
        store.hand_in(conversation, "m1", said("Grace Hopper"))
        assert store.applications.profile(conversation) == {"name": "Grace Hopper", "email": "a@example.com"}

    def test_the_same_external_id_is_the_same_application(self, store: Store) -> None:
        pack = store.packs.add(pack_text(), activate=True)
        first = store.applications.create(pack, "en", {"name": "Ada"}, "ats-1")
        assert store.applications.create(pack, "zh", {"name": "Other"}, "ats-1") == first
        assert store.applications.create(pack, "en", {"name": "Ada"}, "ats-2") != first
        assert store.applications.external_id(first[0]) == "ats-1"
        found = store.applications.find("ats-1")
        assert found is not None
        assert (found.application, found.name) == (first[0], "Ada")

    def test_the_first_state_is_rebuilt_to_the_byte(self, store: Store) -> None:
        conversation = store.new_interview(name="Ada", phone="+44 20 7946 0000")
        before = store.applications.interview(conversation)
        assert before is not None
        store.hand_in(conversation, "open", opened())
        after, first = (
            store.applications.interview(conversation),
            store.applications.first_state(conversation),
        )
        assert after is not None
        assert first is not None
        assert after.phase is Phase.CONSENT
        assert encode_state(first) == encode_state(before)

    def test_a_link_leads_to_its_conversation_until_it_expires_or_is_revoked(self, store: Store) -> None:
        conversation, other = store.new_interview(), store.new_interview()
        good, expired = store.applications.invite(conversation), store.applications.invite(conversation, -1)
        theirs = store.applications.invite(other)
        assert store.applications.find_invite(good).conversation == conversation
        problems = [store.applications.find_invite(token).problem for token in (good, expired, "made-up", "")]
        assert problems == ["", "expired", "unknown", "unknown"]
        store.applications.revoke(conversation)
        assert store.applications.find_invite(good).problem == "revoked"
        assert store.applications.find_invite(theirs).problem == ""

    def test_lists_hold_only_the_jobs_asked_for(self, store: Store) -> None:
        store.new_interview(name="Ada")
        assert [one.name for one in store.applications.unfinished([PACK])] == ["Ada"]
        assert store.applications.unfinished(["another-job"]) == []
        assert store.applications.unfinished([]) == []
        assert store.applications.ranked(None) == []


class TestPeople:
    def test_a_person_is_made_once_and_their_role_follows_the_settings(self, store: Store) -> None:
        anna = store.people.ensure("web", "anna", "recruiter")
        again = store.people.ensure("web", "anna", "owner")
        assert (again.conversation, again.role) == (anna.conversation, "owner")
        assert store.people.by_conversation(anna.conversation) == again
        assert store.people.everyone() == [again]
        assert store.people.by_id("web:nobody") is None

    def test_a_sign_in_code_names_its_person_until_it_is_out_of_date(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        anna = store.people.ensure("web", "anna", "recruiter")
        code = store.people.sign_in_code(anna.id)
        found = store.people.signed_in(code)
        assert found is not None
        assert found.id == anna.id
        assert store.people.signed_in(code + "x") is None
        with store.engine.begin() as connection:
            connection.execute(update(tables.sign_in).values(expires_at=1.0))
        assert store.people.signed_in(code) is None
        store.people.sign_in_code(anna.id)
        assert store.count("sign_in") == 1  # codes out of date are swept away
        assert people_module.SIGN_IN_SECONDS <= 24 * 3600

    def test_codes_and_tokens_are_not_stored_themselves(self, store: Store) -> None:
        anna = store.people.ensure("web", "anna", "recruiter")
        secrets = [store.people.sign_in_code(anna.id), store.applications.invite(store.new_interview())]
        with store.engine.connect() as connection:
            for table in (tables.sign_in, tables.invite):
                stored = str(connection.execute(table.select()).all())
                assert not any(secret in stored for secret in secrets)


class TestPacks:
    def test_one_version_is_active_and_the_older_ones_stay_readable(self, store: Store) -> None:
        old = store.packs.add(pack_text(), activate=True)
        text = pack_text().replace(f"version: {old.version}", "version: 99.0", 1)
        text = text.replace(f'version: "{old.version}"', 'version: "99.0"', 1)
        new = store.packs.add(text, activate=True)
        assert store.packs.names() == {PACK: new.version}
        assert new.version != old.version
        assert store.packs.pack(PACK, old.version) == old

    def test_other_content_under_the_same_version_is_refused(self, store: Store) -> None:
        store.packs.add(pack_text(), activate=True)
        with pytest.raises(ValueError, match="raise its version"):
            store.packs.add(pack_text() + "\n# changed\n", activate=True)

    def test_a_wrong_pack_is_not_stored(self, store: Store) -> None:
        with pytest.raises(PackError):
            store.packs.add("name: half-a-pack\n", activate=True)
        assert store.count("pack") == 0

    def test_an_unknown_pack_says_which_there_are(self, store: Store) -> None:
        store.packs.add(pack_text(), activate=True)
        with pytest.raises(UnknownPack, match=PACK):
            store.packs.active("astronaut")
        with pytest.raises(UnknownPack):
            store.packs.pack(PACK, "0.0")


class TestAudit:
    @pytest.fixture
    def log(self, store: Store) -> list[AuditRow]:
        rows = [AuditRow(1000.0 + n, "web:anna", f"read:{n}", "a_1") for n in range(5)]
        with store.engine.begin() as connection:
            append_audits(connection, rows[:2])
        with store.engine.begin() as connection:
            append_audits(connection, rows[2:])
        return rows

    def broken(self, store: Store) -> bool:
        with store.engine.connect() as connection:
            return broken_link(connection) is not None

    def test_a_whole_chain_is_whole(self, store: Store, log: list[AuditRow]) -> None:
        assert store.count("audit") == len(log)
        assert not self.broken(store)
        with store.engine.connect() as connection:
            assert chain_head(connection) != b"\0" * 32

    @pytest.mark.parametrize("change", ["actor", "action", "target", "at"])
    def test_a_changed_row_is_found(self, store: Store, log: list[AuditRow], change: str) -> None:
        value = 1.0 if change == "at" else "somebody else"
        with store.engine.begin() as connection:
            connection.execute(
                update(tables.audit).where(tables.audit.c.action == "read:2").values({change: value})
            )
        assert self.broken(store)

    def test_a_missing_row_is_found(self, store: Store, log: list[AuditRow]) -> None:
        with store.engine.begin() as connection:
            connection.execute(delete(tables.audit).where(tables.audit.c.action == "read:1"))
        assert self.broken(store)
