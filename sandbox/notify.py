"""A pretend GOV.UK Notify: the part of its API that sends text messages, with its documented errors, and the posts with
which it tells of receipts and of what people text back, both of which it tells whoever asks, too
(docs.notifications.service.gov.uk)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import httpx
import phonenumbers
from notifications_python_client.authentication import decode_jwt_token
from notifications_python_client.errors import TokenError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import MovableClock

LONGEST = 918  # characters of one text message
KEPT = timedelta(days=7)  # how long it tells what came in
Page = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Fault:
    """What the next send is answered with. `sent`: the message goes all the same, and only the answer is lost. `page`:
    what is answered instead of Notify's JSON, as by a proxy on the way."""

    status: int
    error: str = "Exception"
    message: str = "Internal server error"
    sent: bool = False
    page: str | None = None


TEAM_ONLY = Fault(400, "BadRequestError", "Can't send to this recipient using a team-only API key")
CLOCK = Fault(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds")
NO_KEY = Fault(403, "AuthError", "Invalid token: API key not found")
RATE = Fault(429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds")
DAY = Fault(429, "TooManyRequestsError", "Exceeded send limits (sms: 250000) for today")
NO_SUCH = Fault(404, "NoResultFound", "No result found")
DOWN = Fault(500)
LOST = Fault(503, sent=True)
PORTAL, NOTHING = Fault(200, page="<html>Please sign in</html>"), Fault(201, sent=True, page="")
NOT_FOUND, PROXY, SLOW = (Fault(status, page="<html>No</html>") for status in (404, 407, 408))


@dataclass(frozen=True)
class Sms:
    """One message that was taken."""

    id: str
    number: str
    words: str
    reference: str | None


@dataclass(frozen=True)
class Text:
    """One that somebody texted."""

    id: str
    number: str
    words: str
    at: datetime


@dataclass
class Notify:
    """One service at Notify, with one template. Without a `clock` nothing that came in grows too old."""

    key_name: str = "sandbox"
    service: str = field(default_factory=lambda: str(uuid4()))
    secret: str = field(default_factory=lambda: str(uuid4()))
    template: str = field(default_factory=lambda: str(uuid4()))
    body: str = "((message))"
    sent: list[Sms] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)  # of the sends to come, in order
    clock: MovableClock | None = None
    received: list[Text] = field(default_factory=list)
    page: int = 250  # of what came in, told at once
    became: dict[str, str] = field(default_factory=dict)  # of what was sent, by id; else it is on its way
    asked: list[str] = field(default_factory=list)  # what was asked about what came in, and what became of what went
    silences: list[Fault] = field(default_factory=list)  # of those questions to come, in order

    @property
    def key(self) -> str:
        """The API key."""
        return f"{self.key_name}-{self.service}-{self.secret}"

    def to(self, number: str) -> list[str]:
        """What was sent to a number."""
        return [one.words for one in self.sent if one.number == number]

    def comes(self, number: str, words: str, at: datetime, id_: UUID | None = None) -> UUID:
        """Somebody texts. Whether it is posted to the bot is another matter."""
        id_ = id_ or uuid4()
        self.received.append(Text(str(id_), number.removeprefix("+"), words, at))
        return id_

    def pages(self) -> Starlette:
        """The API over HTTP."""
        pages: dict[str, tuple[str, Page]] = {
            "/v2/notifications/sms": ("POST", self._send),
            "/v2/notifications": ("GET", self._all),
            "/v2/notifications/{id}": ("GET", self._one),
            "/v2/received-text-messages": ("GET", self._received),
            "/v2/template/{id}": ("GET", self._template),
        }
        return Starlette(routes=[Route(path, self._known(page), methods=[way]) for path, (way, page) in pages.items()])

    def _known(self, page: Page) -> Page:
        """Only for whoever signs with the key."""

        async def checked(request: Request) -> Response:
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            try:
                claims = decode_jwt_token(token, self.secret)  # type: ignore[no-untyped-call]
            except TokenError:
                claims = None
            return await page(request) if claims is True else _refused(NO_KEY)

        return checked

    async def _send(self, request: Request) -> Response:
        asked = await request.json()
        fault = self.faults.pop(0) if self.faults else self._wrong(asked)
        if fault is not None and not fault.sent:
            return _refused(fault)
        words = self.body.replace("((message))", asked["personalisation"]["message"])
        one = Sms(str(uuid4()), asked["phone_number"], words, asked.get("reference"))
        self.sent.append(one)
        return _refused(fault) if fault is not None else JSONResponse(self._shown(one), 201)

    def _wrong(self, asked: dict[str, object]) -> Fault | None:
        words = asked.get("personalisation")
        if asked.get("template_id") != self.template:
            return Fault(400, "BadRequestError", "Template not found")
        if not isinstance(words, dict) or "message" not in words:
            return Fault(400, "BadRequestError", "Missing personalisation: message")
        if not _mobile(str(asked.get("phone_number"))):
            return Fault(400, "ValidationError", "phone_number Not a UK mobile number")
        if len(str(words["message"])) > LONGEST:
            return Fault(400, "BadRequestError", f"Text messages cannot be longer than {LONGEST} characters")
        return None

    def _shown(self, one: Sms) -> dict[str, object]:
        content = {"body": one.words, "from_number": "40604"}
        template = {"id": self.template, "version": 1, "uri": f"/v2/template/{self.template}"}
        uri = f"/v2/notifications/{one.id}"
        return {"id": one.id, "reference": one.reference, "content": content, "uri": uri, "template": template}

    async def _all(self, request: Request) -> Response:
        wanted = request.query_params.get("reference")
        found = [self._shown(one) for one in self.sent if wanted in (None, one.reference)]
        return JSONResponse({"notifications": found, "links": {"current": str(request.url)}})

    async def _one(self, request: Request) -> Response:
        wanted = request.path_params["id"]
        fault = self._silence(request) or _no_uuid("id", wanted)
        found = [one for one in self.sent if one.id == wanted]
        if fault is not None or not found:
            return _refused(fault or NO_SUCH)
        (one,) = found
        more = {"phone_number": one.number, "type": "sms", "body": one.words}
        return JSONResponse({**self._shown(one), **more, "status": self.became.get(one.id, "sending")})

    async def _received(self, request: Request) -> Response:
        """The newest first; a page has those before the one that is named."""
        last = request.query_params.get("older_than")
        fault = self._silence(request) or _no_uuid("older_than", last)
        if fault is not None:
            return _refused(fault)
        kept = [one for one in self.received if self.clock is None or one.at > self.clock.now() - KEPT]
        kept.sort(key=lambda one: one.at, reverse=True)
        before = [one.at for one in kept if one.id == last]
        older = kept if last is None else [one for one in kept if before and one.at < before[0]]
        told = [self._told(one) for one in older[: self.page]]
        links = {"current": str(request.url)}
        if told:
            links["next"] = f"{request.url.replace(query='')}?older_than={told[-1]['id']}"
        return JSONResponse({"received_text_messages": told, "links": links})

    def _silence(self, request: Request) -> Fault | None:
        self.asked.append(str(request.url.path).rpartition("/")[2])
        return self.silences.pop(0) if self.silences else None

    def _told(self, one: Text) -> dict[str, str]:
        said = {"id": one.id, "user_number": one.number, "notify_number": "40604", "content": one.words}
        return {**said, "service_id": self.service, "created_at": _written(one.at)}

    async def _template(self, request: Request) -> Response:
        if request.path_params["id"] != self.template:
            return _refused(NO_SUCH)
        return JSONResponse({"id": self.template, "type": "sms", "version": 1, "body": self.body})


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.%fZ}"


