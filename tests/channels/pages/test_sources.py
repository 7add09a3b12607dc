"""What needs no browser: nothing inline, every file named exists, both languages are complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.channels.pages.standin import CHAT_PAGES, HR_PAGES

PAGES = [CHAT_PAGES / "chat.html", HR_PAGES / "hr.html"]
SCRIPTS = sorted([*CHAT_PAGES.rglob("*.js"), *HR_PAGES.rglob("*.js")])
PARSES_MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|DOMParser|new Function"
)


def file_of(address: str) -> Path:
    folder, path = address.removeprefix("/static/").split("/", 1)
    return {"chat": CHAT_PAGES, "hr": HR_PAGES}[folder] / path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_has_nothing_inline_and_names_only_files_that_exist(page: Path) -> None:
    source = page.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", source)
    addresses = re.findall(r'(?:src|href)="([^"]+)"', source)
    assert addresses
    assert [address for address in addresses if not file_of(address).is_file()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_preloads_every_module(page: Path) -> None:
    source = page.read_text(encoding="utf-8")
    shared = sorted((CHAT_PAGES / "shared").glob("*.js"))
    modules = [*shared, *page.parent.glob("*.js")]
    assert [module.name for module in modules if f"/{module.name}" not in source] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_script_never_parses_markup(script: Path) -> None:
    assert not PARSES_MARKUP.search(script.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_both_languages_have_every_text(page: Path) -> None:
    _, chinese, english = re.split(
        r"^  (?:zh|en): \{$", (page.parent / "texts.js").read_text("utf-8"), flags=re.MULTILINE
    )
    keys = [re.findall(r"^    (\w+):", part, re.MULTILINE) for part in (chinese, english)]
    assert keys[0] == keys[1]
    asked = re.findall(r'data-(?:text|label|hint)="(\w+)"', page.read_text("utf-8"))
    scripts = "".join(script.read_text("utf-8") for script in page.parent.glob("*.js"))
    asked += re.findall(r'\bwords\("(\w+)"', scripts)
    assert sorted(set(asked) - set(keys[0])) == []
