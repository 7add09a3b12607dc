"""File drop: the conformance suite in its three forms, spreadsheets that do no harm, and what is read from a folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ehr_connector.faults import Conflict, Expired, Misconfigured, Passing, Unsure
from ehr_connector.filedrop.adapter import FileDropAdapter, Options, _read, _written, harmless
from ehr_connector.filedrop.folder import LocalFolder
from ehr_connector.model import Move, Ref, Write
from tests.ehr.contract import AdapterContract, Remote
from tests.ehr.ledger import Pushing, a_result, approved
from tests.ehr.maps import connection
from tests.ehr.proxy import Faults


class BreakingFolder(LocalFolder):
    """A folder on a server whose line breaks; each fault as SFTP shows it."""

    def __init__(self, path: Path, faults: Faults) -> None:
        super().__init__(path)
        self._faults = faults

    def _through(self, act: Callable[[], Any]) -> Any:
        fault = self._faults.fault(b"")
        match fault:
            case "401":
                raise Expired("login_expired")
            case "429":
                raise Passing("unreachable")
            case "cut" | "500":
                raise Unsure("cut")
        self._faults.forwarded += 1
        done = act()
        if fault in ("lost", "slow"):
            raise Unsure("cut" if fault == "lost" else "timeout")
        return done

    def put(self, name: str, content: bytes) -> None:
        self._through(partial(super().put, name, content))

    def get(self, name: str) -> bytes | None:
        return cast("bytes | None", self._through(partial(super().get, name)))

    def names(self) -> list[tuple[str, float]]:
        return cast("list[tuple[str, float]]", self._through(super().names))

    def remove(self, name: str) -> None:
        self._through(partial(super().remove, name))


class FolderRemote(Remote):
    def __init__(self, folder: Path, form: Any) -> None:
        self.folder = folder
        self.proxy = Faults()
        self.form = form
        self.connection = connection("filedrop", hire=None, onboarding=None)
        self.adapter = FileDropAdapter(Options(folder=str(folder), form=form))
        self.adapter._out = BreakingFolder(folder, self.proxy)

    def _paths(self, pattern: str) -> list[Path]:
        return sorted(self.folder.glob(pattern))

    async def records(self) -> list[dict[str, Any]]:
        return [
            _read(self.form, path.read_bytes()) for path in self._paths(f"application.*[0-9].{self.form}")
        ]

    async def files(self) -> list[bytes]:
        return [path.read_bytes() for path in self._paths("file.*.pdf")]

    async def notes(self) -> list[str]:
        return [path.read_text() for path in self._paths("note.*.txt")]

    async def stage(self) -> str:
        return str(json.loads((self.folder / "application.a_1.stage.json").read_text())["stage"])

    async def move_by_hand(self, stage: str) -> None:
        (self.folder / "application.a_1.stage.json").write_text(json.dumps({"stage": stage}))

    async def edit_by_hand(self, name: str) -> None:
        path = self.folder / f"application.a_1.{self.form}"
        row = _read(self.form, path.read_bytes())
        path.write_bytes(_written(self.form, {"key": "k", "model": "m", **row, "name": name}))

    async def delete_by_hand(self) -> None:
        (self.folder / f"application.a_1.{self.form}").unlink()


class TestFileDrop(AdapterContract):
    @pytest.fixture(params=["json", "csv", "xlsx"])
    def remote(self, request: pytest.FixtureRequest, tmp_path: Path) -> FolderRemote:
        return FolderRemote(tmp_path / "drop", request.param)

    async def test_no_half_file_is_ever_there(self, remote: FolderRemote, pushing: Pushing) -> None:
        await pushing.push()
        assert not list(remote.folder.glob(".*"))

    async def test_an_erasure_removes_the_files(self, remote: FolderRemote, pushing: Pushing) -> None:
        await pushing.push(1)
        await pushing.push(2)
        await remote.adapter.erase("a_1")
        names = [path.name for path in remote.folder.iterdir() if "a_1" in path.name.split(".")]
        assert names == ["erased.a_1.json"]
        assert len(await remote.records()) == 1


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-1", "@x", "\t=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell)[0] == "'"
    for form in ("csv", "xlsx"):
        row = {"key": "k", "model": "m", "name": cell}
        assert _read(form, _written(form, row)) == {"name": cell}


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cc", "Cs"]))
)
def test_any_text_survives_a_csv(text: str) -> None:
    assert _read("csv", _written("csv", {"key": "k", "model": "m", "a": "x", "name": text}))["name"] == text


async def test_a_folder_without_permission_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises((Misconfigured, Passing)):
        LocalFolder(tmp_path / "file").put("a", b"")


async def test_what_others_drop_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "reviews-2026.csv").write_text(
        "id,application,rating\nr1,a_1,4\nr2,a_2,2\n", "utf-8-sig"
    )
    (tmp_path / "in" / "other.csv").write_text("id\nx\n")
    adapter = FileDropAdapter(Options(folder=str(tmp_path / "out"), inbox=str(tmp_path / "in")))
    page = await adapter.pull("reviews", "")
    assert [(one.kind, one.id, one.body["rating"]) for one in page.items] == [
        ("review", "r1", "4"),
        ("review", "r2", "2"),
    ]
    assert (await adapter.pull("reviews", page.cursor)).items == ()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b"name\nx\n"])
async def test_a_bad_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "reviews.csv").write_bytes(content)
    adapter = FileDropAdapter(Options(folder=str(tmp_path / "out"), inbox=str(tmp_path)))
    with pytest.raises(Misconfigured) as caught:
        await adapter.pull("reviews", "")
    assert caught.value.field == "reviews.csv"


async def test_a_stage_is_set_from_allowed_ones_only(tmp_path: Path) -> None:
    adapter, ref = FileDropAdapter(Options(folder=str(tmp_path))), Ref("m", "application.a_1")
    await adapter.upsert(Write("application.a_1", "m", {"x": 1}), None)
    await adapter.set_stage(ref, Move("s", "B", ("A",)))
    with pytest.raises(Conflict):
        await adapter.set_stage(ref, Move("s", "C", ("A",)))
    assert approved(a_result()).decision is not None
