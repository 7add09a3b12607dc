"""Opens the house for a command: whatever is wrong that the operator can mend becomes one sentence."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.fix import Fix
from config.settings import Settings
from dialogues.app.packs import PackError
from storage.engine import WrongDatabase
from storage.packs import UnknownPack
from storage.seal import UnreadableText

if TYPE_CHECKING:
    from bot.house import House


def settings() -> Settings:
    """Return the settings; Fix names the one that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        said = first["msg"].removeprefix("Value error, ")
        raise Fix(f"COLLOQUY_{str(first['loc'][0]).upper()}: {said}") from None


@contextmanager
def house(chosen: Settings | None = None) -> Iterator[House]:
    """Give the house; every fault that is the operator's becomes one sentence."""
    from bot.house import House, MissingKeys  # here: `--help` need not load the database

    try:
        built = House(chosen or settings())
        if built.settings.language not in built.languages:
            known = ", ".join(sorted(built.languages))
            raise Fix(
                f"COLLOQUY_LANGUAGE: “{built.settings.language}” is not spoken here; there are: {known}"
            )
        yield built
    except PackError as error:
        raise Fix(_first_mistake(error)) from error
    except (WrongDatabase, UnknownPack, MissingKeys, UnreadableText, ValueError) as error:
        raise Fix(str(error)) from error
    except ArgumentError:
        example = "sqlite:///var/colloquy.db or postgresql://user@host/name"
        raise Fix(
            f"COLLOQUY_DATABASE_URL is not the address of a database; write, for example, {example}"
        ) from None
    except OSError as error:
        raise Fix(f"{error.filename or 'a file'}: {error.strerror or error}") from error
    except SQLAlchemyError as error:
        raise Fix(
            f"the database does not answer ({type(error).__name__}); check COLLOQUY_DATABASE_URL"
        ) from error


def check_port(chosen: Settings) -> None:
    """Raise Fix when nobody can listen there, before anything is printed or started."""
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((chosen.host, chosen.port))
        except OSError as error:
            place = f"{chosen.host}:{chosen.port}"
            raise Fix(
                f"cannot listen on {place} ({error.strerror}); choose another COLLOQUY_PORT (make demo PORT=...)"
            ) from None


def _first_mistake(error: PackError) -> str:
    wrong = [problem for problem in error.problems if problem.serious]
    rest = f" (and {len(wrong) - 1} more; see: colloquy packs check FILE)" if len(wrong) > 1 else ""
    return f"line {wrong[0].line}: {wrong[0].message}{rest}"
