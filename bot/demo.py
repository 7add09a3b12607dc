"""The demo's first page and its invented candidate. Knows nothing of interviews but their jobs."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from msgspec import Struct

PROFILES = {
    "zh": {"name": "林晓", "email": "lin.xiao@example.com"},
    "en": {"name": "Alex Morgan", "email": "alex.morgan@example.com"},
}
HR_NAMES = {"zh": "周敏", "en": "Anna Zhou"}
_BUTTONS = (("zh", "zh-CN", "中文面试"), ("en", "en", "In English"))
_HEAD = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>Colloquy</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<link rel="icon" href="/static/chat/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/chat/shared/theme.css">
<link rel="stylesheet" href="/static/chat/demo.css">
</head>
<body>
<main>
<header>
<img src="/static/chat/icon.svg" alt="" width="48" height="48">
<h1>Colloquy</h1>
<p>选一个岗位，体验一次面试。</p>
<p lang="en">Pick a job and be interviewed.</p>
</header>
"""
_FOOT = """<footer>
<p>想看 HR 那一边，请打开终端里显示的第二个地址；面试一结束，结果就会出现在那里。</p>
<p lang="en">For HR's side, open the second address shown in the terminal: the result appears there as the interview ends.</p>
</footer>
</main>
</body>
</html>
"""


class Job(Struct, frozen=True):
    """One job as the page shows it: titles by language."""

    name: str
    titles: dict[str, str]


def demo_profile(language: str) -> dict[str, str]:
    """Return the details of the demo's candidate."""
    return PROFILES.get(language, PROFILES["en"])


def render_page(jobs: Iterable[Job]) -> str:
    """Return the page that offers an interview for each job, in Chinese and in English."""
    return _HEAD + "".join(_row(job) for job in jobs) + _FOOT


def _row(job: Job) -> str:
    name, zh, en = escape(job.name), escape(job.titles["zh"]), escape(job.titles["en"])
    buttons = "".join(
        f'<form method="post" action="/demo/{name}/{code}">'
        f'<button class="choice" lang="{tag}" aria-label="{label}: {en if code == "en" else zh}">{label}</button>'
        "</form>\n"
        for code, tag, label in _BUTTONS
    )
    return f'<section>\n<h2>{zh} <span lang="en">{en}</span></h2>\n<div>\n{buttons}</div>\n</section>\n'
