"""The pages in a real browser: Debian's chromium, driven by playwright, against a real server.

Skipped where there is no chromium; `apt-get install chromium` brings it.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from monitor.config import Config, Web
from monitor.pages import serving
from monitor.stores.reader import Reader
from monitor.vitals import Vitals
from tests.pages.story import END

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium"),
]
if CHROMIUM is not None:
    from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def address(told: Config) -> Iterator[str]:
    """The pages of the month, served by uvicorn in a thread with a loop of its own."""
    with served(told) as found:
        yield found


@contextmanager
def served(config: Config) -> Iterator[str]:
    started, stop = threading.Event(), asyncio.Event()
    found: list[str] = []
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        there = config.model_copy(update={"web": Web(listen="127.0.0.1:0")})
        pages = serving(there, Reader(config.database), Vitals(), now=lambda: END)
        async with pages as where:
            found.append(where.rstrip("/"))
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert started.wait(20), "the server did not start"
        yield found[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        loop.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # As root, in a container, chromium has no sandbox.
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page at a desk. Afterwards: nothing was said on the console, nothing asked elsewhere."""
    context = browser.new_context(
        viewport={"width": DESK["width"], "height": DESK["height"]}, color_scheme="light"
    )
    page = context.new_page()
    wrong: list[str] = []

    def heard(request: Request) -> None:
        if urlsplit(request.url).hostname not in ("127.0.0.1", None):
            wrong.append(request.url)

    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", heard)
    yield page
    context.close()
    assert wrong == []


def test_from_events_to_the_event_to_its_source(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", name="Events", exact=True)).to_be_visible()
    row = page.get_by_role("row").filter(has_text="SUSPENDED")
    row.get_by_role("link", name="why").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Innuovo")
    expect(page.locator(".proof u")).to_have_text("suspended")
    source = page.locator("#why ~ .said a").first
    assert (source.get_attribute("href") or "").startswith("http://127.0.0.1:")
    assert source.get_attribute("rel") == "noopener noreferrer external"
    page.get_by_role("link", name="Innuovo 英洛华").first.click()
    expect(page.get_by_role("heading", name="Licence ledger")).to_be_visible()
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Sources").click()
    page.get_by_role("link", name="Sample Wire").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sample Wire")
    page.get_by_role("link", name="its event").first.click()
    expect(page.get_by_role("heading", name="Why we believe it")).to_be_visible()


def test_revisions_lead_to_the_correction(page: Page, address: str) -> None:
    page.goto(f"{address}/issuers/300748.SZ")
    page.get_by_role("row").filter(has_text="update + Europe").get_by_role("link").first.click()
    page.get_by_role("link", name="see the correction").click()
    expect(page.locator(".alert-title")).to_contain_text("CORRECTED")


def test_search_finds_two_characters(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Search events").fill("许可")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Events with “许可”")).to_be_visible()
    rows = page.get_by_role("row").filter(has_text="出口许可证")
    assert rows.count() >= 3
    expect(rows.first.locator("mark").first).to_contain_text("许可")


def test_a_phone_shows_what_fits_above_its_filters(page: Page, address: str) -> None:
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.goto(address)
    status = page.get_by_label("Status")
    expect(status).to_be_hidden()
    page.get_by_text("Filters", exact=True).click()
    status.select_option("suspended")
    page.get_by_label("Outcome").select_option("loss")  # nothing goes off before Apply
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile(r"family=loss&status=suspended$"))
    expect(status).to_be_hidden()
    expect(page.get_by_text("▼ SUSPENDED", exact=True)).to_be_in_viewport()
    page.get_by_role("link", name="clear all filters").click()
    expect(page).to_have_url(f"{address}/")


def test_a_desk_applies_a_filter_at_once(page: Page, address: str) -> None:
    page.goto(f"{address}/?verdict=all")
    expect(page.get_by_role("link", name="clear all filters")).to_have_count(0)
    page.get_by_label("Status").select_option("suspended")
    expect(page).to_have_url(re.compile(r"status=suspended&verdict=all$"))
    expect(page.get_by_text("1 match · clear all filters")).to_be_visible()


def test_by_keyboard_alone(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    seen: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim()"))
        if seen[-1].startswith("why"):
            break
    assert seen[-1].startswith("why"), seen
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The alert")).to_be_visible()


def test_tab_goes_down_the_page(page: Page, address: str) -> None:
    page.goto(f"{address}/issuers/300748.SZ")
    tops: list[float] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        if page.evaluate("!!document.activeElement.closest('main')"):
            tops.append(
                page.evaluate("document.activeElement.getBoundingClientRect().top + scrollY")
            )
    assert len(tops) > 5
    assert all(later > earlier - 60 for earlier, later in pairwise(tops)), tops


PATHS = (
    "/", "/?verdict=all", "/issuers", "/issuers/300748.SZ", "/issuers/000795.SZ",
    "/issuers/600111.SH", "/sources", "/sources/paper", "/sources/later", "/deliveries",
    "/digests", "/unsure", "/items?q=许可", "EVENT", "EVENT.1",
)  # fmt: skip


def test_everything_fits_and_can_be_read(page: Page, address: str) -> None:
    """No page is wider than the screen, and no text has less contrast than 4.5 to 1."""
    page.goto(f"{address}/issuers/300748.SZ")
    event = page.locator(".events .time a").first.get_attribute("href") or ""
    for path in PATHS:
        path = path.replace("EVENT", event.partition("?")[0])
        page.goto(address + path)
        for size in (PHONE, DESK):
            page.set_viewport_size({"width": size["width"], "height": size["height"]})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], (path, wide)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                faint = page.evaluate(CONTRAST)
                assert faint == [], (path, size, scheme, faint)


CONTRAST = """() => {
  const channel = (v) => {
    v /= 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = numbers(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest(".hidden, svg, option") || !e.checkVisibility()) continue;
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own) continue;
    const [a, b] = [light(numbers(getComputedStyle(e).color)), light(ground(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.push(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
  }
  return [...new Set(faint)];
}"""


def test_pictures_have_shapes_and_not_only_colours(page: Page, address: str) -> None:
    page.goto(f"{address}/issuers/000795.SZ")
    shapes = page.locator(".lane use").evaluate_all("all => all.map(u => u.getAttribute('href'))")
    assert {"#up", "#down", "#round"} <= set(shapes)
    boxes = [box for use in page.locator(".lane use").all() if (box := use.bounding_box())]
    assert len(boxes) == len(shapes)
    assert all(box["width"] > 5 for box in boxes)
    bars = page.locator(".lane rect.bar").evaluate_all(
        "all => all.map(r => [r.getAttribute('class'), r.getBoundingClientRect().width])"
    )
    assert [name for name, _ in bars] == ["bar waits", "bar grant", "bar lost"]
    assert all(width > 20 for _, width in bars)


def test_without_a_script_everything_is_there(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/?q=许可")
    assert page.locator("table.events tbody tr").count() > 3
    page.locator("a", has_text="why").first.click()
    assert page.locator("h2").count() == 5
    context.close()
