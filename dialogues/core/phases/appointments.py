"""What becomes of an appointment: the calendar's answers, reminders when they are due, and what HR asks for.

An answer to an older request is stale and changes nothing. Only `Booked` is always believed: it says what stands.
"""

from __future__ import annotations

from datetime import date
from typing import assert_never

from dialogues.core.effects import Line, Notice
from dialogues.core.events import (
    Booked,
    DayAwaited,
    MoveAsked,
    Reminded,
    SlotHeld,
    SlotsFound,
    SlotTaken,
    Unbooked,
    ZoneFound,
)
from dialogues.core.interview import Ask, Phase
from dialogues.core.phases import opening
from dialogues.core.phases.booking import SECOND_ROUND, booking_of, change, find, is_booked, is_open, ways
from dialogues.core.prompts import SOON, ask, day_buttons, remind
from dialogues.core.scene import Scene, button, line
from dialogues.core.times import say_clock, say_day, say_slot, zone_of

_TROUBLES = frozenset({"unread", "past", "closed", "full", "far", "taken"})

Answer = SlotsFound | SlotHeld | SlotTaken | Booked | Unbooked | DayAwaited | ZoneFound | Reminded | MoveAsked


def take_answer(scene: Scene, event: Answer) -> None:
    """Go on with what the calendar, the clock or a person of HR says about the appointment."""
    match event:
        case SlotsFound():
            take_slots(scene, event)
        case SlotHeld():
            take_held(scene, event)
        case SlotTaken():
            take_taken(scene, event)
        case Booked():
            take_booked(scene, event)
        case Unbooked():
            take_unbooked(scene, event)
        case DayAwaited():
            take_awaited(scene, event)
        case ZoneFound():
            take_zone(scene, event)
        case Reminded():
            remind_of(scene, event)
        case MoveAsked():
            ask_to_move(scene, event)
        case _:
            assert_never(event)


def take_slots(scene: Scene, event: SlotsFound) -> None:
    """Show the days or the times that are free, and say what stood in the way of the one wished for."""
    booking = booking_of(scene)
    if event.request != booking.request:
        return
    doing = booking.doing
    change(scene, days=event.days or booking.days, day=event.day, times=event.times, doing="")
    if doing == "ahead":
        _offer_late(scene)
        return
    if not event.days and not event.times:
        _nothing_free(scene, doing)
        return
    before = _lead(scene, doing, event.trouble)
    if event.times:
        ask(scene, Ask.TIME, SOON if doing == "few" else event.day, before=before)
    else:
        ask(scene, Ask.DAY, event.day if event.trouble == "full" else "", before=before)


def _offer_late(scene: Scene) -> None:
    """Offer the days after all when the choice was made known before they were."""
    prompt = scene.state.prompt
    if prompt is not None and prompt.ask is Ask.PRACTICE_OFFER and booking_of(scene).days:
        scene.say(
            line("booking.also"), buttons=(*day_buttons(scene), button("book:days", "booking.other_times"))
        )


def _nothing_free(scene: Scene, doing: str) -> None:
    if doing == "second_round":
        return  # a person arranges it
    scene.say(line("booking.nothing_free"), buttons=ways(scene))


def _lead(scene: Scene, doing: str, trouble: str) -> tuple[Line, ...]:
    if trouble in _TROUBLES:
        return (line(f"booking.trouble.{trouble}"),)
    match doing:
        case "past":
            return (line("booking.trouble.past"),)
        case "second_round":
            return (line("booking.second_round"),)
        case "missed" | "failed":
            return (line(f"booking.{doing}"),)
        case "move":
            return (line("booking.move"),)
        case _:
            return ()


def take_held(scene: Scene, event: SlotHeld) -> None:
    """Ask whether this is the time; it is kept free meanwhile."""
    if event.request == booking_of(scene).request:
        change(scene, doing="", held=event.start)
        ask(scene, Ask.SLOT, str(int(event.start)))


def take_taken(scene: Scene, event: SlotTaken) -> None:
    """Offer the nearest times instead of the one that somebody else has."""
    if event.request != booking_of(scene).request:
        return
    change(scene, doing="", day="", times=event.near)
    if event.near:
        ask(scene, Ask.TIME, before=(line("booking.trouble.taken"),))
    else:
        find(scene, "days")


def take_booked(scene: Scene, event: Booked) -> None:
    """Say what is booked, and how to change it."""
    before = booking_of(scene)
    moved = before.start > 0 and before.number == event.number and before.start != event.start
    if before.number == event.number and before.sequence >= event.sequence:
        _stay(scene, event)
        return
    asked = bool(before.proposed)
    change(
        scene,
        kind=event.kind,
        number=event.number,
        sequence=event.sequence,
        start=event.start,
        end=event.end,
        changes=before.changes + (moved and not asked),
        doing="",
        proposed=0.0,
        times=(),
        day="",
        held=0.0,
    )
    scene.update(prompt=None)
    if event.kind != SECOND_ROUND and scene.state.phase is Phase.PRACTICE:
        scene.update(phase=Phase.BOOKING)
    scene.tell_hr(Notice.MOVED if moved else Notice.BOOKED, when=event.start)
    _say_booked(scene, event, "booking.moved" if moved else "booking.done")


