"""A small job for transcripts: short names, one question of every kind that has follow-ups."""

from __future__ import annotations

from dialogues.core.pack import Faq, Pack, PerCompetency, Plan, Question
from scoring.rubric.model import Competency, Element, Kind


def _competency(name: str, weight: float) -> Competency:
    return Competency(
        id=name,
        name={"zh": f"{name}方面", "en": f"{name} skills"},
        weight=weight,
        required=6,
        anchors={},
        advice={"zh": "多练。", "en": "Practise."},
    )


def _question(name: str, competency: str, kind: Kind, difficulty: float) -> Question:
    wanted = {
        Kind.BEHAVIOURAL: (Element.SITUATION, Element.OWN_PART, Element.RESULT, Element.NUMBER),
        Kind.SITUATIONAL: (Element.DECISION,),
    }.get(kind, ())
    return Question(
        id=name,
        competency=competency,
        kind=kind,
        difficulty=difficulty,
        text={"zh": f"问题 {name}？", "en": f"Question {name}?"},
        followups={
            "zh": {element: f"追问 {name} {element}？" for element in wanted},
            "en": {element: f"Follow-up {name} {element}?" for element in wanted},
        },
    )


PACK = Pack(
    name="sample",
    version="1",
    title={"zh": "店员", "en": "Shop assistant"},
    languages=("zh", "en"),
    competencies=(_competency("care", 60), _competency("craft", 40)),
    questions=(
        _question("hello", "care", Kind.BEHAVIOURAL, -1.5),
        _question("care_easy", "care", Kind.SITUATIONAL, -1.8),
        _question("care_hard", "care", Kind.BEHAVIOURAL, 1.0),
        _question("craft_easy", "craft", Kind.TECHNICAL, -1.6),
        _question("craft_mid", "craft", Kind.CREATIVE, 0.0),
        _question("craft_hard", "craft", Kind.MANAGEMENT, 1.5),
    ),
    company={"zh": "小店", "en": "Corner Shop"},
    plan=Plan(opening="hello", per_competency=PerCompetency(min=1, max=3, target_se=0.5), total_max=5),
    notices={"zh": "须知", "en": "Notice"},
    faq={
        "zh": (Faq(question="工资？", answer="每月 5000 元。", words=("工资", "薪资")),),
        "en": (Faq(question="Pay?", answer="5,000 a month.", words=("pay", "salary")),),
    },
)
