"""A chat between a bot and a person (or a group), as Telegram keeps it, and as a phone shows it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sandbox.refusals import Json, Refused


class Standing(Enum):
    """Whether the bot may speak here; otherwise the words with which Telegram refuses."""

    OPEN = ""
    NEVER_STARTED = "bot can't initiate conversation with a user"
    BLOCKED = "bot was blocked by the user"
    DEACTIVATED = "user is deactivated"
    LEFT = "bot is not a member of the group chat"


@dataclass
class Chat:
    """Messages are Telegram's own objects and never changed in place: an edit puts a new one at the old number."""

    id: int
    name: str
    instance: str
    standing: Standing = Standing.NEVER_STARTED
    messages: dict[int, Json] = field(default_factory=dict)
    doings: list[str] = field(default_factory=list)  # what the bot said that it was doing, each shown for five seconds

    @property
    def private(self) -> bool:
        return self.id > 0

    def wire(self) -> Json:
        """The chat as a Bot API `Chat`."""
        if self.private:
            return {"id": self.id, "type": "private", "first_name": self.name}
        return {"id": self.id, "type": "group", "title": self.name}

    def must_be_open(self) -> None:
        """Refuses a bot that may not speak here."""
        if self.standing is not Standing.OPEN:
            raise Refused(403, f"Forbidden: {self.standing.value}")


@dataclass(frozen=True)
class Shown:
    """A message as the person sees it. `buttons` are rows of the texts that can be tapped, `links` the buttons that
    only open an address, `media` names what is shown beside the text,
    `date` is when it came, `edited_at` when it was last edited, if it was."""

    id: int
    who: str
    text: str
    buttons: list[list[str]]
    links: dict[str, str]
    media: dict[str, Any] | None
    date: datetime
    edited_at: datetime | None
    entities: list[Json]


def shown(message: Json) -> Shown:
    """What the phone makes of Telegram's message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    tappable = ([button["text"] for button in row if "callback_data" in button] for row in rows)
    return Shown(
        id=message["message_id"],
        who="bot" if message["from"]["is_bot"] else "person",
        text=words(message),
        buttons=[row for row in tappable if row],
        links={button["text"]: button["url"] for row in rows for button in row if "url" in button},
        media=_media(message),
        date=datetime.fromtimestamp(message["date"], UTC),
        edited_at=datetime.fromtimestamp(message["edit_date"], UTC) if "edit_date" in message else None,
        entities=message.get("entities") or message.get("caption_entities") or [],
    )


def words(message: Json) -> str:
    """Its text or its caption; empty if it has neither."""
    return str(message.get("text") or message.get("caption") or "")


def voice(file_id: str, unique_id: str, size: int) -> Json:
    """A voice note as a Bot API `Voice`."""
    names = {"file_id": file_id, "file_unique_id": unique_id}
    return {**names, "duration": 3, "mime_type": "audio/ogg", "file_size": size}


def _media(message: Json) -> dict[str, Any] | None:
    if "photo" in message:
        return {"kind": "photo", "file_id": message["photo"][-1]["file_id"]}
    if "voice" in message:
        return {"kind": "voice", "file_id": message["voice"]["file_id"], "name": "voice note"}
    if "document" in message:
        document = message["document"]
        return {"kind": "document", "file_id": document["file_id"], "name": document["file_name"]}
    if "location" in message:
        venue, location = message.get("venue", {}), message["location"]
        return {"kind": "location", **location, "name": venue.get("title", ""), "address": venue.get("address", "")}
    if "sticker" in message:
        return {"kind": "sticker", "name": message["sticker"]["emoji"]}
    return None
