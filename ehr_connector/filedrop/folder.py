"""Where dropped files go: a folder here, or one reached by SFTP. A file is there whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from ehr_connector.faults import Expired, Misconfigured, Passing, Unsure

if TYPE_CHECKING:
    from paramiko import SFTPClient


class Folder(Protocol):
    """Files by name; `put` replaces."""

    def put(self, name: str, content: bytes) -> None: ...

    def get(self, name: str) -> bytes | None: ...

    def names(self) -> list[tuple[str, float]]:
        """Return (name, time of the last change) of every file."""
        ...

    def remove(self, name: str) -> None: ...


class LocalFolder:
    """A folder of this machine, or one mounted here."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def put(self, name: str, content: bytes) -> None:
        with _faults():
            self._path.mkdir(parents=True, exist_ok=True)
            part = self._path / f".{name}.part"
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._path / name)

    def get(self, name: str) -> bytes | None:
        with _faults():
            path = self._path / name
            return path.read_bytes() if path.is_file() else None

    def names(self) -> list[tuple[str, float]]:
        with _faults():
            if not self._path.is_dir():
                return []
            files = [
                path for path in self._path.iterdir() if path.is_file() and not path.name.startswith(".")
            ]
            return sorted((path.name, path.stat().st_mtime) for path in files)

    def remove(self, name: str) -> None:
        with _faults():
            (self._path / name).unlink(missing_ok=True)


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except (PermissionError, NotADirectoryError, IsADirectoryError):
        raise Misconfigured("no_permission", field="folder") from None
    except OSError as error:
        raise Passing("disk", field=os.strerror(error.errno) if error.errno else "") from None


class SftpFolder:
    """A folder on a server, by `sftp://user:password@host:port/path`; `host_key` is `ssh-ed25519 AAAA…`."""

    def __init__(self, url: str, host_key: str, seconds: float = 20.0) -> None:
        parts = urlsplit(url)
        if not parts.hostname or not parts.username or not host_key:
            raise Misconfigured("bad_address", field="folder" if host_key else "host_key")
        self._host, self._port = parts.hostname, parts.port or 22
        self._user, self._password = unquote(parts.username), unquote(parts.password or "")
        self._path = parts.path.rstrip("/")
        self._key = host_key
        self._seconds = seconds

    def put(self, name: str, content: bytes) -> None:
        with self._open() as client:
            part = f"{self._path}/.{name}.part"
            with client.open(part, "wb") as file:
                file.set_pipelined(True)
                file.write(content)
            client.posix_rename(part, f"{self._path}/{name}")

    def get(self, name: str) -> bytes | None:
        with self._open() as client:
            try:
                with client.open(f"{self._path}/{name}", "rb") as file:
                    return file.read()
            except FileNotFoundError:
                return None

    def names(self) -> list[tuple[str, float]]:
        with self._open() as client:
            found = client.listdir_attr(self._path)
            return sorted(
                (one.filename, float(one.st_mtime or 0))
                for one in found
                if stat.S_ISREG(one.st_mode or 0) and not one.filename.startswith(".")
            )

    def remove(self, name: str) -> None:
        with self._open() as client:
            try:
                client.remove(f"{self._path}/{name}")
            except FileNotFoundError:
                return

    @contextmanager
    def _open(self) -> Iterator[SFTPClient]:
        import paramiko  # here: an extra, for those who have a server to reach

        kind, _, encoded = self._key.partition(" ")
        client = paramiko.SSHClient()
        known = paramiko.PKey.from_type_string(kind, _decoded(encoded))
        name = self._host if self._port == 22 else f"[{self._host}]:{self._port}"
        client.get_host_keys().add(name, kind, known)
        try:
            client.connect(
                self._host,
                self._port,
                self._user,
                self._password,
                timeout=self._seconds,
                look_for_keys=False,
                allow_agent=False,
            )
            sftp = client.open_sftp()
            channel = sftp.get_channel()
            if channel is not None:
                channel.settimeout(self._seconds)
            yield sftp
        except paramiko.BadHostKeyException:
            raise Misconfigured("wrong_host", field="host_key") from None
        except paramiko.AuthenticationException:
            raise Expired("login_expired") from None
        except PermissionError:
            raise Misconfigured("no_permission", field="folder") from None
        except (paramiko.SSHException, EOFError, OSError):
            raise Unsure("cut") from None
        finally:
            client.close()


def _decoded(encoded: str) -> bytes:
    import base64
    import binascii

    try:
        return base64.b64decode(encoded.partition(" ")[0], validate=True)
    except binascii.Error:
        raise Misconfigured("bad_address", field="host_key") from None
