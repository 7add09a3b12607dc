"""Job packs in the database, by name and version; one version of a name is active."""

from __future__ import annotations

import time

from sqlalchemy import Engine, insert, select, update

from dialogues.app.packs import parse_pack, read_pack
from dialogues.core.pack import Pack
from storage import tables
from storage.engine import reading


class UnknownPack(LookupError):
    """No such job pack; the message lists those there are."""


class PackShelf:
    """Stores packs. Parsed packs are kept in memory: a version never changes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._parsed: dict[tuple[str, str], Pack] = {}

    def add(self, text: str, *, activate: bool) -> Pack:
        """Store a pack (PackError when it is wrong) and make it the active version when asked.

        The same version with other content is refused with ValueError: raise the version instead.
        """
        pack = parse_pack(text)
        p = tables.pack.c
        with self._engine.begin() as connection:
            known = select(p.body).where(p.name == pack.name, p.version == pack.version)
            body = connection.execute(known).scalar()
            if body is not None and body != text:
                raise ValueError(
                    f"{pack.name} {pack.version} is stored with other content; raise its version"
                )
            if body is None:
                values = {"name": pack.name, "version": pack.version, "body": text, "created_at": time.time()}
                connection.execute(insert(tables.pack), {**values, "active": False})
            if activate:
                connection.execute(update(tables.pack).where(p.name == pack.name).values(active=False))
                mine = (p.name == pack.name) & (p.version == pack.version)
                connection.execute(update(tables.pack).where(mine).values(active=True))
        return pack

    def pack(self, name: str, version: str) -> Pack:
        """Return a version of a pack; UnknownPack when there is none."""
        known = self._parsed.get((name, version))
        if known is None:
            p = tables.pack.c
            with self._reading.connect() as connection:
                statement = select(p.body).where(p.name == name, p.version == version)
                body = connection.execute(statement).scalar()
            if body is None:
                raise UnknownPack(f"no pack {name} {version}")
            known = self._parsed[name, version] = read_pack(body)
        return known

    def body(self, name: str, version: str) -> str:
        """Return the text of a version as it was stored; UnknownPack when there is none."""
        p = tables.pack.c
        with self._reading.connect() as connection:
            body = connection.execute(select(p.body).where(p.name == name, p.version == version)).scalar()
        if body is None:
            raise UnknownPack(f"no pack {name} {version}")
        return str(body)

    def active(self, name: str) -> Pack:
        """Return the active version of a pack; UnknownPack says which there are."""
        names = self.names()
        if name not in names:
            raise UnknownPack(f"no active job pack “{name}”; there are: {', '.join(sorted(names)) or 'none'}")
        return self.pack(name, names[name])

    def names(self) -> dict[str, str]:
        """Return name -> active version."""
        statement = select(tables.pack.c.name, tables.pack.c.version).where(tables.pack.c.active)
        with self._reading.connect() as connection:
            return {row.name: row.version for row in connection.execute(statement)}
