"""The sandbox over HTTP: the Bot API, a page of phones, and for scripts whatever the page can do (docs/sandbox.md)."""

import asyncio
import contextlib
import json
import mimetypes
import re
import socket
from collections.abc import AsyncIterator, Coroutine
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from domain.calendar import Calendar
from sandbox import gateway
from sandbox.chats import Shown
from sandbox.people import NoSuchButton, Person
from sandbox.refusals import Json
from sandbox.server import Telegram

_PAGE = Path(__file__).with_name("page")
_PAGE_FILES = ("page.css", "page.js", "icon.svg")
_ONLY_OURS = {"Content-Security-Policy": "default-src 'self'; img-src 'self' data:", "Cache-Control": "no-store"}
_DURATION = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,6})S)?)?")
_STILL_HERE = 15.0  # real seconds between signs of life on the stream of changes


class Town(Protocol):
    """The people, the bot and the clock, played together. Each deed returns once the bot has become quiet; what
    cannot be done is a ValueError whose sentence says why."""

    def people(self) -> list[Json]:
        """Each person's id, name and role, in the order of the page."""

    async def say(self, person_id: int, text: str) -> None:
        """That person types and sends."""

    async def tap(self, person_id: int, message_id: int | None, text: str) -> None:
        """That person taps a button: on that message, otherwise on the newest that has it."""

    async def move(self, *, to: datetime | None = None, by: timedelta | None = None, next: bool = False) -> None:
        """Moves the clock in one of three ways, playing every due thing on the way in order."""

    def now(self) -> datetime:
        """Where the clock stands."""

    async def owed(self) -> list[Json]:
        """What the bot will say unasked, soonest first: due (ISO 8601), kind, to, about, why, state."""


class Unclear(Exception):
    """A request that the sandbox cannot follow: the status, and what was found and expected in a sentence."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


def build(telegram: Telegram, town: Town | None = None, zone: str = "Europe/London") -> Starlette:
    """Without a town only the Bot API is served."""
    desk = _Desk(telegram, town, Calendar(ZoneInfo(zone))).routes() if town else []

    @contextlib.asynccontextmanager
    async def webhooks(_: Starlette) -> AsyncIterator[None]:
        posting = asyncio.create_task(gateway.deliver(telegram))
        yield
        posting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await posting

    return Starlette(
        routes=[*gateway.routes(telegram), *desk],
        lifespan=webhooks,
        exception_handlers={Unclear: _unclear, NoSuchButton: _unclear, HTTPException: _nowhere},
    )


@contextlib.asynccontextmanager
async def served(app: Starlette, port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Serves the app inside this event loop and gives its address. Port 0 is any free one."""
    with socket.create_server((host, port)) as listening:
        config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
        running = uvicorn.Server(config)
        serving = asyncio.create_task(running.serve(sockets=[listening]))
        try:
            yield f"http://{host}:{listening.getsockname()[1]}"
        finally:
            running.should_exit = True
            await serving


