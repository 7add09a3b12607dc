"""`python -m tests.bench [names...] [--quick]`: measures, writes a JSON each to var/bench/, prints the ratios.

The machine decides the absolute figures; what is compared is measured in the same run on the same machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.bench import booking, code, ehr, memory, scored, scorer, speech, telegram, turns, voices
from tests.bench.postgres import running_postgres

_OUT = Path("var/bench")
Figures = dict[str, Any]
Row = tuple[str, float, str, bool]
"""What, measured, the aim in words, and whether it is met."""


def _on_sqlite(measure: Callable[..., Figures]) -> Callable[[Path, bool], Figures]:
    return lambda folder, quick: measure(folder, f"sqlite:///{folder}/bench.db", quick=quick)


def _on_postgres(folder: Path, quick: bool) -> Figures:
    with running_postgres(folder) as url:
        return turns.measure(folder, url, quick=quick)


def _turns_rows(found: Figures) -> Iterator[Row]:
    yield "turns/s ÷ bare reference", found["ratio"], ">= 0.4", found["ratio"] >= 0.4
    yield "turns/s, 200 talkers", found["per_second"], "", True
    yield "p99 ms, 200 talkers", found["p99_ms"], "< 150", found["p99_ms"] < 150
    yield "p99 ms at 500 turns/s", found["paced"]["p99_ms"], "< 25", found["paced"]["p99_ms"] < 25


def _postgres_rows(found: Figures) -> Iterator[Row]:
    yield "turns/s, 200 talkers", found["per_second"], ">= 1500", found["per_second"] >= 1500
    yield "turns/s ÷ bare reference (SQLite)", found["ratio"], "", True
    yield "p99 ms at 500 turns/s", found["paced"]["p99_ms"], "", True


def _scored_rows(found: Figures) -> Iterator[Row]:
    yield "scored answers/s", found["answers_per_second"], "", True
    yield "p99 ms at 100 answers/s", found["paced"]["p99_ms"], "< 300", found["paced"]["p99_ms"] < 300


def _memory_rows(found: Figures) -> Iterator[Row]:
    whole, ready, back = found["whole_pss_mib"], found["ready_seconds"], found["all_back_seconds"]
    yield f"PSS MiB, {found['waiting']} waiting, all processes", whole, "< 150", whole < 150
    yield "PSS MiB, the server alone", found["server_pss_mib"], "", True
    yield "seconds to ready", ready, "< 2", ready < 2
    yield f"seconds until {found['in_flight']} are back after kill -9", back, "< 5", back < 5
    yield "of them at the wrong question", found["wrong"], "0", found["wrong"] == 0


def _scorer_rows(found: Figures) -> Iterator[Row]:
    for language in ("zh", "en"):
        yield (
            f"CPU ms for 300 characters, {language}",
            found[f"{language}_ms"],
            "< 3",
            found[f"{language}_ms"] < 3,
        )
        yield f"of a hundred 99 take at most, {language}", found[f"{language}_p99_ms"], "", True
        yield (
            f"answers a second on one core, {language}",
            found[f"{language}_answers_per_second_and_core"],
            "",
            True,
        )
    yield "memory, MB", found["memory_mb"], "", True


def _code_rows(found: Figures) -> Iterator[Row]:
    yield "ms, a judged run of Python", found["judged_ms"], "", True
    yield "ms more than a bare run", found["overhead_ms"], "< 100", found["overhead_ms"] < 100
    for language, spent in found["languages_ms"].items():
        yield f"ms, one test with compiling, {language}", spent, "", True
    yield "ms, a run of Python by WASI (0: not installed)", found["wasi_ms"], "", True


_ERROR_AIMS = {"zh": 0.12, "en": 0.11}


def _speech_rows(found: Figures) -> Iterator[Row]:
    if "missing" in found:
        yield f"speech: {found['missing']}", 0.0, "", True
        return
    for name, rates in found["error"].items():
        for language, error in rates.items():
            aim = _ERROR_AIMS[language]
            what = {"zh": "CER zh", "en": "WER en"}[language]
            yield f"{what}, {found['units'][language]} units, {name}", error, f"<= {aim}", error <= aim
    if not found["error"]:
        yield "speech: no clips; run python -m tests.bench.clips", 0.0, "", True
    yield "CPU s for a second of audio", found["cpu_per_second"] or 0.0, "", True
    yield "peak MB of the ears", found["peak_mb"], "", True
    invented = len(found["invented"])
    of = f"{found['speechless']} speechless clips × {found['languages']} languages"
    yield f"words invented, {of}", invented, "0", not invented


def _voices_rows(found: Figures) -> Iterator[Row]:
    if "missing" in found:
        yield f"voices: {found['missing']}", 0.0, "", True
        return
    count, p99, grown = found["voices"], found["text_p99_ms"], found["pss_mib_grown"]
    yield "p99 ms of text turns, nobody speaking", found["text_p99_ms_before"], "", True
    yield f"p99 ms of text turns, {count} voices at once", p99, "< 300", p99 < 300
    yield "seconds until the last is written down", found["last_s"], "", True
    yield "PSS MiB at most, the model included", found["pss_mib_peak"], "", True
    yield "MiB grown from the first half to the second", grown, "< 30", grown < 30
    yield "not heard", len(found["not_heard"]), "", True


def _booking_on_postgres(folder: Path, quick: bool) -> Figures:
    with running_postgres(folder) as url:
        return booking.measure(folder, url, quick=quick, workers=4)


def _booking_rows(found: Figures) -> Iterator[Row]:
    people, places = found["people"], found["places"]
    yield (
        f"booked of {places} places by {people} people",
        found["booked"],
        f"{places}",
        found["booked"] == places,
    )
    yield "booked twice", found["doubled"], "0", found["doubled"] == 0
    spared = people - places
    yield "offered another time", found["alternatives"], f"{spared}", found["alternatives"] == spared
    yield "bookings/s in the race", found["bookings_per_second"], "", True
    yield "attempts/s", found["attempts_per_second"], "", True
    yield "p99 ms of an attempt", found["p99_ms"], "", True
    yield "attempts/s ÷ plain unique inserts/s", found["ratio"], "", True


def _ehr_rows(found: Figures) -> Iterator[Row]:
    yield "p99 s from the last answer to the HR system", found["p99_seconds"], "< 2", found["p99_seconds"] < 2
    yield "p50 s", found["p50_seconds"], "", True
    yield f"{found['drained']} results: per second", found["per_second"], "", True
    yield "MiB grown while draining", found["rss_growth_mib"], "< 10", found["rss_growth_mib"] < 10
    yield "of them stuck", found["stuck"], "0", found["stuck"] == 0


def _telegram_rows(found: Figures) -> Iterator[Row]:
    fast, paced = found["saturated"], found["paced"]
    yield f"turns/s, {found['candidates']} candidates at once", fast["per_second"], "", True
    yield "p99 ms from update to reply, at once", fast["p99_ms"], "", True
    yield f"p50 ms at {paced['asked_for']} turns/s", paced["p50_ms"], "", True
    yield f"p99 ms at {paced['asked_for']} turns/s", paced["p99_ms"], "< 500", paced["p99_ms"] < 500
    yield "PSS MiB, all processes", found["whole_pss_mib"], "", True


_BENCHMARKS: dict[str, tuple[Callable[[Path, bool], Figures], Callable[[Figures], Iterator[Row]]]] = {
    "turns": (_on_sqlite(turns.measure), _turns_rows),
    "telegram": (_on_sqlite(telegram.measure), _telegram_rows),
    "turns-postgres": (_on_postgres, _postgres_rows),
    "scored": (_on_sqlite(scored.measure), _scored_rows),
    "memory": (_on_sqlite(memory.measure), _memory_rows),
    "ehr": (ehr.measure, _ehr_rows),
    "scorer": (_on_sqlite(scorer.measure), _scorer_rows),
    "code": (lambda _folder, _quick: code.measure(), _code_rows),
    "speech": (lambda _folder, quick: speech.measure(quick=quick), _speech_rows),
    "voices": (_on_sqlite(voices.measure), _voices_rows),
    "booking": (_on_sqlite(booking.measure), _booking_rows),
    "booking-postgres": (_booking_on_postgres, _booking_rows),
}


def _machine() -> Figures:
    return {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
    }


def _run(name: str, quick: bool) -> list[Row]:
    measure, rows = _BENCHMARKS[name]
    machine = _machine()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        found = measure(Path(folder), quick)
    _OUT.mkdir(parents=True, exist_ok=True)
    document = {"benchmark": name, "quick": quick, "machine": machine} | found
    text = json.dumps(document, indent=1, ensure_ascii=False)
    (_OUT / f"{name}.json").write_text(text, encoding="utf-8")
    return list(rows(found))


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(_BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="a few seconds each: does it run at all")
    given = parser.parse_args()
    unknown = sorted(set(given.names) - set(_BENCHMARKS))
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(_BENCHMARKS)}")
    for name in given.names or _BENCHMARKS:
        print(f"{name} …", file=sys.stderr, flush=True)
        for what, value, aim, met in _run(name, given.quick):
            mark = "" if not aim else "met" if met else "MISSED"
            print(f"{name:<15} {what:<52} {value:>10g}  {aim:<8} {mark}", flush=True)


if __name__ == "__main__":
    main()
