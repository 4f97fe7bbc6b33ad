"""Clients that others wrote believe the sandbox: python-telegram-bot with and without a socket, aiogram over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pydantic
import pytest
import telegram as ptb
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import error
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from messages.request import AiohttpRequest
from sandbox import web
from sandbox.bots import Bot
from sandbox.clock import MovableClock
from sandbox.people import Person
from sandbox.server import Telegram
from sandbox.transport import SandboxRequest
from tests.sandbox.published import TOKEN, update_validator

PtbApplication = Application[Any, Any, Any, Any, Any, Any]


async def until(fact: Callable[[], bool]) -> None:
    """Waits for the bot, in real time; the test's own time-out ends a wait for nothing."""
    async with asyncio.timeout(10):
        while not fact():
            await asyncio.sleep(0.005)


@pytest.fixture
async def url(telegram: Telegram) -> AsyncIterator[str]:
    async with web.served(web.build(telegram)) as address:
        yield address


@pytest.fixture(params=["transport", "http", "aiohttp"])
def builder(request: pytest.FixtureRequest, telegram: Telegram) -> Any:
    """python-telegram-bot, joined without a socket, over its own client, and over the one that the bot runs on."""
    building = ApplicationBuilder().token(TOKEN).job_queue(None)
    if request.param == "transport":
        return building.request(SandboxRequest(telegram)).get_updates_request(SandboxRequest(telegram))
    address = request.getfixturevalue("url")
    if request.param == "aiohttp":
        building = building.request(AiohttpRequest(100)).get_updates_request(AiohttpRequest(1))
    return building.base_url(f"{address}/bot").base_file_url(f"{address}/file/bot")


@pytest.fixture
async def api(builder: Any, bot: Bot) -> AsyncIterator[ptb.Bot]:
    application = builder.build()
    async with application.bot:
        yield application.bot


@asynccontextmanager
async def polling(application: PtbApplication) -> AsyncIterator[None]:
    async with application:
        await application.start()
        assert application.updater
        await application.updater.start_polling(timeout=1)
        yield
        await application.updater.stop()
        await application.stop()


async def test_a_conversation_with_python_telegram_bot(builder: Any, bot: Bot, telegram: Telegram) -> None:
    application: PtbApplication = builder.build()
    keyboard = ptb.InlineKeyboardMarkup([[ptb.InlineKeyboardButton("I'll be there", callback_data="yes")]])

    async def start(update: ptb.Update, context: Any) -> None:
        assert update.message
        await update.message.reply_html(f"<b>Hello</b> {' '.join(context.args)}", reply_markup=keyboard)

    async def tapped(update: ptb.Update, _: Any) -> None:
        assert update.callback_query
        await update.callback_query.answer("Saved")
        await update.callback_query.edit_message_text("See you there")

    async def said(update: ptb.Update, _: Any) -> None:
        assert update.message
        await update.message.reply_text(f"Passed on: {update.message.text}")

    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(tapped))
    application.add_handler(MessageHandler(filters.TEXT, said))
    jamie = telegram.add_person("Jamie")
    async with polling(application):
        jamie.start("code-1")
        await until(lambda: len(jamie.chat) == 2)
        assert jamie.chat[-1].text == "Hello code-1"
        jamie.tap("I'll be there")
        await until(lambda: jamie.chat[-1].edited_at)
        assert (jamie.chat[-1].text, jamie.notice) == ("See you there", "Saved")
        jamie.say("can I bring my dog?")
        await until(lambda: len(jamie.chat) == 4)
        assert jamie.chat[-1].text == "Passed on: can I bring my dog?"
    assert telegram.waiting(TOKEN) == 0


