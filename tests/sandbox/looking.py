"""How the browser tests look at a page."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

WIDE = {"width": 1400, "height": 1000}
NARROW = {"width": 390, "height": 844}
HALF_SCROLLED = "bgOverlap"  # axe cannot judge the contrast of a message that is half scrolled out of its chat


async def assert_nothing_found(page: Page) -> None:
    """axe-core sees nothing wrong, and nothing that a person would have to judge."""
    found = (await Axe().run(page)).response
    assert found["violations"] == []
    unsure = [
        (check["id"], node["target"], node["any"])
        for check in found["incomplete"]
        for node in check["nodes"]
        if {one["data"]["messageKey"] for one in node["any"] if one["id"] == "color-contrast"} != {HALF_SCROLLED}
    ]
    assert not unsure, unsure


async def assert_no_taller_than_it_looks(page: Page) -> None:
    """Nobody scrolls down into nothing: words for screen readers take no room of their own."""
    whole = await page.evaluate("document.documentElement.scrollHeight")
    seen = await page.evaluate("Math.max(document.body.getBoundingClientRect().height, innerHeight)")
    assert whole <= seen + 1, f"{whole} pixels to scroll, {seen} to look at"
