"""The command line as an operator meets it: exit codes, one sentence for what is wrong, and what it prints."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from msgspec import Struct

from bot.__main__ import main
from dialogues.core.reading import MAX_ANSWER

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "config" / "schema" / "result.v1.json").read_text("utf-8"))
PACK = "sales-representative"


class Done(Struct):
    """What a command came to."""

    code: int
    out: bytes
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line in a folder of its own; settings are given without their prefix.

    In this process, because starting one takes a second; an exception that gets out of it fails the test.
    """
    monkeypatch.chdir(tmp_path)

    def start(*arguments: str, **settings: str) -> Done:
        outer = {name: None for name in os.environ if name.startswith("COLLOQUY_")}
        own = {f"COLLOQUY_{name}": value for name, value in settings.items()}
        place = {"COLLOQUY_DATABASE_URL": "sqlite:///x.db", **own}
        done = CliRunner().invoke(main, arguments, env={**outer, **place}, prog_name="colloquy")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Done(done.exit_code, done.stdout_bytes, done.stderr)

    return start


def a_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def complaint(done: Done, code: int = 1) -> str:
    """Return the one sentence a failed command says, having checked that it is one."""
    said = done.err
    assert done.code == code, said
    assert said.startswith("colloquy: ")
    assert len(said.splitlines()) == 1, said
    return said.removeprefix("colloquy: ").strip()


def good(done: Done) -> str:
    """Return what a command printed that did its work and complained of nothing."""
    assert (done.code, done.err) == (0, "")
    return done.out.decode()


def invite(run: Run, *more: str, **settings: str) -> str:
    return good(run("invite", "--pack", PACK, "--name", "林晓", *more, **settings)).split()[-1]


def script(tmp_path: Path, language: str, quality: str) -> str:
    """Write a script that says everything in every answer; return its name.

    Which question comes next is not known beforehand: what belongs to it is read from all that is said.
    """
    answers = yaml.safe_load((ROOT / "tests" / "candidates" / f"{PACK}.yaml").read_text("utf-8"))["answers"]
    each = MAX_ANSWER // len(answers) - 1
    everything = " ".join(
        answers[question][language][quality].replace("\n", " ")[:each] for question in answers
    )
    (tmp_path / "script.txt").write_text("\n".join([everything] * 40), encoding="utf-8")
    return "script.txt"


BAD_SETTINGS = {
    "a port that is no number": ({"PORT": "eighty"}, "COLLOQUY_PORT"),
    "a port that cannot be": ({"PORT": "70000"}, "COLLOQUY_PORT"),
    "a log format nobody writes": ({"LOG_FORMAT": "xml"}, "COLLOQUY_LOG_FORMAT: must be console or json"),
    "a time zone of another planet": ({"TIMEZONE": "Mars/Phobos"}, "COLLOQUY_TIMEZONE: “Mars/Phobos”"),
    "a language nobody speaks": ({"LANGUAGE": "xx"}, "COLLOQUY_LANGUAGE: “xx” is not spoken here"),
    "an address that is none": ({"DATABASE_URL": "nonsense"}, "COLLOQUY_DATABASE_URL is not the address"),
    "a database we do not know": ({"DATABASE_URL": "mysql://a/b"}, "mysql is not supported"),
    "keys that are not base64": ({"DATA_KEYS": "abc"}, "COLLOQUY_DATA_KEYS is not base64"),
    "a key that is too short": ({"DATA_KEYS": "QUJD"}, "32 bytes each"),
}


@pytest.mark.parametrize(("settings", "said"), BAD_SETTINGS.values(), ids=BAD_SETTINGS)
def test_a_bad_setting_is_named(run: Run, settings: dict[str, str], said: str) -> None:
    assert said in complaint(run("result", "a_none", **settings))


def test_people_of_hr_without_a_role_are_refused(run: Run) -> None:
    assert "“anna” must be channel:name:role" in complaint(run("hr-link", "anna", HR_USERS="anna"))


