"""Lines under a card that are no scores: how a score came about, and how spoken answers were said, as facts only."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ehr_connector.result import Delivery, Result, Score

Tell = Callable[..., str]


def remarks(score: Score, tell: Tell) -> list[str]:
    """Return what is to be said of how a score came about, each thing once."""
    told = dict.fromkeys(remark for computed in score.computation for remark in computed.remarks)
    return [
        tell("flag.disputed", name=score.name)
        if remark == "disputed"
        else tell("flag.stood_in", name=score.name, why=tell(f"stood_in.{remark.removeprefix('llm.')}"))
        for remark in told
    ]


def delivery(result: Result, tell: Tell) -> list[str]:
    """Return one line on all spoken answers; none where the pack does not let HR see it."""
    told = list(_told(result))
    if not told:
        return []
    seconds = sum(one.seconds for one in told)
    spoken = sum(one.rate * one.seconds for one in told) / seconds if seconds else 0.0
    pauses = sum(one.long_pauses for one in told)
    facts = {
        "count": str(len(told)),
        "seconds": f"{seconds:.0f}",
        "rate": f"{spoken:.0f}",
        "pauses": str(pauses),
    }
    return [tell("flag.delivery", **facts)]


def _told(result: Result) -> Iterator[Delivery]:
    for answer in result.interview.answers:
        for spoken in (*answer.spoken, *(one for followup in answer.followups for one in followup.spoken)):
            if spoken.delivery is not None:
                yield spoken.delivery
