"""What GOV.UK Notify posts here: receipts, and what people text back. Only who knows the token is heard.

Whatever is answered with 5xx is posted again: five times, each five minutes later (Notify's documentation). What is
posted while nobody is there for longer is lost, so it is asked for, too.
"""

import asyncio
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import serving
from bot.settings import Settings
from domain.facts import AboutNothing
from domain.outbox import Later
from messages import texts
from messages.compose import Tongue
from messages.notify import NoAnswer, Notify, moment
from reminders import schedule
from reminders.schedule import Job
from usecases import callbacks
from usecases.callbacks import Came
from usecases.service import Service

log = structlog.get_logger()
RECEIPT, INBOUND = "/notify/receipt", "/notify/inbound"
MOST_BYTES = 20_000  # a text message has 918 characters
Said = Mapping[str, Any]


@dataclass(frozen=True)
class _Ear:
    """Where two kinds of post go: `read` raises for what is no such thing, `hear` gives the status of the answer."""

    read: Callable[[Said], Any]
    hear: Callable[[Any], Awaitable[int]]


def routes(settings: Settings, service: Service, notify: Notify | None, tongue: Tongue) -> list[Route]:
    """Two pages; none where text messages are not set up."""
    if notify is None:
        return []
    speaker = notify

    async def receipt(said: tuple[str, str]) -> int:
        known = await callbacks.receipt(service, *said)
        return 200 if known else 503  # it may have come before our own record of sending

    async def inbound(came: Came) -> int:
        return 200 if await _heard(service, speaker, tongue, came) else 503

    ears = {RECEIPT: _Ear(_receipt, receipt), INBOUND: _Ear(_came, inbound)}
    token = settings.notify_callback_token
    return [Route(path, _guarded(token, ear), methods=["POST"]) for path, ear in ears.items()]


async def _heard(service: Service, notify: Notify, tongue: Tongue, came: Came) -> bool:
    """False: it has to be brought again, as nothing is kept here of a stranger, and Notify did not take what is said to
    one in danger."""
    for one in await callbacks.hear(service, came):
        words = texts.text(one.saying, AboutNothing(), tongue.voice("en", service.clock.now()))
        said = await notify.send(came.number, words, str(came.reference), again=True)
        if isinstance(said, Later):
            return False
    return True


def jobs(service: Service, notify: Notify | None, tongue: Tongue) -> list[Job]:
    """What is asked for by the clock; nothing where text messages are not set up."""
    if notify is None:
        return []
    return [schedule.catching_up(service.calendar.zone, partial(_catch_up, notify=notify, tongue=tongue))]


async def _catch_up(service: Service, notify: Notify, tongue: Tongue) -> dict[str, int]:
    """Asks Notify for what was never posted, or not while anybody was there: what people texted, and what became of the
    texts that still have no receipt. What cannot be had now is asked for the next time."""
    begun = service.clock.now()
    since = await callbacks.caught_up(service)
    heard: list[bool] = []
    noted: list[bool] = []
    try:
        read = [_found(one) for one in await notify.received(callbacks.texted_since(since, begun))]
        for came in await callbacks.unheard(service, [one for one in read if one is not None]):
            heard.append(await _kept(_heard(service, notify, tongue, came)))
        for id_ in await callbacks.without_receipt(service, since, begun):
            status = await notify.became(id_)
            if status in callbacks.RECEIPTS:
                noted.append(await _kept(callbacks.receipt(service, id_, status)))
        if all((*heard, *noted)):
            await callbacks.note_caught_up(service, begun)
    except NoAnswer:
        pass
    return {"texts": sum(heard), "receipts": sum(noted)}


async def _kept(work: Awaitable[bool]) -> bool:
    """One that cannot be kept holds up no other."""
    try:
        return await work
    except Exception as error:
        log.warning("callback_trouble", error=type(error).__name__)
        return False


def _receipt(said: Said) -> tuple[str, str]:
    """Notify's name for the message, and what became of it."""
    if said["status"] not in callbacks.RECEIPTS:
        raise ValueError(said["status"])
    return str(UUID(said["id"])), str(said["status"])


def _came(said: Said) -> Came:
    """If nobody can tell when Notify received it, the words count all the same."""
    words, at = str(said["message"]).strip(), moment(said.get("date_received"))
    return Came(UUID(said["id"]), _number(str(said["source_number"])), words, at)


def _found(said: Said) -> Came | None:
    """The same, as Notify tells it; none if it cannot be read."""
    names = {"message": "content", "date_received": "created_at", "source_number": "user_number"}
    try:
        return replace(_came({"id": said["id"], **{one: said[theirs] for one, theirs in names.items()}}), found=True)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("callback_trouble", error=type(error).__name__)
        return None


def _number(found: str) -> str:
    """As on record (E.164): Notify leaves the plus out."""
    digits = re.sub(r"\D", "", found)
    return f"+{digits}" if digits else found


def _guarded(token: str, ear: _Ear) -> Callable[[Request], Awaitable[Response]]:
    """403 without the token, 413 and 400 for what cannot be read, 503 for what could not be kept."""
    expected = f"Bearer {token}".encode()

    async def post(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected):
            return Response(status_code=403)
        body = await serving.body(request, MOST_BYTES)
        if body is None:
            return Response(status_code=413)
        try:
            said = ear.read(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError):
            return Response(status_code=400)
        try:
            return Response(status_code=await ear.hear(said))
        except Exception as error:  # it is posted again
            log.warning("callback_trouble", error=type(error).__name__)
            return Response(status_code=503)

    return post


async def keep_serving(settings: Settings, pages: list[Route]) -> None:
    """These pages alone, until cancelled: where updates are polled, no webhook serves."""
    host, _, port = settings.webhook_listen.rpartition(":")
    async with serving.served(Starlette(routes=pages), host, int(port)):
        await asyncio.Event().wait()
