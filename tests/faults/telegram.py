"""The sandbox's Telegram behind a server that fails in every documented way, and keeps a ledger of every call."""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox import gateway
from sandbox.server import Answer, Telegram

SPEAKING = ("sendMessage", "editMessageText", "answerCallbackQuery")
SLOW_SECONDS = 0.8
# From an answer to its record: at most 0.18 as measured, whatever else runs on the machine, if one leaves out the time
# in which the bot waited for a processor; while it does so, its database does too.
RECORD_SECONDS, HELD_UP = 0.3, 1.5
AGAIN_SECONDS = 2.0  # after which a bot has surely looked for its database again
HANG_SECONDS = 30.0  # longer than any bot waits for an answer

# How often each trouble meets a call: out of a hundred.
BEFORE = {"flood": 3, "500": 2, "502": 2, "broken before": 2}  # the call is not played
AFTER = {"broken after": 2, "garbage": 2, "500 after": 1, "hang": 1, "slow": 4}  # the call is played
POLLING = {"flood": 2, "502": 2, "conflict": 1, "broken after": 3, "garbage": 2}
LOSES = frozenset({"broken after", "garbage", "500 after", "hang"})  # played, and the bot cannot know


@dataclass
class Call:
    """One call of the Bot API: of which life, what came of it, and when its answer had left (seconds of the loop).
    `held_up`: for how long that life had waited for a processor until then."""

    life: int
    method: str
    chat: int
    text: str
    data: Any = None
    fault: str = ""
    accepted: bool = False
    message_id: int = 0
    answered_at: float | None = None
    held_up: float = 0.0

    @property
    def lost(self) -> bool:
        """Played, and its answer was lost."""
        return self.accepted and self.fault in LOSES


@dataclass(frozen=True)
class Kill:
    """When a life ended (seconds of the loop), and for how long it had waited for a processor until then."""

    at: float
    held_up: float


@dataclass
class Ledger:
    """Every call, every kill (of which life), every outage of the database (from, until: seconds of the loop), and
    each new message (chat, message id) that was ever seen on record: only the life that sent it knows its id."""

    calls: list[Call] = field(default_factory=list)
    kills: dict[int, Kill] = field(default_factory=dict)
    outages: list[tuple[float, float]] = field(default_factory=list)
    on_record: set[tuple[int, int]] = field(default_factory=set)

    def recorded(self, call: Call) -> bool:
        """Whether it made a new message that is on record."""
        return call.method == "sendMessage" and (call.chat, call.message_id) in self.on_record

    def in_flight_at_a_kill(self, call: Call) -> bool:
        """Whether its life ended before the answer was on record, and before it could have been."""
        kill = self.kills.get(call.life)
        if kill is None or self.recorded(call):
            return False
        return call.answered_at is None or kill.at < self._on_record_by(call.answered_at, kill.held_up - call.held_up)

    def _on_record_by(self, answered_at: float, held_up: float) -> float:
        """When an answer is on record at the latest: a machine that has no time for a bot gives it more, and a database
        that is away is waited for, and asked again. Whoever found it away just before the answer came may still be
        waiting."""
        longer = HELD_UP * max(held_up, 0.0)
        by = answered_at + RECORD_SECONDS + longer
        for began, ended in self.outages:
            if began < by and ended + AGAIN_SECONDS + longer > answered_at:
                by = max(by, ended + AGAIN_SECONDS + longer)
        return by

    def may_be_said_again(self, call: Call) -> bool:
        """Whether the bot cannot have known that this call was carried out."""
        return call.lost or self.in_flight_at_a_kill(call)

    def told(self, calls: Sequence[Call]) -> str:
        """Each of some calls: whose it was, what came of it, and when, beside the kill of its life and the outages."""
        lines = []
        for call in calls:
            kill = self.kills.get(call.life)
            times = f"answered {_seconds(call.answered_at)}, killed {_seconds(kill and kill.at)}"
            held_up = f", held up for {kill.held_up - call.held_up:.2f}" if kill else ""
            known = "on record" if self.recorded(call) else call.fault or "no fault"
            lines.append(f"life {call.life} {known} message {call.message_id}, {times}{held_up}")
        outages = ", ".join(f"{began:.2f} to {ended:.2f}" for began, ended in self.outages)
        return f"{'; '.join(lines)} (database away {outages or 'never'})"

    def accepted(self, *methods: str) -> Iterator[Call]:
        """What Telegram took, in order."""
        return (call for call in self.calls if call.accepted and call.method in methods)


