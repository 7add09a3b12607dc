"""Finds the time zone somebody names: a zone, a city, or an offset such as UTC+8."""

from __future__ import annotations

import itertools
import re
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

_CITIES = {
    "Asia/Shanghai": "北京 上海 广州 深圳 杭州 成都 重庆 武汉 南京 西安 天津 苏州 中国 国内 beijing shenzhen guangzhou china",
    "Asia/Urumqi": "乌鲁木齐 新疆",
    "Asia/Hong_Kong": "香港 hongkong",
    "Asia/Taipei": "台北 台湾",
    "Asia/Macau": "澳门",
    "Asia/Singapore": "新加坡",
    "Asia/Kuala_Lumpur": "吉隆坡 马来西亚 malaysia",
    "Asia/Tokyo": "东京 大阪 日本 osaka japan",
    "Asia/Seoul": "首尔 韩国 korea",
    "Asia/Bangkok": "曼谷 泰国 thailand",
    "Asia/Dubai": "迪拜 阿联酋 uae",
    "Asia/Kolkata": "印度 孟买 班加罗尔 india mumbai delhi bangalore bengaluru",
    "Europe/London": "伦敦 英国 uk england britain manchester edinburgh",
    "Europe/Paris": "巴黎 法国 france",
    "Europe/Berlin": "柏林 德国 慕尼黑 germany munich frankfurt",
    "Europe/Madrid": "马德里 西班牙 spain",
    "Europe/Moscow": "莫斯科",
    "Australia/Sydney": "悉尼 堪培拉",
    "Australia/Melbourne": "墨尔本",
    "Pacific/Auckland": "奥克兰 新西兰",
    "America/New_York": "纽约 华盛顿 波士顿 美东 boston washington",
    "America/Chicago": "芝加哥 美中",
    "America/Denver": "丹佛",
    "America/Los_Angeles": "洛杉矶 旧金山 西雅图 硅谷 美西 seattle sanfrancisco",
    "America/Toronto": "多伦多",
    "America/Vancouver": "温哥华",
    "America/Sao_Paulo": "圣保罗 巴西",
}
_OFFSET = re.compile(
    r"(?:utc|gmt)\s*([+\-−])?\s*(\d{1,2})(?![\d:])|([东西])([一二三四五六七八九十]{1,2}|\d{1,2})区",
    re.IGNORECASE,
)
_NUMERALS = {numeral: n for n, numeral in enumerate("零一二三四五六七八九十")} | {"十一": 11, "十二": 12}
_WORDS = re.compile(r"[a-z]+(?:/[a-z_]+)*", re.IGNORECASE)
_LONGEST = 80
_MOST_HOURS = 14


def known_zone(name: str) -> ZoneInfo | None:
    """Return the zone of this exact name."""
    if not name or len(name) > _LONGEST or name.startswith("/") or ".." in name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@cache
def _by_name() -> dict[str, str]:
    names = {
        zone.rpartition("/")[2].replace("_", "").casefold(): zone for zone in sorted(available_timezones())
    }
    names |= {zone.casefold(): zone for zone in available_timezones()}
    return names | {city: zone for zone, cities in _CITIES.items() for city in cities.split()}


def find_zone(text: str) -> str:
    """Return the name of the zone a short text names, "" when it names none."""
    low = text.casefold().strip()
    if not low or len(low) > _LONGEST:
        return ""
    for zone, cities in _CITIES.items():
        if any(city in low for city in cities.split() if not city.isascii()):
            return zone
    offset = _OFFSET.search(low)
    if offset is not None:
        return _fixed(offset)
    known = _by_name()
    words = _WORDS.findall(low)
    phrases = [low, "".join(words), *words, *("".join(pair) for pair in itertools.pairwise(words))]
    return next((known[one] for one in phrases if one in known and len(one) > 1), "")


def _fixed(offset: re.Match[str]) -> str:
    """Return the zone of a whole-hour offset; the database's own names count the other way round."""
    written = offset[2] or offset[4]
    hours = _NUMERALS.get(written, _MOST_HOURS + 1) if not written.isdigit() else int(written)
    west = offset[1] in ("-", "−") or offset[3] == "西"
    if hours > _MOST_HOURS - 2 * west:
        return ""
    return "Etc/GMT" if hours == 0 else f"Etc/GMT{'+' if west else '-'}{hours}"
