"""Before the interview: greeting and consent, what is already known, and the practice round."""

from __future__ import annotations

import re

from dialogues.core.effects import Forget, KeepDetail, Line, Notice
from dialogues.core.events import Opened
from dialogues.core.interview import Ask, Consent, Phase
from dialogues.core.phases import booking
from dialogues.core.phases.asides import answer_question
from dialogues.core.prompts import ask, remind
from dialogues.core.reading import Reading, is_asking, read
from dialogues.core.scene import Scene, button, line, verbatim
from dialogues.core.tongue import Cue, Tongue, heard
from scheduler.zones import known_zone

CONSENT_VERSION = "1"
_CONTACT = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|(?:\+?\d[\d\s-]{5,}\d)")
_NAME = re.compile(r"[^\W\d_]")
_PIECE = re.compile(r"[,，;；。.]")
_ASKING = re.compile(r"[?？]")
_LONGEST_DETAIL = {"name": 40, "contact": 200, "correction": 1000}
"""Characters."""


def open_conversation(scene: Scene, event: Opened) -> None:
    """Say who is speaking, what is assessed and what happens to it, and ask for consent."""
    if scene.state.phase is not Phase.NEW:
        scene.update(channel=event.channel)
        return
    language = event.language if event.language in scene.world.tongues else scene.state.language
    scene.update(phase=Phase.CONSENT, channel=event.channel, language=language, tools=event.tools)
    if event.zone and not _hides_place(event.zone) and known_zone(event.zone) is not None:
        scene.update(zone=event.zone)
    named = "name" in scene.state.known
    hello = Line(phrase="greeting.named", profile=("name",)) if named else line("greeting.unnamed")
    who = line("greeting.who", company=scene.local(scene.pack.company), job=scene.local(scene.pack.title))
    notice = verbatim(scene.local(scene.pack.notices))
    ask(scene, Ask.CONSENT, before=(hello, who, notice) if scene.pack.notices else (hello, who))


def _hides_place(zone: str) -> bool:
    """Say whether a device gives a zone in which nobody lives, as browsers do that hide where one is."""
    return zone in ("UTC", "GMT") or zone.startswith("Etc/")


def hear_consent(scene: Scene, text: str) -> None:
    """Take words where a consent button was expected."""
    if heard(Cue.NO, text, scene.tongues):
        refuse(scene)
    elif booking.wants_time(scene, text) and heard(Cue.YES, _PIECE.split(text)[0], scene.tongues):
        agree(scene, first_a_time=True)
    elif heard(Cue.YES, text, scene.tongues):
        agree(scene)
    elif not _met(scene, text):
        remind(scene, line("consent.first"))


def _met(scene: Scene, text: str) -> bool:
    """Answer what a choice may be answered with besides a choice: a question, nerves, something odd."""
    reading, _ = read(text, scene.tongues)
    match reading:
        case Reading.NERVOUS:
            scene.update(comforted=scene.state.comforted + 1)
            remind(scene, line("warm.nervous"))
        case Reading.INSULT | Reading.INJECTION | Reading.FOREIGN:
            remind(scene, line(f"odd.{reading}"))
        case _ if is_asking(text, scene.tongues):
            remind(scene, answer_question(scene, text))
        case _:
            return False
    return True


def agree(scene: Scene, *, first_a_time: bool = False) -> None:
    """Record the consent, with its version and time. Who wants `first_a_time` chooses it before the details."""
    version = f"{CONSENT_VERSION}/{scene.pack.name}@{scene.pack.version}"
    scene.update(consent=Consent(version=version, at=scene.at))
    if first_a_time and booking.is_offered(scene):
        booking.offer_few(scene, line("consent.thanks"))
        return
    booking.look_ahead(scene)
    ask_details(scene, line("consent.thanks"))


def ask_details(scene: Scene, *before: Line) -> None:
    """Show what is known of the candidate, or ask for what is not."""
    scene.update(phase=Phase.DETAILS)
    if scene.state.known:
        ask(scene, Ask.CONFIRM, before=before)
    else:
        ask_missing(scene, *before)


def refuse(scene: Scene) -> None:
    """Accept the refusal, say there is another way, and tell HR."""
    scene.update(phase=Phase.REFUSED, prompt=None)
    scene.tell_hr(Notice.REFUSED)
    scene.say(line("consent.refused"))


def reconsider(scene: Scene, text: str) -> None:
    """Take words after a refusal: agreeing later is possible."""
    if heard(Cue.THANKS, text, scene.tongues) or heard(Cue.NO, text, scene.tongues):
        scene.say(line("consent.refused_note"))  # "all right" accepts what was said; it is no consent
    elif heard(Cue.YES, text, scene.tongues) or heard(Cue.BEGIN, text, scene.tongues):
        agree(scene)
    elif is_asking(text, scene.tongues):
        scene.say(answer_question(scene, text), line("consent.refused_note"))
    else:
        scene.tell_hr(Notice.MESSAGE, event=scene.seq)
        scene.say(line("over.passed_on"), line("consent.refused_note"))


def lacks_details(scene: Scene) -> str:
    """Return which detail is missing, "" when none is."""
    known = set(scene.state.known)
    if "name" not in known:
        return "name"
    return "" if {"email", "phone", "contact"} & known else "contact"


def ask_missing(scene: Scene, *before: Line) -> None:
    """Ask for the next detail that is missing, or go on."""
    if missing := lacks_details(scene):
        ask(scene, Ask.DETAIL, missing, before=before)
    elif scene.state.phase is Phase.BOOKING:
        _go_on_booking(scene, *before)
    else:
        offer_practice(scene, *before)


