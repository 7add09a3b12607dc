"""A time of the candidate's own choosing: days, then times, then "is this right?", and what comes of it.

The core has no calendar. It asks with an effect under a `request` number and goes on when the answer comes back as
an event; an answer to an older request is stale and changes nothing, so that of two taps the last one counts. Only
`Booked` is always believed: it says what stands in the calendar.
"""

from __future__ import annotations

from datetime import date
from typing import Any, assert_never

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
from dialogues.core.interview import Ask, Booking, Phase
from dialogues.core.phases.interview import begin
from dialogues.core.prompts import ask, day_buttons, remind
from dialogues.core.scene import Scene, button, line
from dialogues.core.times import say_clock, say_day, say_slot, zone_of
from dialogues.core.tongue import Cue, heard
from scheduler.words import mentions_time

SECOND_ROUND = "second_round"
CHOOSING = frozenset({Ask.DAY, Ask.TIME, Ask.SLOT, Ask.ZONE, Ask.MOVE, Ask.START})
"""What the prompts of a booking ask for."""
_EARLY = 600.0
"""Seconds before the beginning from which a hello begins the interview."""
_TROUBLES = frozenset({"unread", "past", "closed", "full", "far", "taken"})


def booking_of(scene: Scene) -> Booking:
    """Return the booking there is, or one that has just begun."""
    return scene.state.booking or Booking()


def _update(scene: Scene, **changes: Any) -> Booking:
    booking = replace(booking_of(scene), **changes)
    scene.update(booking=booking)
    return booking


def _request(scene: Scene, doing: str, **changes: Any) -> Booking:
    return _update(scene, request=booking_of(scene).request + 1, doing=doing, **changes)


def _find(scene: Scene, doing: str, day: str = "", event: int = 0, **changes: Any) -> None:
    booking = _request(scene, doing, **changes)
    scene.add(
        FindSlots(
            key=f"slots:{booking.request}",
            request=booking.request,
            kind=booking.kind,
            zone=scene.state.zone,
            day=day,
            event=event,
            since=max(scene.state.last_at, scene.at),
        )
    )


def look_ahead(scene: Scene) -> None:
    """Find out which days are free while the candidate is still confirming who they are."""
    if scene.pack.booking is not None and scene.pack.booking.interview is not None:
        _find(scene, "ahead")


def invite_second_round(scene: Scene) -> None:
    """Offer times for the talk with people, if they are booked through us."""
    if scene.pack.booking is not None and scene.pack.booking.second_round is not None:
        scene.update(booking=Booking(request=booking_of(scene).request))
        _find(scene, "second_round", kind=SECOND_ROUND)


def is_booked(scene: Scene) -> bool:
    """Say whether a time is booked and not over."""
    booking = scene.state.booking
    return booking is not None and booking.start > 0


def is_early(scene: Scene) -> bool:
    """Say whether the time booked is still to come."""
    return is_booked(scene) and scene.at < booking_of(scene).start - _EARLY


def begin_now(scene: Scene, *before: Line) -> None:
    """Begin the interview; a time that was booked for it is let go, or kept as begun."""
    if is_booked(scene):
        booking = _request(scene, "begin", start=0.0, proposed=0.0)
        scene.add(CloseBooking(f"close:{booking.request}", booking.request, booking.kind, "begun"))
    begin(scene, *before)


# What the candidate taps


def press(scene: Scene, topic: str, choice: str) -> bool:
    """Take a button of a booking; False when it is none. Keyboards of the past lead to what is free now."""
    if scene.pack.booking is None or not _open_to(scene):
        return False
    match topic, choice:
        case "day", _ if _is_day(choice):
            _choose(scene)
            _find(scene, "times", day=choice)
        case "slot", _ if choice.isascii() and choice.isdigit() and len(choice) < 12:
            _hold(scene, float(choice))
        case "await", _ if _is_day(choice):
            _await(scene, choice)
        case "book", "yes":
            _confirm(scene)
        case "book", "days" | "other":
            _choose(scene)
            _find(scene, "days")
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


def _open_to(scene: Scene) -> bool:
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
        _find(scene, "past")
        return
    booking = _request(scene, "hold")
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
    booking = _request(scene, "await")
    zone = zone_of(scene).key
    scene.add(AwaitDay(f"await:{booking.request}", booking.request, booking.kind, day, zone))


def _confirm(scene: Scene) -> None:
    prompt = scene.state.prompt
    if prompt is None or prompt.ask is not Ask.SLOT:
        scene.say(line("button.past"))
        return
    if booking_of(scene).doing == "confirm":
        return  # the second of two taps; the first one's answer is on its way
    booking = _request(scene, "confirm")
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
        _find(scene, "days")
    elif _may_change(scene):
        _find(scene, "move")


def cancel(scene: Scene) -> None:
    """Cancel, if there is something to cancel and it may still be cancelled."""
    if not is_booked(scene):
        scene.say(line("booking.none"), buttons=(button("book:days"),))
    elif _may_change(scene):
        booking = _request(scene, "cancel")
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
    if scene.pack.booking is None or not _open_to(scene):
        return False
    prompt = scene.state.prompt
    if prompt is not None and prompt.ask is Ask.ZONE:
        booking = _request(scene, "zone")
        scene.add(FindZone(f"zone:{booking.request}", booking.request, scene.seq))
        return True
    if (wish := _wish(scene, text)) is not None:
        return press(scene, "book", wish)
    if mentions_time(text) and not (is_booked(scene) and prompt is None and not _may_mean_time(text)):
        _choose(scene)
        _find(scene, "read", event=scene.seq)
        return True
    return False


