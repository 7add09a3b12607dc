"""Reads a time somebody writes: "明天下午三点", "Thursday 7pm". Gives a day and a time of day, never a promise.

What was read is always said back with date, weekday and zone before it is taken. Dates in English beyond weekdays
and "tomorrow" are the work of the library `dateparser`, which is loaded when the first one comes. Reads no clock: `now` is the local
time at which the words were written.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from msgspec import Struct

_NOON = 12 * 60
_LONGEST = 120
_DIGITS = {d: n for n, d in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_WEEKDAYS_ZH = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5}
_WEEKDAYS_EN = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS_EN = {
    word: n
    for n, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
    )
}
_NUM = r"(?:\d{1,2}|[零〇一二两三四五六七八九]?十[一二三四五六七八九]?|[零〇一二两三四五六七八九])"
_PART_ZH = "凌晨|清晨|早上|早晨|上午|早|中午|正午|下午|傍晚|晚上|晚间|夜里|今晚|明晚|后晚|晚"
_TIME_ZH = re.compile(
    rf"(?P<part>{_PART_ZH})?\s*(?P<hour>{_NUM})\s*(?:点钟?|时|[:：])\s*(?:(?P<half>半)|(?P<quarter>[一三1-3])\s*刻|(?P<minute>\d{{1,2}}|{_NUM})\s*分?)?"
)
_PART_ONLY_ZH = re.compile(_PART_ZH)
_WORD_HOUR = "|".join(word for word in _NUMBERS_EN if word != "zero")
_TIME_EN = re.compile(
    rf"\b(?:(?P<half>half\s+past\s+|half\s+)|(?P<quarter>quarter\s+(?:past|to)\s+))?"
    rf"(?:(?:at|around|about|@)\s*)?(?P<hour>\d{{1,2}}|{_WORD_HOUR})"
    rf"(?:\s*[:.](?P<minute>\d{{2}})|\s*h(?P<french>\d{{2}}))?\s*(?P<half_day>a\.?m\b\.?|p\.?m\b\.?|o'?clock\b)?",
    re.IGNORECASE,
)
_PARTS_EN = {
    "morning": 9 * 60,
    "noon": _NOON,
    "midday": _NOON,
    "lunchtime": _NOON,
    "afternoon": 14 * 60,
    "evening": 19 * 60,
    "tonight": 19 * 60,
    "night": 19 * 60,
}
_PART_EN = re.compile(rf"\b(?:this\s+|in\s+the\s+|at\s+)?({'|'.join(_PARTS_EN)})\b", re.IGNORECASE)
_DAY_EN = re.compile(
    rf"\b(?P<which>next|this|coming|last|on)?\s*(?P<day>{'|'.join(f'{d[:3]}(?:{d[3:]})?' for d in _WEEKDAYS_EN)}|tues|wednes|thurs?)\b",
    re.IGNORECASE,
)
_FILLER_EN = re.compile(
    r"\b(?:i|i'd|i'll|could|can|we|do|does|would|prefer|like|to|please|how|what|about|is|maybe|perhaps|let's|say|or|so|works?|for|"
    r"me|good|fine|ok|okay|best|around|at|on|the|sometime|any\s?time|be|free|available|it|my|time|o'clock|book|want)\b",
    re.IGNORECASE,
)
_RELATIVE_EN = re.compile(
    r"\bday after tomorrow\b|\btomorrow\b|\btmrw\b|\btoday\b|\btonight\b|\byesterday\b|\bthis (?=morning|afternoon|evening)",
    re.IGNORECASE,
)
_MENTION = re.compile(
    rf"\d|[今明后昨]天|今晚|明晚|大后天|周|星期|礼拜|{_NUM}点|上午|下午|晚上|中午|tomorrow|today|tonight|morning|afternoon|evening|noon|"
    rf"\b(?:{'|'.join(d[:3] for d in _WEEKDAYS_EN)})",
    re.IGNORECASE,
)
_ISO = re.compile(r"(?P<year>20\d\d)[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?")
_MONTH_DAY_ZH = re.compile(
    rf"(?P<month>{_NUM})\s*月\s*(?P<day>{_NUM}|[二三]十[一二三四五六七八九]?|三十一?)\s*[日号]?"
)
_DAY_ZH = re.compile(r"(?P<day>\d{1,2}|[二三]?十?[一二三四五六七八九]?)\s*[日号]")
_WEEK_ZH = re.compile(r"(?P<which>上|下下|下|这|本)?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末])")
_NEAR_ZH = {
    "大后天": 3,
    "后天": 2,
    "明天": 1,
    "明日": 1,
    "明早": 1,
    "明晚": 1,
    "明儿": 1,
    "今天": 0,
    "今日": 0,
    "今晚": 0,
    "今儿": 0,
    "昨天": -1,
    "前天": -2,
}
_MONTHS_EN = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|\bin\s+\w+\s+(?:day|week|hour)s?\b|\d{1,2}(?:st|nd|rd|th)\b|\d+[/.]\d+",
    re.IGNORECASE,
)


class When(Struct, frozen=True):
    """What was read. `day` None: no day was said. `minutes` are times of day after midnight, the likelier first."""

    day: date | None
    minutes: tuple[int, ...] = ()
    exact: bool = False

    def starts(self, day: date) -> tuple[datetime, ...]:
        """Return the wall-clock times meant, on this day."""
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  a wall clock: the zone is the reader's
        return tuple(midnight + timedelta(minutes=minute) for minute in self.minutes)


def mentions_time(text: str) -> bool:
    """Say whether a short message may be about a day or a time."""
    return len(text) <= _LONGEST and _MENTION.search(text) is not None


def read_when(text: str, now: datetime) -> When | None:
    """Return the day and the time of day a text names, None when it names neither. Days may be past."""
    if len(text) > _LONGEST:
        return None
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").strip()
    chinese = any("\u3400" <= letter <= "\u9fff" for letter in text)
    return _read_chinese(text, now) if chinese else _read_english(text, now)


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS.get(tens, 0)
    return 10 * (_DIGITS.get(tens, 1) if tens else 1) + (_DIGITS.get(ones, 0) if ones else 0)


def _read_chinese(text: str, now: datetime) -> When | None:
    day, rest = _day_zh(text, now)
    minutes, exact = _time_zh(rest, evening="晚" in text)
    unheard_of = day is None and (_MONTH_DAY_ZH.search(text) or _ISO.search(text))
    if unheard_of or (day is None and not minutes):
        return None  # the thirtieth of February is no day of ours
    return When(day if day is None else _coming(day, text, minutes, now), minutes, exact)


def _coming(day: date, text: str, minutes: tuple[int, ...], now: datetime) -> date:
    """Move "周五" said on a Friday whose hour is over to the next one; words such as 今天 stay as they are."""
    bare = _WEEK_ZH.search(text)
    over = bool(minutes) and max(minutes) <= now.hour * 60 + now.minute
    if bare is not None and bare["which"] is None and day == now.date() and over:
        return day + timedelta(days=7)
    return day


def _day_zh(text: str, now: datetime) -> tuple[date | None, str]:
    today = now.date()
    for word, ahead in _NEAR_ZH.items():
        if word in text:
            return today + timedelta(days=ahead), text.replace(
                word, word[-1] if word[-1] in "早晚" else " ", 1
            )
    if (found := _WEEK_ZH.search(text)) is not None:
        return _weekday_zh(found, today), text.replace(found[0], " ", 1)
    if (found := _ISO.search(text)) is not None:
        return _date(int(found["year"]), int(found["month"]), int(found["day"])), text.replace(
            found[0], " ", 1
        )
    if (found := _MONTH_DAY_ZH.search(text)) is not None:
        day = _this_or_next_year(_number(found["month"]), _number(found["day"]), today)
        return day, text.replace(found[0], " ", 1)
    if (found := _DAY_ZH.search(text)) is not None and found["day"]:
        return _this_or_next_month(_number(found["day"]), today), text.replace(found[0], " ", 1)
    return None, text


def _weekday_zh(found: re.Match[str], today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    weekday = _WEEKDAYS_ZH[found["day"]]
    weeks = {"下": 1, "下下": 2, "上": -1, "这": 0, "本": 0}.get(found["which"] or "")
    if weeks is not None:
        return monday + timedelta(days=weekday + 7 * weeks)
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _this_or_next_year(month: int, day: int, today: date) -> date | None:
    """Return the date in this year, or in the next when it is long over: a month ago is a slip, not a wish."""
    this = _date(today.year, month, day)
    if this is not None and this >= today - timedelta(days=60):
        return this
    return _date(today.year + 1, month, day) or this


def _this_or_next_month(day: int, today: date) -> date | None:
    if day >= today.day:
        return _date(today.year, today.month, day)
    year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)
    return _date(year, month, day)


def _time_zh(text: str, evening: bool) -> tuple[tuple[int, ...], bool]:
    found = _TIME_ZH.search(text)
    if found is None:
        return _part_zh(text)
    hour = _number(found["hour"])
    minute = 30 if found["half"] else 15 * _number(found["quarter"]) if found["quarter"] else 0
    minute = _number(found["minute"]) if found["minute"] else minute
    if hour > 24 or minute > 59:
        return (), False
    return _hours_meant(hour, minute, _half_zh(found["part"] or "", evening)), True


def _half_zh(part: str, evening: bool) -> str:
    if part in ("凌晨", "清晨", "早上", "早晨", "上午", "早"):
        return "am"
    return "pm" if part or evening else ""


def _part_zh(text: str) -> tuple[tuple[int, ...], bool]:
    found = _PART_ONLY_ZH.search(text)
    if found is None:
        return (), False
    part = found[0]
    if part in ("早上", "早晨", "上午", "早", "清晨", "凌晨"):
        return (9 * 60,), False
    if part in ("中午", "正午"):
        return (_NOON,), False
    return ((14 * 60,) if part == "下午" else (19 * 60,)), False


def _hours_meant(hour: int, minute: int, half: str) -> tuple[int, ...]:
    """Return the minutes after midnight meant; an hour of twelve alone may be of the day or of the evening."""
    if half == "am":
        return ((hour % 12 if hour <= 12 else hour) * 60 + minute,)
    if half == "pm":
        return ((hour + 12 if hour < 12 else hour) * 60 + minute,)
    if hour > 12 or hour == 0:
        return (hour % 24 * 60 + minute,)
    other = (hour + 12) % 24 if hour < 12 else 0
    pair = (hour * 60 + minute, other * 60 + minute)
    return pair if 8 <= hour <= 12 else pair[::-1]


def _read_english(text: str, now: datetime) -> When | None:
    day, rest = _day_en(text, now)
    minutes, exact, rest = _time_en(rest)
    if day is None and (left := _rest_en(rest)):
        day = _library_day(left, now)
    if day is None and not minutes:
        return None
    return When(day, minutes, exact)


def _day_en(text: str, now: datetime) -> tuple[date | None, str]:
    today = now.date()
    if (near := _RELATIVE_EN.search(text)) is not None:
        words = near[0].casefold()
        ahead = (
            2
            if words.startswith("day")
            else 1
            if words.startswith(("tom", "tmr"))
            else -1
            if "yes" in words
            else 0
        )
        kept = "evening" if words == "tonight" else " "
        return today + timedelta(days=ahead), text.replace(near[0], f" {kept} ", 1)
    found = _DAY_EN.search(text)
    if found is None:
        return _iso_en(text)
    weekday = next(n for n, name in enumerate(_WEEKDAYS_EN) if name.startswith(found["day"].casefold()[:3]))
    rest = text.replace(found[0], " ", 1)
    if _MONTHS_EN.search(rest):
        return None, rest  # "Thursday 26 November": the date says more than the weekday
    minutes, _, _ = _time_en(rest)
    return _weekday_en(weekday, (found["which"] or "").casefold(), minutes, now), rest


def _iso_en(text: str) -> tuple[date | None, str]:
    found = _ISO.search(text)
    if found is None:
        return None, text
    return _date(int(found["year"]), int(found["month"]), int(found["day"])), text.replace(found[0], " ", 1)


def _weekday_en(weekday: int, which: str, minutes: tuple[int, ...], now: datetime) -> date:
    today = now.date()
    ahead = (weekday - today.weekday()) % 7
    if which == "last":
        return today - timedelta(days=(today.weekday() - weekday) % 7 or 7)
    if which == "next":  # of next week; said on that weekday itself, a week from now
        return today - timedelta(days=today.weekday()) + timedelta(days=7 + weekday)
    if ahead == 0 and minutes and max(minutes) <= now.hour * 60 + now.minute:
        ahead = 7
    return today + timedelta(days=ahead)


def _time_en(text: str) -> tuple[tuple[int, ...], bool, str]:
    for found in _TIME_EN.finditer(text):
        if (minutes := _clock_en(text, found)) is not None:
            return minutes, True, text[: found.start()] + " " + text[found.end() :]
    part = _PART_EN.search(text)
    if part is None:
        return (), False, text
    return (_PARTS_EN[part[1].casefold()],), False, text.replace(part[0], " ", 1)


def _clock_en(text: str, found: re.Match[str]) -> tuple[int, ...] | None:
    """Return the time of day of a number that is one: marked as such, or with nothing beside it that is a date."""
    marked = (
        any(found[name] for name in ("minute", "french", "half_day", "half", "quarter")) or "at" in found[0]
    )
    beside = text[: found.start()] + text[found.end() :]
    dated = _MONTHS_EN.search(text[max(0, found.start() - 12) : found.end() + 12])
    if not marked and (
        dated or re.match(r"\s*(?:st|nd|rd|th|/|-|days?|weeks?|hours?|minutes?)", text[found.end() :])
    ):
        return None
    if not marked and not found["hour"].isdigit() and beside.strip():
        return None
    written = found["hour"].casefold()
    hour = int(written) if written.isdigit() else _NUMBERS_EN[written]
    minute = int(found["minute"] or found["french"] or 0)
    if hour > 24 or minute > 59:
        return None
    half = (found["half_day"] or "").casefold().replace(".", "")[:2]
    half = half if half in ("am", "pm") else _part_of(beside)
    shift = 30 if found["half"] else 15 if found["quarter"] and "past" in found["quarter"].casefold() else 0
    shift = -15 if found["quarter"] and not shift else shift
    return tuple((one + shift) % 1440 for one in _hours_meant(hour, minute, half))


def _part_of(text: str) -> str:
    part = _PART_EN.search(text)
    if part is None:
        return ""
    return "am" if part[1].casefold() == "morning" else "pm"


def _rest_en(text: str) -> str:
    """Return what may be a date once the words around it are gone."""
    bare = _PART_EN.sub(" ", _FILLER_EN.sub(" ", text))
    return re.sub(r"[^\w/ .-]+|\s+", " ", bare).strip(" .-")


def _library_day(text: str, now: datetime) -> date | None:
    import dateparser  # here: it takes a third of a second to load, and most people tap

    found = dateparser.parse(
        text,
        languages=["en"],
        settings={
            "RELATIVE_BASE": now.replace(tzinfo=None),
            "PREFER_DATES_FROM": "future",
            "DATE_ORDER": "DMY",
            "PARSERS": ["relative-time", "absolute-time"],
        },
    )
    return found.date() if found is not None else None
