"""The people with phones: what they can do to a bot, and what they see of it."""

import mimetypes
import re
import struct
import zlib
from dataclasses import dataclass
from typing import Any

from sandbox import chats, markup
from sandbox.bots import Bot, Query
from sandbox.chats import Chat, Shown, Standing
from sandbox.refusals import Json

LONGEST_TEXT = 4096  # UTF-16 code units: where a phone cuts


class NoSuchButton(LookupError):
    """The person cannot tap what the phone does not show."""

    def __init__(self, wanted: str, on_show: list[str]) -> None:
        super().__init__(f'no button says "{wanted}"; on show: {", ".join(on_show) or "none"}')
        self.wanted = wanted
        self.on_show = on_show


@dataclass(eq=False)
class Person:
    """One person, one phone, one private chat with one bot."""

    id: int
    name: str
    bot: Bot
    language_code: str = "en"

    @property
    def _chat(self) -> Chat:
        return self.bot.chats[self.id]

    @property
    def chat(self) -> list[Shown]:
        """The messages on the phone, oldest first."""
        return [chats.shown(message) for _, message in sorted(self._chat.messages.items())]

    @property
    def standing(self) -> Standing:
        """Whether the bot may write to this person."""
        return self._chat.standing

    @property
    def notice(self) -> str:
        """What the bot flashed in answer to the last tap; empty if it said nothing."""
        return self.bot.notices.get(self.id, "")

    @property
    def commands(self) -> list[Json]:
        """The menu of this chat: the narrowest scope that the bot has set, in this language if there is one."""
        for scope in (("chat", self.id), ("all_private_chats", 0), ("default", 0)):
            for language in (self.language_code, ""):
                if (*scope, language) in self.bot.commands:
                    return self.bot.commands[(*scope, language)]
        return []

    def user(self) -> Json:
        """The person as a Bot API `User`."""
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language_code}

    def start(self, payload: str = "") -> None:
        """Presses Start, perhaps with the code from a link."""
        self.say(f"/start {payload}".strip())

    def open(self, link: str) -> None:
        """Follows a t.me link: this bot's own start link presses Start with its code."""
        code = self.start_code(link)
        if code is not None:
            self.start(code)
        else:
            self.bot.tell(self.name, "opens", link, self._chat)

    def start_code(self, link: str) -> str | None:
        """The code in this bot's own start link; None for any other words."""
        own = re.fullmatch(rf"https://t\.me/{re.escape(self.bot.username)}\?start=([\w-]*)", link.strip())
        return own[1] if own else None

    def say(self, text: str, reply_to: int | None = None) -> None:
        """Types and sends, perhaps in reply. As on a real phone, what is too long for one message goes as several, of
        which the first is the reply."""
        for number, piece in enumerate(_pieces(text.strip())):
            entities = markup.found(piece)
            content: Json = {"text": piece, **({"entities": entities} if entities else {})}
            self._send(content | self._reply(reply_to if number == 0 else None), "says", piece)

    def send_voice(self, caption: str = "", reply_to: int | None = None) -> None:
        """Sends a voice note, perhaps with words."""
        stored = self.bot.store("voice.ogg", b"OggS", "voice")
        content: Json = {"voice": chats.voice(stored.id, stored.unique_id, len(stored.content))}
        content |= {"caption": caption} if caption else {}
        self._send(content | self._reply(reply_to), "sends a voice note", caption)

    def send_photo(self, caption: str = "", reply_to: int | None = None) -> None:
        """Sends a picture, perhaps with words."""
        stored = self.bot.store("picture.png", _picture(), "photo")
        size = {"file_id": stored.id, "file_unique_id": stored.unique_id, "width": 32, "height": 20}
        content = {"photo": [size]} | ({"caption": caption} if caption else {})
        self._send(content | self._reply(reply_to), "sends a photo", caption)

    def send_file(self, name: str, content: bytes, caption: str = "", reply_to: int | None = None) -> None:
        """Sends a file as it is, perhaps with words."""
        stored = self.bot.store(name, content, "document")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        document = {"file_id": stored.id, "file_unique_id": stored.unique_id, "file_name": name, "mime_type": kind}
        sent: Json = {"document": document | {"file_size": len(content)}} | ({"caption": caption} if caption else {})
        self._send(sent | self._reply(reply_to), "sends a file", caption)

    def send_sticker(self, emoji: str) -> None:
        """Sends a picture that is no answer to anything."""
        stored = self.bot.store("sticker.webp", b"", "sticker")
        sticker = {
            "file_id": stored.id,
            "file_unique_id": stored.unique_id,
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": emoji,
        }
        self._send({"sticker": sticker}, "sends a sticker", emoji)

    def edit(self, message_id: int, text: str) -> None:
        """Changes what was said before."""
        changed = self._chat.messages[message_id] | {"text": text, "edit_date": self.bot.timestamp()}
        self._chat.messages[message_id] = changed
        self.bot.tell(self.name, "edits", text, self._chat)
        self.bot.push("edited_message", changed)

    def tap(self, button_text: str, message_id: int | None = None) -> None:
        """Taps a button: on that message, or on the newest that has it. NoSuchButton if none is on show."""
        on_show = []
        for number, message in sorted(self._chat.messages.items(), reverse=True):
            if message_id not in (None, number):
                continue
            for button in _buttons(message):
                if button["text"] == button_text:
                    self._tap(button, number)
                    return
                on_show.append(button["text"])
        raise NoSuchButton(button_text, on_show)

    def press(self, data: str, message_id: int) -> None:
        """Sends callback data that may no longer be on show, as a phone with an old picture of the chat does."""
        message = self._chat.messages.get(message_id)
        gone = {"chat": self._chat.wire(), "message_id": message_id, "date": 0}
        query: Json = {
            "id": str(self.bot.dice.getrandbits(62)),
            "from": self.user(),
            "message": message or gone,
            "chat_instance": self._chat.instance,
            "data": data,
        }
        self.bot.queries[query["id"]] = Query(self.id, self.bot.clock.now())
        self.bot.notices.pop(self.id, None)
        self.bot.push("callback_query", query)

    def block(self) -> None:
        """Stops the bot; Telegram tells the bot so."""
        self._change(Standing.BLOCKED, "blocks the bot")

    def unblock(self) -> None:
        """Lets the bot write again."""
        self._change(Standing.OPEN, "unblocks the bot")

    def deactivate(self) -> None:
        """Deletes the account; nobody tells the bot."""
        self._chat.standing = Standing.DEACTIVATED

    def _reply(self, to: int | None) -> Json:
        """What a message that answers another carries of it."""
        if to is None:
            return {}
        return {"reply_to_message": {k: v for k, v in self._chat.messages[to].items() if k != "reply_to_message"}}

    def _tap(self, button: Json, message_id: int) -> None:
        if "url" in button:
            self.open(button["url"])
            return
        self.bot.tell(self.name, "taps", button["text"], self._chat)
        self.press(button["callback_data"], message_id)

    def _send(self, content: Json, what: str, text: str) -> None:
        if self.standing is Standing.BLOCKED:
            self.unblock()  # the app lets nobody write to a bot that they have stopped
        self._chat.standing = Standing.OPEN
        message = self.bot.write(self._chat, self.user(), content)
        self.bot.tell(self.name, what, text, self._chat)
        self.bot.push("message", message)

    def _change(self, standing: Standing, what: str) -> None:
        old, self._chat.standing = self._chat.standing, standing
        self.bot.tell(self.name, what, "", self._chat)
        if old is not standing:
            membership(self.bot, self._chat, self.user(), stays=standing is Standing.OPEN, stayed=old is Standing.OPEN)


