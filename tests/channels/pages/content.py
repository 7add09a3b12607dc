"""What the stand-in says: enough of an interview and of an HR desk to look at. No behaviour here."""

from __future__ import annotations

import math
from typing import Any

Frame = dict[str, Any]
MORNING = 1_763_690_000.0

CHAT_COMMANDS: dict[str, list[dict[str, str]]] = {
    "zh": [
        {"command": "/pause", "label": "暂停一下"},
        {"command": "/repeat", "label": "再说一遍"},
        {"command": "/skip", "label": "跳过这题"},
        {"command": "/language", "label": "换语言 / Language"},
        {"command": "/human", "label": "找真人"},
        {"command": "/why", "label": "为什么这样问"},
        {"command": "/stop", "label": "结束面试"},
        {"command": "/delete", "label": "删除我的资料"},
        {"command": "/help", "label": "帮助"},
    ],
    "en": [
        {"command": "/pause", "label": "Pause"},
        {"command": "/repeat", "label": "Say that again"},
        {"command": "/skip", "label": "Skip this question"},
        {"command": "/language", "label": "Language / 换语言"},
        {"command": "/human", "label": "Talk to a person"},
        {"command": "/why", "label": "Why this question?"},
        {"command": "/stop", "label": "End the interview"},
        {"command": "/delete", "label": "Delete my data"},
        {"command": "/help", "label": "Help"},
    ],
}


def say(seq: int, text: str, **more: Any) -> Frame:
    """Build a `say` frame, a note without buttons or progress unless told otherwise."""
    plain: Frame = {"kind": "note", "turn": seq, "buttons": [], "progress": None, "at": MORNING + seq * 40}
    return {"type": "say", "seq": seq, "text": text, **plain, **more}


def you(seq: int, text: str) -> Frame:
    """Build a `you` frame."""
    return {"type": "you", "seq": seq, "id": f"past-{seq}", "text": text, "at": MORNING + seq * 40}


