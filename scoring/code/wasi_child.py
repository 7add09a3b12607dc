"""The process that one WASI run happens in: `python -m scoring.code.wasi_child INTERPRETER ASKED`.

Its own limits are set when everything is loaded, so that even a fault of Wasmtime ends with them. It opens nothing for
the program, and tells the parent at the end how it went.
"""

from __future__ import annotations

import json
import math
import os
import resource
import signal
import sys
from typing import Any

import wasmtime

_TRAPPED = 134
_NOFILE = 64


def main() -> None:
    """Run the program whose text the descriptor `source` holds."""
    seconds, memory, output, source, told = json.loads(sys.argv[2])
    with os.fdopen(source, encoding="utf-8", errors="replace") as file:
        program = file.read()
    store, start = _load(sys.argv[1], program, memory)
    before = _used()
    _limit(seconds, before, output)
    code = _call(store, start)
    spent, peak = _used() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    os.write(told, json.dumps([code, spent, peak]).encode())


def _load(interpreter: str, program: str, memory: int) -> tuple[wasmtime.Store, Any]:
    config = wasmtime.Config()
    config.cache = True
    engine = wasmtime.Engine(config)
    module = wasmtime.Module.from_file(engine, interpreter)
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    store = wasmtime.Store(engine)
    store.set_limits(memory_size=memory << 20, instances=1, memories=1, tables=4)
    wasi = wasmtime.WasiConfig()
    wasi.argv = ["python", "-I", "-B", "-c", program]
    wasi.inherit_stdin()
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    store.set_wasi(wasi)
    return store, linker.instantiate(store, module).exports(store)["_start"]


def _limit(seconds: float, before: float, output: int) -> None:
    signal.setitimer(signal.ITIMER_PROF, seconds)  # to the millisecond; the kernel's own limit comes after it
    most = math.ceil(before + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_NOFILE, _NOFILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _call(store: wasmtime.Store, start: Any) -> int:
    """Return the exit code of the program; a trap of Wasmtime's counts as a crash."""
    try:
        start(store)
    except wasmtime.ExitTrap as left:
        return left.code
    except (wasmtime.Trap, wasmtime.WasmtimeError):
        return _TRAPPED
    return 0


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
