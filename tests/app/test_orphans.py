"""A process that prints or scores ends with the server, even when the server is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import psutil

_SERVER = """
import multiprocessing, os, sys, time
from concurrent.futures import ProcessPoolExecutor
from dialogues.app.orphans import belong_to_parent

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=belong_to_parent)
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


def test_a_killed_server_leaves_nobody_behind() -> None:
    with subprocess.Popen([sys.executable, "-c", _SERVER], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        helper = psutil.Process(int(server.stdout.readline()))
        server.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while helper.is_running() and helper.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the helping process is still there"
        time.sleep(0.05)
