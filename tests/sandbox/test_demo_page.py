"""The page as `make demo` serves it, with the real bot behind it: a visitor carries on where the transcript ended."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.sandbox.looking import NARROW, WIDE, assert_no_taller_than_it_looks, assert_nothing_found

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """`make demo`, run for real on a free port until it says where its page is."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--port", "0"), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    said = ""
    while not (found := re.search(r"open (http://\S+) in", said)):
        line = (await process.stdout.readline()).decode()
        assert line, f"the demo ended:\n{said}"
        said += line
    yield found[1]
    process.terminate()
    await process.wait()


async def test_a_visitor_plays_on_where_the_transcript_ended(browser: Browser, address: str) -> None:
    page = await browser.new_page(viewport=WIDE, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_default_timeout(20_000)
    await page.goto(address)
    sam, kirsty = (page.get_by_role("log", name=f"Chat of {name}", exact=True) for name in ("Sam", "Kirsty Muir"))
    await expect(sam).to_contain_text("Your next dates:")
    while not await sam.get_by_text("Tomorrow, Tue 1 Dec, 9:30.").count():
        await page.get_by_role("button", name="Next event").click()
        await expect(page.locator("body.busy")).to_have_count(0)
    await sam.get_by_role("button", name="I'll be there").last.click()
    await expect(sam).to_contain_text("You said: I'll be there.")
    await page.get_by_role("textbox", name="Message from Sam", exact=True).fill("which bus goes there?")
    await page.keyboard.press("Enter")
    await expect(sam).to_contain_text("I have passed that on.")
    await expect(kirsty).to_contain_text("C1001: wrote.")
    card = kirsty.locator(".message", has_text="C1001: wrote.").last
    await card.get_by_role("button", name="Show").click()
    await expect(kirsty).to_contain_text("which bus goes there?")
    for viewport in (WIDE, NARROW):
        await page.set_viewport_size(viewport)  # type: ignore[arg-type]
        await assert_nothing_found(page)
        await assert_no_taller_than_it_looks(page)
