"""How the Bot API is called: python-telegram-bot over aiohttp, ten times as fast as over its own client.

A call that fails says by its `__cause__` whether Telegram can have had it (`never_sent`): there is no idempotency key.
"""

import json
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    FormData,
    TCPConnector,
)
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

CONNECT, WRITE, READ, POOL = 10.0, 20.0, 20.0, 20.0  # seconds; together well under the outbox's lease
NEVER_SENT = (
    *(ClientConnectorError, ClientHttpProxyError, ConnectionTimeoutError),
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout),  # of the library's own client, and the sandbox's
)
PLAIN = {"User-Agent": BaseRequest.USER_AGENT}
JSON = PLAIN | {"Content-Type": "application/json"}


def never_sent(error: TelegramError) -> bool:
    """Whether the call certainly did not reach Telegram. After any other trouble it may have been carried out."""
    return isinstance(error.__cause__, NEVER_SENT)


class AiohttpRequest(BaseRequest):
    """At most `connections` calls at a time; a caller's own time-outs (seconds, None for no limit) come first."""

    def __init__(self, connections: int) -> None:
        self.connections = connections
        self._session: ClientSession | None = None
        self._proxies: dict[tuple[str, str], str | None] = {}

    @property
    def read_timeout(self) -> float | None:
        return READ

    async def initialize(self) -> None:
        if self._session is None:
            trusted = httpx.create_ssl_context()  # the same authorities as for every other call of ours
            connector = TCPConnector(limit=self.connections, ssl=trusted)
            self._session = ClientSession(connector=connector, cookie_jar=DummyCookieJar())

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("This request is not initialized.")
        limits = _timeout(read_timeout, write_timeout, connect_timeout, pool_timeout)
        body = _body(request_data)
        headers = JSON if isinstance(body, bytes) else PLAIN
        where, proxy = URL(url, encoded=True), self._proxy(url)
        try:
            async with self._session.request(
                method, where, data=body, headers=headers, timeout=limits, proxy=proxy
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (ClientError, OSError) as error:
            raise NetworkError(f"aiohttp.{type(error).__name__}: {error}") from error

    def _proxy(self, url: str) -> str | None:
        """What the environment names (HTTPS_PROXY, NO_PROXY), looked up once for each server."""
        parts = urlsplit(url)
        server = (parts.scheme, parts.hostname or "")
        if server not in self._proxies:
            self._proxies[server] = None if proxy_bypass(server[1]) else getproxies().get(server[0])
        return self._proxies[server]


def _timeout(
    read: ODVInput[float], write: ODVInput[float], connect: ODVInput[float], pool: ODVInput[float]
) -> ClientTimeout:
    """aiohttp knows no limit for writing: what all four allow together bounds the whole call."""
    given = zip((read, write, connect, pool), (READ, WRITE, CONNECT, POOL), strict=True)
    parts = [ours if isinstance(theirs, DefaultValue) else theirs for theirs, ours in given]
    to_connect = None if None in parts[2:] else sum(filter(None, parts[2:]))
    total = None if None in parts else sum(filter(None, parts))
    return ClientTimeout(total=total, connect=to_connect, sock_connect=parts[2], sock_read=parts[0])


def _body(data: RequestData | None) -> bytes | FormData | None:
    """As JSON, which takes a fifth of the time that a form takes to be quoted; with files, a form of several parts."""
    if data is None:
        return None
    if not data.contains_files:
        return json.dumps(data.parameters).encode()
    form = FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