class FaultyTelegram:
    """Serves `/LIFE/bot<token>/<method>`, so that each call tells which process made it."""

    def __init__(self, telegram: Telegram, dice: random.Random) -> None:
        self.telegram = telegram
        self.dice = dice
        self.ledger = Ledger()
        self.troubled = True
        self.refused_chats: dict[int, str] = {}  # chat → why no message to it can ever be taken
        self.held_up: Callable[[int], float] = lambda _: 0.0  # for how long a life has waited for a processor
        self.deaf_until = 0.0  # no getUpdates is answered well before then (seconds of the loop)
        self.port = 0
        self._called = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncIterator["FaultyTelegram"]:
        """Serves on a free port of this machine."""
        app = web.Application()
        app.router.add_route("*", "/{life}/bot{token}/{method}", self._call)
        posting = asyncio.create_task(gateway.deliver(self.telegram))  # where there is a webhook
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen()
        try:
            yield self
        finally:
            posting.cancel()
            await asyncio.gather(posting, return_exceptions=True)
            self._cut()
            await self._runner.cleanup()

    def address(self, life: int) -> str:
        """What a process is told to be Telegram."""
        return f"http://127.0.0.1:{self.port}/{life}"

    async def outage(self, seconds: float) -> None:
        """Connections are cut, and new ones refused, for a while."""
        assert self._site is not None
        await self._site.stop()
        self._cut()
        await asyncio.sleep(seconds)
        await self._listen()

    def goes_deaf(self, seconds: float) -> None:
        """Nothing is confirmed for a while: what was handed over before will be handed over again."""
        self.deaf_until = asyncio.get_running_loop().time() + seconds

    async def called(self, life: int, methods: Collection[str], times: int = 1) -> None:
        """Returns when a process has called one of these methods so many times from now on, before it is answered."""
        before = len(self.ledger.calls)
        async with self._called:
            await self._called.wait_for(lambda: self._count(before, life, methods) >= times)

    def _count(self, before: int, life: int, methods: Collection[str]) -> int:
        return sum(call.life == life and call.method in methods for call in self.ledger.calls[before:])

    async def _listen(self) -> None:
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await self._site.start()
        if self.port == 0:
            self.port = self._runner.addresses[0][1]

    def _cut(self) -> None:
        assert self._runner is not None
        assert self._runner.server is not None
        for connection in list(self._runner.server.connections):
            if connection.transport is not None:
                connection.transport.abort()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        params = {**request.query, **await _body(request)}
        method = request.match_info["method"]
        call = Call(
            int(request.match_info["life"]),
            method,
            int(params.get("chat_id") or 0),
            str(params.get("text", "")),
            params.get("reply_markup"),
        )
        self.ledger.calls.append(call)
        async with self._called:
            self._called.notify_all()
        call.fault = self._fault(method)
        if call.fault == "broken before":
            _abort(request)
            return web.Response()
        said = self._refusal(call) or await self._play(request, call, params)
        if said is None:
            return web.Response()  # nobody hears it
        answer = web.Response(body=said[1], status=said[0], content_type="application/json")
        with contextlib.suppress(ConnectionError):
            await answer.prepare(request)
            await answer.write_eof()
            call.answered_at = asyncio.get_running_loop().time()
            call.held_up = self.held_up(call.life)
        return answer

    async def _play(self, request: web.Request, call: Call, params: dict[str, Any]) -> tuple[int, bytes] | None:
        """Carries the call out; then its answer may be lost."""
        answer = await self.telegram.call(request.match_info["token"], call.method, params)
        call.accepted = answer.status == 200
        if call.accepted and isinstance(answer.body["result"], dict):
            call.message_id = answer.body["result"].get("message_id", 0)
        if call.fault == "slow":
            await asyncio.sleep(self.dice.uniform(0, SLOW_SECONDS))
        elif call.fault == "hang":
            await _hung_up(request)
            return None
        elif call.fault == "broken after":
            _abort(request)
            return None
        elif call.fault == "garbage":
            return 200, answer.encoded[: len(answer.encoded) // 2]
        elif call.fault == "500 after":
            return _error(500, "Internal Server Error")
        return answer.status, answer.encoded

    def _fault(self, method: str) -> str:
        if not self.troubled:
            return ""
        if method == "getUpdates" and asyncio.get_running_loop().time() < self.deaf_until:
            return "502"
        chances = POLLING if method == "getUpdates" else {**BEFORE, **AFTER}
        at = self.dice.uniform(0, 100)
        for name, chance in chances.items():
            at -= chance
            if at < 0:
                return name
        return ""

    def _refusal(self, call: Call) -> tuple[int, bytes] | None:
        """What is answered without playing the call."""
        if call.chat in self.refused_chats and call.method.startswith(("send", "edit")):
            why = self.refused_chats[call.chat]
            return _error(403 if why.startswith("Forbidden") else 400, why)
        match call.fault:
            case "flood":
                return _error(429, "Too Many Requests: retry after 1", retry_after=1)
            case "500":
                return _error(500, "Internal Server Error")
            case "502":
                return 502, b"<html><body><h1>502 Bad Gateway</h1></body></html>"
            case "conflict":
                return _error(409, "Conflict: terminated by other getUpdates request")
        return None


def _seconds(at: float | None) -> str:
    return "never" if at is None else f"at {at:.2f}"


def _error(status: int, description: str, **parameters: int) -> tuple[int, bytes]:
    body = {"ok": False, "error_code": status, "description": description}
    return status, Answer(status, {**body, "parameters": parameters} if parameters else body).encoded


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        found = json.loads(await request.read() or b"{}")
        return found if isinstance(found, dict) else {}
    return dict(await request.post())


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _hung_up(request: web.Request) -> None:
    """Keeps the caller waiting for as long as it will."""
    ends = asyncio.get_running_loop().time() + HANG_SECONDS
    while request.transport is not None and asyncio.get_running_loop().time() < ends:
        await asyncio.sleep(0.05)