@dataclass(eq=False)
class Group:
    """A group: only what it takes to see that a bot leaves one."""

    chat: Chat
    bot: Bot

    def add_bot(self, by: Person) -> None:
        """Somebody adds the bot; Telegram tells it twice, as it does."""
        self.chat.standing = Standing.OPEN
        membership(self.bot, self.chat, by.user(), stays=True, stayed=False)
        joined = {"new_chat_members": [self.bot.user()]}
        self.bot.push("message", self.bot.write(self.chat, by.user(), joined))

    def say(self, by: Person, text: str) -> None:
        """Somebody says something; the bot hears it while it is a member."""
        message = self.bot.write(self.chat, by.user(), {"text": text})
        self.bot.tell(by.name, "says", text, self.chat)
        if self.chat.standing is Standing.OPEN:
            self.bot.push("message", message)

    @property
    def has_bot(self) -> bool:
        return self.chat.standing is Standing.OPEN


def membership(bot: Bot, chat: Chat, by: Json, *, stays: bool, stayed: bool) -> None:
    """Tells the bot that it may now speak in a chat, or no longer."""
    out: Json = {"status": "left", "user": bot.user()}
    if chat.private:
        out = {"status": "kicked", "user": bot.user(), "until_date": 0}
    member = {"status": "member", "user": bot.user()}
    bot.push(
        "my_chat_member",
        {
            "chat": chat.wire(),
            "from": by,
            "date": bot.timestamp(),
            "old_chat_member": member if stayed else out,
            "new_chat_member": member if stays else out,
        },
    )


def _buttons(message: Json) -> list[Any]:
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


def _pieces(text: str) -> list[str]:
    if markup.units(text) <= LONGEST_TEXT:
        return [text] if text else []
    fits = text[: LONGEST_TEXT // 2]  # at most two units a character: always short enough
    return [fits, *_pieces(text[len(fits) :])]


def _picture() -> bytes:
    """A plain PNG of 32 by 20 pixels, so that a photo is one."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x7a\x9e\xb1" * 32 for _ in range(20))
    header = struct.pack(">IIBBBBB", 32, 20, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
