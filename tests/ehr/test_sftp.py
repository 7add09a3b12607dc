"""File drop by SFTP, against a server in this process: whole files, a checked host key, a wrong password."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ehr_connector.faults import Expired, Misconfigured, Unsure
from ehr_connector.filedrop.folder import SftpFolder

paramiko = pytest.importorskip("paramiko", reason="SFTP was not tested: pip install paramiko")


class _Door(paramiko.ServerInterface):  # type: ignore[misc]
    def check_auth_password(self, username: str, password: str) -> int:
        good = (username, password) == ("hr", "p@ss")
        return int(paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED)

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return int(paramiko.OPEN_SUCCEEDED)


class _Handle(paramiko.SFTPHandle):  # type: ignore[misc]
    def stat(self) -> Any:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class _Files(paramiko.SFTPServerInterface):  # type: ignore[misc]
    root = Path()

    def _path(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def list_folder(self, path: str) -> Any:
        found = []
        for one in self._path(path).iterdir():
            attributes = paramiko.SFTPAttributes.from_stat(one.stat())
            attributes.filename = one.name
            found.append(attributes)
        return found

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._path(path).stat())
        except FileNotFoundError:
            return paramiko.SFTP_NO_SUCH_FILE

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        try:
            descriptor = os.open(self._path(path), flags, 0o600)
        except FileNotFoundError:
            return paramiko.SFTP_NO_SUCH_FILE
        file = os.fdopen(descriptor, "wb" if flags & os.O_WRONLY else "rb")
        handle = _Handle(flags)
        handle.readfile = handle.writefile = file
        return handle

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        self._path(oldpath).replace(self._path(newpath))
        return int(paramiko.SFTP_OK)

    def remove(self, path: str) -> int:
        self._path(path).unlink(missing_ok=True)
        return int(paramiko.SFTP_OK)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[str, str, Path]]:
    """Give (address, host key, the folder behind it)."""
    key = paramiko.RSAKey.generate(2048)
    root = tmp_path / "root"
    (root / "drop").mkdir(parents=True)
    files = type("Here", (_Files,), {"root": root})
    listening = socket.create_server(("127.0.0.1", 0))
    transports: list[Any] = []

    def serve() -> None:
        while True:
            try:
                connected, _ = listening.accept()
            except OSError:
                return
            transport = paramiko.Transport(connected)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, files)
            transports.append(transport)
            try:
                transport.start_server(server=_Door())
            except (paramiko.SSHException, EOFError, OSError):
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    port = listening.getsockname()[1]
    yield f"127.0.0.1:{port}/drop", f"ssh-rsa {key.get_base64()}", root / "drop"
    listening.close()
    for transport in transports:
        transport.close()


def test_files_go_and_come_whole(place: tuple[str, str, Path]) -> None:
    address, key, behind = place
    folder = SftpFolder(f"sftp://hr:p%40ss@{address}", key)
    content = os.urandom(300_000)
    folder.put("report.pdf", content)
    folder.put("report.pdf", content)
    assert [path.name for path in behind.iterdir()] == ["report.pdf"]
    assert folder.get("report.pdf") == content
    assert folder.get("nothing") is None
    assert [name for name, _ in folder.names()] == ["report.pdf"]
    folder.remove("report.pdf")
    folder.remove("report.pdf")
    assert folder.names() == []


def test_a_wrong_password_host_or_address_is_said_to_be_one(place: tuple[str, str, Path]) -> None:
    address, key, _ = place
    with pytest.raises(Expired):
        SftpFolder(f"sftp://hr:no@{address}", key).put("x", b"")
    other = f"ssh-rsa {paramiko.RSAKey.generate(2048).get_base64()}"
    with pytest.raises(Misconfigured, match="wrong_host"):
        SftpFolder(f"sftp://hr:p%40ss@{address}", other).put("x", b"")
    with pytest.raises(Unsure):
        SftpFolder("sftp://hr:p%40ss@127.0.0.1:1/drop", key, 2.0).put("x", b"")
    for url, given in (("sftp://127.0.0.1/x", key), (f"sftp://hr:p@{address}", "")):
        with pytest.raises(Misconfigured, match="bad_address"):
            SftpFolder(url, given)
