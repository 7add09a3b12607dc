"""How each language is compiled and run in a box, and which of them this machine can offer.

A compiler's product comes back through its standard output and goes into the boxes of the tests as a file, so
that nothing is shared between two runs and nothing touches the host's disk. No text of a candidate is ever part
of a command.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable

from msgspec import Struct

from scoring.code.box import Errand, File, trusted
from scoring.code.model import Language, Limits

_WORK = "/box"
_COMPILE_SECONDS = 20.0
_COMPILE_MEMORY = 768
_PRODUCT_BYTES = 16 << 20
_JVM_MEMORY = 128
_NODE_MEMORY = 96
"""MB that the machine of a language takes for itself, beside what the candidate's program may use."""

SQL_RUNNER = """
import sqlite3, sys
def statements(text):
    held = ""
    for piece in text.split(";"):
        held += piece + ";"
        if sqlite3.complete_statement(held):
            yield held
            held = ""
    if held.strip(" ;\\n\\t"):
        yield held
base = sqlite3.connect(":memory:")
base.executescript(sys.stdin.read())
rows = None
try:
    for one in statements(open(sys.argv[1], encoding="utf-8").read()):
        cursor = base.execute(one)
        if cursor.description:
            rows = cursor.fetchall()
except sqlite3.Error as error:
    sys.exit(f"{type(error).__name__}: {error}")
for row in rows or ():
    print("|".join("NULL" if v is None else str(v) for v in row))
"""
"""Builds a test's tables and prints what the last query of an answer finds, a row a line."""


class Toolchain(Struct, frozen=True):
    """How one language is brought to run. `compiled` turns a compiler's output into the files of a run."""

    source: str
    runs: tuple[str, ...]
    needs: tuple[str, ...]
    package: str
    compiles: tuple[str, ...] = ()
    compiled: Callable[[bytes], tuple[File, ...]] = lambda _: ()
    fixed: tuple[File, ...] = ()
    reserves: bool = False
    memory: int = 0
    processes: int = 24
    out_of_memory: bytes = b"MemoryError"


def _binary(product: bytes) -> tuple[File, ...]:
    return (File(f"{_WORK}/program", product, executable=True),)


def _archive(product: bytes) -> tuple[File, ...]:
    """Return the classes of a tar stream as one jar; names and sizes come from strangers and are checked."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(product)) as tar, zipfile.ZipFile(packed, "w") as jar:
        for member in tar:
            name = member.name.removeprefix("./")
            content = tar.extractfile(member) if member.isfile() and name.endswith(".class") else None
            if content is not None:
                jar.writestr(name, content.read())
    return (File(f"{_WORK}/program.jar", packed.getvalue()),)


_GXX = 'g++ -std=c++17 -O1 -pipe -w -x c++ "$0" -o /tmp/program 1>&2 && cat /tmp/program'
_JAVAC = (
    "mkdir /tmp/out && javac -J-XX:+UseSerialGC -J-XX:TieredStopAtLevel=1 -J-Xmx256m -nowarn -encoding UTF-8 "
    '-d /tmp/out "$0" 1>&2 && tar -C /tmp/out -cf - .'
)
_JAVA = (
    "java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto", "-Xss16m",
)  # fmt: skip

TOOLCHAINS: dict[Language, Toolchain] = {
    Language.PYTHON: Toolchain(
        source="main.py",
        runs=("python3", "-I", "-S", "-B", f"{_WORK}/main.py"),
        needs=("python3",),
        package="python3",
    ),
    Language.JAVASCRIPT: Toolchain(
        source="main.js",
        runs=("node", "--max-old-space-size={memory}", f"{_WORK}/main.js"),
        needs=("node",),
        package="nodejs",
        reserves=True,
        memory=_NODE_MEMORY,
        processes=48,
        out_of_memory=b"heap out of memory",
    ),
    Language.JAVA: Toolchain(
        source="Main.java",
        compiles=("sh", "-c", _JAVAC, f"{_WORK}/Main.java"),
        compiled=_archive,
        runs=(*_JAVA, "-Xmx{memory}m", "-cp", f"{_WORK}/program.jar", "Main"),
        needs=("java", "javac", "tar", "sh"),
        package="default-jdk-headless",
        reserves=True,
        memory=_JVM_MEMORY,
        processes=64,
        out_of_memory=b"OutOfMemoryError",
    ),
    Language.CPP: Toolchain(
        source="main.cpp",
        compiles=("sh", "-c", _GXX, f"{_WORK}/main.cpp"),
        compiled=_binary,
        runs=(f"{_WORK}/program",),
        needs=("g++", "cat", "sh"),
        package="g++",
        out_of_memory=b"bad_alloc",
    ),
    Language.SQL: Toolchain(
        source="main.sql",
        runs=("python3", "-I", "-S", "-B", f"{_WORK}/runner.py", f"{_WORK}/main.sql"),
        needs=("python3",),
        package="python3",
        fixed=(File(f"{_WORK}/runner.py", SQL_RUNNER.encode()),),
    ),
}


def offered() -> dict[Language, str]:
    """Return for each language "" when it can be run here, or the system's package that would allow it."""
    return {
        language: "" if all(trusted(name) for name in tools.needs) else tools.package
        for language, tools in TOOLCHAINS.items()
    }


def compiling(language: Language, source: str) -> Errand | None:
    """Return the errand that compiles a program, None for a language that needs none."""
    tools = TOOLCHAINS[language]
    if not tools.compiles:
        return None
    return Errand(
        argv=_found(tools.compiles, 0),
        files=(File(f"{_WORK}/{tools.source}", source.encode()),),
        seconds=_COMPILE_SECONDS,
        memory=_COMPILE_MEMORY,
        output=_PRODUCT_BYTES,
        disk=64,
        processes=64,
        reserves=True,
    )


def running(language: Language, source: str, product: bytes, stdin: str, limits: Limits) -> Errand:
    """Return the errand that runs a program on one input."""
    tools = TOOLCHAINS[language]
    own = tools.compiled(product) if tools.compiles else (File(f"{_WORK}/{tools.source}", source.encode()),)
    return Errand(
        argv=_found(tools.runs, limits.memory),
        files=(*own, *tools.fixed),
        stdin=(stdin if not stdin or stdin.endswith("\n") else f"{stdin}\n").encode(),
        seconds=limits.seconds,
        memory=limits.memory + tools.memory,
        output=limits.output << 10,
        processes=tools.processes,
        reserves=tools.reserves,
    )


def _found(argv: tuple[str, ...], memory: int) -> tuple[str, ...]:
    first, *rest = argv
    program = first if first.startswith("/") else trusted(first)
    return (program, *(one.replace("{memory}", str(memory)) for one in rest))