def choices(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    """Build buttons from pairs of label and value."""
    return [{"label": label, "value": value} for label, value in pairs]


INTERVIEW: dict[str, list[Frame]] = {
    "zh": [
        say(1, "你好，小明。我是青禾科技的 AI 面试官，今天和你聊聊销售代表这个岗位。"),
        say(
            2,
            "大约 20 分钟，会看客户导向、沟通和抗压三个方面。结果由招聘同事来定，不由我定。可以开始吗？",
            kind="choice",
            buttons=choices(("可以，开始吧", "consent:yes"), ("我想先找真人聊", "consent:human")),
        ),
        you(3, "可以，开始吧"),
        say(4, "好。有一点紧张也没关系，慢慢说，随时可以暂停。"),
        say(
            5,
            "请讲一次客户原本要离开、后来被你留住的经历。当时是什么情况，你做了什么？",
            kind="question",
            progress=[3, 6],
        ),
        you(
            6,
            "去年三季度，我的一个老客户打算换供应商，因为连续两次交货晚了。我先上门道歉，再和仓库一起排了专线，"
            "每天早上发进度给他。\n三个月后准时率回到 98%，他续签了一年。",
        ),
        say(
            7,
            "谢谢，98% 这个数字很清楚。和仓库排专线这件事，你自己具体负责哪一部分？",
            kind="followup",
            progress=[3, 6],
            buttons=choices(("让我想一想", "think"), ("跳过这题", "skip")),
        ),
    ],
    "en": [
        say(1, "Hello Sam. I am the AI interviewer of Greenfield, and we will talk about the sales role."),
        say(
            2,
            "It takes about 20 minutes. A person makes the decision, not me. Shall we start?",
            kind="choice",
            buttons=choices(
                ("Yes, let's start", "consent:yes"), ("I'd like a person first", "consent:human")
            ),
        ),
        you(3, "Yes, let's start"),
        say(
            4,
            "Tell me about a customer who was about to leave and stayed because of you. What did you do?",
            kind="question",
            progress=[3, 6],
        ),
        you(
            5,
            "Last autumn a client was about to move to a competitor after two late deliveries. I went to see "
            "them, set up a fixed weekly slot with our warehouse, and sent a note every morning.\n"
            "They renewed for a year.",
        ),
        say(
            6,
            "Thank you, that is a clear picture. How did you persuade the warehouse to keep a slot free?",
            kind="followup",
            progress=[3, 6],
            buttons=choices(("Let me think", "think"), ("Skip this one", "skip")),
        ),
    ],
}

HR_READY: Frame = {
    "type": "ready",
    "name": "Anna",
    "role": "recruiter",
    "language": "zh",
    "commands": [
        {"command": "/queue", "label": "候选人队列", "help": "按总分排序，前 20% 在最前"},
        {"command": "/card", "label": "查看结果", "help": "后面写姓名"},
        {"command": "/transcript", "label": "面试记录", "help": "后面写姓名"},
        {"command": "/jobs", "label": "岗位", "help": "正在招的岗位"},
        {"command": "/help", "label": "帮助", "help": ""},
    ],
}

HR_READY_EN: Frame = {
    **HR_READY,
    "language": "en",
    "commands": [
        {"command": "/queue", "label": "Queue", "help": "ranked, the top 20% first"},
        {"command": "/card", "label": "Result", "help": "followed by a name"},
        {"command": "/transcript", "label": "Transcript", "help": "followed by a name"},
        {"command": "/jobs", "label": "Jobs", "help": "open jobs"},
        {"command": "/help", "label": "Help", "help": ""},
    ],
}

CARD: Frame = {
    "block": "card",
    "application": "a_1",
    "title": "王小明",
    "subtitle": "销售代表 · 2026-11-21",
    "picture": "/hr/card/a_1.svg",
    "alt": "雷达图：客户导向 7.2，沟通表达 6.8，抗压 4.9，数据意识依据不足",
    "total": 72.5,
    "pass_mark": 60,
    "passed": True,
    "rank": "1/7",
    "top": True,
    "rows": [
        {
            "name": "客户导向",
            "level": 7.2,
            "required": 6,
            "meets": True,
            "confidence": "高",
            "note": "先处理情绪，再给出可以核对的进度。",
            "quotes": ["我先上门道歉，再和仓库一起排了专线", "三个月后准时率回到 98%，他续签了一年"],
        },
        {
            "name": "沟通表达",
            "level": 6.8,
            "required": 7,
            "meets": False,
            "confidence": "中",
            "note": "条理清楚，和其他部门的沟通讲得少。",
            "quotes": ["每天早上发进度给他"],
        },
        {
            "name": "抗压",
            "level": 4.9,
            "required": None,
            "meets": None,
            "confidence": "中",
            "note": "",
            "quotes": [],
        },
        {
            "name": "数据意识",
            "level": None,
            "required": 5,
            "meets": None,
            "confidence": "",
            "note": "只答了一题，不足以判断。",
            "quotes": [],
        },
    ],
    "flags": ["沟通表达略低于要求，建议复试时追问跨部门协作"],
    "buttons": choices(("通过", "approve:a_1"), ("不通过", "decline:a_1"), ("调整分数", "override:a_1")),
}

CARD_EN: Frame = {
    **CARD,
    "title": "Sam Carter",
    "subtitle": "Sales representative · 2026-11-21",
    "rows": [
        {
            **CARD["rows"][0],
            "name": "Customer focus",
            "confidence": "high",
            "note": "Deals with the feeling first, then gives progress one can check.",
            "quotes": ["I went to see them, set up a fixed weekly slot with our warehouse"],
        },
        {
            **CARD["rows"][1],
            "name": "Communication",
            "confidence": "medium",
            "note": "",
            "quotes": ["sent a note every morning"],
        },
        {**CARD["rows"][3], "name": "Numbers", "note": "One answer only."},
    ],
    "flags": ["Communication is just below the level required"],
    "buttons": choices(("Approve", "approve:a_1"), ("Decline", "decline:a_1"), ("Override", "override:a_1")),
}

TABLE: Frame = {
    "block": "table",
    "columns": ["姓名", "岗位", "总分", "状态"],
    "rows": [
        ["王小明", "销售代表", "72.5", "待定"],
        ["李静", "销售代表", "68.0", "待定"],
        ["Sam Carter", "门店店员", "51.5", "未到及格线"],
    ],
    "actions": [choices(("查看", "card:a_1")), choices(("查看", "card:a_2")), []],
}

TRANSCRIPT: Frame = {
    "block": "transcript",
    "title": "王小明的面试记录",
    "turns": [
        {"who": "bot", "text": "请讲一次客户原本要离开、后来被你留住的经历。", "at": MORNING, "marks": []},
        {
            "who": "candidate",
            "text": "😀 去年三季度，我先上门道歉，再和仓库一起排了专线，每天早上发进度给他。",
            "at": MORNING + 60,
            "marks": [
                {"start": 8, "end": 14, "label": "客户导向"},
                {"start": 26, "end": 35, "label": "沟通表达"},
            ],
            "spoken": "语音作答 0:23",
            "facts": "说话情况（不计分）：全长 23 秒，其中说话 19 秒；每分钟 210 字；停顿半秒以上 4 次，其中一秒以上 1 次",
        },
    ],
}


def _point(angle: float, radius: float) -> str:
    return f"{160 + radius * math.sin(angle):.1f},{130 - radius * math.cos(angle):.1f}"


def _ring(radii: list[float]) -> str:
    return " ".join(_point(index * 2 * math.pi / len(radii), radius) for index, radius in enumerate(radii))


RADAR = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 260" width="320" height="260">'
    '<g fill="none" stroke="#dfdbd1">'
    f'<polygon points="{_ring([100] * 4)}"/><polygon points="{_ring([50] * 4)}"/></g>'
    '<g fill="#0b655a" fill-opacity=".2" stroke="#0b655a" stroke-width="2">'
    f'<polygon points="{_ring([72, 68, 49, 20])}"/></g>'
    '<g font-family="sans-serif" font-size="13" fill="#1c2321" text-anchor="middle">'
    '<text x="160" y="20">客户导向</text><text x="290" y="134">沟通表达</text>'
    '<text x="160" y="252">抗压</text><text x="30" y="134">数据意识</text></g></svg>'
)
