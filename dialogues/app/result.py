"""Builds the result document of an interview from its state, its events and its pack."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

import ehr_connector.result as document
from dialogues.app.judging import join_answer
from dialogues.app.programs import coding_of
from dialogues.app.spoken import first_heard, spoken_in
from dialogues.core.catalog import Catalog
from dialogues.core.events import Answered, Decided, Event, Overridden, Scored, Transcribed
from dialogues.core.interview import Interview, Reply, Stage, Standing
from dialogues.core.pack import Pack, Question
from dialogues.core.progress import DONT_KNOW_LEVEL
from ehr_connector.coding import Coding
from scoring.llm.level import trouble_in
from scoring.model import Degree, Score
from scoring.rubric.model import Competency, Element

_ELEMENTS = frozenset(element.value for element in Element)


class Material(Struct, frozen=True):
    """Everything a result is made of. `words` is event number -> text; erased ones are missing."""

    state: Interview
    pack: Pack
    events: dict[int, Event]
    profile: dict[str, str]
    catalogs: dict[str, Catalog]
    external_id: str
    created_at: float
    chain_head: str
    feedback: str
    feedback_at: float


def build_result(material: Material) -> document.Result:
    """Return the result document; before the end of the interview it holds what there is so far."""
    state, pack = material.state, material.pack
    scores, abstained = _scores(material)
    return document.Result(
        id=f"r_{state.application.removeprefix('a_')}_{state.seq}",
        application=document.Application(
            id=state.application, external_id=material.external_id, job=pack.name, stage=state.phase
        ),
        candidate=_candidate(material),
        pack=document.PackVersion(
            name=pack.name,
            version=pack.version,
            title=_local(material, pack.title),
            company=_local(material, pack.company),
        ),
        interview=document.Interview(
            started_at=_utc(state.started_at or state.last_at or material.created_at),
            finished_at=_utc(state.finished_at) if state.finished_at else None,
            answers=tuple(
                _answer(material, reply) for reply in state.replies if reply.stage is not Stage.OPEN
            ),
        ),
        scores=scores,
        total=document.Total(
            score=state.total,
            pass_mark=pack.pass_mark,
            passed=state.passed if state.total is not None else None,
        ),
        coding=_coding(material),
        abstained=abstained,
        feedback=document.Feedback(
            to_candidate=material.feedback,
            sent_at=_utc(material.feedback_at) if material.feedback_at else None,
        ),
        decision=_decision(material),
        survey=_survey(material),
        audit=document.Audit(chain_head=material.chain_head),
        notice=document.ai_notice(state.language),
    )


def _coding(material: Material) -> tuple[Coding, ...]:
    scored, catalog = _score_events(material), material.catalogs[material.state.language]
    told = (
        coding_of(
            material.pack.question(reply.question),
            reply,
            scored[reply.id],
            catalog,
            lambda texts: _local(material, texts),
            lambda event: _words(material, event),
        )
        for reply in material.state.replies
        if reply.id in scored
    )
    return tuple(one for one in told if one is not None)


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(round(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _local(material: Material, texts: dict[str, str]) -> str:
    return texts.get(material.state.language) or next(iter(texts.values()), "")


def _candidate(material: Material) -> document.Candidate:
    profile = material.profile
    contact = profile.get("contact", "")
    return document.Candidate(
        name=profile.get("name", ""),
        email=profile.get("email", contact if "@" in contact else ""),
        phone=profile.get("phone", "" if "@" in contact else contact),
        language=material.state.language,
        channel=material.state.channel,
    )


def _words(material: Material, event: int) -> str:
    found = material.events.get(event)
    match found:
        case Answered() | Transcribed():
            return found.text
        case Decided() | Overridden():
            return found.reason
        case _:
            return ""


def _parts(material: Material, reply: Reply) -> list[str]:
    """Return the answer's texts by round: the answer itself, then what came after each follow-up."""
    rounds = [""] * (max(reply.rounds, default=0) + 1)
    for event, number in zip(reply.events, reply.rounds, strict=True):
        rounds[number] = "\n".join(filter(None, (rounds[number], _words(material, event))))
    return rounds


