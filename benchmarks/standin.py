"""A Bot API that does nothing but answer, correctly and fast, in a process of its own, and remember when it was asked.

Hand-made HTTP/1.1 on asyncio's protocols: a framework would cost more than the bots that are measured against it.
"""

import asyncio
import json
import re
import time
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

TOKEN = "7000000001:AAbenchmarksOnlyNotARealToken0123456"
MOST_AT_ONCE = 100  # updates in one answer (Bot API)
PATIENCE = 300.0  # real seconds until a wait for calls counts as stuck
BOT = {"id": 7000000001, "is_bot": True, "first_name": "Dates", "username": "dates_bot"}

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
SAID = (
    b'{"message_id":%d,"date":1795000000,"chat":{"id":%d,"type":"private","first_name":"Sam"},'
    b'"from":{"id":7000000001,"is_bot":true,"first_name":"Dates","username":"dates_bot"},"text":"Said."}'
)

Call = tuple[str, int, int, float]  # method, chat, message (0 for none), moment by this machine's monotonic clock

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_VALUE = rb'"?(?:=|%s)(-?\d+)' % rb'\r\n\r\n|: *"?'  # in a form, in one of several parts, in JSON
_CHAT = re.compile(rb"\bchat_id" + _VALUE)
_MESSAGE = re.compile(rb"\bmessage_id" + _VALUE)
_OFFSET = re.compile(rb"\boffset" + _VALUE)
_TIMEOUT = re.compile(rb"\btimeout" + _VALUE)


class _Server:
    """What has been asked so far, and which updates are still to be handed over."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.counts: dict[str, int] = {}
        self._updates: list[tuple[int, bytes]] = []
        self._changed = asyncio.Event()

    def answer(self, path: bytes, body: bytes) -> bytes | Coroutine[Any, Any, bytes]:
        """What is answered at once, or what has to be waited for."""
        match path.partition(b"?")[0].rpartition(b"/")[2].decode():
            case "getUpdates":
                return self._get_updates(path + b"&" + body)
            case "until":
                return self._until(parse_qs(urlsplit(path.decode()).query))
            case "log":
                return json.dumps(self.calls).encode()
            case "queue":
                self._updates = [(one["update_id"], json.dumps(one).encode()) for one in json.loads(body)]
                self._tell()
                return b"true"
            case "forget":
                self.calls, self.counts, self._updates = [], {}, []
                return b"true"
            case name:
                return b'{"ok":true,"result":%s}' % self._result(name, body)

    def _result(self, name: str, body: bytes) -> bytes:
        chat, message = _number(_CHAT, body), _number(_MESSAGE, body)
        self.calls.append((name, chat, message, time.monotonic()))
        self.counts[name] = self.counts.get(name, 0) + 1
        match name:
            case "getMe":
                return json.dumps(BOT).encode()
            case "sendMessage" | "editMessageText":
                self._tell()
                return SAID % (message or len(self.calls), chat)
        return b"true"

    def _tell(self) -> None:
        """Whoever waits looks again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def _get_updates(self, asked: bytes) -> bytes:
        offset = _number(_OFFSET, asked)
        self._updates = [one for one in self._updates if one[0] >= offset] if offset else self._updates
        if not self._updates and (timeout := _number(_TIMEOUT, asked)):
            until = time.monotonic() + timeout
            while not self._updates and (left := until - time.monotonic()) > 0:
                await _wait(self._changed, left)
        self.calls.append(("getUpdates", 0, 0, time.monotonic()))
        found = b",".join(encoded for _, encoded in self._updates[:MOST_AT_ONCE])
        return b'{"ok":true,"result":[' + found + b"]}"

    async def _until(self, asked: Mapping[str, Sequence[str]]) -> bytes:
        """Answers once a method has been called so often, or with how often, if it takes too long."""
        name, count = asked["name"][0], int(asked["count"][0])
        until = time.monotonic() + PATIENCE
        while self.counts.get(name, 0) < count and (left := until - time.monotonic()) > 0:
            await _wait(self._changed, left)
        return json.dumps(self.counts.get(name, 0)).encode()


async def _wait(changed: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(changed.wait(), seconds)
    except TimeoutError:
        return


def _number(which: re.Pattern[bytes], text: bytes) -> int:
    found = which.search(text)
    return int(found[1]) if found is not None else 0


class _Conversation(asyncio.Protocol):
    """One connection that is kept alive; one request at a time, in order."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self._heard = b""
        self._answering: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if self._answering is not None:
            self._answering.cancel()

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if self._answering is None:
            self._next()

    def _next(self) -> None:
        head, ends, rest = self._heard.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        size = int(length[1]) if length is not None else 0
        if not ends or len(rest) < size:
            return
        self._heard = rest[size:]
        said = self._server.answer(head.split(b" ", 2)[1], rest[:size])
        if isinstance(said, bytes):
            self._say(said)
        else:
            self._answering = asyncio.ensure_future(self._say_later(said))

    async def _say_later(self, waited_for: Coroutine[Any, Any, bytes]) -> None:
        said = await waited_for
        self._answering = None
        self._say(said)

    def _say(self, said: bytes) -> None:
        self._transport.write(HEAD % len(said) + said)
        if self._heard:
            self._next()


async def _serve(found: Connection) -> None:
    server = _Server()
    listening = await asyncio.get_running_loop().create_server(lambda: _Conversation(server), "127.0.0.1", 0)
    found.send(listening.sockets[0].getsockname()[1])
    await listening.serve_forever()


def _run(found: Connection) -> None:
    asyncio.run(_serve(found))


@contextmanager
def running() -> Iterator[str]:
    """The address of a stand-in of our own, in a process of its own."""
    spawning = get_context("spawn")
    ours, its = spawning.Pipe()
    process = spawning.Process(target=_run, args=(its,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


# ── What the benchmarks ask of it ───────────────────────────────────────────────────────────────────────────────────


def forget(address: str) -> None:
    """Nothing was asked and nothing waits."""
    _ask(f"{address}/forget")


def queue(address: str, updates: Sequence[Mapping[str, Any]]) -> None:
    """Hands these updates over to whoever asks, in this order."""
    _ask(f"{address}/queue", json.dumps(updates).encode())


def calls(address: str) -> list[Call]:
    """Every call so far, in order."""
    return [(name, chat, message, at) for name, chat, message, at in _ask(f"{address}/log")]


def wait_for(address: str, name: str, count: int) -> None:
    """Returns once a method has been called so often."""
    found = _ask(f"{address}/until?name={name}&count={count}")
    if found < count:
        raise RuntimeError(f"{name} was called {found} of {count} times within {PATIENCE:.0f} s")


def _ask(url: str, body: bytes | None = None) -> Any:
    with urlopen(url, body) as answer:
        return json.load(answer)


def ceiling(address: str, count: int) -> float:
    """How many messages a second it takes from clients that do nothing but write and read."""
    return asyncio.run(_ceiling(address, count))


async def _ceiling(address: str, count: int, connections: int = 16) -> float:
    host, port = address.removeprefix("http://").split(":")
    body = b"chat_id=1000001&text=Said."
    request = b"POST /bot%s/sendMessage HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n%s" % (
        TOKEN.encode(),
        host.encode(),
        len(body),
        body,
    )

    async def client(times: int) -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        for _ in range(times):
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            await reader.readexactly(int(length[1]) if length is not None else 0)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client(count // connections) for _ in range(connections)))
    return count // connections * connections / (time.perf_counter() - began)
