"""`python -m tests.evals.repeats`: is a score the same to the bit, however often and wherever it is computed?

Every answer of the repository is scored over and over by processes that hash, order, share out and remember
differently; the bytes of every score are compared. `--here` does it in this process, for another machine: its digest
must be the same there, and `--write` and `--against` say which answer and which field is not. No digest is kept in the
repository: it changes with every rubric, as it should.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import sysconfig
import tempfile
import time
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from scoring.builtin import BuiltinScorer
from tests.evals.answers import PACKS, Posed, all_answers
from tests.evals.over_and_over import Amount, Differs, Surroundings, must_be_equal, score_over_and_over

_ROOT = Path(__file__).parents[2]
_TOLD_EVERY = 10.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 1 when a bit differs."""
    chosen = _options().parse_args(arguments)
    answers = all_answers(tuple(chosen.packs))
    amount = _amount(chosen, len(answers))
    try:
        if chosen.process is not None:
            found = _score_here(answers, amount, chosen.process)
        else:
            numbers = [0] if chosen.here else _numbers(chosen.part, chosen.processes)
            found = _compare(chosen, answers, amount, numbers)
    except Differs as difference:
        print(difference, file=sys.stderr)
        return 1
    if chosen.write:
        write_scores(chosen.write, found)
    return 0


def digest_of(scores: Mapping[str, bytes]) -> str:
    """Return one digest of the digests of all whole scores, by the answers' ids."""
    digest = hashlib.sha256()
    for name in sorted(scores):
        digest.update(f"{name}\0{hashlib.sha256(scores[name]).hexdigest()}\n".encode())
    return digest.hexdigest()


def write_scores(file: Path, scores: Mapping[str, bytes]) -> None:
    """Write whole scores, a line each."""
    lines = [json.dumps([name, whole.decode()], ensure_ascii=False) for name, whole in scores.items()]
    file.write_text("\n".join(lines), encoding="utf-8")


def read_scores(file: Path) -> dict[str, bytes]:
    """Return the whole scores of a file that `write_scores` wrote."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n")]
    return {name: whole.encode() for name, whole in rows}


def compare_scores(known: dict[str, bytes], found: Mapping[str, bytes]) -> None:
    """Raise Differs at the first answer that is scored differently; what was not known is known from now on."""
    if known and known.keys() != found.keys():
        raise Differs(f"not the same answers: {sorted(known.keys() ^ found.keys())[:3]} …")
    for name, whole in found.items():
        must_be_equal(name, known.setdefault(name, whole), whole)


def _compare(
    chosen: argparse.Namespace, answers: list[Posed], amount: Amount, numbers: Sequence[int]
) -> dict[str, bytes]:
    known = read_scores(chosen.against) if chosen.against else {}
    for number in numbers:
        found = _score_here(answers, amount, number) if chosen.here else _score_elsewhere(chosen, number)
        compare_scores(known, found)
    _report(chosen, answers, amount, numbers, digest_of(known))
    return known


def _score_here(answers: list[Posed], amount: Amount, number: int) -> dict[str, bytes]:
    tell = partial(_Teller(amount.scorings(len(answers)), number).tell)
    return score_over_and_over(BuiltinScorer, answers, amount, Surroundings(number), tell)


def _score_elsewhere(chosen: argparse.Namespace, number: int) -> dict[str, bytes]:
    """Return what a process of its own finds."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scores"
        passed = {"each": chosen.each, "repeats": chosen.repeats, "sample": chosen.sample}
        passed |= {"processes": chosen.processes, "process": number, "write": file}
        command = [sys.executable, "-m", "tests.evals.repeats"]
        command += [f"--{name}={value}" for name, value in passed.items()]
        environment = {**os.environ, **Surroundings(number).environment}
        done = subprocess.run([*command, "--packs", *chosen.packs], cwd=_ROOT, env=environment, check=False)
        if done.returncode:
            raise Differs(f"process {number} did not get through (exit code {done.returncode})")
        return read_scores(file)


class _Teller:
    """Says now and then how far a process is."""

    def __init__(self, whole: int, number: int) -> None:
        self._whole, self._number, self._told = whole, number, time.monotonic()

    def tell(self, done: int) -> None:
        if done == self._whole or time.monotonic() - self._told >= _TOLD_EVERY:
            self._told = time.monotonic()
            print(
                f"process {self._number}: {done:,} of {self._whole:,} scorings", file=sys.stderr, flush=True
            )


def _report(
    chosen: argparse.Namespace, answers: list[Posed], amount: Amount, numbers: Sequence[int], digest: str
) -> None:
    sample = len(amount.sample(answers))
    often = len(numbers) * amount.rounds
    print(
        f"{len(answers):,} answers, {len(numbers) * amount.scorings(len(answers)):,} scorings by {len(numbers)} "
        f"processes: each {often:,} times, {sample} of them {often + len(numbers) * amount.more:,} times"
    )
    against = " and to the file" if chosen.against else ""
    print(f"identical to the bit{against}: sha256 {digest}")
    print(", ".join(filter(None, _machine())))


def _machine() -> Iterator[str]:
    yield f"Python {platform.python_version()}"
    yield platform.machine()
    yield f"{sys.byteorder}-endian"
    yield sysconfig.get_config_var("MULTIARCH") or sysconfig.get_platform()  # says which C library, too
    yield " ".join(platform.libc_ver()).strip()
    yield f"Unicode {unicodedata.unidata_version}"


def _numbers(part: str, processes: int) -> list[int]:
    """Return the processes of part I of N."""
    one, _, of = part.partition("/")
    return list(range(processes))[int(one) - 1 :: int(of)]


def _amount(chosen: argparse.Namespace, answers: int) -> Amount:
    """Return what each process does, so that all of them together do what was asked for."""
    rounds = -(-chosen.each // chosen.processes)
    more = max(0, -(-chosen.repeats // chosen.processes) - rounds)
    return Amount(rounds, more, -(-answers // chosen.sample))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.evals.repeats", description=__doc__)
    parser.add_argument("--repeats", type=int, default=10_000, help="scorings of each answer of the sample")
    parser.add_argument("--each", type=int, default=100, help="scorings of every answer")
    parser.add_argument("--sample", type=int, default=20, help="answers in the sample, at most")
    parser.add_argument("--processes", type=int, default=10, help="processes that share the scorings")
    parser.add_argument("--part", default="1/1", help="I/N: only every Nth process, from the Ith on")
    parser.add_argument("--packs", nargs="+", default=PACKS, choices=PACKS, help="only answers to these")
    parser.add_argument("--here", action="store_true", help="a single process's share, in this process")
    parser.add_argument("--process", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--write", type=Path, help="write every score to this file")
    parser.add_argument("--against", type=Path, help="compare with the scores of this file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