@pytest.mark.parametrize("settings", [{}, {"DATA_KEYS": a_key()}], ids=["no keys", "keys"])
def test_a_database_that_does_not_answer(run: Run, settings: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    address = f"postgresql://nobody@127.0.0.1:{port}/none"
    assert "check COLLOQUY_DATABASE_URL" in complaint(run("result", "x", DATABASE_URL=address, **settings))


def test_a_file_that_is_no_database(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"certainly not a database " * 100)
    assert "check COLLOQUY_DATABASE_URL" in complaint(run("result", "x"))


def test_a_database_in_a_place_that_cannot_be(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "file" in complaint(run("result", "x", DATABASE_URL="sqlite:///file/x.db"))


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["result"], ["invite", "--pack", PACK], ["packs", "check", "nowhere.yaml"], ["--colour"]],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert "Usage:" in done.err


def test_help_is_exit_code_0_and_lists_the_commands(run: Run) -> None:
    listed = good(run("--help"))
    for command in ("demo", "serve", "interview", "packs", "invite", "result", "replay", "doctor", "db"):
        assert re.search(rf"^  {command} ", listed, re.MULTILINE), command


@pytest.mark.parametrize("command", ["interview", "invite"])
def test_an_unknown_pack_is_answered_with_those_there_are(run: Run, command: str) -> None:
    name = ["--name", "x"] if command == "invite" else []
    said = complaint(run(command, "--pack", "astronaut", *name))
    assert said.startswith("no active job pack “astronaut”; there are: ")
    assert PACK in said


@pytest.mark.parametrize("command", ["interview", "invite"])
def test_a_language_the_pack_lacks_is_answered_with_its_own(run: Run, command: str) -> None:
    name = ["--name", "x"] if command == "invite" else []
    assert "it has: zh, en" in complaint(run(command, "--pack", PACK, "--lang", "fr", *name))


def test_a_missing_application(run: Run) -> None:
    assert "no application “a_none”" in complaint(run("result", "a_none"))
    assert "no conversation “a_none”" in complaint(run("replay", "a_none"))
    assert "no conversation “12”" in complaint(run("replay", "12", "--verify"))


def test_a_wrong_data_key_is_said_by_every_command_that_reads_words(run: Run) -> None:
    invite(run, "--external-id", "E-7")
    said = "sealed with a key that is not in COLLOQUY_DATA_KEYS"
    assert said in complaint(run("result", "E-7", DATA_KEYS=a_key()))
    assert said in complaint(run("replay", "E-7", DATA_KEYS=a_key()))
    done = run("doctor", DATA_KEYS=a_key())
    assert complaint(done) == "something is broken; see above"
    assert re.search(rf"^data keys +broken: .*{said}$", done.out.decode(), re.MULTILINE)


def test_data_keys_can_be_rotated(run: Run) -> None:
    old, new = a_key(), a_key()
    invite(run, "--external-id", "E-7", DATA_KEYS=old)
    shown = good(run("result", "E-7", DATA_KEYS=f"{new},{old}"))
    assert json.loads(shown)["candidate"]["name"] == "林晓"


def test_doctor_is_content_with_a_fresh_place(run: Run) -> None:
    rows = dict(re.split(r"  +", line, maxsplit=1) for line in good(run("doctor")).splitlines())
    assert rows["database"].startswith("ready: SQLite")
    assert rows["languages"] == "ready: en, zh"
    assert not [state for state in rows.values() if state.startswith("broken")]


def test_packs_check_says_everything_with_line_numbers(run: Run, tmp_path: Path) -> None:
    text = (ROOT / "config" / "packs" / f"{PACK}.yaml").read_text("utf-8")
    (tmp_path / "bad.yaml").write_text(text.replace("pass_mark: 60", "pass_mark: 600"), encoding="utf-8")
    done = run("packs", "check", "bad.yaml")
    assert complaint(done) == "1 error to mend before this can be activated"
    line = text.splitlines().index("pass_mark: 60") + 1
    assert done.out.decode().startswith(f"bad.yaml:{line}:")
    assert good(run("packs", "check", str(ROOT / "config" / "packs" / f"{PACK}.yaml"))).endswith(": good\n")


@pytest.mark.parametrize("arguments", [["packs", "activate"], ["interview", "--pack"]], ids=" ".join)
def test_a_pack_that_is_not_ready_is_not_used(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "bad.yaml").write_text("name: x\n")
    assert re.match(r"line 1: .*5 more; see: colloquy packs check", complaint(run(*arguments, "bad.yaml")))
    (tmp_path / "gbk.yaml").write_bytes("title: 销售代表\n".encode("gbk"))
    assert "not in UTF-8" in complaint(run(*arguments, "gbk.yaml"))


def test_a_pack_in_another_encoding_is_not_called_good(run: Run, tmp_path: Path) -> None:
    text = (ROOT / "config" / "packs" / f"{PACK}.yaml").read_text("utf-8")
    (tmp_path / "gb.yaml").write_bytes(text.encode("gb18030"))
    done = run("packs", "check", "gb.yaml")
    assert "not in UTF-8" in done.out.decode()
    assert complaint(done)


def test_activating_a_version_twice_with_other_content_is_refused(run: Run, tmp_path: Path) -> None:
    text = (ROOT / "config" / "packs" / f"{PACK}.yaml").read_text("utf-8")
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    version = yaml.safe_load(text)["version"]
    assert good(run("packs", "activate", "mine.yaml")) == f"{PACK} {version} is active\n"
    (tmp_path / "mine.yaml").write_text(text.replace("pass_mark: 60", "pass_mark: 61"), encoding="utf-8")
    assert "raise its version" in complaint(run("packs", "activate", "mine.yaml"))


def test_inviting_an_external_id_twice_leads_to_the_same_interview(run: Run) -> None:
    first, second = (invite(run, "--external-id", "E-7", "--email", "lin@example.com") for _ in range(2))
    assert re.fullmatch(r"http://127\.0\.0\.1:8765/chat/[\w-]{32}", first)
    assert first != second
    document = json.loads(good(run("result", "E-7")))
    assert document["application"]["external_id"] == "E-7"
    assert document == json.loads(good(run("result", document["application"]["id"])))


def test_a_scripted_interview_prints_a_result_that_fits_its_schema(run: Run, tmp_path: Path) -> None:
    done = run("interview", "--pack", PACK, "--lang", "en", "--script", script(tmp_path, "en", "strong_a"))
    assert done.code == 0, done.err
    document = json.loads(done.out)
    Draft202012Validator(SCHEMA).validate(document)
    assert document["application"]["stage"] == "finished"
    assert document["candidate"]["language"] == "en"
    assert len(document["interview"]["answers"]) >= 4
    # no total: whoever says everything to every question is off the point of some, and those get no level
    assert any(score["level"] is not None for score in document["scores"])
    texts = {}
    for answer in document["interview"]["answers"]:
        texts |= {part["id"]: part["answer"] for part in (answer, *answer["followups"])}
    quotes = [quote for score in document["scores"] for quote in score["evidence"]]
    assert quotes
    for quote in quotes:
        assert texts[quote["answer"]][quote["start"] : quote["end"]] == quote["quote"]
    assert not list(tmp_path.glob("*.db*")), "an interview in the terminal keeps nothing"


def test_weak_answers_give_a_lower_total_than_strong_ones(run: Run, tmp_path: Path) -> None:
    totals = []
    for quality in ("strong_a", "weak_a"):
        name = script(tmp_path, "zh", quality)
        done = run("interview", "--pack", PACK, "--lang", "zh", "--script", name)
        totals.append(json.loads(done.out)["total"]["score"] or 0.0)
    assert totals[0] > totals[1] + 10, totals


def test_a_script_in_another_encoding_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "gbk.txt").write_bytes("我做过三年销售".encode("gbk"))
    assert "gbk.txt is not a text in UTF-8" in complaint(
        run("interview", "--pack", PACK, "--script", "gbk.txt")
    )


