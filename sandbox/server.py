"""A pretend Telegram, in memory: bots, people, and the Bot API's methods."""

import asyncio
import inspect
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain.clock import Clock
from sandbox import checks, profile, receiving, speaking
from sandbox.bots import Bot, Event
from sandbox.chats import Chat, Standing
from sandbox.limits import Limits
from sandbox.people import Group, Person
from sandbox.pulse import Pulse
from sandbox.refusals import AnswerLost, Faults, Json, Refused

PLAYED: dict[str, Callable[[Bot, Json], Any]] = {
    "getMe": profile.get_me,
    "getUpdates": receiving.get_updates,
    "setWebhook": receiving.set_webhook,
    "deleteWebhook": receiving.delete_webhook,
    "getWebhookInfo": receiving.get_webhook_info,
    "sendMessage": speaking.send_message,
    "sendPhoto": speaking.send_photo,
    "sendVoice": speaking.send_voice,
    "sendDocument": speaking.send_document,
    "sendLocation": speaking.send_location,
    "sendVenue": speaking.send_venue,
    "sendChatAction": speaking.send_chat_action,
    "editMessageText": speaking.edit_message_text,
    "editMessageCaption": speaking.edit_message_caption,
    "editMessageReplyMarkup": speaking.edit_message_reply_markup,
    "deleteMessage": speaking.delete_message,
    "deleteMessages": speaking.delete_messages,
    "answerCallbackQuery": speaking.answer_callback_query,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setMyName": profile.text_setter("name", 64),
    "getMyName": profile.text_getter("name"),
    "setMyDescription": profile.text_setter("description", 512),
    "getMyDescription": profile.text_getter("description"),
    "setMyShortDescription": profile.text_setter("short_description", 120),
    "getMyShortDescription": profile.text_getter("short_description"),
    "setChatMenuButton": profile.set_chat_menu_button,
    "getChat": profile.get_chat,
    "leaveChat": profile.leave_chat,
    "getFile": profile.get_file,
    "logOut": profile.log_out,
    "close": profile.log_out,
}


@dataclass(frozen=True)
class Answer:
    """What goes back over HTTP: the status, and Telegram's envelope around the result or the error."""

    status: int
    body: Json

    @property
    def encoded(self) -> bytes:
        return json.dumps(self.body).encode()


NOT_FOUND = Answer(404, {"ok": False, "error_code": 404, "description": "Not Found"})


class Telegram:
    """The whole network. `seed` makes its numbers the same again; `longest_poll` caps getUpdates, in real seconds."""

    def __init__(
        self, clock: Clock, *, limits: Limits | None = None, longest_poll: float = 50.0, seed: int | None = None
    ) -> None:
        self.clock = clock
        self.limits = limits or Limits()
        self.longest_poll = longest_poll
        self.faults = Faults()
        self.pulse = Pulse()
        self.bots: dict[str, Bot] = {}
        self.people: dict[int, Person] = {}
        self._dice = random.Random(seed)
        self._listeners: list[Callable[[Event], None]] = []

    def add_bot(self, name: str, username: str, token: str | None = None) -> Bot:
        """A bot as @BotFather makes one."""
        made_up = f"{self._dice.randint(6_000_000_000, 8_999_999_999)}:AA{self._dice.getrandbits(132):033x}"
        bot = Bot(
            token=token or made_up,
            name=name,
            username=username,
            clock=self.clock,
            dice=self._dice,
            pulse=self.pulse,
            limits=self.limits,
            longest_poll=self.longest_poll,
            listeners=self._listeners,
        )
        self.bots[bot.token] = bot
        return bot

    def add_person(
        self,
        name: str,
        *,
        id: int | None = None,
        bot: Bot | None = None,
        language_code: str = "en",
        started: bool = False,
    ) -> Person:
        """Somebody with a phone, who has pressed Start long ago or not at all. They talk with the first bot unless
        another is named."""
        bot = bot or next(iter(self.bots.values()))
        number = id or self._dice.randint(5_000_000_000, 8_999_999_999)
        person = Person(number, name, bot, language_code)
        bot.chats[number] = self._chat(number, name)
        if started:
            bot.chats[number].standing = Standing.OPEN
        self.people[number] = person
        return person

    def add_group(self, title: str, bot: Bot | None = None) -> Group:
        """A group that the bot is not in yet."""
        bot = bot or next(iter(self.bots.values()))
        chat = self._chat(-self._dice.randint(4_000_000_000, 5_999_999_999), title)
        bot.chats[chat.id] = chat
        return Group(chat, bot)

    def on_event(self, listener: Callable[[Event], None]) -> None:
        """Calls `listener` with each thing that anybody says or does."""
        self._listeners.append(listener)

    def waiting(self, token: str) -> int:
        """Updates that the bot has not yet confirmed."""
        return len(self.bots[token].pending)

    def file(self, token: str, path: str) -> bytes | None:
        """What the download address of getFile gives."""
        stored = self.bots[token].files.values() if token in self.bots else []
        return next((file.content for file in stored if file.path == path), None)

    async def call(self, token: str, method: str, params: Json) -> Answer:
        """One Bot API call. Raises AnswerLost only where a test has asked for it."""
        try:
            result = await self._play(token, method, params)
        except Refused as refused:
            error: Json = {"ok": False, "error_code": refused.status, "description": refused.description}
            if refused.parameters:
                error["parameters"] = refused.parameters
            return Answer(refused.status, error)
        return Answer(200, {"ok": True, "result": result})

    async def _play(self, token: str, method: str, params: Json) -> Any:
        if token not in self.bots:
            raise Refused(401, "Unauthorized")
        name = checks.method_name(method)
        fault = self.faults.take(name)
        if fault and not (isinstance(fault, AnswerLost) and fault.played):
            raise fault
        result = PLAYED[name](self.bots[token], checks.parameters(name, params))
        if inspect.isawaitable(result):
            result = await result
        await asyncio.sleep(0)  # as over a network, the caller never goes on in the same breath
        if fault:
            raise fault
        return result

    def _chat(self, number: int, name: str) -> Chat:
        return Chat(number, name, str(self._dice.getrandbits(63)))