def _no_uuid(name: str, found: str | None) -> Fault | None:
    try:
        UUID(found or str(uuid4()))
    except ValueError:
        return Fault(400, "ValidationError", f"{name} is not a valid UUID")
    return None


def _mobile(number: str) -> bool:
    try:
        found = phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException:
        return False
    return str(found.national_number).startswith("7") and len(str(found.national_number)) == 10


def _refused(fault: Fault) -> Response:
    if fault.page is not None:
        return Response(fault.page, fault.status, media_type="text/html")
    errors = [{"error": fault.error, "message": fault.message}]
    return JSONResponse({"status_code": fault.status, "errors": errors}, fault.status)


@dataclass(frozen=True)
class Poster:
    """Posts to the bot's pages, again if it must: the way that receipts and people's texts take."""

    pages: Starlette
    token: str
    clock: MovableClock
    number: str = "40604"
    house: Notify | None = None  # which keeps what people text, posted or not

    async def receipt(self, id_: str, status: str) -> int:
        """What became of a message."""
        return await self._post("/notify/receipt", {"id": id_, "status": status, "notification_type": "sms"})

    async def text(self, number: str, words: str, id_: UUID | None = None, at: datetime | None = None) -> int:
        """Somebody texts; `at` is when that came in, if it is posted later."""
        said = {"source_number": number.removeprefix("+"), "destination_number": self.number, "message": words}
        id_, at = id_ or uuid4(), at or self.clock.now()
        if self.house is not None:
            self.house.comes(number, words, at, id_)
        return await self._post("/notify/inbound", {"id": str(id_), **said, "date_received": _written(at)})

    async def _post(self, path: str, said: dict[str, str]) -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.pages), base_url="http://bot") as client:
            headers = {"Authorization": f"Bearer {self.token}"}
            found = await asyncio.wait_for(client.post(path, json=said, headers=headers), 10)
        return found.status_code
