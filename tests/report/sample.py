"""A realistic result in Chinese and in English, with everything in it that has ever broken a report."""

from __future__ import annotations

from typing import Final

from ehr_connector.coding import Coding, CodingTest
from ehr_connector.result import (
    Abstained,
    Anchor,
    Answer,
    AnswerLevel,
    Application,
    Audit,
    Candidate,
    Decision,
    Delivery,
    Evidence,
    Feedback,
    Followup,
    Interview,
    Override,
    PackVersion,
    Place,
    Point,
    Result,
    Score,
    ScorerVersion,
    Spoken,
    Survey,
    Total,
    ai_notice,
)

NASTY: Final = (
    '#let x = 1 $ * _ <a> @b `code` \\n {{x}} <script>alert("hi")</script> &amp; | = - + // /* 😀👩‍💻🇨🇳'
)
_SCORER: Final = ScorerVersion(name="builtin", version="1.0")

Words = dict[str, str]

_NAMES: Final[dict[str, Words]] = {
    "customer_focus": {"zh": "客户导向", "en": "Customer focus"},
    "persuasion": {"zh": "说服与谈判", "en": "Persuasion and negotiation"},
    "resilience": {"zh": "抗压与坚持", "en": "Resilience"},
    "planning": {"zh": "计划与跟进", "en": "Planning and follow-through"},
    "learning": {"zh": "学习能力", "en": "Learning"},
    "teamwork": {"zh": "团队协作", "en": "Teamwork"},
    "integrity": {"zh": "诚信", "en": "Integrity"},
    "product": {"zh": "产品知识", "en": "Product knowledge"},
    "extra": {"zh": "数据意识", "en": "Sense for figures"},
}
_FIGURES: Final = {  # level, standard error, confidence, required, weight
    "customer_focus": (7.4, 0.6, 0.86, 6.0, 30.0),
    "persuasion": (5.6, 0.9, 0.68, 6.0, 25.0),
    "resilience": (8.1, 0.7, 0.82, 5.0, 20.0),
    "planning": (6.2, 1.4, 0.44, 6.0, 15.0),
    "learning": (6.8, 0.8, 0.74, 5.0, 10.0),
    "teamwork": (7.0, 0.5, 0.9, 5.0, 10.0),
    "integrity": (9.6, 0.9, 0.8, 7.0, 10.0),
    "product": (2.1, 0.4, 0.8, 4.0, 10.0),
    "extra": (4.4, 0.4, 0.8, 4.0, 10.0),
}
_ANCHORS: Final = {
    "zh": (
        (2, "只顾介绍自己的产品，没有了解客户遇到了什么问题。"),
        (5, "会先问清楚情况再给方案，但没有确认客户是否真的满意。"),
        (8, "主动弄清客户没说出口的顾虑，拿出几种办法一起选，事后回访并把经验告诉同事。"),
    ),
    "en": (
        (2, "Talks about the product without finding out what the customer’s problem is."),
        (5, "Asks before proposing, but does not confirm that the customer is really helped."),
        (
            8,
            "Finds the concern behind the words, weighs several ways out together with the customer, "
            "calls back afterwards and passes on what was learned.",
        ),
    ),
}
_ASKED: Final = {
    "zh": "请讲一次客户对你们很不满意的经历：当时是什么情况，你具体做了什么，结果怎么样？",
    "en": "Tell me about a time when a customer was really unhappy with you. What was going on, what "
    "did you do "
    "yourself, and how did it end?",
}
_ANSWER: Final = {
    "zh": "去年十一月，有一家做物流的老客户打电话来，说我们送的三十台打印机里有四台一开机就卡纸，他们第"
    "二天要开"
    "票，非常着急。我先听他把话说完，把他的问题复述了一遍，确认最急的是开票那一台。当晚我自己开车送了一"
    "台备用"
    "机过去，第二天上午带着技术把另外三台换了硒鼓。\n两周以后我回访，客户说开票一张都没耽误，后来又追加"
    "了十二"
    "台的订单。",
    "en": "Last November a logistics customer called: of the thirty printers we had delivered, four "
    "jammed as soon as "
    "they were switched on, and they had invoices to print the next morning. I let him finish and "
    "repeated the "
    "problem back to him, so that we agreed the invoicing desk came first. That evening I drove a spare "
    "machine over "
    "myself, and the next morning I took a technician to replace the drums in the other three.\nTwo "
    "weeks later I "
    "called back. Not one invoice had been late, and they ordered twelve more.",
}
_QUOTES: Final = {
    "zh": ("我先听他把话说完，把他的问题复述了一遍", "客户说开票一张都没耽误，后来又追加了十二台的订单"),
    "en": ("I let him finish and repeated the problem back to him", "Not one invoice had been late"),
}
_FOLLOWUP: Final = {
    "zh": ("这件事里，哪一步是您自己决定的？", "送备用机是我自己定的，没等领导批，事后补的单子。"),
    "en": (
        "Which of these steps did you decide yourself?",
        "Driving the spare machine over. I did not wait for approval and filed the form afterwards.",
    ),
}
_FOLLOWUP_QUOTE: Final = {"zh": "送备用机是我自己定的", "en": "I did not wait for approval"}
_EXPLANATION: Final = {
    "zh": "先倾听再行动，给出了具体数字和结果，也说明了自己的决定；没有提到怎样避免同样的问题再次发生。",
    "en": "Listened before acting, gave figures and a result, and named an own decision; did not say "
    "how the same "
    "problem was kept from coming back.",
}
_POINTS: Final = {
    "zh": (
        ("listens_first", "先听客户把话说完，确认他真正不满的是什么", "demonstrated"),
        ("acts_fast", "当天就拿出办法", "explained"),
        ("calls_back", "事后回访", "mentioned"),
        ("prevents", "找到原因，避免再次发生", "absent"),
    ),
    "en": (
        ("listens_first", "Lets the customer finish and confirms what really went wrong", "demonstrated"),
        ("acts_fast", "Offers a way out the same day", "explained"),
        ("calls_back", "Calls back afterwards", "mentioned"),
        ("prevents", "Finds the cause and keeps it from happening again", "absent"),
    ),
}
_FEEDBACK: Final = {
    "zh": "谢谢您认真地讲了这么多真实的经历。您对客户的耐心和行动力给人印象很深。如果能多说一点怎样防止"
    "同样的问题"
    "再次出现，会更有说服力。我们会在五个工作日内联系您。",
    "en": "Thank you for telling so much from real experience. Your patience with customers and your "
    "readiness to act "
    "stand out. It would convince even more if you said how the same problem was kept from returning. "
    "We will be in "
    "touch within five working days.",
}