def test_a_result_in_every_format(run: Run, tmp_path: Path) -> None:
    invite(run, "--external-id", "E-7")
    document = json.loads(good(run("result", "E-7", "--format", "json")))
    Draft202012Validator(SCHEMA).validate(document)
    assert good(run("result", "E-7", "--format", "md")).startswith("# 面试报告: 林晓")
    report = run("result", "E-7", "--format", "pdf")
    assert (report.code, report.out[:5]) == (0, b"%PDF-")
    assert good(run("result", "E-7", "--output", "r.json")) == ""
    assert json.loads((tmp_path / "r.json").read_text("utf-8")) == document
    assert "nowhere" in complaint(run("result", "E-7", "--output", "nowhere/r.json"))


def test_a_replay_is_printed_and_verified(run: Run) -> None:
    invite(run, "--external-id", "E-7")
    assert (
        good(run("replay", "E-7", "--verify")) == "identical: state, messages and every score, to the bit\n"
    )


def test_a_backup_goes_into_an_empty_database_only(run: Run) -> None:
    key = a_key()
    invite(run, "--external-id", "E-7", DATA_KEYS=key)
    good(run("backup", "all.gz", DATA_KEYS=key))
    assert "is not empty" in complaint(run("restore", "all.gz", DATA_KEYS=key))
    fresh = {"DATABASE_URL": "sqlite:///fresh.db", "DATA_KEYS": key}
    assert good(run("restore", "all.gz", **fresh)).endswith(" rows restored\n")
    before, after = (good(run("result", "E-7", **place)) for place in ({"DATA_KEYS": key}, fresh))
    assert before == after


