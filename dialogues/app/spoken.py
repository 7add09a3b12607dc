"""What the result document says of answers that were spoken: heard, corrected, and how it was said. Nothing of it scores.

How something was said is for people of HR, and only where the job pack lets them see it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping

from dialogues.core.events import Delivery, Event, Transcribed
from dialogues.core.interview import Reply
from dialogues.heard import Recorded
from ehr_connector import result as document


def recordings(replies: Iterable[Reply], events: Mapping[int, Event], *, facts: bool) -> dict[int, Recorded]:
    """Return number of the event that brought a recording -> what was heard of it; `facts`: with how it was said.

    How something was said is told of answers only, as everywhere.
    """
    answers = {number for reply in replies for number in reply.spoken}
    return {
        event.heard: Recorded(
            number,
            event.text,
            _delivery(event.delivery) if facts and number in answers and event.delivery is not None else None,
        )
        for number, event in events.items()
        if isinstance(event, Transcribed) and event.text
    }


def spoken_in(
    reply: Reply, events: dict[int, Event], *, facts: bool
) -> dict[int, tuple[document.Spoken, ...]]:
    """Return round of the answer -> what was spoken in it; `facts`: with how it was said."""
    found: dict[int, tuple[document.Spoken, ...]] = {}
    for number in reply.spoken:
        heard = events.get(number)
        place = bisect_left(reply.events, number)  # the transcript itself, or the words that took its place
        if isinstance(heard, Transcribed) and heard.text and place < len(reply.rounds):
            told = _spoken(heard, corrected=number not in reply.events, facts=facts)
            found[reply.rounds[place]] = (*found.get(reply.rounds[place], ()), told)
    return found


def first_heard(spoken: tuple[document.Spoken, ...], answer: str) -> str | None:
    """Return what the machine heard, when the candidate's own words took its place."""
    said = "\n".join(one.heard for one in spoken)
    return said if said and said != answer else None


def _spoken(heard: Transcribed, *, corrected: bool, facts: bool) -> document.Spoken:
    doubtful = tuple(
        document.Place(start=start, end=end)
        for start, end in heard.doubtful
        if 0 <= start < end <= len(heard.text)
    )
    delivery = _delivery(heard.delivery) if facts and heard.delivery is not None else None
    return document.Spoken(heard=heard.text, doubtful=doubtful, corrected=corrected, delivery=delivery)


def _delivery(known: Delivery) -> document.Delivery:
    return document.Delivery(
        seconds=known.seconds,
        speech=known.speech,
        rate=known.rate,
        pauses=known.pauses,
        long_pauses=known.long_pauses,
        latency=known.latency,
        fillers=known.fillers,
    )
