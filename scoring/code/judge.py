"""Judges a program: compiles it, runs it once for each test, compares what it wrote with what was wanted.

Verdicts follow from the run alone; nothing of ours (a box that could not be built, a machine out of processes)
is ever the program's fault.
"""

from __future__ import annotations

from collections.abc import Callable

from scoring.code.box import End, Errand, NoBox, Run, find_bwrap, seccomp_filter
from scoring.code.languages import TOOLCHAINS, compiling, running
from scoring.code.model import Judgement, Language, Task, Test, Tried, Verdict
from scoring.code.source import MAX_SOURCE
from scoring.code.watch import run_boxed

_SHOWN = 400
_TROUBLE = 600
_MOST_SECONDS = 60.0
"""Processor seconds that all tests of one program may take together."""
_RETRIES = 2

Runs = Callable[[Errand], Run]

_VERDICTS = {
    End.TIME: Verdict.TIME,
    End.MEMORY: Verdict.MEMORY,
    End.OUTPUT: Verdict.OUTPUT,
    End.OURS: Verdict.OURS,
}

_SELF_TEST = """
test ! -e /etc/shadow || exit 11
! (echo x > /x) 2>/dev/null || exit 12
! (echo x > /dev/x) 2>/dev/null || exit 13
grep -q '^Seccomp:.*2$' /proc/self/status || exit 14
grep -q '^NoNewPrivs:.*1$' /proc/self/status || exit 15
test "$(grep -c : /proc/net/dev)" -le 1 || exit 16
test "$(id -u)" != 0 || exit 17
echo walls
"""


class Judge:
    """Runs programs in one box after the other; `slot` is unlike that of any other judge of this process."""

    def __init__(self, slot: int = 0) -> None:
        """Raise NoBox when programs cannot be run safely on this machine."""
        self._bwrap = find_bwrap()
        seccomp_filter()
        self._slot = slot

    def run(self, errand: Errand) -> Run:
        """Run one errand, once more when it failed on our side."""
        for _ in range(_RETRIES):
            seen = run_boxed(self._bwrap, errand, self._slot)
            if seen.end is not End.OURS:
                break
        return seen

    def check_walls(self) -> None:
        """Try the box itself; NoBox when it does not hold what it promises, or cannot be built here."""
        seen = self.run(Errand(argv=("/bin/sh", "-c", _SELF_TEST), seconds=5.0))
        if seen.end is End.EXITED and seen.code == 0 and seen.stdout == b"walls\n":
            return
        why = seen.stderr.decode(errors="replace").strip().splitlines()
        raise NoBox(
            f"the sandbox does not work here ({why[-1] if why else f'check {seen.code}'}); "
            "allow user namespaces for bubblewrap, or leave coding tasks out"
        )

    def judge(self, task: Task, tests: tuple[Test, ...], language: Language, source: str) -> Judgement:
        """Return how a program does under these tests of a task."""
        return judge(self.run, task, tests, language, source)


def judge(runs: Runs, task: Task, tests: tuple[Test, ...], language: Language, source: str) -> Judgement:
    """Return how a program does under these tests, each in a fresh box made by `runs`."""
    if len(source.encode()) > MAX_SOURCE:
        return _all(language, tests, Verdict.COMPILE, "the program is too long")
    product, errand = b"", compiling(language, source)
    if errand is not None:
        seen = runs(errand)
        if seen.end is End.OURS:
            return _all(language, tests, Verdict.OURS, "")
        if seen.end is not End.EXITED or seen.code != 0:
            words = seen.stderr.decode(errors="replace")
            return _all(
                language, tests, Verdict.COMPILE, _tail(words) or f"the compiler ran out of {seen.end}"
            )
        product = seen.stdout
    tried: list[Tried] = []
    spent = 0.0
    for test in tests:
        if spent > _MOST_SECONDS:
            tried.append(Tried(test.id, Verdict.TIME))
            continue
        seen = runs(running(language, source, product, test.input, task.limits))
        spent += seen.seconds
        tried.append(_tried(task, test, language, seen))
    return Judgement(language, tuple(tried))


def _all(language: Language, tests: tuple[Test, ...], verdict: Verdict, compiler: str) -> Judgement:
    return Judgement(language, tuple(Tried(test.id, verdict) for test in tests), compiler)


def _tried(task: Task, test: Test, language: Language, seen: Run) -> Tried:
    wrote = seen.stdout.decode(errors="replace")
    return Tried(
        test=test.id,
        verdict=_verdict(task, test, language, seen, wrote),
        seconds=seen.seconds,
        memory=seen.memory,
        shown=wrote[:_SHOWN],
        trouble=_tail(seen.stderr.decode(errors="replace")),
    )


def _verdict(task: Task, test: Test, language: Language, seen: Run, wrote: str) -> Verdict:
    if seen.end is not End.EXITED:
        return _VERDICTS[seen.end]
    if seen.code != 0:
        out = TOOLCHAINS[language].out_of_memory in seen.stderr
        return Verdict.MEMORY if out else Verdict.RUNTIME
    return Verdict.ACCEPTED if same_output(wrote, test.output, ordered=task.ordered) else Verdict.WRONG


def same_output(wrote: str, wanted: str, *, ordered: bool = True) -> bool:
    """Say whether two outputs are the same but for spaces at the ends of lines and empty lines at the end."""
    one, other = _lines(wrote), _lines(wanted)
    return one == other if ordered else sorted(one) == sorted(other)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


def _tail(text: str) -> str:
    """Return the end of an error text, from the beginning of a line."""
    text = text.strip()
    if len(text) <= _TROUBLE:
        return text
    return text[-_TROUBLE:].partition("\n")[2] or text[-_TROUBLE:]
