"""Drafts what a person of HR may send to a candidate about the interview, from the evidence and nothing else.

A draft has no level in it. A word of refusal stands in it only after a person has declined, and carries their
name into the rendering, which lets no such word out without one.
"""

from __future__ import annotations

from dialogues.core.catalog import Catalog, render_say
from dialogues.core.effects import Line, Say
from dialogues.core.events import Outcome
from dialogues.core.pack import Pack
from ehr_connector.result import Result, Score

_QUOTE = 140
_SHOWN = 2
_LOOSE = "，、；：,;: "


def draft_feedback(result: Result, pack: Pack, catalog: Catalog) -> str:
    """Return a draft in the language of the interview."""
    name = result.candidate.name
    hello = "draft.hello" if name else "draft.hello_nameless"
    lines = [Line(hello, {"name": name, "job": _local(pack.title, catalog, pack)})]
    decided = result.decision
    declined = decided is not None and decided.outcome == Outcome.DECLINE
    if declined:
        lines.append(Line("draft.declined"))
    praised = _praised(result)
    lines += _praise(praised)
    lines += [
        *_advice(result, pack, catalog, {score.competency for score, _ in praised}),
        Line("draft.close"),
    ]
    by = decided.by if decided is not None and declined else ""
    return render_say(catalog, Say("draft", catalog.language, tuple(lines), decided_by=by), {})


def _praised(result: Result) -> list[tuple[Score, str]]:
    """Return what came out best, each with a quote of its own; one area always stays for the advice."""
    found: dict[str, Score] = {}
    for score in sorted(result.scores, key=lambda score: (score.required - score.level, score.competency)):
        if quote := _quote(score):
            found.setdefault(quote, score)
    most = min(_SHOWN, max(1, len(result.scores) - 1))
    return [(score, quote) for quote, score in found.items()][:most]


def _praise(praised: list[tuple[Score, str]]) -> list[Line]:
    if not praised:
        return [Line("draft.read")]
    return [
        Line("draft.also" if number else "draft.strength", {"name": score.name, "quote": quote})
        for number, (score, quote) in enumerate(praised)
    ]


def _quote(score: Score) -> str:
    """Return the candidate's own words, shortened at the end if need be; "" when none were quoted."""
    if not score.evidence:
        return ""
    said = " ".join(score.evidence[0].quote.split())
    return said.rstrip(_LOOSE) if len(said) <= _QUOTE else said[: _QUOTE - 1].rstrip(_LOOSE) + "…"


def _advice(result: Result, pack: Pack, catalog: Catalog, praised: set[str]) -> list[Line]:
    """Return one thing to work on, in the job's own words: of what came out weakest and was not just praised."""
    for score in sorted(result.scores, key=lambda score: (score.level - score.required, score.competency)):
        known = next((one for one in pack.competencies if one.id == score.competency), None)
        if known is not None and known.advice and score.competency not in praised:
            advice = _local(known.advice, catalog, pack)
            return [Line("draft.grow", {"name": score.name, "advice": advice})]
    return []


def _local(texts: dict[str, str], catalog: Catalog, pack: Pack) -> str:
    return texts.get(catalog.language) or texts.get(pack.languages[0], "")
