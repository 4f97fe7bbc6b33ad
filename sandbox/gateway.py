"""The pretend Telegram over HTTP: what the Bot API's own server answers, and the webhooks that it posts."""

import asyncio
import json
from email.message import Message
from email.parser import HeaderParser
from urllib.parse import parse_qsl

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import server
from sandbox.bots import Bot
from sandbox.checks import Upload
from sandbox.refusals import AnswerLost, Json, Refused
from sandbox.server import Answer, Telegram

_PATIENCE = 10.0  # real seconds for a bot to take an update posted to it
_BETWEEN_TRIES = 1.0


def routes(telegram: Telegram) -> list[Route]:
    """`/bot<token>/<method>` and `/file/bot<token>/<path>`."""

    async def call(request: Request) -> Response:
        try:
            params = await parameters(request)
        except Refused as refused:
            body = {"ok": False, "error_code": refused.status, "description": refused.description}
            return _response(Answer(refused.status, body))
        try:
            answer = await telegram.call(request.path_params["token"], request.path_params["method"], params)
        except AnswerLost:
            await _hung_up(request)
            return Response(status_code=499)
        return _response(answer)

    async def download(request: Request) -> Response:
        content = telegram.file(request.path_params["token"], request.path_params["path"])
        if content is None:
            return _response(server.NOT_FOUND)
        return Response(content, media_type="application/octet-stream")

    return [
        Route("/bot{token}/{method}", call, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", download),
    ]


async def parameters(request: Request) -> Json:
    """Telegram takes them from the address, a form, a multipart form or JSON."""
    given: Json = dict(request.query_params)
    kind = _header("content-type", request.headers.get("content-type", ""))
    body = await request.body()
    if kind.get_content_type() == "application/json" and body.strip():
        try:
            said = json.loads(body)
        except ValueError as error:
            raise Refused.bad_request("can't parse JSON in the request body") from error
        if not isinstance(said, dict):
            raise Refused.bad_request("object expected in the request body")
        return given | said
    if kind.get_content_type() == "multipart/form-data":
        return given | multipart(body, str(kind.get_param("boundary")).encode())
    if kind.get_content_type() == "application/x-www-form-urlencoded":
        return given | dict(parse_qsl(body.decode(), keep_blank_values=True))
    return given


def multipart(body: bytes, boundary: bytes) -> Json:
    """Fields as strings, files as uploads. Kept by hand: nothing else here needs a library for it."""
    given: Json = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        headers = HeaderParser().parsestr(head.decode().lstrip())
        name = str(headers.get_param("name", header="content-disposition"))
        filename = headers.get_filename()
        given[name] = content.decode() if filename is None else Upload(filename, content)
    return given


async def deliver(telegram: Telegram) -> None:
    """Posts updates to the bots that set a webhook, one at a time and in order, again until each is taken."""
    while not any(bot.webhook for bot in telegram.bots.values()):
        await telegram.pulse.past(telegram.pulse.version, timeout=60)
    async with httpx.AsyncClient(timeout=_PATIENCE, trust_env=False) as client:
        while True:
            seen = telegram.pulse.version
            failed = False
            for bot in list(telegram.bots.values()):
                while bot.webhook and bot.pending and not failed:
                    failed = not await _post(client, bot)
            if failed:
                await asyncio.sleep(_BETWEEN_TRIES)
            else:
                await telegram.pulse.past(seen, timeout=60)


async def _post(client: httpx.AsyncClient, bot: Bot) -> bool:
    assert bot.webhook
    hook, update = bot.webhook, bot.pending[0]
    headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
    try:
        answer = await client.post(hook.url, json=update, headers=headers)
    except httpx.HTTPError as error:
        hook.last_error = bot.clock.now(), str(error) or "Connection timed out"
        return False
    if not answer.is_success:
        hook.last_error = (
            bot.clock.now(),
            f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}",
        )
        return False
    if update in bot.pending:
        bot.pending.remove(update)
    bot.pulse.beat()
    return True


async def _hung_up(request: Request) -> None:
    """Keeps the caller waiting for as long as it will."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _response(answer: Answer) -> Response:
    return Response(answer.encoded, answer.status, media_type="application/json")


def _header(name: str, value: str) -> Message:
    message = Message()
    message[name] = value
    return message
