"""A time of the candidate's own choosing, in the pure core: what is asked of the calendar and what comes of its answers."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from dialogues.core.effects import (
    CloseBooking,
    ConfirmSlot,
    Effect,
    FindSlots,
    Forget,
    HoldSlot,
    Notice,
    Say,
    TellHr,
    WakeAt,
)
from dialogues.core.events import (
    Booked,
    Decided,
    MoveAsked,
    Outcome,
    Reminded,
    SlotHeld,
    SlotsFound,
    SlotTaken,
    Unbooked,
    Woke,
    ZoneFound,
)
from dialogues.core.interview import Phase
from dialogues.core.pack import Appointments
from scheduler.slots import Hours
from tests.core.driver import Driven, fresh
from tests.core.sample import PACK
from tests.e2e.candidates import load_pack

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2026, 11, 20, 15, tzinfo=ZONE).timestamp()
START = datetime(2026, 11, 23, 19, tzinfo=ZONE).timestamp()
END = START + 2700
DAYS = (("2026-11-21", 4), ("2026-11-22", 0), ("2026-11-23", 2))
BOOKABLE = replace(PACK, booking=Appointments(interview=Hours(), second_round=Hours(minutes=60)))


def one(effects: tuple[Effect, ...], kind: type[Effect]) -> Effect:
    found = [effect for effect in effects if isinstance(effect, kind)]
    assert len(found) == 1, effects
    return found[0]


def said(effects: tuple[Effect, ...]) -> list[str]:
    return [line.phrase for effect in effects if isinstance(effect, Say) for line in effect.lines]


def values(effects: tuple[Effect, ...]) -> list[str]:
    return [button.value for effect in effects if isinstance(effect, Say) for button in effect.buttons]


class Booker(Driven):
    """A candidate who books; answers for the calendar where it is told to."""

    @property
    def request(self) -> int:
        assert self.state.booking is not None
        return self.state.booking.request

    def slots(self, *times: float, trouble: str = "", day: str = "2026-11-23") -> tuple[Effect, ...]:
        found = SlotsFound(self.tick(), self.request, DAYS, day if times else "", times, trouble)
        return self.send(found)

    def to_offer(self) -> tuple[Effect, ...]:
        self.open()
        one(self.press("consent:yes"), FindSlots)
        self.slots()
        return self.press("details:right")

    def book(self, start: float = START, number: int = 7, sequence: int = 0) -> tuple[Effect, ...]:
        one(self.press(f"slot:{int(start)}"), HoldSlot)
        self.send(SlotHeld(self.tick(), self.request, start, start + 2700))
        one(self.press("book:yes"), ConfirmSlot)
        return self.send(
            Booked(self.tick(), self.request, "interview", number, sequence, start, start + 2700)
        )

    def due(self, which: str, at: float, start: float = START, sequence: int = 0) -> tuple[Effect, ...]:
        self.at = at
        return self.send(Reminded(at, which, "interview", 7, sequence, start))


@pytest.fixture
def booker() -> Booker:
    driven = Booker(BOOKABLE, fresh(BOOKABLE, "zh", known=("name", "email")))
    driven.profile = {"name": "王小明", "email": "a@b.cn"}
    driven.at = BEGIN
    return driven


@pytest.fixture
def booked(booker: Booker) -> Booker:
    booker.to_offer()
    booker.book()
    return booker


def test_now_comes_first_and_days_are_there_already(booker: Booker) -> None:
    offer = booker.to_offer()
    assert said(offer) == ["details.thanks", "booking.offer"]
    assert values(offer) == ["practice:no", "practice:yes", "day:2026-11-21", "day:2026-11-23", "book:days"]
    assert booker.press("practice:no")
    assert booker.state.phase is Phase.INTERVIEW


def test_three_taps(booker: Booker) -> None:
    booker.to_offer()
    find = one(booker.press("day:2026-11-23"), FindSlots)
    assert isinstance(find, FindSlots)
    assert find.day == "2026-11-23"
    assert values(booker.slots(START, START + 1800))[:2] == [
        f"slot:{int(START)}",
        f"slot:{int(START) + 1800}",
    ]
    effects = booker.book()
    assert said(effects) == ["booking.done", "booking.what_next", "booking.note"]
    told = one(effects, TellHr)
    assert isinstance(told, TellHr)
    assert (told.notice, told.when) == (Notice.BOOKED, START)
    assert booker.state.phase is Phase.BOOKING
    assert "11月23日（周一）19:00–19:45（北京时间）" in booker.read(
        next(e for e in effects if isinstance(e, Say))
    )


def few(booker: Booker) -> tuple[Effect, ...]:
    """Agree and ask for a time; have the calendar offer a few of different days."""
    booker.open()
    find = one(booker.press("consent:book"), FindSlots)
    assert isinstance(find, FindSlots)
    assert find.few == 3
    times = (START - 86_400, START, START + 86_400)
    return booker.send(SlotsFound(booker.tick(), booker.request, DAYS, "", times))


def test_three_taps_from_the_first_message_to_a_booked_time(booker: Booker) -> None:
    first = booker.open()
    assert values(first) == ["consent:yes", "consent:book", "consent:no", "do:human"]
    assert booker.state.consent is None
    taps = ["consent:book", f"slot:{int(START)}", "book:yes"]
    one(booker.press(taps[0]), FindSlots)
    assert booker.state.consent is not None, "the button says that it agrees"
    offered = booker.slots(START - 86_400, START, day="")
    assert said(offered) == ["booking.which_soon"]
    assert values(offered) == [
        f"slot:{int(START) - 86_400}",
        taps[1],
        "book:days",
        "practice:no",
        "book:zone",
    ]
    assert "11月23日（周一） 19:00" in booker.read(next(e for e in offered if isinstance(e, Say)))
    one(booker.press(taps[1]), HoldSlot)
    asked = booker.send(SlotHeld(booker.tick(), booker.request, START, END))
    assert said(asked) == ["details.known", "details.name", "details.email", "booking.confirm"]
    assert values(asked) == ["book:yes", "book:other", "details:wrong"]
    one(booker.press(taps[2]), ConfirmSlot)
    done = booker.send(Booked(booker.tick(), booker.request, "interview", 7, 0, START, END))
    assert said(done) == ["booking.done", "booking.what_next", "booking.note"]
    booker.at = START
    booker.say("你好")
    assert booker.state.phase is Phase.INTERVIEW, "nothing is asked twice"


def test_details_are_put_right_before_the_time_is_booked(booker: Booker) -> None:
    few(booker)
    booker.press(f"slot:{int(START)}")
    booker.send(SlotHeld(booker.tick(), booker.request, START, END))
    assert said(booker.press("details:wrong")) == ["details.ask_correction"]
    again = booker.say("名字应该是王大明")
    held = one(again, HoldSlot)
    assert isinstance(held, HoldSlot)
    assert held.start == START
    asked = booker.send(SlotHeld(booker.tick(), booker.request, START, END))
    assert said(asked) == ["booking.confirm"]
    one(booker.press("book:yes"), ConfirmSlot)


def test_what_is_not_known_is_asked_when_the_time_is_booked() -> None:
    booker = Booker(BOOKABLE, fresh(BOOKABLE, "zh"))
    booker.at = BEGIN
    few(booker)
    assert said(booker.book()) == ["booking.done", "booking.what_next", "details.ask_name"]
    assert said(booker.say("王小明")) == ["details.thanks", "details.ask_contact"]
    assert said(booker.press("do:skip")) == ["details.skipped", "booking.note"]
    assert (booker.state.phase, booker.state.prompt) == (Phase.BOOKING, None)
    booker.at = START
    booker.say("你好")
    assert booker.state.phase is Phase.INTERVIEW


def test_who_begins_at_once_after_all_confirms_the_details_first(booker: Booker) -> None:
    few(booker)
    assert said(booker.press("practice:no"))[0] == "details.known"
    assert said(booker.press("details:right"))[:1] == ["details.thanks"]
    booker.press("practice:no")
    assert booker.state.phase is Phase.INTERVIEW


def test_agreeing_in_words_to_a_time(booker: Booker) -> None:
    booker.open()
    assert said(booker.say("先约个时间吧"))[0] == "consent.first", "a wish for a time is no consent"
    find = one(booker.say("同意，先约个时间"), FindSlots)
    assert isinstance(find, FindSlots)
    assert find.few == 3


def test_agreeing_to_a_time_where_everything_is_taken(booker: Booker) -> None:
    booker.open()
    booker.press("consent:book")
    nothing = booker.send(SlotsFound(booker.tick(), booker.request, trouble="none"))
    assert said(nothing) == ["booking.nothing_free"]
    full = booker.press("book:days")
    one(full, FindSlots)
    shown = booker.send(SlotsFound(booker.tick(), booker.request, (("2026-11-22", 0),)))
    assert values(shown)[0] == "day:2026-11-22", "a full day may be waited for"


def test_a_job_without_times_is_agreed_to_as_always() -> None:
    driven = Driven(PACK, fresh(PACK, "zh", known=("name", "email")))
    driven.profile = {"name": "王小明", "email": "a@b.cn"}
    assert "consent:book" not in values(driven.open())
    driven.press("consent:book")
    assert driven.state.phase is Phase.DETAILS


def test_days_that_come_late_are_offered_after_all(booker: Booker) -> None:
    booker.open()
    booker.press("consent:yes")
    assert values(booker.press("details:right")) == ["practice:no", "practice:yes"]
    assert said(booker.slots()) == ["booking.also"]


def test_of_two_taps_the_last_one_counts(booker: Booker) -> None:
    booker.to_offer()
    booker.press("day:2026-11-21")
    first = booker.request
    booker.press("day:2026-11-23")
    assert booker.send(SlotsFound(booker.tick(), first, DAYS, "2026-11-21", (START - 90_000,))) == ()
    assert f"slot:{int(START)}" in values(booker.slots(START))


def test_confirming_twice_asks_once(booker: Booker) -> None:
    booker.to_offer()
    booker.press(f"slot:{int(START)}")
    booker.send(SlotHeld(booker.tick(), booker.request, START, END))
    one(booker.press("book:yes"), ConfirmSlot)
    assert booker.press("book:yes") == ()
    event = Booked(booker.tick(), booker.request, "interview", 7, 0, START, END)
    assert said(booker.send(event))[0] == "booking.done"
    assert booker.send(event) == ()
    assert said(booker.press("book:yes")) == ["button.past"]


def test_a_taken_time_brings_the_nearest(booker: Booker) -> None:
    booker.to_offer()
    booker.press(f"slot:{int(START)}")
    near = (START - 3600, START + 3600, START + 7200)
    effects = booker.send(SlotTaken(booker.tick(), booker.request, START, near))
    assert said(effects) == ["booking.trouble.taken", "booking.which_slot"]
    assert values(effects)[:3] == [f"slot:{int(one)}" for one in near]


def test_a_keyboard_of_the_past_leads_to_what_is_free(booker: Booker) -> None:
    booker.to_offer()
    one(booker.press(f"slot:{int(BEGIN) - 3600}", seen=1), FindSlots)
    assert said(booker.slots())[0] == "booking.trouble.past"


@pytest.mark.parametrize(
    "value", ["day:tomorrow", "day:2026-13-01", "slot:soon", "slot:1e9", "slot:-5", "book:x", "await:x"]
)
def test_buttons_that_were_never_made(booker: Booker, value: str) -> None:
    booker.to_offer()
    assert said(booker.press(value)) == ["button.past"]


def test_a_full_day_has_a_waiting_list(booker: Booker) -> None:
    booker.to_offer()
    booker.press("day:2026-11-22")
    event = SlotsFound(booker.tick(), booker.request, DAYS, "2026-11-22", (), "full")
    effects = booker.send(event)
    assert said(effects)[0] == "booking.trouble.full"
    assert values(effects)[0] == "await:2026-11-22"
    booker.press("await:2026-11-22")
    freed = booker.send(Reminded(booker.tick(), "freed", "interview", 0, 0, START))
    assert values(freed) == [f"slot:{int(START)}"]


def test_written_times_are_read_where_the_words_are(booker: Booker) -> None:
    booker.to_offer()
    effects = booker.say("明天下午三点")
    find = one(effects, FindSlots)
    assert isinstance(find, FindSlots)
    assert find.event == booker.state.seq
    assert said(booker.slots(trouble="unread")) == ["booking.trouble.unread", "booking.which_day"]


def test_questions_are_still_answered(booker: Booker) -> None:
    booker.to_offer()
    booker.press("book:days")
    booker.slots()
    assert said(booker.say("工资多少？")) == ["faq.answer", "booking.which_day"]


def test_a_hello_at_the_time_begins(booked: Booker) -> None:
    booked.due("soon", START - 600)
    booked.due("begin", START)
    effects = booked.say("你好")
    assert booked.state.phase is Phase.INTERVIEW
    closed = one(effects, CloseBooking)
    assert isinstance(closed, CloseBooking)
    assert closed.how == "begun"
    assert booked.due("missed", START + 900) == ()


def test_a_hello_begins_even_if_no_reminder_came(booked: Booker) -> None:
    booked.at = START + 60
    booked.say("你好")
    assert booked.state.phase is Phase.INTERVIEW


def test_a_hello_at_the_time_begins_before_we_have_said_that_it_is_time(booked: Booker) -> None:
    booked.due("soon", START - 600)
    booked.at = START - 300
    assert said(booked.say("你好")) == ["practice.choose", "practice.offer"]
    booked.at = START + 1
    booked.say("你好")
    assert booked.state.phase is Phase.INTERVIEW


@pytest.mark.parametrize("text", ["能不能改个时间？", "can we reschedule?", "现在不方便"])
def test_who_asks_for_another_time_at_the_time_is_not_interviewed(booked: Booker, text: str) -> None:
    booked.at = START - 240
    booked.say(text)
    assert booked.state.phase is not Phase.INTERVIEW


def test_the_rehearsal_does_not_begin_the_interview(booked: Booker) -> None:
    effects = booked.due("soon", START - 600)
    assert values(effects) == ["practice:no", "practice:yes"]
    booked.press("practice:yes")
    assert said(booked.say("我很高兴")) == ["practice.done", "booking.see_you_soon"]
    assert booked.state.phase is Phase.BOOKING


def test_the_rehearsal_takes_a_program_and_keeps_none_of_it(booked: Booker) -> None:
    pack = replace(load_pack("python-developer"), booking=BOOKABLE.booking)
    booker = Booker(pack, fresh(pack, "zh", known=("name", "email")))
    booker.profile, booker.at = {"name": "王小明", "email": "a@b.cn"}, BEGIN
    booker.to_offer()
    booker.book()
    booker.due("soon", START - 600)
    assert said(booker.press("practice:yes")) == ["practice.question", "practice.code"]
    effects = booker.say("for n in range(3):\n    print(n)")
    assert said(effects) == ["practice.code_seen", "practice.done", "booking.see_you_soon"]
    assert isinstance(one(effects, Forget), Forget)
    booked.due("soon", START - 600)
    assert said(booked.press("practice:yes")) == ["practice.question"], "no code where none is asked for"


def test_waiting_then_another_time(booked: Booker) -> None:
    booked.due("begin", START)
    assert said(booked.due("nudge", START + 360))[0] == "booking.nudge"
    effects = booked.due("missed", START + 900)
    told = one(effects, TellHr)
    assert isinstance(told, TellHr)
    assert told.notice is Notice.MISSED
    assert said(booked.slots())[0] == "booking.missed"
    assert booked.say("你好")
    assert booked.state.phase is Phase.BOOKING


def test_our_own_absence_is_not_the_candidates(booked: Booker) -> None:
    effects = booked.due("failed", START + 40_000)
    assert not [effect for effect in effects if isinstance(effect, TellHr)]
    assert said(booked.slots())[0] == "booking.failed"


def test_reminders_of_another_time_say_nothing(booked: Booker) -> None:
    booked.press("book:move")
    booked.slots(START + 3600)
    booked.book(START + 3600, sequence=1)
    assert booked.due("hour", START - 3600) == ()
    assert said(booked.due("hour", START, START + 3600, sequence=1)) == ["booking.remind"]


def test_moving_keeps_the_old_time_until_the_new_one_stands(booked: Booker) -> None:
    booked.press("book:move")
    assert said(booked.slots())[0] == "booking.move"
    assert booked.state.booking is not None
    assert booked.state.booking.start == START
    effects = booked.book(START + 3600, sequence=1)
    assert said(effects)[0] == "booking.moved"
    assert booked.state.booking.changes == 1


def test_choosing_the_same_time_again_keeps_it(booked: Booker) -> None:
    booked.press("book:move")
    booked.slots(START)
    effects = booked.book()
    assert said(effects) == ["booking.done"]
    assert booked.state.prompt is None
    assert booked.state.booking is not None
    assert booked.state.booking.changes == 0


def test_changes_are_limited(booked: Booker) -> None:
    for number in range(3):
        booked.press("book:move")
        booked.slots(START)
        booked.book(START + 3600 * (number + 1), sequence=number + 1)
    assert said(booked.press("book:move")) == ["booking.no_more_changes"]


def test_too_late_to_change(booked: Booker) -> None:
    booked.at = START - 1200
    assert said(booked.press("book:cancel")) == ["booking.too_late"]


def test_cancelling(booked: Booker) -> None:
    closed = one(booked.say("取消预约"), CloseBooking)
    assert isinstance(closed, CloseBooking)
    assert closed.how == "cancelled"
    effects = booked.send(Unbooked(booked.tick(), booked.request, "interview"))
    assert said(effects) == ["booking.cancelled"]
    assert booked.due("hour", START - 3600) == ()


def test_a_note_goes_to_hr(booked: Booker) -> None:
    effects = booked.say("需要安静的环境")
    told = one(effects, TellHr)
    assert isinstance(told, TellHr)
    assert told.notice is Notice.MESSAGE
    assert said(effects) == ["booking.noted"]
    assert booked.state.booking is not None
    assert booked.state.booking.note == told.event


def test_hr_asks_and_the_candidate_decides(booked: Booker) -> None:
    effects = booked.send(MoveAsked(booked.tick(), "Anna", "interview", START + 7200))
    assert said(effects) == ["booking.asked_for", "booking.may_we"]
    assert values(effects) == ["move:yes", "move:other", "move:keep"]
    kept = booked.press("move:keep")
    told = one(kept, TellHr)
    assert isinstance(told, TellHr)
    assert told.notice is Notice.KEPT
    booked.send(MoveAsked(booked.tick(), "Anna", "interview", START + 7200))
    assert one(booked.press("move:yes"), HoldSlot)
    assert booked.state.booking is not None
    assert booked.state.booking.start == START


def test_an_unknown_zone_is_asked_for_again(booker: Booker) -> None:
    booker.to_offer()
    booker.press("book:zone")
    booker.say("火星")
    assert said(booker.send(ZoneFound(booker.tick(), booker.request, ""))) == [
        "booking.zone_unknown",
        "booking.which_zone",
    ]
    booker.say("伦敦")
    one(booker.send(ZoneFound(booker.tick(), booker.request, "Europe/London")), FindSlots)
    assert booker.state.zone == "Europe/London"


def test_erasing_gives_the_time_back(booked: Booker) -> None:
    booked.say("/delete")
    effects = booked.press("delete:yes")
    closed = one(effects, CloseBooking)
    assert isinstance(closed, CloseBooking)
    assert closed.how == "erased"
    assert booked.state.booking is None
    late = booked.send(Booked(booked.tick(), 9, "interview", 8, 0, START, END))
    assert isinstance(one(late, CloseBooking), CloseBooking)


def test_the_second_round_offers_days_in_the_same_breath(booked: Booker) -> None:
    booked.state = replace(booked.state, phase=Phase.FINISHED, prompt=None)
    effects = booked.send(Decided(booked.tick(), "Anna", Outcome.SECOND_ROUND))
    find = one(effects, FindSlots)
    assert isinstance(find, FindSlots)
    assert find.kind == "second_round"
    assert values(booked.slots())[:2] == ["day:2026-11-21", "day:2026-11-22"]
    booked.press(f"slot:{int(START)}")
    booked.send(SlotHeld(booked.tick(), booked.request, START, START + 3600))
    booked.press("book:yes")
    done = booked.send(Booked(booked.tick(), booked.request, "second_round", 9, 0, START, START + 3600))
    assert said(done) == ["booking.done", "booking.note"]
    assert booked.state.phase is Phase.FINISHED


def test_no_interviewers_no_offer(booked: Booker) -> None:
    booked.state = replace(booked.state, phase=Phase.FINISHED, prompt=None)
    booked.send(Decided(booked.tick(), "Anna", Outcome.SECOND_ROUND))
    assert booked.send(SlotsFound(booked.tick(), booked.request, trouble="none")) == ()


def test_the_clock_put_back_offers_nothing_that_is_over(booked: Booker) -> None:
    booked.at -= 3600
    find = one(booked.press("book:move"), FindSlots)
    assert isinstance(find, FindSlots)
    assert find.since == booked.state.last_at
    assert booked.due("hour", START - 7200)


def test_a_stalled_interview_is_nudged_after_the_packs_delay_and_not_at_night() -> None:
    pack = replace(BOOKABLE, nudge_after_hours=6.0)
    driven = Booker(pack, fresh(pack, "zh", known=("name", "email")))
    driven.at = datetime(2026, 11, 20, 18, tzinfo=ZONE).timestamp()
    driven.to_offer()
    alarm = one(driven.press("practice:no"), WakeAt)
    assert isinstance(alarm, WakeAt)
    assert alarm.at == datetime(2026, 11, 21, 8, tzinfo=ZONE).timestamp()
    driven.at = alarm.at
    assert said(driven.send(Woke(at=alarm.at, alarm="stalled")))[0] == "nudge.stalled"
