"""The page of phones in a real Chromium: by keyboard alone, on a phone, in the dark, and with axe finding nothing."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from sandbox import web
from sandbox.bots import Bot
from sandbox.clock import MovableClock
from sandbox.server import Telegram
from tests.sandbox.looking import NARROW, WIDE, assert_nothing_found
from tests.sandbox.village import Village

pytestmark = pytest.mark.browser


@pytest.fixture
async def url(telegram: Telegram, bot: Bot, clock: MovableClock) -> AsyncIterator[str]:
    town = Village(telegram, clock)
    await town.say(town.jamie.id, "/start")
    async with web.served(web.build(telegram, town)) as address:
        yield address


async def opened(browser: Browser, url: str, **how: object) -> Page:
    page = await browser.new_page(**how)  # type: ignore[arg-type]
    page.set_default_timeout(10_000)
    await page.goto(url)
    await expect(page.get_by_role("log", name="Chat of Jamie Reid")).to_contain_text("I am Minder")
    return page


async def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the thing of that accessible name has the focus; fails if it never does."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        focused = page.locator(":focus")
        label = await focused.evaluate("e => e.getAttribute('aria-label') ?? (e.labels?.[0] ?? e).textContent.trim()")
        if label.startswith(name):
            return
    raise AssertionError(f"no Tab leads to {name}")


async def test_a_day_by_keyboard_alone(browser: Browser, url: str) -> None:
    page = await opened(browser, url, viewport=WIDE)
    jamie = page.get_by_role("log", name="Chat of Jamie Reid")
    await tab_to(page, "Next event")
    await page.keyboard.press("Enter")
    await expect(jamie).to_contain_text("You have a work session tomorrow")
    await expect(page.locator("#time")).to_have_text("18:00")
    await tab_to(page, "I'll be there")
    await page.keyboard.press("Space")
    await expect(jamie).to_contain_text("Thank you. See you there.")
    await expect(jamie.get_by_role("button", name="I'll be there")).to_have_count(0)
    await expect(page.locator(".message:focus")).to_contain_text("Thank you. See you there.")
    await tab_to(page, "Message from Jamie Reid")
    await page.keyboard.type("thanks")
    await page.keyboard.press("Enter")
    await expect(jamie).to_contain_text("You said: 6 characters.")
    await expect(page.get_by_role("textbox", name="Message from Jamie Reid")).to_be_empty()
    await expect(page.get_by_role("region", name="List of what Minder owes")).to_contain_text("Nothing just now")


async def test_start_and_the_menu_are_buttons(browser: Browser, url: str) -> None:
    page = await opened(browser, url, viewport=WIDE)
    await page.get_by_role("button", name="Start, as Ailsa").click()
    ailsa = page.get_by_role("log", name="Chat of Ailsa")
    await expect(ailsa).to_contain_text("Hello. I am Minder")
    await expect(ailsa.locator("strong")).to_have_text("Minder")
    await page.get_by_role("button", name="/next: Your next appointment, as Ailsa").click()
    await expect(ailsa).to_contain_text("You said: 5 characters.")


async def test_what_others_do_appears_by_itself(browser: Browser, url: str, telegram: Telegram) -> None:
    page = await opened(browser, url, viewport=WIDE)
    person = next(person for person in telegram.people.values() if person.name == "Morag Bain")
    person.say("hello from a script")
    await expect(page.get_by_role("log", name="Chat of Morag Bain")).to_contain_text("hello from a script")


async def test_a_refusal_is_said(browser: Browser, url: str) -> None:
    page = await opened(browser, url, viewport=WIDE)
    for _ in range(2):
        await page.get_by_role("button", name="Next event").click()
        await expect(page.locator("body.busy")).to_have_count(0)
    await expect(page.get_by_role("alert")).to_have_text(
        "That did not work: nothing is owed, so there is no next event."
    )


async def test_one_phone_at_a_time_on_a_phone(browser: Browser, url: str) -> None:
    page = await opened(browser, url, viewport=NARROW)
    await expect(page.get_by_role("article")).to_have_count(1)
    await page.get_by_role("navigation").get_by_role("button", name="Morag Bain").click()
    await page.get_by_role("button", name="Next event").click()
    jamie = page.get_by_role("navigation").get_by_role("button", name="Jamie Reid 1 new")
    await jamie.click()
    await expect(page.get_by_role("log", name="Chat of Jamie Reid")).to_contain_text("You have a work session")
    wider = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider == 0
    await expect(page.get_by_role("textbox", name="Message from Jamie Reid")).to_be_in_viewport(ratio=1)


async def test_the_newest_message_is_in_sight(browser: Browser, url: str, telegram: Telegram) -> None:
    page = await opened(browser, url, viewport=NARROW)
    person = next(person for person in telegram.people.values() if person.name == "Jamie Reid")
    for number in range(12):
        person.say(f"message {number}\nof two lines")
    await expect(page.get_by_text("message 11")).to_be_in_viewport(ratio=1)
    chat = page.get_by_role("log", name="Chat of Jamie Reid")
    # a picture that loads (or a new answer) between the finger and the browser's word of it takes nobody back down
    await chat.evaluate("chat => { chat.scrollTop = 0; chat.dispatchEvent(new Event('load')); }")
    await expect(page.get_by_text("message 11")).not_to_be_in_viewport()
    person.say("message 12")
    await expect(chat).to_contain_text("message 12")
    await expect(page.get_by_text("message 12")).not_to_be_in_viewport()


async def test_nothing_comes_from_outside(browser: Browser, url: str) -> None:
    page = await browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(url)
    await expect(page.get_by_role("log", name="Chat of Jamie Reid")).to_contain_text("I am Minder")
    assert [address for address in asked if not address.startswith(url)] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW])
async def test_axe_finds_nothing(browser: Browser, url: str, scheme: str, viewport: dict[str, int]) -> None:
    page = await opened(browser, url, viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    await page.get_by_role("button", name="Next event").click()
    await expect(page.get_by_role("log", name="Chat of Jamie Reid")).to_contain_text("You have a work session")
    await assert_nothing_found(page)
    await page.get_by_role("button", name="Next event").click()
    await expect(page.get_by_role("alert")).to_contain_text("That did not work")
    if viewport is NARROW:
        await page.get_by_role("navigation").get_by_role("button", name="What is next").click()
    await assert_nothing_found(page)
