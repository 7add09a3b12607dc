"""Answers that were spoken, as a report tells of them: which words were scored, what was heard, and facts of delivery."""

from __future__ import annotations

from typing import Any

from ehr_connector.result import Delivery, Spoken
from scoring.report.texts import Texts


def spoken_view(spoken: tuple[Spoken, ...], transcript: str | None, texts: Texts) -> list[dict[str, Any]]:
    """Return one entry for each recording; `transcript` is all there is in documents of before."""
    if not spoken and transcript is not None:
        return [{"status": texts["spoken_original"], "heard": transcript, "facts": ""}]
    return [_entry(one, texts) for one in spoken]


def _entry(one: Spoken, texts: Texts) -> dict[str, Any]:
    status = texts["spoken_corrected"] if one.corrected else texts["spoken_confirmed"]
    shown = one.corrected or one.doubtful
    return {
        "status": status,
        "heard": marked(one) if shown else None,
        "facts": facts(one.delivery, texts) if one.delivery is not None else "",
    }


def marked(one: Spoken) -> str:
    """Return what was heard, uncertain places in brackets."""
    parts, at = [], 0
    for place in one.doubtful:
        if at <= place.start < place.end <= len(one.heard):
            parts += [one.heard[at : place.start], "〔", one.heard[place.start : place.end], "〕"]
            at = place.end
    return "".join([*parts, one.heard[at:]])


def facts(told: Delivery, texts: Texts) -> str:
    """Return how something was said, in one line that says that nothing of it is scored."""
    told_of = [
        texts["delivery_length"].format(seconds=f"{told.seconds:.0f}", speech=f"{told.speech:.0f}"),
        texts["delivery_rate"].format(rate=f"{told.rate:.0f}"),
        texts["delivery_pauses"].format(pauses=told.pauses, long=told.long_pauses),
    ]
    if told.latency:
        told_of.append(texts["delivery_latency"].format(seconds=f"{told.latency:.0f}"))
    if told.fillers is not None:
        told_of.append(texts["delivery_fillers"].format(fillers=f"{told.fillers:.0f}"))
    return texts["delivery_note"].format(facts=texts["delivery_joint"].join(told_of))
