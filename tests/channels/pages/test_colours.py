"""Light and dark: every text on both pages keeps the contrast of WCAG AA (4.5, or 3 for large type)."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.channels.pages.conftest import PHONE, Opener
from tests.channels.pages.content import CARD, INTERVIEW, TABLE, TRANSCRIPT, say
from tests.channels.pages.standin import StandIn

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]

# Walks up to the first opaque ground; all grounds used are opaque.
FAINT = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).map((part) => part / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const [, , , alpha = 1] = parts(getComputedStyle(at).backgroundColor);
      if (alpha > 0.5) return getComputedStyle(at).backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };
  const words = [...document.querySelectorAll("body *")].filter((node) =>
    node.checkVisibility() && !node.closest(".quiet, svg, noscript, :disabled")
    && [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()));
  return words.map((node) => {
    const style = getComputedStyle(node);
    const [one, other] = [light(style.color), light(ground(node))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    const large = parseFloat(style.fontSize) >= 24;
    return {words: node.textContent.trim().slice(0, 20), ratio, enough: large ? 3 : 4.5};
  });
}"""


def faint(seen: list[dict[str, float]]) -> list[dict[str, float]]:
    assert len(seen) > 8
    return [text for text in seen if text["ratio"] < text["enough"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_candidate_page_is_readable(scheme: Scheme, browse: Opener, server: StandIn) -> None:
    server.history = [
        *INTERVIEW["zh"],
        say(30, "谢谢", kind="result", buttons=[{"label": "5", "value": "5"}]),
    ]
    server.refusal = "请再说一遍"
    page = browse(color_scheme=scheme, **PHONE)
    expect(page.locator(".row.says-result")).to_be_visible()
    page.fill("#box", "好")
    page.click(".send")
    expect(page.get_by_role("alert")).to_be_visible()
    server.refusal = None
    page.context.set_offline(True)
    page.click(".send")
    page.click("#more")
    assert faint(page.evaluate(FAINT)) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hr_page_is_readable(scheme: Scheme, browse: Opener, server: StandIn) -> None:
    blocks = [{"block": "text", "text": "好"}, TABLE, CARD, {"block": "ask", "text": "理由", "buttons": []}]
    server.answer = lambda frame: [{"type": "reply", "to": frame["id"], "blocks": blocks}]
    page = browse("/hr", color_scheme=scheme)
    page.fill("#box", "/queue")
    page.press("#box", "Enter")
    expect(page.locator("#sheet .card")).to_be_visible()
    assert faint(page.evaluate(FAINT)) == []
    blocks[:] = [TRANSCRIPT]
    page.fill("#box", "/transcript")
    page.press("#box", "Enter")
    expect(page.locator("#sheet mark")).to_have_count(2)
    assert faint(page.evaluate(FAINT)) == []


def test_the_scheme_follows_the_system(browse: Opener, server: StandIn) -> None:
    page = browse(color_scheme="light")
    ground = "getComputedStyle(document.body.parentElement).backgroundColor"
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    assert (light, page.evaluate(ground)) == ("rgb(245, 243, 238)", "rgb(18, 22, 21)")
