"""`colloquy eval scores` as somebody uses it who has a file of rated answers and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main

KEYS = ["n", "abstained", "pearson", "spearman", "qwk", "mae10", "per_question_r", "bands"]
TOPICS = {
    "a stack": ("removes", "element", "added", "last", "push", "pop"),
    "a queue": ("serves", "oldest", "entry", "front", "arrival", "order"),
    "an index": ("speeds", "lookup", "column", "tree", "costs", "writes"),
    "a cache": ("keeps", "recent", "copies", "memory", "faster", "stale"),
}


def rated() -> list[dict[str, Any]]:
    """Return answers that say one to six of a reference's words, rated by how many."""
    rows = []
    for topic, words in TOPICS.items():
        for said in range(len(words) + 1):
            for start in range(2):
                chosen = [words[(start * 3 + k) % len(words)] for k in range(said)]
                rows.append(
                    {
                        "id": f"{topic}-{said}-{start}",
                        "lang": "en",
                        "question_id": topic,
                        "question": f"What does {topic} do?",
                        "reference": " ".join(words),
                        "answer": " ".join(["it", *chosen, "somehow"]),
                        "score": said,
                        "score_min": 0,
                        "score_max": 6,
                        "rater_1": said,
                        "rater_2": max(0, said - start),
                    }
                )
    return rows


def run(folder: Path, rows: list[dict[str, Any]], *options: str) -> Result:
    file = folder / "rated.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return CliRunner().invoke(main, ["eval", "scores", str(file), *options])


@pytest.mark.parametrize("fit", ["none", "new", "seen"])
def test_figures_table_and_picture(tmp_path: Path, fit: str) -> None:
    target = tmp_path / "deep" / "figures.json"
    done = run(tmp_path, rated(), "--fit", fit, "--folds", "4", "--json", str(target))
    assert done.exit_code == 0, done.output
    figures = json.loads(target.read_text())
    assert list(figures)[: len(KEYS)] == KEYS
    assert figures["n"] == len(rated())
    assert set(figures["bands"]) == {"low", "middle", "high"}
    assert sum(band["n"] for band in figures["bands"].values()) == figures["n"]
    assert figures["pearson"] > 0.8
    assert figures["per_question_r"] > 0.8
    assert figures["auc_on_off_topic"] > 0.9
    assert figures["human"]["n"] == figures["n"]
    assert (figures["fit"], figures["folds"]) == (fit, 0 if fit == "none" else 4)
    assert f"{figures['pearson']:.3f}" in done.output
    assert "two people" in done.output
    ET.fromstring(target.with_suffix(".svg").read_text())


@pytest.mark.parametrize("fit", ["new", "seen"])
def test_twice_is_the_same_file(tmp_path: Path, fit: str) -> None:
    made = []
    for name in ("one", "two"):
        run(tmp_path, rated(), "--fit", fit, "--json", str(tmp_path / f"{name}.json"))
        made.append([(tmp_path / f"{name}{end}").read_bytes() for end in (".json", ".svg")])
    assert made[0] == made[1]


def test_calibration_meets_the_height(tmp_path: Path) -> None:
    """Raters who give half of what they could: the order is right already, the height must be learned."""
    rows = [row | {"score": row["score"] / 2} for row in rated()]
    off = []
    for fit in ("none", "new"):
        run(tmp_path, rows, "--fit", fit, "--json", str(tmp_path / "figures.json"))
        off.append(json.loads((tmp_path / "figures.json").read_text())["mae10"])
    assert off[1] < 0.6 * off[0]


def test_an_abstained_answer_counts(tmp_path: Path) -> None:
    rows = [row | {"lang": "xx"} if at < 3 else row for at, row in enumerate(rated())]
    done = run(tmp_path, rows, "--json", str(tmp_path / "figures.json"))
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert (figures["n"], figures["abstained"]) == (len(rows), 3)
    assert figures["reasons"] == {"other_language": 3}
    assert "counts with the level" in done.output


def test_key_points_instead_of_a_reference(tmp_path: Path) -> None:
    rows = [
        {k: v for k, v in row.items() if k != "reference"}
        | {
            "rubric": [{"text": word} for word in row["reference"].split()],
            "answer": f"{row['answer']} " + "and more of it " * 3,
        }
        for row in rated()
    ]
    done = run(tmp_path, rows, "--fit", "new")
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("fit", ["none", "seen"])
def test_one_answer_is_measured_as_far_as_it_goes(tmp_path: Path, fit: str) -> None:
    done = run(tmp_path, rated()[:1], "--fit", fit)
    assert done.exit_code == (0 if fit == "none" else 1), done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        ([rated()[0] | {"score": 99}], [], "rated.jsonl: line 1: score 99 is outside 0 to 6"),
        ([], [], "rated.jsonl: the file holds no answers"),
        (rated()[:8], ["--fit", "new"], "answers to at least two"),
    ],
)
def test_what_cannot_be_measured_is_one_sentence(
    tmp_path: Path, rows: list[dict[str, Any]], options: list[str], said: str
) -> None:
    done = run(tmp_path, rows, *options)
    assert done.exit_code == 1
    assert said in done.output
    assert done.output.count("\n") == 1


def test_not_a_text(tmp_path: Path) -> None:
    (tmp_path / "rated.jsonl").write_bytes(b"\xff\xfe{\x00")
    done = CliRunner().invoke(main, ["eval", "scores", str(tmp_path / "rated.jsonl")])
    assert done.exit_code == 1
    assert "not a text in UTF-8" in done.output


def test_many_answers_are_shared_between_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = rated()
    run(tmp_path, rows, "--json", str(tmp_path / "one.json"))
    monkeypatch.setattr("bot.evaluating.scores._MANY", 10)
    monkeypatch.setattr("bot.evaluating.scores._CHUNK", 7)
    done = run(tmp_path, rows, "--json", str(tmp_path / "two.json"))
    assert f"scoring: {len(rows)} of {len(rows)}" in done.output
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
