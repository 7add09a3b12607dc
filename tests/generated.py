"""Files and parts of files that are made from the code: `python -m tests.generated [--check]`.

The diagram of the phases in docs/architecture.md and the JSON Schema of the result document. With `--check`
nothing is written: the exit code is 1 when something is stale, with a sentence that says what to do.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from dialogues.core.interview import Phase
from dialogues.core.step import TRANSITIONS
from ehr_connector.result import schema_text

ROOT = Path(__file__).parents[1]
ARCHITECTURE = Path("docs/architecture.md")
SCHEMA = Path("config/schema/result.v1.json")
BEGIN, END = "<!-- generated: phases -->", "<!-- /generated: phases -->"


def diagram() -> str:
    """Return the phases and what leads from one to the next, as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {Phase.NEW}"]
    for phase, ways in TRANSITIONS.items():
        lines += [f"    {phase} --> {following}: {what}" for what, following in ways.items()]
        if not ways:
            lines.append(f"    {phase} --> [*]")
    lines += [
        f"    note right of {Phase.ERASED}",
        "        /delete leads here from every phase",
        "    end note",
    ]
    return "\n".join(["```mermaid", *lines, "```"])


def with_diagram(text: str) -> str:
    """Return the document with the diagram between its markers; a document without them gets them at its end."""
    before, found, rest = text.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not (found and closed):
        before, after = f"{text.rstrip()}\n\n" if text.strip() else "", "\n"
    return f"{before}{BEGIN}\n{diagram()}\n{END}{after}"


GENERATED: dict[Path, Callable[[str], str]] = {
    ARCHITECTURE: with_diagram,
    SCHEMA: lambda _: schema_text(),
}
"""File -> what it should be, given what it is."""


def stale(root: Path = ROOT) -> list[Path]:
    """Return the files that are not what the code makes of them."""
    return [path for path, made in GENERATED.items() if _read(root / path) != made(_read(root / path))]


def write(root: Path = ROOT) -> list[Path]:
    """Make everything afresh; return the files that changed."""
    changed = stale(root)
    for path in changed:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(GENERATED[path](_read(root / path)), encoding="utf-8")
    return changed


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main(arguments: list[str]) -> int:
    """Write, or check; return the exit code."""
    if "--check" not in arguments:
        for path in write():
            print(f"wrote {path}")
        return 0
    old = stale()
    if old:
        names = " and ".join(str(path) for path in old)
        print(f"{names} no longer matches the code; run `make docs` and commit the result.", file=sys.stderr)
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