async def test_python_telegram_bot_understands_every_refusal(
    api: ptb.Bot, telegram: Telegram, jamie: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # without it the library warns of its own RetryAfter
    stranger = telegram.add_person("Ailsa")
    with pytest.raises(error.Forbidden, match="bot can't initiate conversation with a user"):
        await api.send_message(stranger.id, "Hello")
    with pytest.raises(error.BadRequest, match="Message text is empty"):
        await api.send_message(jamie.id, "")
    sent = await api.send_message(jamie.id, "Hello")
    with pytest.raises(error.BadRequest, match="Message is not modified"):
        await sent.edit_text("Hello")
    await api.send_message(jamie.id, "two")
    await api.send_message(jamie.id, "three")
    with pytest.raises(error.RetryAfter):
        await api.send_message(jamie.id, "four")
    jamie.block()
    with pytest.raises(error.Forbidden, match="bot was blocked by the user"):
        await api.send_message(jamie.id, "Hello")
    await api.set_webhook("https://example.org/hook")
    with pytest.raises(error.Conflict, match="webhook is active"):
        await api.get_updates()


async def test_python_telegram_bot_sends_and_fetches_files(api: ptb.Bot, jamie: Person) -> None:
    content = bytes(range(256)) + b"\r\n--\r\n"
    sent = await api.send_document(jamie.id, content, filename="Bericht é.bin", caption="July")
    assert sent.document
    assert sent.document.file_name == "Bericht é.bin"
    file = await sent.document.get_file()
    assert bytes(await file.download_as_bytearray()) == content
    photo = await api.send_photo(jamie.id, b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert photo.photo


async def test_python_telegram_bot_sets_menus(api: ptb.Bot, jamie: Person) -> None:
    commands = [ptb.BotCommand("next", "Your next appointment")]
    scope = ptb.BotCommandScopeChat(jamie.id)
    await api.set_my_commands(commands, scope=scope)
    assert list(await api.get_my_commands(scope=scope)) == commands
    assert jamie.commands == [{"command": "next", "description": "Your next appointment"}]
    assert (await api.get_chat(jamie.id)).first_name == "Jamie"


async def test_lost_calls_look_as_they_do_over_httpx(telegram: Telegram, bot: Bot, jamie: Person) -> None:
    api = ptb.Bot(TOKEN, request=SandboxRequest(telegram), get_updates_request=SandboxRequest(telegram))
    telegram.faults.lose_answer("sendMessage")
    with pytest.raises(error.TimedOut) as unknown:
        await api.send_message(jamie.id, "said, but the bot never knew")
    assert isinstance(unknown.value.__cause__, httpx.ReadTimeout)
    telegram.faults.lose_call("sendMessage")
    with pytest.raises(error.NetworkError) as not_sent:
        await api.send_message(jamie.id, "never said")
    assert isinstance(not_sent.value.__cause__, httpx.ConnectError)
    assert [message.text for message in jamie.chat if message.who == "bot"] == ["said, but the bot never knew"]


async def test_a_lost_answer_over_http_times_out(url: str, telegram: Telegram, jamie: Person) -> None:
    telegram.faults.lose_answer("sendMessage")
    async with httpx.AsyncClient(timeout=httpx.Timeout(30, read=1)) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.post(f"{url}/bot{TOKEN}/sendMessage", json={"chat_id": jamie.id, "text": "x"})
    assert jamie.chat[-1].text == "x"


@pytest.fixture
def built_when_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """aiogram makes a validator of each of Telegram's six hundred types as it is imported: five seconds. Here each is
    made as it is met."""
    whole = pydantic.BaseModel.model_rebuild.__func__  # type: ignore[attr-defined]
    monkeypatch.setattr(pydantic.BaseModel, "model_config", {"defer_build": True})
    with monkeypatch.context() as importing:
        importing.setattr(pydantic.BaseModel, "model_rebuild", lambda **_: None)
        from aiogram import types

    def rebuild(model: type[pydantic.BaseModel], /, **how: Any) -> bool | None:
        built: bool | None = whole(model, **{**how, "_types_namespace": vars(types)})
        return built

    monkeypatch.setattr(pydantic.BaseModel, "model_rebuild", classmethod(rebuild))


@pytest.mark.usefixtures("built_when_used")
async def test_a_conversation_with_aiogram(url: str, bot: Bot, telegram: Telegram) -> None:
    import aiogram  # here, because every worker collects every test
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    dispatcher = aiogram.Dispatcher()
    button = aiogram.types.InlineKeyboardButton(text="Yes", callback_data="yes")
    keyboard = aiogram.types.InlineKeyboardMarkup(inline_keyboard=[[button]])

    @dispatcher.message()
    async def said(message: aiogram.types.Message) -> None:
        await message.answer("<i>Coming?</i>", parse_mode="HTML", reply_markup=keyboard)

    @dispatcher.callback_query()
    async def tapped(query: aiogram.types.CallbackQuery) -> None:
        assert isinstance(query.message, aiogram.types.Message)
        await query.answer("Saved")
        await query.message.edit_text("See you there")
        file = aiogram.types.BufferedInputFile(b"a,b\r\n1,2\r\n", filename="figures.csv")
        await query.message.answer_document(file, caption="Your hours")

    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    client = aiogram.Bot(TOKEN, session=session)
    jamie = telegram.add_person("Jamie")
    running = asyncio.create_task(dispatcher.start_polling(client, polling_timeout=1, handle_signals=False))
    jamie.start()
    await until(lambda: len(jamie.chat) == 2)
    jamie.tap("Yes")
    await until(lambda: len(jamie.chat) == 3)
    assert [message.text for message in jamie.chat] == ["/start", "See you there", "Your hours"]
    media = jamie.chat[-1].media
    assert media is not None
    assert bot.files[media["file_id"]].content == b"a,b\r\n1,2\r\n"
    await dispatcher.stop_polling()
    await running
    await session.close()


async def test_a_second_poller_ends_the_first(telegram: Telegram, bot: Bot) -> None:
    first = asyncio.create_task(telegram.call(TOKEN, "getUpdates", {"timeout": 5}))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    second = asyncio.create_task(telegram.call(TOKEN, "getUpdates", {"timeout": 5}))
    ended = await first
    assert ended.status == 409
    assert "terminated by other getUpdates request" in ended.body["description"]
    await telegram.call(TOKEN, "setWebhook", {"url": "https://example.org/hook"})
    assert (await second).status == 409
    assert (await telegram.call(TOKEN, "getUpdates", {})).status == 409
    await telegram.call(TOKEN, "deleteWebhook", {})
    assert (await telegram.call(TOKEN, "getUpdates", {})).status == 200


async def test_a_webhook_gets_each_update_until_it_takes_it(url: str, telegram: Telegram, bot: Bot) -> None:
    taken: list[tuple[str | None, dict[str, Any]]] = []
    answers = iter([500])

    async def hook(request: Request) -> Response:
        status = next(answers, 200)
        if status == 200:
            taken.append((request.headers.get("x-telegram-bot-api-secret-token"), await request.json()))
        return Response(status_code=status)

    jamie = telegram.add_person("Jamie")
    async with web.served(Starlette(routes=[Route("/hook", hook, methods=["POST"])])) as address:
        await telegram.call(TOKEN, "setWebhook", {"url": f"{address}/hook", "secret_token": "s3cret"})
        jamie.start()
        jamie.say("hello")
        await until(lambda: telegram.waiting(TOKEN) == 0)
    assert [(secret, update["message"]["text"]) for secret, update in taken] == [
        ("s3cret", "/start"),
        ("s3cret", "hello"),
    ]
    for _, update in taken:
        update_validator().validate(update)
    info = (await telegram.call(TOKEN, "getWebhookInfo", {})).body["result"]
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"


@pytest.mark.parametrize("escape", [False, True])
async def test_forms_json_and_addresses_all_carry_parameters(url: str, jamie: Person, escape: bool) -> None:
    token = TOKEN.replace(":", "%3A") if escape else TOKEN
    where = f"{url}/bot{token}/sendMessage"
    params = {"chat_id": str(jamie.id), "text": "Hello & goodbye"}
    send: list[Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]] = [
        lambda client: client.get(where, params=params),
        lambda client: client.post(where, data=params),
        lambda client: client.post(where, files={name: (None, value) for name, value in params.items()}),
    ]
    async with httpx.AsyncClient() as client:
        for each in send:
            assert (await each(client)).json()["ok"] is True
        jamie.bot.flood._chats.clear()
        assert (await client.post(where, json=params)).json()["ok"] is True
        assert (await client.post(where, content=b"{", headers={"content-type": "application/json"})).json() == {
            "ok": False,
            "error_code": 400,
            "description": "Bad Request: can't parse JSON in the request body",
        }
    assert [message.text for message in jamie.chat[1:]] == ["Hello & goodbye"] * 4


async def test_updates_begin_anew_after_a_quiet_week(telegram: Telegram, jamie: Person, clock: MovableClock) -> None:
    async def heard(offset: int) -> list[int]:
        answer = await telegram.call(TOKEN, "getUpdates", {"offset": offset})
        return [update["update_id"] for update in answer.body["result"]]

    jamie.say("one")
    jamie.say("two")
    first, second = await heard(0)
    assert second == first + 1
    assert await heard(second + 1) == []
    latest, fell = second, False
    for week in range(10):
        clock.move_to(clock.now() + timedelta(days=8))
        jamie.say(f"in week {week}")
        [anew] = await heard(latest + 1)
        assert anew != latest + 1
        latest, fell = anew, fell or anew < latest
        assert await heard(latest + 1) == []
    assert fell, "an id lower than one already seen is heard all the same"
