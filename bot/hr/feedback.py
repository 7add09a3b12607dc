"""Feedback from a person of HR to candidates: drafted from the evidence, looked at, edited or sent, one or many.

No word of refusal leaves without a decision: neither in a draft nor in what a person typed.
"""

from __future__ import annotations

import time

from bot.hr.commands import LANGUAGES, texts
from bot.hr.filters import Filter, chosen, pressed_filter, read_filter, stamp
from bot.hr.managing import Drawn, Wish, buttons, table
from dialogues.app.rights import check
from dialogues.core.events import HrWrote, Outcome
from dialogues.core.interview import Phase
from dialogues.ports import Arrival, Listed

_SAMPLES = 2
_MOST = 100
_ENDED = frozenset({Phase.SURVEY.value, Phase.FINISHED.value})


def give_feedback(wish: Wish) -> Drawn:
    """Show the draft for one candidate, or send it: as it is, or as the person wrote it."""
    found = wish.parts.find(wish.person, wish.args[0] if wish.args else "")
    if not isinstance(found, Listed):
        return found
    check(wish.person, "feedback", found.job)
    if found.phase not in _ENDED:
        return [wish.text("unfinished")]
    if wish.words:
        return _send_own(wish, found)
    draft = wish.more.draft(found)
    if wish.args[1:2] == ("send",):
        _send(wish, found, draft)
        return [wish.text("feedback.sent", name=_name(found))]
    wish.log("read:feedback", found.application)
    again = found.application in wish.more.admin.fed_back([found.application])
    return [
        wish.text("feedback.again" if again else "feedback.draft", name=_name(found)),
        {"block": "text", "text": draft},
        buttons(
            wish.button("feedback", found.application, "send", said=wish.views.tell("feedback.send")),
            wish.button("feedback", found.application, "edit", said=wish.views.tell("feedback.edit")),
        ),
    ]


def _send_own(wish: Wish, found: Listed) -> Drawn:
    word = adverse_word(wish.words)
    if word and found.outcome != Outcome.DECLINE:
        return [wish.text("feedback.undecided", name=_name(found), word=word)]
    _send(wish, found, wish.words)
    return [wish.text("feedback.sent", name=_name(found))]


def adverse_word(text: str) -> str:
    """Return the first word of refusal in a text in any language we speak, "" when there is none."""
    folded = text.casefold()
    said = [str(word) for code in LANGUAGES for word in texts(code)["feedback.refusals"]]
    return next((word for word in said if word.casefold() in folded), "")


def _send(wish: Wish, found: Listed, text: str) -> None:
    event = HrWrote(time.time(), wish.person.name, text, wish.person.id, about="feedback")
    name = f"{wish.desk}:{wish.effect.key}:{found.application}"
    wish.arrivals.append(Arrival(found.conversation, "self", name, event))


def give_feedback_to_all(wish: Wish) -> Drawn:
    """Show who would get feedback and what it looks like; send it to exactly those once that is confirmed."""
    titles = wish.titles()
    wanted = pressed_filter(wish.args, titles) if wish.args else read_filter(wish.words, titles)
    people = _waiting(wish, wanted)
    if not people:
        return [wish.text("feedback.nobody")]
    confirmed = wish.args[3:4]
    if confirmed == (stamp(people),):
        for one in people:
            _send(wish, one, wish.more.draft(one))
        return [wish.text("feedback.sent_all", count=str(len(people)))]
    changed = [wish.text("feedback.changed")] if confirmed else []
    return [*changed, *_ask(wish, people, wanted)]


def _waiting(wish: Wish, wanted: Filter) -> list[Listed]:
    """Return those who fit, whom a person has decided about, and who were sent no feedback yet."""
    ranked = wish.parts.office.ranked(wish.person)
    tops = wish.views.tops(ranked)
    fitting = chosen(ranked, wanted, lambda one: one.application in tops)
    told = [one for one in fitting if one.outcome and one.outcome != Outcome.HOLD and one.phase in _ENDED]
    told = [one for one in told if wish.may("feedback_all", one.job)]
    had = wish.more.admin.fed_back([one.application for one in told])
    return [one for one in told if one.application not in had][:_MOST]


def _ask(wish: Wish, people: list[Listed], wanted: Filter) -> Drawn:
    wish.log("read:feedback_all", "list")
    titles = wish.titles()
    rows = [[_name(one), titles[one.job], wish.views.tell(f"outcome.{one.outcome}")] for one in people]
    samples = [{"block": "text", "text": wish.more.draft(one)} for one in people[:_SAMPLES]]
    yes = wish.views.tell("feedback.send_all", count=str(len(people)))
    columns = texts(wish.language)["feedback.columns"]
    carried = (*wanted.pieces, stamp(people)) if not wanted.name else ()
    shown = [wish.text("feedback.ask_all", count=str(len(people))), table(columns, rows, about=0), *samples]
    if not carried:
        return [*shown, wish.text("feedback.no_names")]
    return [*shown, buttons(wish.button("feedback_all", *carried, said=yes))]


def _name(found: Listed) -> str:
    return found.name or found.application