def test_a_backup_restored_without_its_keys_is_not_called_done(run: Run) -> None:
    invite(run)
    good(run("backup", "all.gz"))
    said = complaint(run("restore", "all.gz", DATABASE_URL="sqlite:///fresh.db"))
    assert "sealed with another key: set COLLOQUY_DATA_KEYS" in said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"junk", "not a readable backup"),
        (gzip.compress(b'{"format": "another"}\n'), "not a Colloquy backup"),
        (gzip.compress(b'{"format": "colloquy-backup-1"}\n'), "cut short"),
        (gzip.compress(b'{"format": "colloquy-backup-1"}\n{"rows'), "damaged"),
    ],
    ids=["no gzip", "another format", "cut short", "damaged"],
)
def test_a_bad_backup_is_refused(run: Run, tmp_path: Path, body: bytes, said: str) -> None:
    (tmp_path / "bad.gz").write_bytes(body)
    assert said in complaint(run("restore", "bad.gz"))


def test_a_backup_that_cannot_be_written(run: Run) -> None:
    assert "nowhere" in complaint(run("backup", "nowhere/all.gz"))


def test_as_a_process_it_says_one_sentence_too(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "bot", "result", "a_none"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLLOQUY_DATABASE_URL": "sqlite:///x.db"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert "no application “a_none”" in complaint(Done(done.returncode, done.stdout, done.stderr.decode()))


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_port_that_is_taken(run: Run, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(command, PORT=str(port))
    assert complaint(done) == (
        f"cannot listen on 127.0.0.1:{port} (Address already in use); choose another COLLOQUY_PORT (make demo PORT=...)"
    )
    assert done.out == b""


def test_an_unknown_person_of_hr(run: Run) -> None:
    assert "nobody called “anna”" in complaint(run("hr-link", "anna"))
    link = good(run("hr-link", "anna", HR_USERS="web:anna:owner")).strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:8765/hr#[\w-]{32}", link)
