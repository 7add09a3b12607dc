"""Invented candidates who answer by the question that is open, and whole interviews with them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from msgspec import Struct

from dialogues.app.packs import parse_pack
from dialogues.core.effects import Effect, Judge, Say
from dialogues.core.interview import Ask, Interview, Phase
from dialogues.core.pack import Pack
from scoring.builtin import BuiltinScorer
from tests.core.driver import Driven, fresh

ROOT = Path(__file__).parents[2]
PACKS = (
    "customer-service",
    "marketing-specialist",
    "python-developer",
    "retail-store-associate",
    "sales-representative",
    "team-lead",
)
LANGUAGES = ("zh", "en")
KINDS = ("strong_a", "strong_b", "weak_a", "weak_b")
_MOST_TURNS = 120

_MORE = {
    ("zh", "strong"): {
        "number": "大概的数字是三成左右，前后用了两个月。",
        "result": "后来事情办成了，对方很满意，一直合作到现在。",
        "own_part": "方案是我提的，沟通和跟进也是我做的，同事帮我核对了数据。",
        "more": "比如去年有一次，我先问清楚情况，再列出两种做法，最后选了更稳的那种，结果提前两天完成。",
        "": "主要就是刚才说的那些，补充一点：我做之前会先确认对方真正在意什么。",
    },
    ("zh", "middling"): {
        "situation": "就是平时上班的时候，人比较多，事情赶在一起了。",
        "action": "我先问了一下情况，然后找同事帮忙一起弄的。",
        "number": "具体没算过，大概一两个星期吧。",
        "result": "后来还可以，对方没再说什么。",
        "own_part": "我主要是负责联系和跟进那部分。",
        "options": "还可以请店长或者同事帮忙，要是不行就另约时间。",
        "decision": "我会先把最急的那件处理掉。",
        "reason": "因为这样比较稳，不容易出错。",
        "example": "比如上个月盘点少了两箱货，我对着单子一张张找，后来找到了。",
        "feasibility": "应该花不了多少钱，先找一家店试一个星期看看。",
        "audience": "主要是住在附近、平时路过的人。",
        "more": "我会先了解情况，然后按轻重缓急一件一件来，有问题再问主管。",
        "": "大概就是这样，我会先把情况问清楚再做。",
    },
    ("zh", "weak"): {
        "situation": "就平时嘛。",
        "number": "没有具体数字。",
        "result": "后来就那样吧，也还行。",
        "diagnosis": "看着办吧。",
        "reason": "感觉是这样。",
        "more": "差不多就这些。",
        "": "嗯，没什么要补充的。",
    },
    ("en", "strong"): {
        "number": "Roughly thirty percent, over about two months.",
        "result": "In the end it worked out; they were happy and still work with us today.",
        "own_part": "I came up with the plan and did the talking; a colleague checked the figures for me.",
        "more": "For example, last year I first asked what was going on, compared two ways, took the safer one and finished two days early.",
        "": "Mostly what I just said; I'd add that I check what really matters to the other person first.",
    },
    ("en", "middling"): {
        "situation": "It was an ordinary working day, only a lot came together at once.",
        "action": "I asked what was going on first and then got a colleague to help me with it.",
        "number": "I never counted, maybe a week or two.",
        "result": "It went all right, nobody complained afterwards.",
        "own_part": "My part was mostly the phoning around and keeping track.",
        "options": "I could ask the manager or a colleague, or else find another time.",
        "decision": "I'd deal with whatever is most urgent first.",
        "reason": "Because it's the safer way and fewer things go wrong.",
        "example": "For example, last month two boxes were missing and I went through the papers until I found them.",
        "feasibility": "It shouldn't cost much; I'd try it in one place for a week.",
        "audience": "Mainly people who live nearby and pass every day.",
        "more": "I'd find out what is going on, then take one thing after the other and ask my manager if I got stuck.",
        "": "That's roughly it, I'd find out more before I start.",
    },
    ("en", "weak"): {
        "situation": "Just an ordinary day.",
        "number": "I don't have a number.",
        "result": "It was fine, I guess.",
        "diagnosis": "I'd just see how it goes.",
        "reason": "It just feels right.",
        "more": "That's about it.",
        "": "Nothing much to add.",
    },
}


@cache
def load_pack(name: str) -> Pack:
    """Return a shipped pack."""
    return parse_pack((ROOT / "config" / "packs" / f"{name}.yaml").read_text(encoding="utf-8"))


@cache
def _answers(name: str) -> dict[str, dict[str, dict[str, str]]]:
    path = ROOT / "tests" / "candidates" / f"{name}.yaml"
    answers: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(path.read_text(encoding="utf-8"))[
        "answers"
    ]
    return answers


class ScriptedCandidate(Struct, frozen=True):
    """One invented person: `kind` is strong_a, strong_b, middling, weak_a or weak_b."""

    pack: str
    language: str
    kind: str

    def answer(self, question: str) -> str:
        """Return the answer to a question of the pack."""
        return _answers(self.pack)[question][self.language][self.kind]

    def more(self, element: str) -> str:
        """Return what this person says when asked for one element, or for more."""
        replies = _MORE[self.language, self.kind.partition("_")[0]]
        return replies.get(element, replies[""])


class Talk(Struct):
    """A whole interview: its last state, and the lines as they were said."""

    state: Interview
    lines: list[str]
    followups: list[tuple[str, str]]


_TAPS = {
    Ask.CONSENT: "consent:yes",
    Ask.CONFIRM: "details:right",
    Ask.DETAIL: "do:skip",
    Ask.PRACTICE_OFFER: "practice:no",
    Ask.QUESTIONS: "questions:none",
    Ask.SURVEY: "survey:4",
    Ask.COMMENT: "survey:none",
}


def interview(candidate: ScriptedCandidate, seed: int = 7) -> Talk:
    """Interview a candidate from the first word to the goodbye, with the built-in scorer."""
    pack = load_pack(candidate.pack)
    driven = Driven(pack, fresh(pack, candidate.language, seed, known=("name", "email")))
    driven.profile = {"name": "沈念安" if candidate.language == "zh" else "Maya", "email": "maya@example.org"}
    talk = Talk(driven.state, [], [])
    scorer = BuiltinScorer()
    waiting = list(driven.open(candidate.language))
    for _ in range(_MOST_TURNS):
        while waiting:
            effect = waiting.pop(0)
            _write_down(effect, driven, talk)
            if isinstance(effect, Judge):
                waiting += driven.score(effect, scorer)
        if driven.state.phase is Phase.FINISHED:
            talk.state = driven.state
            return talk
        waiting += _reply(candidate, driven, talk)
    raise AssertionError("the interview did not end")


def _reply(candidate: ScriptedCandidate, driven: Driven, talk: Talk) -> tuple[Effect, ...]:
    prompt = driven.state.prompt
    assert prompt is not None
    if prompt.ask is not Ask.ANSWER:
        talk.lines.append(f"> ({_TAPS[prompt.ask]})")
        return driven.press(_TAPS[prompt.ask])
    followed = driven.state.replies[-1].followed
    if followed:
        talk.followups.append((prompt.about, followed[-1]))
    text = candidate.more(followed[-1]) if followed else candidate.answer(prompt.about)
    talk.lines.append(f"> {text}")
    return driven.say(text)


def _write_down(effect: Effect, driven: Driven, talk: Talk) -> None:
    if isinstance(effect, Say):
        shown = f" [{effect.progress[0]}/{effect.progress[1]}]" if effect.progress else ""
        talk.lines.append(f"AI{shown}: {driven.read(effect)}")