def _answer(material: Material, reply: Reply) -> document.Answer:
    question = material.pack.question(reply.question)
    parts = _parts(material, reply)
    spoken = spoken_in(reply, material.events, facts=material.pack.delivery_facts)
    return document.Answer(
        id=reply.id,
        question_id=question.id,
        competency=question.competency,
        kind=question.kind,
        difficulty=question.difficulty,
        asked=question.text.get(reply.asked_in, ""),
        answer=parts[0],
        transcript=first_heard(spoken.get(0, ()), parts[0]),
        spoken=spoken.get(0, ()),
        language=reply.language,
        seconds=max(0.0, round(reply.answered_at - reply.asked_at, 1)) if reply.answered_at else 0.0,
        followups=tuple(
            document.Followup(
                id=f"{reply.id}.{number}",
                element=reply.followed[number - 1],
                asked=_followup_text(material, question, reply, number),
                answer=text,
                transcript=first_heard(spoken.get(number, ()), text),
                spoken=spoken.get(number, ()),
            )
            for number, text in enumerate(parts)
            if number and number <= len(reply.followed)
        ),
        level=DONT_KNOW_LEVEL if reply.stage is Stage.UNKNOWN else reply.level,
        abstained=_why_no_level(reply),
    )


def _followup_text(material: Material, question: Question, reply: Reply, number: int) -> str:
    element = reply.followed[number - 1]
    if element in _ELEMENTS:
        written = question.followups.get(reply.asked_in, {}).get(Element(element))
        if written:
            return written
    key = f"ask:turn-{reply.turn + number}"  # the variant that was said
    return material.catalogs[reply.asked_in].phrase(f"follow.{element}", key)


def _why_no_level(reply: Reply) -> str | None:
    match reply.stage:
        case Stage.SKIPPED:
            return "skipped"
        case Stage.UNSCORED:
            return "unscored"
        case Stage.UNKNOWN:
            return None
        case _:
            return reply.abstained or None


def _score_events(material: Material) -> dict[str, Score]:
    """Return answer id -> the score in force: the one for the newest revision."""
    revisions = {reply.id: reply.revision for reply in material.state.replies}
    return {
        event.answer: event.score
        for event in material.events.values()
        if isinstance(event, Scored) and revisions.get(event.answer) == event.revision
    }


def _scores(material: Material) -> tuple[tuple[document.Score, ...], tuple[document.Abstained, ...]]:
    scored = _score_events(material)
    standings = {standing.competency: standing for standing in material.state.standings}
    scores, abstained = [], []
    for competency in material.pack.competencies:
        standing = standings.get(competency.id)
        replies = [r for r in material.state.replies if r.competency == competency.id]
        overridden = any(o.competency == competency.id for o in material.state.overrides)
        if overridden or (standing is not None and standing.level is not None):
            scores.append(_competency_score(material, competency, standing, replies, scored))
        else:
            abstained.append(_abstained(material, competency, replies))
    return tuple(scores), tuple(abstained)


def _anchors(material: Material, competency: Competency) -> tuple[document.Anchor, ...]:
    anchors = competency.anchors.get(material.state.language) or next(iter(competency.anchors.values()), {})
    return tuple(document.Anchor(level=level, text=text) for level, text in sorted(anchors.items()))


def _abstained(material: Material, competency: Competency, replies: list[Reply]) -> document.Abstained:
    reasons = [reason for reply in replies if (reason := _why_no_level(reply))]
    return document.Abstained(
        competency=competency.id,
        reason=reasons[-1] if reasons else "not_asked",
        name=_local(material, competency.name),
        required=competency.required,
        anchors=_anchors(material, competency),
    )


