"""GOV.UK Notify: a text message → its API, and its errors → our few outcomes. Nobody else speaks to it.

The template named in the settings says `((message))` and nothing else: the words are ours, and checked with the rest.
Its client, and the second way over HTTP that it brings along, are loaded where it is asked: most services have none.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from domain.clock import Clock
from domain.outbox import Accepted, Later, Reception, Refused, Trouble, Unreachable
from messages.limits import Gate

if TYPE_CHECKING:
    from notifications_python_client.errors import APIError

T = TypeVar("T")
log = structlog.get_logger()
FIELD = "message"
TEMPLATE = f"(({FIELD}))"
CALL_SECONDS = 7.0  # for one call: its thread cannot be stopped, and a process ends within ten seconds
AT_ONCE = 6  # calls in flight: each has a thread
PATIENCE = 5.0  # seconds that a message waits for a turn before it is put back
BUSY_SECONDS = 10.0
TROUBLE_SECONDS = 60.0  # after which an error that passes is tried again
TODAY_SECONDS = 3600.0  # between two tries when the day's limit is used up
RATE, DAY = "RateLimitError", "TooManyRequestsError"  # the two meanings of 429 (Notify's documentation)


class NoAnswer(Exception):
    """Notify did not tell what it was asked, which is logged."""


class Notify:
    """One service at Notify. Its client is synchronous and not thread-safe: each call has one, in a thread."""

    def __init__(self, clock: Clock, key: str, template: str, url: str) -> None:
        self.template = template
        self._of = (key, url, CALL_SECONDS)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._gate = Gate(clock, every=timedelta(), burst=1)  # shut when told to wait, or when nobody answers

    async def send(self, number: str, words: str, reference: str, again: bool = False) -> Reception:
        """One text message, under a name of our own. `again`: it may have been sent before, and is looked for first."""
        if wait := self._gate.wait():
            return Later(wait.total_seconds(), Trouble.TEXTS_SHUT)
        async with AsyncExitStack() as turn:
            try:
                async with asyncio.timeout(PATIENCE):
                    await turn.enter_async_context(self._turns)
            except TimeoutError:
                return Later(BUSY_SECONDS, Trouble.TEXTS_BUSY)
            return await self._try(number, words, reference, again)

    async def _try(self, number: str, words: str, reference: str, again: bool) -> Reception:
        from notifications_python_client.errors import APIError
        from requests import RequestException

        try:
            id_ = await asyncio.to_thread(self._find, reference) if again else ""
            id_ = id_ or await asyncio.to_thread(self._send, number, words, reference)
        except APIError as error:
            return self._outcome(error)
        except (RequestException, KeyError, TypeError, ValueError) as error:  # an answer that is none
            return self._wait(TROUBLE_SECONDS, type(error).__name__)
        return Accepted(0, id_)

    def _client(self) -> Any:
        from notifications_python_client.notifications import NotificationsAPIClient

        key, url, seconds = self._of
        return NotificationsAPIClient(key, base_url=url, timeout=seconds)  # type: ignore[no-untyped-call]

    def _send(self, number: str, words: str, reference: str) -> str:
        said = self._client().send_sms_notification(number, self.template, {FIELD: words}, reference)
        return str(said["id"])

    def _find(self, reference: str) -> str:
        """A message that an earlier try sent, though its answer was lost; empty if there is none."""
        found = self._client().get_all_notifications(reference=reference)["notifications"]
        return str(found[0]["id"]) if found else ""

    async def received(self, since: datetime) -> Sequence[Mapping[str, Any]]:
        """What people texted since then, the oldest first: Notify tells the newest first, page by page, and keeps them
        for seven days. Raises NoAnswer."""
        found: list[Mapping[str, Any]] = []
        last: str | None = None
        while page := await self._ask(partial(_texts, older_than=last)):
            found += page
            if page[-1]["id"] == last or _before(since, page[-1]):
                break
            last = page[-1]["id"]
        return [one for one in reversed(found) if not _before(since, one)]

    async def became(self, id_: str) -> str:
        """What has become of a message by now, as a receipt names it; empty if Notify knows it no more. Raises
        NoAnswer."""
        return await self._ask(lambda client: str(client.get_notification_by_id(id_)["status"])) or ""

    async def _ask(self, question: Callable[[Any], T]) -> T | None:
        """None if Notify itself says that there is no such thing. Trouble here says nothing of sending, and holds up no
        message."""
        from notifications_python_client.errors import APIError
        from requests import RequestException

        if self._gate.wait():
            raise NoAnswer
        try:
            async with self._turns:
                return await asyncio.to_thread(lambda: question(self._client()))
        except APIError as error:
            if error.status_code in (400, 404) and _errors(error):
                return None
            why = f"{error.status_code}"
        except (RequestException, AttributeError, KeyError, TypeError, ValueError) as error:  # an answer that is none
            why = type(error).__name__
        log.warning("notify_trouble", error=why)
        raise NoAnswer

    async def look(self) -> str:
        """What the template says; raises APIError."""
        return str((await asyncio.to_thread(self._client().get_template, self.template))["body"])

    def _outcome(self, error: "APIError") -> Reception:
        """400: the number is none, or the message is never taken. All else passes, if perhaps not soon: also what is
        no answer of Notify's, such as a page of a proxy, whatever its status."""
        if error.status_code == 429:
            daily = DAY in _named(error)
            return self._wait(TODAY_SECONDS if daily else TROUBLE_SECONDS, DAY if daily else RATE)
        if error.status_code != 400:
            return self._wait(TROUBLE_SECONDS, f"{error.status_code}")
        return Unreachable() if "phone_number" in _said(error) else Refused(_said(error))

    def _wait(self, seconds: float, why: str) -> Reception:
        """For all, not for this message alone."""
        log.warning("notify_trouble", error=why, seconds=seconds)
        self._gate.shut(timedelta(seconds=seconds))
        return Later(seconds, Trouble.TEXTS)


def moment(found: object) -> datetime | None:
    """As Notify writes it; none if that cannot be read."""
    try:
        at = datetime.fromisoformat(str(found))
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _before(since: datetime, text: Mapping[str, Any]) -> bool:
    """Whether somebody texted it before then; of which nobody can tell when, it is not said."""
    at = moment(text.get("created_at"))
    return at is not None and at < since


def _texts(client: Any, older_than: str | None) -> list[Mapping[str, Any]]:
    found = client.get_received_texts(older_than)["received_text_messages"]
    return [{**one, "id": str(one["id"])} for one in found]


def _errors(error: "APIError") -> list[dict[str, Any]]:
    found = error.message
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _named(error: "APIError") -> set[str]:
    return {str(one.get("error")) for one in _errors(error)}


def _said(error: "APIError") -> str:
    """Notify's own words, which never repeat the number."""
    return "; ".join(str(one.get("message")) for one in _errors(error)) or f"refused ({error.status_code})"