def sample_result(
    language: str = "zh",
    *,
    competencies: int = 5,
    abstain: int = 1,
    decided: bool = False,
    long: bool = False,
    name: str | None = None,
) -> Result:
    """Return an interview with `competencies` axes, the last `abstain` of them without a level."""
    ids = list(_NAMES)[:competencies]
    scored, without = ids[: len(ids) - abstain], ids[len(ids) - abstain :]
    scores = tuple(_score(competency, language) for competency in scored)
    total = _total(scores)
    return Result(
        id="res_01JD3Q",
        application=Application(
            id="a_7f3k", external_id="HR-2026-0417", job="sales-representative", stage="interviewed"
        ),
        candidate=_candidate(language, name),
        pack=PackVersion(
            name="sales-representative",
            version="1.0",
            title={"zh": "销售代表", "en": "Sales representative"}[language],
            company={"zh": "晴川办公", "en": "Qingchuan Office"}[language],
        ),
        interview=_interview(ids, language, long),
        scores=scores,
        total=Total(
            score=total,
            pass_mark=60.0,
            passed=None if total is None else total >= 60,
            percentile=None if total is None else 82.0,
        ),
        coding=_coding(language),
        abstained=tuple(_abstained(competency, language) for competency in without),
        feedback=Feedback(
            to_candidate=_FEEDBACK[language], sent_at="2026-11-20T03:05:12Z" if decided else None
        ),
        decision=_decision(language) if decided else None,
        survey=Survey(rating=5, comment={"zh": "比我想的轻松 😀", "en": "Easier than I feared 😀"}[language]),
        audit=Audit(chain_head="9f2c41d07b6e5a88"),
        notice=ai_notice(language),
    )


def _candidate(language: str, name: str | None) -> Candidate:
    return Candidate(
        name=name or {"zh": "王小明", "en": "Maria Oyelaran"}[language],
        email="candidate@example.org",
        phone="+86 138 0000 0000",
        language=language,
        channel="telegram",
    )


def _total(scores: tuple[Score, ...]) -> float | None:
    weights = sum(score.weight or 0.0 for score in scores)
    return (
        round(sum(score.level * (score.weight or 0.0) for score in scores) / weights * 10, 1)
        if scores
        else None
    )


def _interview(ids: list[str], language: str, long: bool) -> Interview:
    answers = [_answer(index + 1, competency, language) for index, competency in enumerate(ids)]
    answers.append(_nasty_answer(len(ids) + 1, ids[0], language))
    if long:
        answers.append(_long_answer(len(ids) + 2, ids[0], language))
    return Interview(
        started_at="2026-11-20T02:31:00Z", finished_at="2026-11-20T03:04:41Z", answers=tuple(answers)
    )


def _answer(number: int, competency: str, language: str) -> Answer:
    asked, said = _FOLLOWUP[language]
    heard = _ANSWER[language].replace("硒鼓", "西鼓").replace("drums", "drugs")
    return Answer(
        id=f"a{number}",
        question_id=f"{competency}_{number}",
        competency=competency,
        kind="behavioural",
        difficulty=-1.0 + number * 0.5,
        asked=_ASKED[language],
        answer=_ANSWER[language],
        transcript=heard if number == 2 else None,
        spoken=(_spoken(heard, language, corrected=number == 2),) if number in {1, 2} else (),
        language=language,
        seconds=140 + number,
        followups=(Followup(id=f"a{number}f1", element="own_part", asked=asked, answer=said, seconds=21),),
        level=6.5,
    )


