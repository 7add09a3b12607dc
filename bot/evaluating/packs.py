"""Which job packs an evaluation runs on: the shipped ones by name, or any YAML file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.fix import Fix
from dialogues.app.packs import PackError, parse_pack
from dialogues.core.pack import Pack


def chosen_packs(chosen: Sequence[str]) -> list[Pack]:
    """Return the packs of these names or paths, all shipped ones without any; Fix says what is wrong with one."""
    from bot.house import shipped_packs  # here: it loads the whole house

    shipped = dict(shipped_packs())
    return [_pack(one, shipped) for one in chosen or sorted(shipped)]


def _pack(chosen: str, shipped: dict[str, str]) -> Pack:
    text = shipped.get(chosen)
    try:
        return parse_pack(Path(chosen).read_text(encoding="utf-8") if text is None else text)
    except PackError as error:
        first = next(problem for problem in error.problems if problem.serious)
        raise Fix(f"{chosen}, line {first.line}: {first.message} (see: colloquy packs check FILE)") from None
    except UnicodeDecodeError:
        raise Fix(f"{chosen} is not in UTF-8; save it as UTF-8") from None
    except OSError:
        names = ", ".join(sorted(shipped))
        raise Fix(
            f"there is no pack or file “{chosen}”; the packs that come with Colloquy: {names}"
        ) from None
