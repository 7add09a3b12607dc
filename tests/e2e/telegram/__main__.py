"""`python -m tests.e2e.telegram`: the whole trial, with its figures. Exit code 1 when a promise was broken."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from tests.e2e.telegram.run import run


def main() -> int:
    """Run the trial and print what happened."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.telegram", description=__doc__)
    parser.add_argument("--interviews", type=int, default=200)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=["polling", "webhook"], default="webhook")
    parser.add_argument("--pace", type=float, default=0.0, help="seconds a candidate takes to answer")
    chosen = parser.parse_args()
    with TemporaryDirectory() as folder:
        figures = asyncio.run(
            run(Path(folder), chosen.interviews, chosen.kills, chosen.seed, chosen.mode, chosen.pace)
        )
    print(msgspec.json.format(msgspec.json.encode(figures)).decode())
    return 1 if figures.problems or figures.kills < chosen.kills else 0


if __name__ == "__main__":
    sys.exit(main())