def _may_mean_time(text: str) -> bool:
    return len(text) <= 30


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
        _update(scene, note=scene.seq)
        scene.tell_hr(Notice.MESSAGE, event=scene.seq)
        scene.say(line("booking.noted"))
    else:
        scene.say(line("booking.how"), buttons=(*day_buttons(scene), button("book:days")))


def skip(scene: Scene) -> None:
    """Leave the choice of a time open."""
    scene.update(prompt=None)
    scene.say(line("booking.later"), buttons=_ways(scene))


def _ways(scene: Scene) -> tuple[Button, ...]:
    """Return the ways on when no time is booked."""
    days = button("book:days")
    if booking_of(scene).kind == SECOND_ROUND:
        return (days,)
    return (button("practice:no", "booking.now"), days)


# What the calendar answers

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
    _update(scene, days=event.days or booking.days, day=event.day, times=event.times, doing="")
    if doing == "ahead":
        _offer_late(scene)
        return
    if not event.days and not event.times:
        _nothing_free(scene, doing)
        return
    before = _lead(scene, doing, event.trouble)
    if event.times:
        ask(scene, Ask.TIME, event.day, before=before)
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
    scene.say(line("booking.nothing_free"), buttons=_ways(scene))


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
        _update(scene, doing="")
        ask(scene, Ask.SLOT, str(int(event.start)))


def take_taken(scene: Scene, event: SlotTaken) -> None:
    """Offer the nearest times instead of the one that somebody else has."""
    if event.request != booking_of(scene).request:
        return
    _update(scene, doing="", day="", times=event.near)
    if event.near:
        ask(scene, Ask.TIME, before=(line("booking.trouble.taken"),))
    else:
        _find(scene, "days")


def take_booked(scene: Scene, event: Booked) -> None:
    """Say what is booked, and how to change it."""
    before = booking_of(scene)
    moved = before.start > 0 and before.number == event.number and before.start != event.start
    if before.number == event.number and before.sequence >= event.sequence:
        return
    asked = bool(before.proposed)
    _update(
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
    )
    scene.update(prompt=None)
    if event.kind != SECOND_ROUND and scene.state.phase is Phase.PRACTICE:
        scene.update(phase=Phase.BOOKING)
    scene.tell_hr(Notice.MOVED if moved else Notice.BOOKED, when=event.start)
    _say_booked(scene, event, "booking.moved" if moved else "booking.done")


def _say_booked(scene: Scene, event: Booked, phrase: str) -> None:
    told = [line(phrase, slot=say_slot(scene, event.start, event.end))]
    if event.kind != SECOND_ROUND:
        told.append(line("booking.what_next"))
    if event.link:
        told.append(line("booking.calendar", link=event.link))
    told.append(line("booking.note"))
    scene.say(
        *told,
        buttons=(button("book:move"), button("book:cancel")),
        key=f"booked:{event.number}.{event.sequence}",
    )


def take_unbooked(scene: Scene, event: Unbooked) -> None:
    """Say that it is cancelled, and that another time may be chosen."""
    when = booking_of(scene).start
    if not when:
        return
    _update(scene, start=0.0, end=0.0, doing="", proposed=0.0)
    scene.update(prompt=None)
    scene.tell_hr(Notice.CANCELLED, when=when)
    scene.say(line("booking.cancelled"), buttons=_ways(scene))


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
    _find(scene, "days")


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
    if _open_to(scene) and not is_booked(scene) and event.start > scene.at:
        slot = button(f"slot:{int(event.start)}", "booking.take_it")
        scene.say(line("booking.freed", slot=say_slot(scene, event.start)), buttons=(slot,))


def _miss(scene: Scene, event: Reminded) -> None:
    scene.update(prompt=None)
    if event.which == "missed":
        scene.tell_hr(Notice.MISSED, when=event.start)
    _find(scene, event.which, start=0.0, end=0.0, days=())


def ask_to_move(scene: Scene, event: MoveAsked) -> None:
    """Pass on that a person of HR asks for another time; the candidate decides."""
    if not is_booked(scene):
        return
    _update(scene, proposed=event.start)
    scene.update(aside=None)
    now = say_slot(scene, booking_of(scene).start, booking_of(scene).end)
    if event.start:
        asked = line("booking.asked_for", by=event.by, now=now, slot=say_slot(scene, event.start))
    else:
        asked = line("booking.asked_to_move", by=event.by, now=now)
    ask(scene, Ask.MOVE, before=(asked,))


def _answer_move(scene: Scene, choice: str) -> None:
    prompt, proposed = scene.state.prompt, booking_of(scene).proposed
    if prompt is None or prompt.ask is not Ask.MOVE:
        scene.say(line("button.past"))
    elif choice == "yes" and proposed:
        _hold(scene, proposed)
    elif choice == "keep":
        booking = _update(scene, proposed=0.0)
        scene.update(prompt=None)
        scene.tell_hr(Notice.KEPT, when=booking.start)
        scene.say(line("booking.kept"))
    else:
        _update(scene, proposed=proposed or booking_of(scene).start)
        _find(scene, "days")