def _stay(scene: Scene, event: Booked) -> None:
    """Say that it stays as it is when the time chosen is the one there was; a second telling of it says nothing."""
    if booking_of(scene).doing == "confirm" and booking_of(scene).request == event.request:
        change(scene, doing="", proposed=0.0, times=(), day="")
        scene.update(prompt=None)
        buttons = (button("book:move"), button("book:cancel"))
        scene.say(line("booking.done", slot=say_slot(scene, event.start, event.end)), buttons=buttons)


def _say_booked(scene: Scene, event: Booked, phrase: str) -> None:
    told = [line(phrase, slot=say_slot(scene, event.start, event.end))]
    if event.kind != SECOND_ROUND:
        told.append(line("booking.what_next"))
    if event.link:
        told.append(line("booking.calendar", link=event.link))
    missing = booking_of(scene).unconfirmed and opening.lacks_details(scene)
    if not missing:
        change(scene, unconfirmed=False)
        told.append(line("booking.note"))
    scene.say(
        *told,
        buttons=(button("book:move"), button("book:cancel")),
        key=f"booked:{event.number}.{event.sequence}",
    )
    if missing:
        opening.ask_missing(scene)


def take_unbooked(scene: Scene, event: Unbooked) -> None:
    """Say that it is cancelled, and that another time may be chosen."""
    when = booking_of(scene).start
    if not when:
        return
    change(scene, start=0.0, end=0.0, doing="", proposed=0.0)
    scene.update(prompt=None)
    scene.tell_hr(Notice.CANCELLED, when=when)
    scene.say(line("booking.cancelled"), buttons=ways(scene))


def take_awaited(scene: Scene, event: DayAwaited) -> None:
    """Say that the candidate will hear of a place that becomes free."""
    if event.request == booking_of(scene).request:
        day = say_day(date.fromisoformat(event.day), scene.tongue.dates)
        scene.say(line("booking.awaited", day=day), buttons=(button("book:days", "booking.other_times"),))


def take_zone(scene: Scene, event: ZoneFound) -> None:
    """Show times in the zone that was named, or ask again."""
    if event.request != booking_of(scene).request:
        return
    if not event.zone:
        remind(scene, line("booking.zone_unknown"))
        return
    scene.update(zone=event.zone)
    find(scene, "days")


# Reminders, and what HR asks for


def remind_of(scene: Scene, event: Reminded) -> None:
    """Say what is due, if the appointment is still the one it was planned for."""
    booking = booking_of(scene)
    if event.which == "freed":
        _tell_freed(scene, event)
        return
    if (booking.number, booking.sequence) != (event.number, event.sequence) or booking.start != event.start:
        return
    if booking.kind != SECOND_ROUND and scene.state.phase is not Phase.BOOKING:
        return
    match event.which:
        case "soon":
            ask(
                scene,
                Ask.PRACTICE_OFFER,
                before=(line("booking.soon", time=say_clock(event.start, zone_of(scene))),),
            )
        case "begin":
            scene.update(aside=None)
            ask(scene, Ask.START)
        case "nudge" if scene.state.last_at < event.start:
            remind(scene, line("booking.nudge"))
        case "missed" | "failed":
            _miss(scene, event)
        case "day" | "hour":
            buttons = (button("book:move"), button("book:cancel"))
            scene.say(line("booking.remind", slot=say_slot(scene, event.start, booking.end)), buttons=buttons)


def _tell_freed(scene: Scene, event: Reminded) -> None:
    if is_open(scene) and not is_booked(scene) and event.start > scene.at:
        slot = button(f"slot:{int(event.start)}", "booking.take_it")
        scene.say(line("booking.freed", slot=say_slot(scene, event.start)), buttons=(slot,))


def _miss(scene: Scene, event: Reminded) -> None:
    scene.update(prompt=None)
    if event.which == "missed":
        scene.tell_hr(Notice.MISSED, when=event.start)
    find(scene, event.which, start=0.0, end=0.0, days=())


def ask_to_move(scene: Scene, event: MoveAsked) -> None:
    """Pass on that a person of HR asks for another time; the candidate decides."""
    if not is_booked(scene):
        return
    change(scene, proposed=event.start)
    scene.update(aside=None)
    now = say_slot(scene, booking_of(scene).start, booking_of(scene).end)
    if event.start:
        asked = line("booking.asked_for", by=event.by, now=now, slot=say_slot(scene, event.start))
    else:
        asked = line("booking.asked_to_move", by=event.by, now=now)
    ask(scene, Ask.MOVE, before=(asked,))