def _go_on_booking(scene: Scene, *before: Line) -> None:
    """Go back to the choice of a time, or leave it at the one that is booked."""
    scene.update(prompt=None)
    if booking.is_booked(scene):
        booking.change(scene, unconfirmed=False)
        scene.say(*before, line("booking.note"))
    else:
        scene.say(*before)
        booking.hold_again(scene)


def confirm_details(scene: Scene, right: bool) -> None:
    """Go on, or ask what should be different."""
    if right:
        ask_missing(scene, line("details.thanks"))
    else:
        ask(scene, Ask.DETAIL, "correction")


def hear_confirm(scene: Scene, text: str) -> None:
    """Take words where "is this right?" was asked: a yes, a no, or the correction itself."""
    if heard(Cue.NO, text, scene.tongues):
        confirm_details(scene, right=False)
    elif heard(Cue.YES, text, scene.tongues):
        confirm_details(scene, right=True)
    elif not _met(scene, text):
        hear_detail(scene, "correction", text)


def hear_detail(scene: Scene, field: str, text: str) -> None:
    """Keep a detail, or say kindly what was expected."""
    if field != "name" and heard(Cue.NO, text, scene.tongues):
        skip_detail(scene, field)
    elif _is_detail(field, text):
        _keep(scene, field, *(name_in(text, scene.tongues) if field == "name" else (0, 0)))
    elif not _met(scene, text):
        remind(scene, line(f"details.{field}_unclear"))


def _is_detail(field: str, text: str) -> bool:
    words = len(text) <= _LONGEST_DETAIL[field] and _NAME.search(text) is not None
    match field:
        case "contact":
            return _CONTACT.search(text) is not None and len(text) <= _LONGEST_DETAIL[field]
        case "name":
            return words and _ASKING.search(text) is None
        case _:
            return (words or _CONTACT.search(text) is not None) and _ASKING.search(text) is None


def name_in(text: str, tongues: tuple[Tongue, ...]) -> tuple[int, int]:
    """Return where the name stands in a text such as "my name is ..."."""
    end = len(text.rstrip("。.！!，, \n"))
    for tongue in tongues:
        found = tongue.introduces.match(text)
        if found is not None and found.end() < end:
            return found.end(), end
    return 0, end


def _keep(scene: Scene, field: str, start: int = 0, end: int = 0) -> None:
    scene.add(KeepDetail(key=scene.key("keep"), field=field, event=scene.seq, start=start, end=end))
    scene.update(known=(*scene.state.known, field))
    ask_missing(scene, line("details.thanks"))


def skip_detail(scene: Scene, field: str) -> None:
    """Go on without this detail."""
    scene.update(known=(*scene.state.known, field))
    ask_missing(scene, line("details.skipped"))


def offer_practice(scene: Scene, *before: Line) -> None:
    """Offer a practice question that is neither kept nor scored."""
    scene.update(phase=Phase.PRACTICE)
    if booking.booking_of(scene).unconfirmed:
        booking.change(scene, unconfirmed=False)
    ask(scene, Ask.PRACTICE_OFFER, before=before)


def choose_practice(scene: Scene, wanted: bool) -> None:
    """Practise, or begin."""
    if wanted:
        ask(scene, Ask.PRACTICE_ANSWER)
    else:
        booking.begin_now(scene)


def hear_offer(scene: Scene, text: str) -> None:
    """Take words where the practice round was offered."""
    if heard(Cue.BEGIN, text, scene.tongues) or heard(Cue.NO, text, scene.tongues):
        choose_practice(scene, wanted=False)
    elif heard(Cue.YES, text, scene.tongues):
        choose_practice(scene, wanted=True)
    elif booking.hear(scene, text) or _met(scene, text):
        return
    elif booking.has_come(scene):  # a hello is enough then, before we have said that it is time
        booking.begin_now(scene)
    else:
        remind(scene, line("practice.choose"))


def hear_waiting(scene: Scene, text: str) -> None:
    """Take words while nothing is asked before the interview: the time has come, another time, a question, a note."""
    if booking.is_booked(scene) and not booking.is_early(scene):
        if not booking.hear_wish(scene, text):
            booking.begin_now(scene)
    elif not booking.hear(scene, text):
        if is_asking(text, scene.tongues):
            scene.say(answer_question(scene, text))
        else:
            booking.hear_booked(scene, text)


def hear_time(scene: Scene, text: str) -> None:
    """Take words where a time was to be chosen."""
    if not (booking.hear_choice(scene, text) or booking.hear(scene, text) or _met(scene, text)):
        remind(scene, line("booking.trouble.unread"))


def hear_practice(scene: Scene, text: str = "") -> None:
    """Forget what was practised and begin, unless a time is booked that is still to come."""
    scene.add(Forget(key=scene.key("forget"), event=scene.seq))
    count = len(text.strip().splitlines())
    if count > 1 and any(question.code is not None for question in scene.pack.questions):
        scene.say(line("practice.code_seen", lines=str(count)))
    if booking.is_booked(scene) and scene.at < booking.booking_of(scene).start:
        scene.update(prompt=None)
        scene.say(
            line("practice.done"),
            line("booking.see_you_soon"),
            buttons=(button("practice:no", "booking.now"),),
        )
        return
    booking.begin_now(scene, line("practice.done"))
