"""The Bot API over aiohttp: trouble says whether the call can have been carried out."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress

import pytest
from telegram import InputFile
from telegram.error import NetworkError, TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from messages.request import AiohttpRequest, never_sent

Server = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ANSWER = b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s"


@asynccontextmanager
async def serving(one: Server) -> AsyncIterator[str]:
    """Until then it talks to whoever came, and nothing of it is left."""
    talks = set[asyncio.Task[None] | None]()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.current_task())
        with closing(writer), suppress(asyncio.IncompleteReadError, asyncio.CancelledError):
            await one(reader, writer)

    server = await asyncio.start_server(talk, "127.0.0.1")
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot1:x/getMe"
        while left := [task for task in talks if task and not task.done()]:
            for task in left:
                task.cancel()
            await asyncio.wait(left)


@pytest.fixture
async def request_() -> AsyncIterator[AiohttpRequest]:
    request = AiohttpRequest(1)
    async with request:
        yield request


async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.close()


async def is_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


def answers(status: bytes, body: bytes) -> Server:
    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline():
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER % (status, len(body), body))
        writer.close()

    return one


async def test_nobody_there_never_sent(request_: AiohttpRequest) -> None:
    async with serving(hangs_up) as url:
        pass
    with pytest.raises(NetworkError) as caught:
        await request_.post(url)
    assert never_sent(caught.value)


async def test_no_free_connection_never_sent(request_: AiohttpRequest) -> None:
    async with serving(is_silent) as url:
        first = asyncio.create_task(request_.post(url, read_timeout=0.5))
        await asyncio.sleep(0.05)
        with pytest.raises(TimedOut) as second:
            await request_.post(url, connect_timeout=0.05, pool_timeout=0.05)
        with pytest.raises(TimedOut) as caught:
            await first
    assert never_sent(second.value)
    assert not never_sent(caught.value)


@pytest.mark.parametrize("trouble", [hangs_up, is_silent, answers(b"502 Bad Gateway", b"<html>")])
async def test_an_answer_that_is_lost_leaves_it_open(request_: AiohttpRequest, trouble: Server) -> None:
    async with serving(trouble) as url:
        with pytest.raises(NetworkError) as caught:
            await request_.post(url, read_timeout=0.1)
    assert not never_sent(caught.value)


async def test_what_the_environment_says_of_proxies_is_heard(
    request_: AiohttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(answers(b"200 OK", b'{"ok": true, "result": 7}')) as url:
        monkeypatch.setenv("http_proxy", url.removesuffix("/bot1:x/getMe"))
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert await request_.post("http://telegram.invalid/bot1:x/getMe") == 7


async def test_parameters_go_as_json_and_with_a_file_as_a_form(request_: AiohttpRequest) -> None:
    heard = []

    async def listens(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = re.search(rb"(?i)content-length: (\d+)", head)
            assert length is not None
            heard.append((head, await reader.readexactly(int(length[1]))))
            writer.write(ANSWER % (b"200 OK", 26, b'{"ok": true, "result": []}'))

    buttons = {"inline_keyboard": [[{"text": "Sí \N{SLIGHTLY SMILING FACE}", "callback_data": "a"}]]}
    said = [RequestParameter("chat_id", 7, None), RequestParameter("reply_markup", buttons, None)]
    picture = InputFile(b"bytes of it", filename="Picture.jpg")
    async with serving(listens) as url:
        await request_.post(url, RequestData(said))
        await request_.post(url, RequestData([*said, RequestParameter("photo", None, [picture])]))
    (first, body), (second, form) = heard
    assert b"content-type: application/json" in first.lower()
    assert json.loads(body) == {"chat_id": 7, "reply_markup": buttons}
    assert b"content-type: multipart/form-data" in second.lower()
    assert b'name="photo"; filename="Picture.jpg"' in form
    assert b"bytes of it" in form
