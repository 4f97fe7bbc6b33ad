"""Joins python-telegram-bot to the pretend Telegram without a socket, for tests and simulations."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from sandbox import server
from sandbox.checks import Upload
from sandbox.refusals import AnswerLost, Json
from sandbox.server import Telegram


class SandboxRequest(BaseRequest):
    """Give it to `ApplicationBuilder.request()` and `.get_updates_request()`. A lost call fails as it would over
    httpx, cause included, so that "not sent" and "unknown" can be told apart."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        path = unquote(urlsplit(url).path)
        if path.startswith("/file/bot"):
            return self._download(*_split(path, "/file/bot"))
        token, name = _split(path, "/bot")
        try:
            given = dict(parse_qsl(urlsplit(url).query)) | _parameters(request_data)
            answer = await self._telegram.call(token, name, given)
        except AnswerLost as lost:
            if lost.played:
                raise TimedOut from httpx.ReadTimeout(str(lost))
            raise NetworkError(f"httpx.ConnectError: {lost}") from httpx.ConnectError(str(lost))
        return answer.status, answer.encoded

    def _download(self, token: str, path: str) -> tuple[int, bytes]:
        content = self._telegram.file(token, path)
        return (404, server.NOT_FOUND.encoded) if content is None else (200, content)


def _split(path: str, before: str) -> tuple[str, str]:
    token, _, rest = path.removeprefix(before).partition("/")
    return token, rest


def _parameters(data: RequestData | None) -> Json:
    if data is None:
        return {}
    given: Json = dict(data.json_parameters)
    for name, (filename, content, _) in (data.multipart_data or {}).items():
        given[name] = Upload(filename, content if isinstance(content, bytes) else content.read())
    return given