def _spoken(heard: str, language: str, *, corrected: bool) -> Spoken:
    told = Delivery(
        seconds=48.4,
        speech=37.9,
        rate=172,
        pauses=9,
        long_pauses=3,
        latency=4.2,
        fillers=2.5 if language == "en" else None,
    )
    return Spoken(heard=heard, doubtful=(Place(start=3, end=6),), corrected=corrected, delivery=told)


def _nasty_answer(number: int, competency: str, language: str) -> Answer:
    return Answer(
        id=f"a{number}",
        question_id="odd",
        competency=competency,
        kind="technical",
        difficulty=1.0,
        asked=_ASKED[language],
        answer=f'{NASTY}\n#import "x.typ"\n= Heading\n\x00\x07\u202eright to left\n- item\n1. one',
        language="xx",
        seconds=12,
        level=None,
        abstained="off_topic",
    )


def _long_answer(number: int, competency: str, language: str) -> Answer:
    return Answer(
        id=f"a{number}",
        question_id="long",
        competency=competency,
        kind="situational",
        difficulty=0.0,
        asked=_ASKED[language],
        answer=_ANSWER[language] * 40 + "x" * 3000,
        language=language,
        seconds=1200,
        level=4.0,
    )


def _score(competency: str, language: str) -> Score:
    level, error, confidence, required, weight = _FIGURES[competency]
    own = f"a{list(_NAMES).index(competency) + 1}"
    changed = Override(
        machine_level=4.9,
        by="Anna Keller",
        at="2026-11-20T08:12:00Z",
        reason={"zh": "追问里讲的谈判过程更完整。", "en": "The follow-up shows a fuller negotiation."}[
            language
        ],
    )
    return Score(
        competency=competency,
        name=_NAMES[competency][language],
        level=level,
        standard_error=error,
        confidence=confidence,
        required=required,
        meets=level >= required,
        weight=weight,
        explanation=_EXPLANATION[language],
        evidence=_evidence(own, language),
        scorer=_SCORER,
        anchors=_anchors(language),
        answers=(own,),
        computation=(_computed(own, language, level),),
        override=changed if competency == "persuasion" else None,
    )


def _evidence(answer: str, language: str) -> tuple[Evidence, ...]:
    places = [(answer, quote, _ANSWER[language].index(quote)) for quote in _QUOTES[language]]
    said = _FOLLOWUP_QUOTE[language]
    places.append((f"{answer}f1", said, _FOLLOWUP[language][1].index(said)))
    return tuple(
        Evidence(answer=where, quote=quote, start=at, end=at + len(quote)) for where, quote, at in places
    )


def _anchors(language: str) -> tuple[Anchor, ...]:
    return tuple(Anchor(level=level, text=text) for level, text in _ANCHORS[language])


def _computed(answer: str, language: str, level: float) -> AnswerLevel:
    points = [Point(id=name, text=text, degree=degree) for name, text, degree in _POINTS[language]]
    return AnswerLevel(
        answer=answer,
        level=level,
        difficulty=0.5,
        found=tuple(point for point in points if point.degree != "absent"),
        missing=tuple(point for point in points if point.degree == "absent"),
    )


def _abstained(competency: str, language: str) -> Abstained:
    return Abstained(
        competency=competency,
        reason="too_short",
        name=_NAMES[competency][language],
        required=_FIGURES[competency][3],
        anchors=_anchors(language),
    )


PROGRAM = """# 合并两份名单 / merge two lists ```
import sys

def merged(one: list[str], other: list[str]) -> list[str]:
    return one + other  # 1 + 1

print("\\n".join(merged(sys.stdin.readline().split(), sys.stdin.readline().split())))
"""


def _coding(language: str) -> tuple[Coding, ...]:
    return (
        Coding(
            task={"zh": "合并客户名单", "en": "Merge the customer lists"}[language],
            language="python",
            source=PROGRAM,
            said={"zh": "先合并，再按出现的次序去重。", "en": "Merged first, then each kept once, in order."}[
                language
            ],
            passed=False,
            tests=(
                CodingTest(name="two lists", passed=True),
                CodingTest(name="empty list", passed=True),
                CodingTest(
                    name="duplicates", passed=False, explanation="expected ['a', 'b'], got ['a', 'a', 'b']"
                ),
            ),
            explanation={"zh": "重复的客户没有去掉。", "en": "Duplicate customers were kept."}[language],
        ),
    )


def _decision(language: str) -> Decision:
    return Decision(
        by="Anna Keller",
        at="2026-11-20T08:15:00Z",
        outcome="second_round",
        reason={
            "zh": "客户案例扎实，谈判部分想当面再聊。",
            "en": "Solid cases; negotiation to be explored in person.",
        }[language],
    )
