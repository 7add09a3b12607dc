"""A small rubric in two languages and a good answer in each, for the scorer's tests."""

from __future__ import annotations

from scoring.rubric.model import Exemplar, KeyPoint, Kind, Rubric

COMPLAINT = Rubric(
    version="test@1#complaint",
    question="complaint",
    competency="service",
    kind=Kind.BEHAVIOURAL,
    text={
        "zh": "请讲一次您遇到客户抱怨的经历，您是怎么做的？",
        "en": "Tell me about a time a customer complained. What did you do?",
    },
    key_points=(
        KeyPoint(
            "listens",
            {"zh": "先耐心听对方把话说完，不打断", "en": "lets them finish and listens without interrupting"},
            2.0,
            {"zh": ("倾听", "听他说完"), "en": ("listened carefully", "heard him out")},
        ),
        KeyPoint(
            "apologises",
            {"zh": "真诚道歉，承认给对方添了麻烦", "en": "apologises sincerely for the trouble"},
            1.0,
            {"zh": ("道歉", "赔不是"), "en": ("apologised", "said sorry")},
        ),
        KeyPoint(
            "solves",
            {"zh": "当场给出解决办法，换货或者退款", "en": "offers a solution at once, a swap or a refund"},
            2.0,
            {"zh": ("换了一台新的", "马上退款"), "en": ("swapped it", "refunded the money")},
        ),
        KeyPoint(
            "follows_up",
            {"zh": "事后回访，确认问题真的解决了", "en": "calls back later to make sure it really works"},
            1.0,
            {"zh": ("回访", "打电话确认"), "en": ("followed up", "called back")},
        ),
    ),
    exemplars=(
        Exemplar(
            "zh", 8.5,
            "去年有位阿姨买的电饭煲坏了，我请她坐下慢慢讲，一句没插嘴，讲完我说给您添麻烦了，真对不住，"
            "当场从库房拿了新机给她。过了三天我拨电话问用得顺不顺，她说顺得很。",
        ),
        Exemplar(
            "en", 8.5,
            "A lady brought back a broken rice cooker last year. I sat down with her and let her talk, "
            "told her how bad I felt about the wasted evening, fetched a new box from the back "
            "and rang three days later.",
        ),
    ),
)  # fmt: skip

GOOD = {
    "zh": [
        "去年夏天有一位先生拿着坏掉的风扇来店里，当时情绪很激动。",
        "我没有急着解释，先倾听，等他全部讲清楚。",
        "然后我向他道歉，因为让他跑了两趟，确实耽误了他的时间。",
        "我从仓库给他换了一台新的，还帮他装好试了一遍。",
        "两天以后我又回访了一次，他说很满意，后来还带了邻居来买。",
    ],
    "en": [
        "Last summer a man came into the shop with a broken fan and he was really upset.",
        "I did not start explaining, I listened carefully until he had told me everything.",
        "Then I apologised, because he had made two trips and lost his afternoon.",
        "I swapped it for a new one and helped him put it together.",
        "Two days later I followed up, he was happy, and in the end he brought his neighbour along.",
    ],
}
JOIN = {"zh": "", "en": " "}


def good(language: str) -> str:
    """Return the good answer."""
    return JOIN[language].join(GOOD[language])