class _Desk:
    """The page and its JSON."""

    def __init__(self, telegram: Telegram, town: Town, calendar: Calendar) -> None:
        self.telegram = telegram
        self.town = town
        self.calendar = calendar

    def routes(self) -> list[Route]:
        return [
            Route("/", self.page),
            *(Route(f"/{name}", self.page) for name in _PAGE_FILES),
            Route("/sandbox/people", self.people),
            Route("/sandbox/people/{id}/chat", self.chat),
            Route("/sandbox/people/{id}/media/{file}", self.media),
            Route("/sandbox/people/{id}/say", self.say, methods=["POST"]),
            Route("/sandbox/people/{id}/tap", self.tap, methods=["POST"]),
            Route("/sandbox/clock", self.clock),
            Route("/sandbox/clock", self.move, methods=["POST"]),
            Route("/sandbox/owed", self.owed),
            Route("/sandbox/changes", self.changes),
        ]

    async def page(self, request: Request) -> Response:
        return FileResponse(_PAGE / (request.url.path.strip("/") or "index.html"), headers=_ONLY_OURS)

    async def people(self, _: Request) -> Response:
        return JSONResponse([self._described(entry) for entry in self.town.people()])

    async def chat(self, request: Request) -> Response:
        return self._chat(self._person(request))

    async def media(self, request: Request) -> Response:
        stored = self._person(request).bot.files.get(request.path_params["file"])
        if stored is None:
            raise Unclear("there is no such file in this chat", 404)
        kind = mimetypes.guess_type(stored.name)[0] or "application/octet-stream"
        return Response(stored.content, media_type=kind)

    async def say(self, request: Request) -> Response:
        person, body = self._person(request), await _object(request)
        text = _text(body)
        code = person.start_code(text)  # pasting a start link into a phone opens it there
        await self._done(self.town.say(person.id, text if code is None else f"/start {code}".strip()))
        return self._chat(person)

    async def tap(self, request: Request) -> Response:
        person, body = self._person(request), await _object(request)
        message_id = body.get("message_id")
        if message_id is not None and (isinstance(message_id, bool) or not isinstance(message_id, int)):
            raise Unclear(f'"message_id" is {json.dumps(message_id)}; expected the number of a message')
        await self._done(self.town.tap(person.id, message_id, _text(body)))
        return self._chat(person)

    async def clock(self, _: Request) -> Response:
        now = self.town.now()
        return JSONResponse(
            {
                "now": now.astimezone(UTC).isoformat(),
                "local": self.calendar.wall(now).isoformat(),
                "zone": str(self.calendar.zone),
            }
        )

    async def move(self, request: Request) -> Response:
        await self._done(self._moved(await _object(request)))
        return await self.clock(request)

    async def owed(self, _: Request) -> Response:
        return JSONResponse(await self.town.owed())

    async def changes(self, _: Request) -> Response:
        """Server-sent events: one for each change, without saying which."""

        async def stream() -> AsyncIterator[str]:
            pulse, seen = self.telegram.pulse, -1
            while True:
                if await pulse.past(seen, _STILL_HERE):
                    seen = pulse.version
                    yield f"data: {seen}\n\n"
                else:
                    yield ": still here\n\n"

        return StreamingResponse(stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    def _moved(self, body: Json) -> Coroutine[Any, Any, None]:
        ways = [way for way in ("by", "to", "next", "tomorrow") if way in body]
        if len(ways) != 1:
            raise Unclear(f'expected one of "by", "to", "next" and "tomorrow"; found {", ".join(body) or "nothing"}')
        said = body[ways[0]]
        if ways == ["next"]:
            if said is not True:
                raise Unclear(f'"next" is {json.dumps(said)}; expected true')
            return self.town.move(next=True)
        if not isinstance(said, str):
            raise Unclear(f'"{ways[0]}" is {json.dumps(said)}; expected a text')
        if ways == ["by"]:
            return self.town.move(by=_duration(said))
        return self.town.move(to=self._forward(self._tomorrow(said) if ways == ["tomorrow"] else _moment(said)))

    def _tomorrow(self, said: str) -> datetime:
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", said):
            raise Unclear(f'"tomorrow" is "{said}"; expected a time such as "08:00"')
        return self.calendar.at(self.calendar.day(self.town.now()) + timedelta(days=1), time.fromisoformat(said))

    def _forward(self, to: datetime) -> datetime:
        now = self.town.now()
        if to < now:
            raise Unclear(f"the clock stands at {now.isoformat()}; it cannot go back to {to.isoformat()}")
        return to

    async def _done(self, deed: Coroutine[Any, Any, None]) -> None:
        """Even a deed that nobody answers may have changed what is owed."""
        try:
            await deed
        except ValueError as error:
            raise Unclear(str(error)) from error
        finally:
            self.telegram.pulse.beat()

    def _person(self, request: Request) -> Person:
        wanted = request.path_params["id"]
        ids = [entry["id"] for entry in self.town.people()]
        if wanted not in map(str, ids):
            known = ", ".join(map(str, ids))
            raise Unclear(f"nobody here has the id {wanted}; the people are {known}", 404)
        return self.telegram.people[int(wanted)]

    def _described(self, entry: Json) -> Json:
        person = self.telegram.people[entry["id"]]
        return {
            **entry,
            "standing": person.standing.name.lower(),
            "commands": person.commands,
            "notice": person.notice,
        }

    def _chat(self, person: Person) -> Response:
        return JSONResponse([_message(person, shown) for shown in person.chat])


def _message(person: Person, shown: Shown) -> Json:
    media = dict(shown.media) if shown.media else None
    if media and "file_id" in media:
        media["url"] = f"/sandbox/people/{person.id}/media/{media.pop('file_id')}"
    edited_at = shown.edited_at.isoformat() if shown.edited_at else None
    return asdict(shown) | {"date": shown.date.isoformat(), "edited_at": edited_at, "media": media}


async def _object(request: Request) -> Json:
    try:
        body = json.loads(await request.body())
    except ValueError as error:
        raise Unclear("the request's body is not JSON") from error
    if not isinstance(body, dict):
        raise Unclear("expected a JSON object in the request's body")
    return body


def _text(body: Json) -> str:
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Unclear(f'"text" is {json.dumps(text)}; expected some words')
    return text


def _moment(said: str) -> datetime:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise Unclear(f'"to" is "{said}"; expected a moment such as "2026-11-24T18:00:00+00:00"') from error
    if moment.tzinfo is None:
        raise Unclear(f'"to" is "{said}", which names no offset; expected "{said}+00:00" or another')
    return moment.astimezone(UTC)


def _duration(said: str) -> timedelta:
    parts = _DURATION.fullmatch(said)
    if parts is None or not any(parts.groups()):
        raise Unclear(f'"by" is "{said}"; expected an ISO 8601 duration such as "PT1H", "PT30M" or "P1D"')
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


async def _unclear(_: Request, error: Exception) -> Response:
    status = 404 if isinstance(error, NoSuchButton) else getattr(error, "status", 400)
    return JSONResponse({"error": str(error)}, status)


async def _nowhere(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": f"{request.method} {request.url.path}: {error.detail}"}, error.status_code)
