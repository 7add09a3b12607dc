"""A time of the candidate's own choosing: days, then times, then "is this right?", and what comes of it.

The core has no calendar. It asks with an effect under a `request` number and goes on when the answer comes back as
an event; an answer to an older request is stale and changes nothing, so that of two taps the last one counts. Only
`Booked` is always believed: it says what stands in the calendar.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec.structs import replace

from dialogues.core.effects import (
    AwaitDay,
    Button,
    CloseBooking,
    ConfirmSlot,
    FindSlots,
    FindZone,
    HoldSlot,
    Line,
    Notice,
)
from dialogues.core.interview import Ask, Booking, Phase
from dialogues.core.phases import interview, opening
from dialogues.core.prompts import ask, day_buttons
from dialogues.core.scene import Scene, button, line
from dialogues.core.times import zone_of
from dialogues.core.tongue import Cue, heard
from scheduler.words import mentions_time

SECOND_ROUND = "second_round"
_FEW = 3
CHOOSING = frozenset({Ask.DAY, Ask.TIME, Ask.SLOT, Ask.ZONE, Ask.MOVE, Ask.START})
"""What the prompts of a booking ask for."""
_EARLY = 600.0
"""Seconds before the beginning from which a hello begins the interview."""


def booking_of(scene: Scene) -> Booking:
    """Return the booking there is, or one that has just begun."""
    return scene.state.booking or Booking()


def change(scene: Scene, **changes: Any) -> Booking:
    """Change fields of the booking."""
    booking = replace(booking_of(scene), **changes)
    scene.update(booking=booking)
    return booking


def request(scene: Scene, doing: str, **changes: Any) -> Booking:
    """Number what is asked of the calendar next; answers to anything older are stale."""
    return change(scene, request=booking_of(scene).request + 1, doing=doing, **changes)


def find(scene: Scene, doing: str, day: str = "", event: int = 0, few: int = 0, **changes: Any) -> None:
    """Ask the calendar which days or times are free, or for a few times of different days."""
    booking = request(scene, doing, **changes)
    scene.add(
        FindSlots(
            key=f"slots:{booking.request}",
            request=booking.request,
            kind=booking.kind,
            zone=scene.state.zone,
            day=day,
            event=event,
            since=max(scene.state.last_at, scene.at),
            few=few,
        )
    )


def is_offered(scene: Scene) -> bool:
    """Say whether this job lets a time be chosen for the interview."""
    return scene.pack.booking is not None and scene.pack.booking.interview is not None


def offer_few(scene: Scene, *before: Line) -> None:
    """Offer a few times at once to somebody who agreed and wants a time; details are confirmed along with it."""
    scene.update(phase=Phase.BOOKING, prompt=None)
    scene.say(*before)
    find(scene, "few", few=_FEW, unconfirmed=True)


def look_ahead(scene: Scene) -> None:
    """Find out which days are free while the candidate is still confirming who they are."""
    if is_offered(scene):
        booking = request(scene, "ahead")
        key, pack = f"slots:{booking.request}", scene.pack
        ahead = FindSlots(
            key, booking.request, booking.kind, scene.state.zone, job=pack.name, version=pack.version
        )
        scene.add(ahead)


def invite_second_round(scene: Scene) -> None:
    """Offer times for the talk with people, if they are booked through us."""
    if scene.pack.booking is not None and scene.pack.booking.second_round is not None:
        scene.update(booking=Booking(request=booking_of(scene).request))
        find(scene, "second_round", kind=SECOND_ROUND)


def is_booked(scene: Scene) -> bool:
    """Say whether a time is booked and not over."""
    booking = scene.state.booking
    return booking is not None and booking.start > 0


def is_early(scene: Scene) -> bool:
    """Say whether the time booked is still to come."""
    return is_booked(scene) and scene.at < booking_of(scene).start - _EARLY


def has_come(scene: Scene) -> bool:
    """Say whether the time booked is here."""
    return is_booked(scene) and scene.at >= booking_of(scene).start


def begin_now(scene: Scene, *before: Line) -> None:
    """Begin the interview; a time that was booked for it is let go, or kept as begun. Details come first."""
    if is_booked(scene):
        booking = request(scene, "begin", start=0.0, proposed=0.0)
        scene.add(CloseBooking(f"close:{booking.request}", booking.request, booking.kind, "begun"))
    if booking_of(scene).unconfirmed:
        opening.ask_details(scene, *before)
        return
    interview.begin(scene, *before)


# What the candidate taps


def press(scene: Scene, topic: str, choice: str) -> bool:
    """Take a button of a booking; False when it is none. Keyboards of the past lead to what is free now."""
    if scene.pack.booking is None or not is_open(scene):
        return False
    match topic, choice:
        case "day", _ if _is_day(choice):
            _choose(scene)
            find(scene, "times", day=choice)
        case "slot", _ if choice.isascii() and choice.isdigit() and len(choice) < 12:
            _hold(scene, float(choice))
        case "await", _ if _is_day(choice):
            _await(scene, choice)
        case "book", "yes":
            _confirm(scene)
        case "book", "days" | "other":
            _choose(scene)
            find(scene, "days")
        case "book", "move":
            move(scene)
        case "book", "cancel":
            cancel(scene)
        case "book", "zone":
            ask(scene, Ask.ZONE)
        case "move", _:
            _answer_move(scene, choice)
        case _:
            return False
    return True


def is_open(scene: Scene) -> bool:
    """Say whether a time may be chosen now: before the interview, or for the talk with people after it."""
    if scene.state.phase in (Phase.PRACTICE, Phase.BOOKING):
        return True
    return booking_of(scene).kind == SECOND_ROUND and scene.state.phase in (Phase.FINISHED, Phase.SURVEY)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


def _choose(scene: Scene) -> None:
    if scene.state.phase is Phase.PRACTICE:
        scene.update(phase=Phase.BOOKING)


def _hold(scene: Scene, start: float) -> None:
    _choose(scene)
    if start <= scene.at:
        find(scene, "past")
        return
    booking = request(scene, "hold")
    scene.add(
        HoldSlot(
            key=f"hold:{booking.request}",
            request=booking.request,
            kind=booking.kind,
            start=start,
            zone=scene.state.zone,
            since=max(scene.state.last_at, scene.at),
        )
    )


def _await(scene: Scene, day: str) -> None:
    booking = request(scene, "await")
    zone = zone_of(scene).key
    scene.add(AwaitDay(f"await:{booking.request}", booking.request, booking.kind, day, zone))


def _confirm(scene: Scene) -> None:
    prompt = scene.state.prompt
    if prompt is None or prompt.ask is not Ask.SLOT:
        scene.say(line("button.past"))
        return
    if booking_of(scene).doing == "confirm":
        return  # the second of two taps; the first one's answer is on its way
    booking = request(scene, "confirm")
    scene.add(
        ConfirmSlot(
            key=f"confirm:{booking.request}",
            request=booking.request,
            kind=booking.kind,
            start=float(prompt.about),
            zone=zone_of(scene).key,
            channel=scene.state.channel,
            heard_at=scene.at,
        )
    )


def move(scene: Scene) -> None:
    """Choose another time, if there is one to change and it may still be changed."""
    if not is_booked(scene):
        _choose(scene)
        find(scene, "days")
    elif _may_change(scene):
        find(scene, "move")


def cancel(scene: Scene) -> None:
    """Cancel, if there is something to cancel and it may still be cancelled."""
    if not is_booked(scene):
        scene.say(line("booking.none"), buttons=(button("book:days"),))
    elif _may_change(scene):
        booking = request(scene, "cancel")
        scene.add(CloseBooking(f"close:{booking.request}", booking.request, booking.kind, "cancelled"))


def _may_change(scene: Scene) -> bool:
    rules, booking = scene.pack.booking, booking_of(scene)
    assert rules is not None
    if booking.start - scene.at < rules.change_notice_minutes * 60:
        minutes = str(rules.change_notice_minutes)
        scene.say(line("booking.too_late", minutes=minutes), buttons=(button("do:human"),))
    elif booking.changes >= rules.changes:
        scene.say(line("booking.no_more_changes", count=str(rules.changes)), buttons=(button("do:human"),))
    else:
        return True
    return False


# What the candidate writes


def hear(scene: Scene, text: str) -> bool:
    """Take words about a time, wherever one may be chosen; False when they are about something else."""
    if scene.pack.booking is None or not is_open(scene):
        return False
    prompt = scene.state.prompt
    if prompt is not None and prompt.ask is Ask.ZONE:
        booking = request(scene, "zone")
        scene.add(FindZone(f"zone:{booking.request}", booking.request, scene.seq))
        return True
    if hear_wish(scene, text):
        return True
    if mentions_time(text) and not (is_booked(scene) and prompt is None and not _may_mean_time(text)):
        _choose(scene)
        find(scene, "read", event=scene.seq)
        return True
    return False


def hear_wish(scene: Scene, text: str) -> bool:
    """Take the wish for another time, or for none; False when there is none in the words."""
    wish = _wish(scene, text)
    return wish is not None and press(scene, "book", wish)


def _may_mean_time(text: str) -> bool:
    return len(text) <= 30


def hold_again(scene: Scene) -> None:
    """Ask once more whether the time held is right, or offer times when none is held."""
    if (held := booking_of(scene).held) > scene.at:
        _hold(scene, held)
    else:
        find(scene, "few", few=_FEW)


def wants_time(scene: Scene, text: str) -> bool:
    """Say whether these words ask for a time to be chosen."""
    return is_offered(scene) and _wish(scene, text) == "days"


def _wish(scene: Scene, text: str) -> str | None:
    low = text.casefold().strip()
    if len(low) > 40:
        return None
    for tongue in scene.tongues:
        for wish, says in tongue.dates.wishes.items():
            if says.search(low):
                return wish
    return None


def hear_choice(scene: Scene, text: str) -> bool:
    """Take a yes or a no where a time was to be confirmed, and a hello where the time has come."""
    prompt = scene.state.prompt
    asked = prompt.ask if prompt is not None else None
    yes, no = heard(Cue.YES, text, scene.tongues), heard(Cue.NO, text, scene.tongues)
    match asked:
        case Ask.SLOT if no or yes:
            press(scene, "book", "other" if no else "yes")
        case Ask.MOVE if no or yes:
            _answer_move(scene, "keep" if no else "yes" if booking_of(scene).proposed else "other")
        case Ask.START:
            begin_now(scene)
        case Ask.DAY | Ask.TIME if (
            heard(Cue.BEGIN, text, scene.tongues) and booking_of(scene).kind != SECOND_ROUND
        ):
            begin_now(scene)
        case _:
            return False
    return True


def hear_booked(scene: Scene, text: str) -> None:
    """Take words while nothing is asked and the time has not come: a note, or a wish to begin at once."""
    if heard(Cue.BEGIN, text, scene.tongues):
        begin_now(scene)
    elif heard(Cue.THANKS, text, scene.tongues) or heard(Cue.NO, text, scene.tongues):
        scene.say(line("booking.see_you" if is_booked(scene) else "booking.later"))
    elif is_booked(scene):
        change(scene, note=scene.seq)
        scene.tell_hr(Notice.MESSAGE, event=scene.seq)
        scene.say(line("booking.noted"))
    else:
        scene.say(line("booking.how"), buttons=(*day_buttons(scene), button("book:days")))


def skip(scene: Scene) -> None:
    """Leave the choice of a time open."""
    scene.update(prompt=None)
    scene.say(line("booking.later"), buttons=ways(scene))


def ways(scene: Scene) -> tuple[Button, ...]:
    """Return the ways on when no time is booked."""
    days = button("book:days")
    if booking_of(scene).kind == SECOND_ROUND:
        return (days,)
    return (button("practice:no", "booking.now"), days)


def _answer_move(scene: Scene, choice: str) -> None:
    prompt, proposed = scene.state.prompt, booking_of(scene).proposed
    if prompt is None or prompt.ask is not Ask.MOVE:
        scene.say(line("button.past"))
    elif choice == "yes" and proposed:
        _hold(scene, proposed)
    elif choice == "keep":
        booking = change(scene, proposed=0.0)
        scene.update(prompt=None)
        scene.tell_hr(Notice.KEPT, when=booking.start)
        scene.say(line("booking.kept"))
    else:
        change(scene, proposed=proposed or booking_of(scene).start)
        find(scene, "days")
