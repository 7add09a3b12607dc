"""Jobs and their packs from the chat: a YAML file is checked by line, activated, rolled back; a job is paused.

Interviews in flight keep their version, and who has begun may finish while a job is paused.
"""

from __future__ import annotations

from bot.hr.commands import texts
from bot.hr.managing import Drawn, Wish, buttons, table
from dialogues.app.pack_words import Problem
from dialogues.app.packs import PackError, check_pack, parse_pack
from dialogues.app.rights import check

_SHOWN_PROBLEMS = 12
_SHOWN_VERSIONS = 8


def take_pack(wish: Wish) -> Drawn:
    """Check a pasted pack, or activate one that was checked and kept."""
    if wish.args[:1] == ("go",):
        return _go(wish, wish.args[1:2])
    return look_at_pack(wish, wish.words)


def look_at_pack(wish: Wish, text: str) -> Drawn:
    """Say everything that is wrong with a pack, with lines; offer to activate one without mistakes."""
    problems = check_pack(text)
    mistakes = [one for one in problems if one.serious]
    if mistakes:
        return [wish.text("pack.wrong", count=str(len(mistakes))), _listed(wish, mistakes)]
    pack = _checked(wish, text)
    remarks = [wish.text("pack.remarks"), _listed(wish, problems)] if problems else []
    number = str(wish.more.admin.keep(wish.desk, wish.effect.key, text.encode()))
    active = dict(wish.parts.office.jobs(wish.person)).get(pack[0], ("", ""))[1]
    said = {"job": pack[0], "version": pack[1], "active": active or "–"}
    go = wish.button("pack", "go", number, said=wish.views.tell("pack.go"))
    return [*remarks, wish.text("pack.good", **said), buttons(go)]


def _checked(wish: Wish, text: str) -> tuple[str, str]:
    """Return (job, version) of a faultless pack; NotAllowed when it is of a job this person does not see."""

    pack = parse_pack(text)
    check(wish.person, "pack", pack.name)
    return pack.name, pack.version


def _listed(wish: Wish, problems: list[Problem]) -> dict[str, str]:
    tell = wish.views.tell
    lines = [tell("pack.line", line=str(one.line), why=one.message) for one in problems[:_SHOWN_PROBLEMS]]
    if len(problems) > _SHOWN_PROBLEMS:
        lines.append(tell("pack.more", count=str(len(problems) - _SHOWN_PROBLEMS)))
    return {"block": "text", "text": "\n".join(lines)}


def _go(wish: Wish, args: tuple[str, ...]) -> Drawn:
    number = int(args[0]) if args and args[0].isdigit() else 0
    content = wish.more.admin.kept(wish.desk, number) if number else None
    if content is None:
        return [wish.text("pack.gone")]
    text = content.decode()
    job, version = _checked(wish, text)
    try:
        wish.more.admin.add_pack(text, activate=True)
    except PackError as error:  # what a pack has to have may have changed since it was kept
        return [wish.text("pack.wrong", count="1"), _listed(wish, list(error.problems))]
    except ValueError:
        return [wish.text("pack.same_version", job=job, version=version)]
    wish.more.admin.drop(wish.desk, number)
    wish.log(f"activated:{version}", job)
    return [wish.text("pack.active", job=job, version=version)]


def show_versions(wish: Wish) -> Drawn:
    """Return the versions of a job, with the button that goes back to one."""
    job = _job(wish)
    if not job:
        return [wish.text("pack.which", jobs=_jobs(wish))]
    check(wish.person, "versions", job)
    stored = wish.more.admin.versions(job)[:_SHOWN_VERSIONS]
    said = texts(wish.language)
    rows = [
        [wish.views.time(at), version, said["pack.is_active"] if active else ""]
        for version, active, at in stored
    ]
    back = wish.views.tell("pack.back")
    actions = [
        [] if active else [wish.button("activate", job, version, said=f"{back} {version}")]
        for version, active, _ in stored
    ]
    return [table(said["pack.columns"], rows, actions)]


def activate(wish: Wish) -> Drawn:
    """Make a stored version the active one: the way back."""
    args = wish.args or tuple(wish.words.split())
    job, version = (*args, "", "")[:2]
    if job not in wish.titles():
        return [wish.text("pack.which", jobs=_jobs(wish))]
    check(wish.person, "activate", job)
    if not wish.more.admin.activate(job, version):
        return [wish.text("pack.no_version", job=job, version=version[:40])]
    wish.log(f"activated:{version}", job)
    return [wish.text("pack.active", job=job, version=version)]


def pause(wish: Wish) -> Drawn:
    """Pause a job: its links say so, kindly, to everybody who has not begun."""
    return _pause(wish, on=True)


def resume(wish: Wish) -> Drawn:
    """Take a job up again: its links work as before."""
    return _pause(wish, on=False)


def _pause(wish: Wish, *, on: bool) -> Drawn:
    job = _job(wish)
    if not job:
        return [wish.text("pack.which", jobs=_jobs(wish))]
    check(wish.person, wish.effect.act, job)
    wish.more.admin.pause(job, on=on)
    wish.log("paused" if on else "resumed", job)
    return [wish.text("pause.done" if on else "pause.over", title=wish.titles()[job])]


def preview(wish: Wish) -> Drawn:
    """Interview the person themself in the chat, on a record of its own that is thrown away."""
    job = wish.args[0] if wish.args else ""
    if job not in wish.titles():
        return [wish.text("pack.which", jobs=_jobs(wish))]
    check(wish.person, "preview", job)
    if wish.more.preview is None:
        return [wish.text("preview.gone")]
    return wish.more.preview(wish.desk, wish.args, wish.words, wish.language)


def _job(wish: Wish) -> str:
    job = wish.args[0] if wish.args else ""
    return job if job in wish.titles() else ""


def _jobs(wish: Wish) -> str:
    return "\n".join(f"{job} · {title}" for job, title in sorted(wish.titles().items()))
