"""Programs that try to get out of the sandbox, or to take the machine with them, and what must become of each.

`python -m tests.scoring.code.attacks` runs all of them as whoever calls it and prints what went wrong, so that
the suite can be run as another user.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from scoring.code.box import End, Errand, File, Run, trusted
from scoring.code.judge import Judge
from scoring.code.languages import compiling
from scoring.code.model import Language

ESCAPED = b"ESCAPED"
_SECRET = "COLLOQUY_DATA_KEYS"


class Attack(NamedTuple):
    """A program in Python, and how its run may end."""

    source: str
    ends: frozenset[End] = frozenset({End.EXITED})


_ENDED = frozenset({End.TIME, End.MEMORY})
_ANY = frozenset({End.EXITED, End.TIME, End.MEMORY, End.OUTPUT})

ATTACKS: dict[str, Attack] = {
    "fork_bomb": Attack("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", _ENDED),
    "memory_bomb": Attack("kept = []\nwhile True: kept.append(bytearray(1 << 20))", frozenset({End.EXITED, End.MEMORY})),
    "endless_loop": Attack("while True: pass", frozenset({End.TIME})),
    "sleeps": Attack("import time\ntime.sleep(600)", frozenset({End.TIME})),
    "ignores_signals": Attack(
        "import signal\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\nwhile True: pass",
        frozenset({End.TIME}),
    ),
    "output_flood": Attack("while True: print('x' * 65536)", frozenset({End.OUTPUT})),
    "error_flood": Attack("import sys\nwhile True: sys.stderr.write('x' * 65536)", frozenset({End.OUTPUT})),
    "fills_disk": Attack(
        "import os\ntotal = 0\n"
        "for place in ('/tmp', '/dev/shm', '/', '/dev', '/box', '/usr', '/var', '/etc'):\n"
        "    for n in range(64):\n"
        "        try:\n"
        "            with open(f'{place}/f{n}', 'wb') as f:\n"
        "                for _ in range(64): total += f.write(b'x' * (1 << 20))\n"
        "        except OSError: break\n"
        "print('ESCAPED' if total > 40 << 20 else total)",
    ),
    "reads_shadow": Attack(
        "for path in ('/etc/shadow', '/etc/passwd', '/root', '/home', '/proc/1/root/etc/shadow', '/var/lib'):\n"
        "    import os\n"
        "    try: print('ESCAPED', os.listdir(path) if os.path.isdir(path) and os.listdir(path) else open(path).read())\n"
        "    except OSError: pass",
    ),
    "reads_environment": Attack(
        "import glob\n"
        "for path in glob.glob('/proc/*/environ'):\n"
        "    try: text = open(path, 'rb').read()\n"
        "    except OSError: continue\n"
        f"    if b'{_SECRET}' in text: print('ESCAPED')",
    ),
    "reads_descriptors": Attack(
        "import os, glob\n"
        "for path in glob.glob('/proc/*/fd/*'):\n"
        "    try: target = os.readlink(path)\n"
        "    except OSError: continue\n"
        "    if 'held-open' in target: print('ESCAPED', target)\n"
        "for n in range(3, 1024):\n"
        "    try: os.fstat(n)\n"
        "    except OSError: continue\n"
        "    if 'held' in os.readlink(f'/proc/self/fd/{n}'): print('ESCAPED', n)",
    ),
    "network": Attack(
        "import socket\n"
        "for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET, 40):\n"
        "    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):\n"
        "        try: socket.socket(family, kind); print('ESCAPED', family)\n"
        "        except OSError: pass",
    ),
    "abstract_socket": Attack(
        "import socket\ns = socket.socket(socket.AF_UNIX)\n"
        "try: s.connect('\\0colloquy-attack'); print('ESCAPED')\nexcept OSError: pass",
    ),
    "mounts": Attack(
        "import ctypes\nc = ctypes.CDLL(None, use_errno=True)\n"
        "for args in ((b'x', b'/tmp', b'tmpfs', 0, None), (b'/usr', b'/tmp', None, 4096, None), (None, b'/', None, 32, None)):\n"
        "    if c.mount(*args) == 0: print('ESCAPED')\n"
        "if c.umount2(b'/usr', 2) == 0: print('ESCAPED')\n"
        "if c.chroot(b'/tmp') == 0: print('ESCAPED')",
    ),
    "user_namespace": Attack(
        "import ctypes\nc = ctypes.CDLL(None, use_errno=True)\n"
        "for flag in (0x10000000, 0x20000000, 0x40000000, 0x00020000, 0x08000000):\n"
        "    if c.unshare(flag) == 0: print('ESCAPED', flag)\n"
        "if c.syscall(56, 0x10000000 | 17, 0, 0, 0, 0) > 0: print('ESCAPED clone')\n"
        "if c.syscall(435, ctypes.create_string_buffer(88), 88) > 0: print('ESCAPED clone3')",
    ),
    "ptrace": Attack(
        "import ctypes, os\nc = ctypes.CDLL(None, use_errno=True)\n"
        "child = os.fork()\n"
        "if child == 0:\n    import time; time.sleep(5)\n"
        "if c.ptrace(16, child, 0, 0) == 0 or c.ptrace(16, 1, 0, 0) == 0: print('ESCAPED')\n"
        "os.kill(child, 9)",
    ),
    "other_calls": Attack(
        "import ctypes\nc = ctypes.CDLL(None, use_errno=True)\n"
        "for n in (321, 298, 323, 425, 319, 29, 68, 64, 248, 250, 304, 175, 246, 169, 165, 155, 428, 429, 430):\n"
        "    if c.syscall(n, 0, 0, 0, 0, 0) >= 0: print('ESCAPED', n)",
    ),
    "kills_others": Attack(
        "import os\n"
        "for n in range(1, 70000):\n"
        "    if n == os.getpid(): continue\n"
        "    try: os.kill(n, 0)\n"
        "    except OSError: continue\n"
        "    if n > 20: print('ESCAPED', n)\n"
        "try: os.kill(-1, 9)\nexcept OSError: pass",
        _ANY,
    ),
    "daemon": Attack(
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        for n in range(3): os.close(n)\n"
        "        time.sleep(600)\n"
        "    os._exit(0)\n"
        "print('parent leaves')",
        _ANY,
    ),
    "symlinks": Attack(
        "import os\n"
        "os.symlink('/etc/shadow', '/tmp/link'); os.symlink('/proc/1/root', '/tmp/root')\n"
        "for path in ('/tmp/link', '/tmp/root/etc/shadow', '/proc/self/root/etc/shadow', '/proc/1/cwd/etc/shadow'):\n"
        "    try: print('ESCAPED', open(path).read())\n"
        "    except OSError: pass\n"
        "for path in ('/usr/bin/python3', '/box/main.py'):\n"
        "    try: open(path, 'ab').write(b'x'); print('ESCAPED')\n"
        "    except OSError: pass",
    ),
    "becomes_root": Attack(
        "import os\n"
        "for call in (os.setuid, os.setgid):\n"
        "    try: call(0); print('ESCAPED')\n"
        "    except OSError: pass\n"
        "if os.getuid() == 0 or os.geteuid() == 0: print('ESCAPED root')\n"
        "if not open('/proc/self/status').read().count('CapEff:\\t0000000000000000'): print('ESCAPED caps')",
    ),
    "six_under_the_limit": Attack(
        "import os, time\n"
        "for _ in range(6):\n"
        "    if os.fork() == 0:\n"
        "        kept = bytearray(60 << 20)\n"
        "        for n in range(0, len(kept), 4096): kept[n] = 1\n"
        "        time.sleep(20); os._exit(0)\n"
        "time.sleep(20)\nprint('ESCAPED')",
        frozenset({End.MEMORY}),
    ),
    "six_share_the_processor": Attack(
        "import os\nfor _ in range(4): os.fork()\nwhile True: pass",
        frozenset({End.TIME}),
    ),
    "threads": Attack(
        "import threading, time\nstarted = 0\n"
        "try:\n"
        "    for _ in range(500): threading.Thread(target=time.sleep, args=(2,), daemon=True).start(); started += 1\n"
        "except RuntimeError: pass\n"
        "print('ESCAPED' if started > 100 else started)",
        _ANY,
    ),
    "raises_its_limits": Attack(
        "import resource\n"
        "for what in (resource.RLIMIT_AS, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU):\n"
        "    try: resource.setrlimit(what, (-1, -1)); print('ESCAPED', what)\n"
        "    except (OSError, ValueError): pass",
    ),
}  # fmt: skip

BOMBS: dict[str, str] = {
    "endless_include": '#include "/box/main.cpp"\n',
    "device_include": '#include "/dev/urandom"\nint main() {}\n',
    "template_recursion": (
        "template<int N> struct S { typename S<N + 1>::type a; typename S<N + 2>::type b; };\n"
        "int main() { S<0> s; }\n"
    ),
    "huge_array": "int a[1 << 28] = {1};\nint main() {}\n",
    "reads_host": '#include "/etc/shadow"\nint main() {}\n',
    "macro_bomb": "#define A(x) x x x x x x x x\n#define B(x) A(A(A(A(x))))\nint main() { B(B(B(1;))) }\n",
}
"""Programs in C++ whose compiling is the attack."""


class Ran(NamedTuple):
    """What became of an attack; `wrong` is empty when it was contained."""

    wrong: str
    run: Run


def attack(judge: Judge, name: str) -> Ran:
    """Run one attack and say what was wrong with its end."""
    one = ATTACKS[name]
    mark = f"attack-{secrets.token_hex(8)}"
    argv = (trusted("python3"), "-I", "-S", "/box/main.py", mark)
    errand = Errand(argv=argv, files=(File("/box/main.py", one.source.encode()),), seconds=1.0)
    seen = judge.run(errand)
    return Ran(_wrong(seen, one.ends, mark), seen)


def bomb(judge: Judge, name: str) -> Ran:
    """Compile one bomb and say what was wrong with its end."""
    errand = compiling(Language.CPP, BOMBS[name])
    assert errand is not None
    seen = judge.run(errand)
    wrong = (
        "a bomb compiled" if seen.end is End.EXITED and seen.code == 0 and len(seen.stdout) > 4 << 20 else ""
    )
    return Ran(wrong or ("our fault" if seen.end is End.OURS else ""), seen)


def _wrong(seen: Run, ends: frozenset[End], mark: str) -> str:
    if ESCAPED in seen.stdout:
        return f"escaped: {seen.stdout[:200]!r}"
    if seen.end not in ends:
        return f"ended with {seen.end}, {seen.code}: {seen.stderr[-300:]!r}"
    return f"left running: {left}" if (left := running(mark)) else ""


def running(mark: str) -> list[str]:
    """Return the processes whose command has this mark."""
    time.sleep(0.02)
    found = []
    for one in Path("/proc").iterdir():
        if one.name.isdigit():
            try:
                if mark.encode() in (one / "cmdline").read_bytes():
                    found.append(one.name)
            except OSError:
                continue
    return found


def main() -> None:
    """Run everything and print a JSON object: name -> what was wrong."""
    os.environ[_SECRET] = "must not be seen"
    judge = Judge()
    judge.check_walls()
    with tempfile.NamedTemporaryFile(prefix="held-open") as held:
        os.set_inheritable(held.fileno(), True)
        wrong = {name: attack(judge, name).wrong for name in ATTACKS}
    json.dump({name: what for name, what in wrong.items() if what}, sys.stdout)


if __name__ == "__main__":
    main()
