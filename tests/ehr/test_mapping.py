"""The connector's file: every mistake with its line, and what expressions make of a result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.__main__ import main
from ehr_connector.faults import Misconfigured
from ehr_connector.mapping.check import check_mapping
from ehr_connector.mapping.first import first_mapping
from ehr_connector.mapping.model import Rule, Scale
from ehr_connector.mapping.read import WrongConfig, read_config
from ehr_connector.mapping.render import _scaled, _value, document_of, render_move, render_note, render_record
from ehr_connector.model import Capability, Description, FieldInfo, StageInfo
from tests.ehr.house import settings
from tests.ehr.ledger import a_result, approved
from tests.ehr.maps import MAPPING, connection

HEAD = "connections:\n  - name: there\n    system: webhook\n    mapping:\n"


def config(mapping: str) -> str:
    return HEAD + "".join(f"      {line}\n" for line in mapping.strip().splitlines())


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("name: candidate.name", "name: 'candidate.name ||'", 9, "is not an expression"),
        (
            "applicant: {ref: application}",
            "applicant: {ref: applicaton}",
            19,
            "there is no record “applicaton”",
        ),
        ("key: item.competency", "needs: [nothing]", 15, "`each` needs `key`"),
        ("file: {record: application", "file: {record: aplication", 22, "there is no record “aplication”"),
        ("total: {from: total.score,", "total: {from: total.score, value: 3,", 13, "write exactly one of"),
        ("model: applicant", "modell: applicant", 7, "modell"),
        ("when: cause == 'finished'", "when: cause = 'finished'", 30, "is not an expression"),
        ("version: 1", "version: one", 5, "Expected `int`"),
    ],
)
def test_every_mistake_has_its_line_and_its_remedy(old: str, new: str, line: int, said: str) -> None:
    assert old in MAPPING
    with pytest.raises(WrongConfig) as caught:
        read_config(config(MAPPING.replace(old, new, 1)))
    assert any(said in one.text for one in caught.value.mistakes), caught.value.mistakes
    assert abs(caught.value.mistakes[0].line - line) <= 3


def test_several_mistakes_are_said_at_once() -> None:
    wrong = MAPPING.replace("candidate.name", "'a ||'").replace("candidate.email", "')('")
    with pytest.raises(WrongConfig) as caught:
        read_config(config(wrong))
    assert len(caught.value.mistakes) == 2


def test_broken_yaml_and_circles() -> None:
    with pytest.raises(WrongConfig, match="this is not YAML"):
        read_config("connections: [")
    circle = (
        "version: 1\nrecords:\n  a: {model: x, fields: {b: {ref: b}}}\n  b: {model: x, fields: {a: {ref: a}}}"
    )
    with pytest.raises(WrongConfig, match="needs itself"):
        read_config(config(circle))


def test_secrets_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = config(MAPPING) + "    options: {key: 'env:THE_KEY', other: 'file:PLACE'}\n".replace(
        "PLACE", str(tmp_path / "s")
    )
    with pytest.raises(WrongConfig, match="THE_KEY is not set") as caught:
        read_config(text)
    places = [(one.path, one.line) for one in caught.value.mistakes]
    last = len(text.splitlines())
    assert places == [("connections.0.options.key", last), ("connections.0.options.other", last)]
    monkeypatch.setenv("THE_KEY", "k")
    with pytest.raises(WrongConfig, match="cannot be read"):
        read_config(text)
    (tmp_path / "s").write_text("secret\n")
    assert read_config(text).connections[0].options == {"key": "k", "other": "secret"}
    assert read_config(text, secrets=False).connections[0].options["key"] == "env:THE_KEY"


def rendered(cause: str = "finished", result: Any = None) -> Any:
    mapping = connection("webhook").mapping
    document = document_of(result or a_result(), cause)
    return mapping, document


def test_a_record_and_its_items() -> None:
    mapping, document = rendered()
    (application,) = render_record("application", mapping.records["application"], document)
    assert application.key == "application.a_1"
    assert application.values["language"] == "zh_CN"
    assert application.values["total"] == 2
    scores = list(render_record("scores", mapping.records["scores"], document))
    assert [one.key for one in scores][:2] == ["scores.a_1.customer_focus", "scores.a_1.persuasion"]
    assert scores[0].values["level"] == 74


def test_a_note_for_people() -> None:
    mapping, document = rendered()
    note = render_note(mapping, document)
    assert note is not None
    assert note.text.splitlines()[:2] == ["Total: 68.6", "客户导向 7.4"]


@pytest.mark.parametrize(
    ("cause", "outcome", "to"),
    [
        ("finished", "", "Interviewed"),
        ("decided", "approve", "Hired"),
        ("decided", "hold", None),
        ("decided", "", None),
    ],
)
def test_nobody_is_hired_without_a_persons_decision(cause: str, outcome: str, to: str | None) -> None:
    result = approved(a_result(), outcome) if outcome else a_result()
    mapping, document = rendered(cause, result)
    move = render_move(mapping, document)
    assert (move.to if move is not None else None) == to


def test_a_decision_without_a_name_is_none() -> None:
    result = approved(a_result())
    assert result.decision is not None
    nobody = replace(result, decision=replace(result.decision, by=""))
    mapping, document = rendered("decided", nobody)
    assert render_move(mapping, document) is None


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_scales_stay_within_their_range(value: float, digits: int) -> None:
    found = _scaled(Scale(low=(0.0, 10.0), high=(0.0, 3.0), digits=digits), value, "x")
    assert 0 <= found <= 3


def test_values_that_do_not_fit_are_named_by_their_field() -> None:
    with pytest.raises(Misconfigured) as caught:
        _value(Rule(source="a", choices={"x": 1}), {"a": "y"}, "lang")
    assert caught.value.field == "lang"
    with pytest.raises(Misconfigured, match="not_a_number"):
        _value(Rule(source="a", scale=Scale(low=(0, 1), high=(0, 1))), {"a": "y"}, "n")
    assert _value(Rule(source="a", cut=2), {"a": "王小明"}, "n") == "王小"
    assert _value(Rule(source="a"), {"a": ["x", "y"]}, "n") == "x\ny"


DESCRIBED = Description(
    "Some ATS",
    "1",
    {
        "applicant": {
            "name": FieldInfo("name", "char", required=True),
            "email": FieldInfo("email", "char"),
            "phone": FieldInfo("phone", "char", readonly=True),
            "language": FieldInfo("language", "selection", choices={"zh_CN": "Chinese"}),
            "total": FieldInfo("total", "integer"),
            "source": FieldInfo("source", "selection", required=True, choices={"web": "Web"}),
        },
        "score": {"applicant": FieldInfo("applicant", "many2one", relation="applicant")},
    },
    (StageInfo("New"), StageInfo("Interviewed", writes="Thanks!"), StageInfo("Hired", final=True)),
)


def test_a_mapping_is_held_against_a_description() -> None:
    stage = {
        "record": "application",
        "rules": [
            {"to": "Hired", "when": "cause == 'finished'"},
            {"to": "Interviewed", "when": "cause == 'x'"},
            {"to": "Moon", "when": "cause == 'x'"},
        ],
    }
    mapped = connection("some", stage=stage)
    said = dict(
        enumerate(
            text
            for _, text in check_mapping(mapped, DESCRIBED, frozenset({Capability.UPSERT, Capability.STAGE}))
        )
    )
    everything = "\n".join(said.values())
    for part in (
        "this system cannot do that (file)",
        "sends the candidate the e-mail “Thanks!”",
        "“Hired” hires or declines, which only a person may",
        "there is no stage “Moon”",
        "“phone” cannot be written there",
        "“en_US” is none of the choices of “language”",
        "insists on the field “source”",
        "“score” has no field “competency”",
    ):
        assert part in everything, part


def test_a_first_mapping_is_read_back_without_a_mistake() -> None:
    text = first_mapping(DESCRIBED, "applicant")
    mapping = yaml.safe_load(text)["mapping"]
    assert mapping["records"]["application"]["fields"]["source"] == {"value": "web"}
    assert "phone" not in mapping["records"]["application"]["fields"]
    whole = {"connections": [{"name": "there", "system": "webhook", "mapping": mapping}]}
    assert read_config(yaml.safe_dump(whole)).connections[0].mapping.version == 1
    assert "candidate.name" in first_mapping(Description("x", "1", open_ended=True), "anything")


def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mapping: Any, *args: str) -> Any:
    options = {"folder": str(tmp_path / "drop")}
    one = {"name": "there", "system": "filedrop", "options": options, "mapping": mapping}
    chosen = settings(tmp_path, {"connections": [one]})
    monkeypatch.setenv("COLLOQUY_DATABASE_URL", chosen.database_url)
    monkeypatch.setenv("COLLOQUY_EHR_CONFIG", chosen.ehr_config)
    return CliRunner().invoke(main, ["ehr", *args])


def test_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mapping = yaml.safe_load(MAPPING)
    mapping.pop("hire")
    mapping.pop("onboarding")
    good = run(tmp_path, monkeypatch, mapping, "check")
    assert good.exit_code == 0, good.output
    assert "there: file drop (json)" in good.output
    assert "cannot do: " in good.output
    assert run(tmp_path, monkeypatch, mapping, "check", "--offline").exit_code == 0
    unknown = run(tmp_path, monkeypatch, mapping, "preview", "a_0")
    assert (unknown.exit_code, "there is no application “a_0”" in unknown.output) == (1, True)
    assert run(tmp_path, monkeypatch, mapping, "dead").exit_code == 0
    key = run(tmp_path, monkeypatch, mapping, "keys", "make", "odoo", "--scope", "jobs")
    assert key.output.startswith("clq_")
    assert "odoo: jobs" in run(tmp_path, monkeypatch, mapping, "keys", "list").output
    assert run(tmp_path, monkeypatch, mapping, "keys", "make", "odoo").exit_code == 1
    assert run(tmp_path, monkeypatch, mapping, "keys", "revoke", "odoo").exit_code == 0
    assert run(tmp_path, monkeypatch, mapping, "keys", "revoke", "odoo").exit_code == 1
    assert "nothing has drifted" in run(tmp_path, monkeypatch, mapping, "reconcile").output
    first = run(tmp_path, monkeypatch, mapping, "first", "there", "applicant")
    assert yaml.safe_load(first.output)["mapping"]["version"] == 1
    (tmp_path / "reviews.csv").write_text("id,application,rating\nr1,a_9,4\n")
    reviews = run(tmp_path, monkeypatch, mapping, "reviews", str(tmp_path / "reviews.csv"))
    assert (reviews.exit_code, "lines 2" in reviews.output) == (1, True)


def test_the_command_line_says_where_a_mistake_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mapping = yaml.safe_load(MAPPING.replace("candidate.name", "'x ||'"))
    wrong = run(tmp_path, monkeypatch, mapping, "check")
    assert wrong.exit_code == 1
    assert "Traceback" not in wrong.output
    assert "is not an expression" in wrong.output
    hired = run(tmp_path, monkeypatch, yaml.safe_load(MAPPING), "check")
    assert (hired.exit_code, "this system cannot do that (hire)" in hired.output) == (1, True)
