"""Text messages as whoever runs the server sees them: settings, `minder doctor`, and the pages that Notify posts to."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from bot import callbacks, doctor, serving
from bot.app import App, build
from bot.settings import Settings, SettingsWrong, check
from sandbox.clock import MovableClock
from sandbox.notify import Notify
from tests.conftest import SECRET
from tests.conversations.conftest import MONDAY

CALLBACKS = "a-token-for-tests"
BOT_TOKEN = "1234567890:abcdefghijklmnopqrstuvwxyz"


@asynccontextmanager
async def house(gateway: Notify, database_url: str, **values: str) -> AsyncIterator[App]:
    """The bot as it is built, with the pretend Notify."""
    async with serving.served(gateway.pages(), "127.0.0.1", 0) as port:
        given = {"notify_url": f"http://127.0.0.1:{port}", "notify_callback_token": CALLBACKS, **values}
        named = {"notify_key": gateway.key, "notify_template": gateway.template, **given}
        app = build(Settings(token=BOT_TOKEN, secret_key=(SECRET,), database_url=database_url, **named), clock())
        yield app
        await app.service.db.close()


def clock() -> MovableClock:
    return MovableClock(MONDAY)


@pytest.mark.parametrize(
    ("values", "body", "found"),
    [
        ({}, "((message))", "may post what comes back"),
        ({}, "Dear ((message))", "the template has words of its own"),
        (
            {"notify_template": "00000000-0000-0000-0000-000000000000"},
            "((message))",
            "does not show the template (404)",
        ),
        ({"notify_key": f"k{'-00000000-0000-0000-0000-000000000000' * 2}"}, "((message))", "the template (403)"),
        ({"notify_url": "http://127.0.0.1:1"}, "((message))", "does not show the template (503)"),
    ],
)
async def test_the_doctor_looks_whether_texts_would_go(
    database_url: str, values: dict[str, str], body: str, found: str
) -> None:
    async with house(Notify(body=body), database_url, **values) as app:
        (finding,) = await doctor._texts(app.settings, app.service)
    assert found in finding.found
    assert finding.wrong is (body != "((message))" or bool(values))


def test_a_key_needs_a_template_and_a_way_back_and_is_never_shown() -> None:
    """Nothing of it is set: nothing is looked at, nothing is served."""
    key = Notify().key
    given = {"MINDER_TOKEN": BOT_TOKEN, "MINDER_SECRET_KEY": SECRET}
    with pytest.raises(SettingsWrong) as wrong:
        check({**given, "MINDER_NOTIFY_KEY": key})
    template, token = wrong.value.lines
    assert template.startswith("MINDER_NOTIFY_TEMPLATE is not set; expected the id of a template")
    assert token.startswith("MINDER_NOTIFY_CALLBACK_TOKEN is not set; expected at least 10 characters")
    with pytest.raises(SettingsWrong) as wrong:
        check({**given, "MINDER_NOTIFY_KEY": key, "MINDER_NOTIFY_TEMPLATE": Notify().template})
    assert wrong.value.lines == [token]
    with pytest.raises(SettingsWrong) as wrong:
        check({**given, "MINDER_NOTIFY_KEY": key[:-1], "MINDER_NOTIFY_CALLBACK_TOKEN": "short"})
    assert key[:-1] not in str(wrong.value)
    assert len(wrong.value.lines) == 2
    app = build(check(given), clock())
    assert app.callbacks == []
    assert app.dispatcher.notify is None
    assert app.ticker.jobs == app.jobs, "nothing is asked for"


async def test_where_updates_are_polled_the_pages_are_served_all_the_same(database_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with house(Notify(), database_url, webhook_listen=f"127.0.0.1:{port}") as app:
        serving_ = asyncio.create_task(callbacks.keep_serving(app.settings, app.callbacks))
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                for _ in range(200):
                    try:
                        refused = await client.post(callbacks.INBOUND, content=b"{}")
                        break
                    except httpx.ConnectError:
                        await asyncio.sleep(0.02)
                bearer = {"Authorization": f"Bearer {CALLBACKS}"}
                senseless = await client.post(callbacks.INBOUND, content=b"{}", headers=bearer)
                huge = await client.post(callbacks.RECEIPT, content=b" " * 20_001, headers=bearer)
        finally:
            serving_.cancel()
            await asyncio.gather(serving_, return_exceptions=True)
    assert [one.status_code for one in (refused, senseless, huge)] == [403, 400, 413]
