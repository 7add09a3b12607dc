"""The result document keeps its contract: schema, round trip, quotes, and the label that stays on."""

from __future__ import annotations

import json

import msgspec
import pytest
from jsonschema import Draft202012Validator, ValidationError

from ehr_connector.result import (
    MEDIA_TYPE,
    SCHEMA_FILE,
    Result,
    ai_notice,
    check_quotes,
    decode_result,
    encode_result,
    result_schema,
    schema_text,
)
from tests.report.sample import sample_result

CONTRACT = {
    "": "id application candidate pack interview scores total coding abstained feedback decision survey "
    "audit",
    "application": "id external_id job stage",
    "candidate": "name email phone language channel",
    "pack": "name version",
    "interview": "started_at finished_at answers",
    "interview.answers": "question_id competency kind difficulty asked answer transcript language seconds "
    "followups",
    "scores": "competency level standard_error confidence required meets explanation evidence scorer",
    "scores.evidence": "answer quote start end",
    "scores.scorer": "name version",
    "total": "score pass_mark passed percentile",
    "coding": "task language passed tests explanation",
    "abstained": "competency reason",
    "feedback": "to_candidate sent_at",
    "decision": "by at outcome reason",
    "audit": "chain_head",
}


def _changed(result: Result, **fields: object) -> dict[str, object]:
    document: dict[str, object] = json.loads(encode_result(result))
    return document | fields


def _first_score(result: Result, **fields: object) -> Result:
    first, *others = result.scores
    return msgspec.structs.replace(result, scores=(msgspec.structs.replace(first, **fields), *others))


def _evidence(result: Result, **fields: object) -> Result:
    evidence = msgspec.structs.replace(result.scores[0].evidence[0], **fields)
    return _first_score(result, evidence=(evidence,))


@pytest.mark.parametrize("path", CONTRACT)
def test_every_name_of_the_contract_is_there(path: str) -> None:
    found = json.loads(encode_result(sample_result("en", decided=True)))
    for step in filter(None, path.split(".")):
        found = found[step][0] if isinstance(found[step], list) else found[step]
    assert set(CONTRACT[path].split()) <= set(found)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("decided", [True, False])
def test_documents_satisfy_the_published_schema(language: str, decided: bool) -> None:
    document = json.loads(encode_result(sample_result(language, decided=decided)))
    Draft202012Validator(json.loads(SCHEMA_FILE.read_text())).validate(document)


@pytest.mark.parametrize(
    "fields",
    [
        {"id": None},
        {"ai_generated": False},
        {"schema": "urn:colloquy:result:v2"},
        {"scores": [{"level": 11}]},
    ],
)
def test_the_schema_refuses_what_is_not_a_result(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Draft202012Validator(result_schema()).validate(_changed(sample_result("en"), **fields))


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(result_schema())


def test_the_published_schema_is_fresh() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), (
        "stale: run `python -m ehr_connector.result`"
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_document_comes_back_as_it_went(language: str) -> None:
    result = sample_result(language, decided=True, long=True)
    document = encode_result(result)
    assert decode_result(document) == result
    assert encode_result(decode_result(document)) == document


def test_an_invalid_result_cannot_leave() -> None:
    with pytest.raises(msgspec.ValidationError, match="level"):
        encode_result(_first_score(sample_result("en"), level=10.5))


def test_readers_ignore_what_later_documents_add() -> None:
    result = sample_result("en")
    assert decode_result(json.dumps(_changed(result, added_later=1)).encode()) == result


@pytest.mark.parametrize("fields", [{"ai_generated": False}, {"notice": ""}])
def test_the_label_may_not_be_removed(fields: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError, match=r"label|notice"):
        decode_result(json.dumps(_changed(sample_result("en"), **fields)).encode())


def test_times_are_utc() -> None:
    result = sample_result("en", decided=True)
    document = _changed(result, feedback={"to_candidate": "", "sent_at": "2026-11-20 03:05"})
    with pytest.raises(msgspec.ValidationError, match="sent_at"):
        decode_result(json.dumps(document).encode())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_quotes_of_the_sample_are_verbatim(language: str) -> None:
    assert check_quotes(sample_result(language, long=True)) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"answer": "a99"}, "a99"),
        ({"start": 1}, "words quoted"),
        ({"quote": "never said"}, "words quoted"),
        ({"end": 100_000}, "not a place"),
        ({"start": 9, "end": 9, "quote": ""}, "not a place"),
    ],
)
def test_a_quote_that_was_not_said_is_named(fields: dict[str, object], said: str) -> None:
    faults = check_quotes(_evidence(sample_result("zh"), **fields))
    assert len(faults) == 1
    assert faults[0].startswith("customer_focus: ")
    assert said in faults[0]


def test_the_notice_exists_in_every_language() -> None:
    assert "人工智能" in ai_notice("zh-CN")
    assert ai_notice("fr") == ai_notice("en")
    assert MEDIA_TYPE.endswith("version=1")