def _competency_score(
    material: Material,
    competency: Competency,
    standing: Standing | None,
    replies: list[Reply],
    scored: dict[str, Score],
) -> document.Score:
    override = next((o for o in material.state.overrides if o.competency == competency.id), None)
    machine = standing.in_force if standing is not None else None
    level = override.level if override else machine or 0.0
    error = standing.standard_error if standing is not None else 10.0
    used = [reply for reply in replies if reply.id in scored or reply.stage is Stage.UNKNOWN]
    anchors = _anchors(material, competency)
    scorer = next((scored[r.id].scorer for r in used if r.id in scored), None)
    return document.Score(
        competency=competency.id,
        level=level,
        standard_error=error,
        confidence=_confidence(error),
        required=competency.required,
        meets=level >= competency.required,
        explanation=min(anchors, key=lambda a: abs(a.level - level)).text if anchors else "",
        evidence=tuple(
            e for reply in used if reply.id in scored for e in _evidence(material, reply, scored[reply.id])
        ),
        scorer=document.ScorerVersion(
            name=scorer.name if scorer else "rule", version=scorer.version if scorer else "1"
        ),
        name=_local(material, competency.name),
        weight=competency.weight,
        anchors=anchors,
        answers=tuple(reply.id for reply in used),
        computation=tuple(_computation(material, reply, scored.get(reply.id)) for reply in used),
        override=document.Override(
            machine_level=machine or 0.0,
            by=override.by,
            at=_utc(override.at),
            reason=_words(material, override.event),
        )
        if override
        else None,
        calibration=_calibration(standing),
    )


def _calibration(standing: Standing | None) -> document.Calibration | None:
    """Return what calibration made of the computed level, which stays beside it."""
    if standing is None or standing.calibrated is None or standing.level is None:
        return None
    return document.Calibration(
        version=standing.calibration, computed_level=standing.level, level=standing.calibrated
    )


def _confidence(error: float) -> float:
    """Return 0-1: the chance-like share of the scale that the standard error leaves undisputed."""
    return round(max(0.0, min(1.0, 1 - error / 4)), 2)


def _evidence(material: Material, reply: Reply, score: Score) -> list[document.Evidence]:
    """Return the quotes; a place in the joined answer becomes a place in its part, cut at the part's end."""
    places = _places(material, reply)
    quotes: dict[tuple[str, int, int], document.Evidence] = {}
    for finding in sorted(score.findings, key=lambda f: -f.strength):
        for name, offset, text in places:
            start, end = finding.start - offset, min(finding.end - offset, len(text))
            if finding.degree is not Degree.ABSENT and 0 <= start < end:
                quote = document.Evidence(answer=name, quote=text[start:end], start=start, end=end)
                quotes.setdefault((name, start, end), quote)
    return list(quotes.values())


def _places(material: Material, reply: Reply) -> list[tuple[str, int, str]]:
    """Return (id of the part, where it begins in the joined answer, its text)."""
    joined, places, offset = join_answer([_words(material, e) for e in reply.events]), [], 0
    for number, text in enumerate(_parts(material, reply)):
        if text and joined.startswith(text, offset):
            places.append((f"{reply.id}.{number}" if number else reply.id, offset, text))
            offset += len(text) + 1
    return places


def _computation(material: Material, reply: Reply, score: Score | None) -> document.AnswerLevel:
    question = material.pack.question(reply.question)
    degrees = {f.point: f.degree for f in score.findings} if score else {}
    points = [
        document.Point(id=p.id, text=_local(material, p.text), degree=degrees.get(p.id, Degree.ABSENT))
        for p in question.key_points
    ]
    return document.AnswerLevel(
        answer=reply.id,
        level=DONT_KNOW_LEVEL if reply.stage is Stage.UNKNOWN else reply.level,
        difficulty=question.difficulty,
        found=tuple(p for p in points if p.degree != Degree.ABSENT),
        missing=tuple(p for p in points if p.degree == Degree.ABSENT),
        scorer=document.ScorerVersion(name=score.scorer.name, version=score.scorer.version)
        if score
        else None,
        remarks=_remarks(score) if score else (),
    )


def _remarks(score: Score) -> tuple[str, ...]:
    """Return what HR should know of how this score came about."""
    trouble = trouble_in(score)
    stood_in = (f"llm.{trouble}",) if trouble is not None else ()
    return (*(("disputed",) if score.disputed else ()), *stood_in)


def _decision(material: Material) -> document.Decision | None:
    made = material.state.decision
    if made is None:
        return None
    return document.Decision(
        by=made.by, at=_utc(made.at), outcome=made.outcome, reason=_words(material, made.event)
    )


def _survey(material: Material) -> document.Survey | None:
    state = material.state
    if not state.rating and not state.comment_event:
        return None
    return document.Survey(rating=state.rating or None, comment=_words(material, state.comment_event))
