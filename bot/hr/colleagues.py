"""Colleagues and links: who is here, inviting and removing them, a candidate's links, and who did what."""

from __future__ import annotations

import re
import time

from bot.hr.commands import LANGUAGES, texts
from bot.hr.managing import Drawn, Wish, buttons, table
from dialogues.app.rights import READERS, check
from dialogues.core.events import TalkEnded
from dialogues.ports import Arrival, Listed, Person

_ROWS = 40
_ROLES = tuple(sorted(READERS))


def show_team(wish: Wish) -> Drawn:
    """Return the people of HR, with the button that removes one."""
    said, people = texts(wish.language), sorted(wish.parts.office.people(), key=lambda one: one.name)
    rows = [
        [said[f"role.{one.role}"], one.name, _jobs(wish, one), one.id.partition(":")[0]] for one in people
    ]
    tell = wish.views.tell
    actions = [
        [wish.button("remove", *one.id.split(":"), said=tell("team.remove", name=one.name))]
        if wish.may("remove") and one.id != wish.person.id
        else []
        for one in people
    ]
    return [table(said["team.columns"], rows, actions)]


def _jobs(wish: Wish, person: Person) -> str:
    return wish.views.tell("team.all_jobs") if person.jobs is None else ", ".join(person.jobs)


def invite_colleague(wish: Wish) -> Drawn:
    """Make a link for a colleague: role, jobs they may see (or none for all), and their name."""
    role, jobs, name = _read_colleague(wish)
    if not role or not name:
        said = texts(wish.language)
        roles = ", ".join(str(said[f"role.{one}"]) for one in _ROLES)
        return [wish.text("colleague.usage", roles=roles)]
    links = wish.more.colleague_links(wish.more.admin.invite_colleague(name, role, ",".join(jobs) or "*"))
    wish.log(f"invited_colleague:{role}", ",".join(jobs) or "*")
    shown = wish.text("colleague.done", name=name, role=wish.views.tell(f"role.{role}"))
    return [shown, {"block": "text", "text": "\n".join(links.values())}]


def _read_colleague(wish: Wish) -> tuple[str, list[str], str]:
    """Return (role, jobs, name) of words such as `recruiter python-developer Wang Fang`."""
    rest, role, jobs = wish.words.strip(), "", []
    roles = {str(texts(code)[f"role.{one}"]).casefold(): one for code in LANGUAGES for one in _ROLES}
    roles |= {one: one for one in _ROLES}
    for said in sorted(roles, key=len, reverse=True):
        if re.match(rf"{re.escape(said)}(?:\s|[,，]|$)", rest.casefold()):
            role, rest = roles[said], rest[len(said) :].strip(" ,，")
            break
    titles = wish.titles()
    while (job := rest.partition(" ")[0].strip(",，")) in titles:
        jobs.append(job)
        rest = rest.partition(" ")[2].strip()
    return role, jobs, rest[:80]


def remove_colleague(wish: Wish) -> Drawn:
    """Remove a person at once, when that was confirmed."""
    sure = wish.args[-1:] == ("yes",)
    name = ":".join(wish.args[:-1] if sure else wish.args) or wish.words
    person = _person(wish, name)
    if person is None:
        return [wish.text("team.unknown", name=name[:60])]
    if person.id == wish.person.id:
        return [wish.text("team.yourself")]
    if not sure:
        yes = wish.button(
            "remove", *person.id.split(":"), "yes", said=wish.views.tell("team.remove", name=person.name)
        )
        return [wish.text("team.sure", name=person.name), buttons(yes)]
    wish.more.admin.remove(person.id)
    wish.log("removed", person.id)
    return [wish.text("team.removed", name=person.name)]


def _person(wish: Wish, name: str) -> Person | None:
    wanted = name.casefold().strip()
    found = [one for one in wish.parts.office.people() if wanted in (one.id.casefold(), one.name.casefold())]
    return found[0] if len(found) == 1 else None


def revoke_link(wish: Wish) -> Drawn:
    """Revoke every link of a candidate; what they said stays."""
    found = _candidate(wish)
    if not isinstance(found, Listed):
        return found
    wish.more.admin.revoke(found.conversation)
    wish.log("revoked_link", found.application)
    name = found.name or found.application
    return [wish.text("revoke.done", name=name), buttons(wish.button("link", found.application))]


def make_link(wish: Wish) -> Drawn:
    """Make a fresh link to the same interview."""
    found = _candidate(wish)
    if not isinstance(found, Listed):
        return found
    links = wish.more.links(wish.more.admin.token(found.conversation))
    wish.log("made_link", found.application)
    shown = wish.text("invite.done", name=found.name or found.application)
    return [shown, {"block": "text", "text": "\n".join(links.values())}]


def _candidate(wish: Wish, name: str = "") -> Listed | Drawn:
    found = wish.parts.find(wish.person, name or (wish.args[0] if wish.args else ""))
    if isinstance(found, Listed):
        check(wish.person, wish.effect.act, found.job)
    return found


def close_talk(wish: Wish) -> Drawn:
    """End what the person was in: a preview, or a talk with a candidate, whose interview goes on where it waited."""
    if wish.args[:1] == ("preview",) and wish.more.end_preview is not None:
        wish.more.end_preview(wish.desk)
        return [wish.text("preview.over")]
    if wish.args[:1] != ("relay",):
        return [wish.text("talk.none")]
    found = _candidate(wish, wish.args[1])
    if not isinstance(found, Listed):
        return found
    event = TalkEnded(time.time(), wish.person.name, wish.person.id)
    name = f"{wish.desk}:{wish.effect.key}"
    wish.arrivals.append(Arrival(found.conversation, "self", name, event))
    return [wish.text("talk.closed", name=found.name or found.application)]


def show_log(wish: Wish) -> Drawn:
    """Return who did what lately, of the jobs this person may see, or of one colleague."""
    actor = _person(wish, wish.words) if wish.words else None
    if wish.words and actor is None:
        return [wish.text("team.unknown", name=wish.words[:60])]
    office = wish.parts.office
    both = (*office.ranked(wish.person), *office.unfinished(wish.person))
    names = {one.application: one.name or one.application for one in both}
    targets = None if wish.person.jobs is None else {*names, *wish.person.jobs}
    rows = wish.more.admin.log(targets, actor.id if actor else "", _ROWS)
    if not rows:
        return [wish.text("log.empty")]
    competencies: dict[str, str] = {}
    for one in {one.job: one for one in both}.values():
        competencies |= office.competencies(wish.person, one)
    return [table(texts(wish.language)["log.columns"], wish.views.logged(rows, names, competencies))]
