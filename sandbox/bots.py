"""A bot's account at the pretend Telegram: its chats, its files, and the updates that it has not yet taken."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain.clock import Clock
from sandbox.chats import Chat
from sandbox.limits import FloodControl, Limits
from sandbox.pulse import Pulse
from sandbox.refusals import Json, Refused

_NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
_QUIET_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Event:
    """One thing that somebody did, for transcripts: who (a name), what (a verb), the words, in whose chat."""

    at: datetime
    who: str
    what: str
    text: str
    chat: str


@dataclass(frozen=True)
class StoredFile:
    """Something sent; `path` is what getFile names and the download address ends with."""

    id: str
    unique_id: str
    name: str
    path: str
    content: bytes


@dataclass
class Webhook:
    """Where updates are posted. The last failure stays on show, as in getWebhookInfo."""

    url: str
    secret: str | None = None
    max_connections: int = 40
    last_error: tuple[datetime, str] | None = None


@dataclass(frozen=True)
class Query:
    """A tap that may still be answered."""

    chat_id: int
    asked_at: datetime


@dataclass
class Bot:
    token: str
    name: str
    username: str
    clock: Clock
    dice: random.Random
    pulse: Pulse
    limits: Limits
    longest_poll: float
    listeners: list[Callable[[Event], None]]
    chats: dict[int, Chat] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    pending: list[Json] = field(default_factory=list)
    queries: dict[str, Query] = field(default_factory=dict)
    notices: dict[int, str] = field(default_factory=dict)  # what a chat was last told in answer to a tap
    commands: dict[tuple[str, int, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)  # (name, description …; language) → words
    webhook: Webhook | None = None
    allowed_updates: list[str] = field(default_factory=list)  # empty: Telegram's default
    poll: int = 0  # the number of the latest getUpdates; an older one that still waits has lost

    def __post_init__(self) -> None:
        self.flood = FloodControl(self.limits)
        self._last_update_at = self.clock.now()
        self._next_update = self._random_update_id()
        self._next_message = self.dice.randint(1_000, 90_000)

    @property
    def id(self) -> int:
        return int(self.token.partition(":")[0])

    def user(self) -> Json:
        """The bot as a Bot API `User`, as it stands in messages."""
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}

    def chat(self, chat_id: int | str) -> Chat:
        """A chat that Telegram knows; it says no more than this of any other."""
        if chat_id not in self.chats:
            raise Refused.bad_request("chat not found")
        return self.chats[int(chat_id)]

    def timestamp(self) -> int:
        """Telegram's dates are whole seconds."""
        return int(self.clock.now().timestamp())

    def write(self, chat: Chat, by: Json, content: Json) -> Json:
        """Puts a new message into a chat."""
        message = {
            "message_id": self._next_message,
            "from": by,
            "chat": chat.wire(),
            "date": self.timestamp(),
            **content,
        }
        self._next_message += 1
        chat.messages[message["message_id"]] = message
        return message

    def store(self, name: str, content: bytes, kind: str) -> StoredFile:
        """Keeps a file; it has a new id each time, as far as this bot can tell."""
        unique = f"{self.dice.getrandbits(64):016x}"
        stored = StoredFile(
            id=f"AgAC{self.dice.getrandbits(256):064x}",
            unique_id=unique,
            name=name,
            path=f"{kind}s/file_{len(self.files)}{_suffix(name)}",
            content=content,
        )
        self.files[stored.id] = stored
        return stored

    def push(self, kind: str, content: Any) -> None:
        """Queues an update for the bot, unless it asked not to be told of this kind."""
        wanted = kind in self.allowed_updates if self.allowed_updates else kind not in _NOT_BY_DEFAULT
        if wanted:
            now = self.clock.now()
            if not self.pending and now - self._last_update_at >= _QUIET_WEEK:
                self._next_update = self._random_update_id()
            self._last_update_at = now
            self.pending.append({"update_id": self._next_update, kind: content})
            self._next_update += 1
        self.pulse.beat()

    def confirm(self, offset: int) -> None:
        """Forgets updates below `offset`; a negative one keeps only that many of the last. An offset from before the
        ids began anew lies beyond every id given out since, and confirms nothing."""
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset <= self._next_update:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]
        self.pulse.beat()

    def tell(self, who: str, what: str, text: str, chat: Chat) -> None:
        """Lets listeners and the page know what has just happened."""
        event = Event(self.clock.now(), who, what, text, chat.name)
        for listener in self.listeners:
            listener(event)
        self.pulse.beat()

    def _random_update_id(self) -> int:
        """Telegram chooses anew after a week without updates."""
        return self.dice.randint(100_000_000, 999_000_000)


def _suffix(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return f".{suffix}" if dot and stem and suffix.isalnum() else ""
