"""The pretend Telegram with an ear on its wire: every call is heard, in order, and goes into one digest."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.checks import Upload
from sandbox.refusals import AnswerLost, Json
from sandbox.server import Answer, Telegram

NEW = frozenset({"sendMessage", "sendPhoto", "sendVoice", "sendDocument"})
EDITS = frozenset({"editMessageText", "editMessageCaption", "editMessageReplyMarkup"})
UNHEARD = frozenset({"getUpdates", "getMe"})  # they say nothing
ANSWERABLE = timedelta(minutes=15)  # as in sandbox.speaking


@dataclass(frozen=True)
class Shown:
    """A message that has come, or has changed, on a phone. `heard`: the bot was told so."""

    at: datetime
    chat_id: int
    message_id: int
    text: str
    buttons: tuple[str, ...]  # what each carries
    new: bool
    heard: bool


class Wire(Telegram):
    """Tells `on_shown` of each message as it comes to stand on a phone."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.on_shown: Callable[[Shown], None] = lambda shown: None
        self.calls = 0
        self.last_refusal = "no refusal"
        self._digest = hashlib.sha256()

    @property
    def digest(self) -> str:
        """Of every call so far, its moment, and what Telegram said."""
        return self._digest.hexdigest()

    async def call(self, token: str, method: str, params: Json) -> Answer:
        if method in UNHEARD:
            return await super().call(token, method, params)
        try:
            answer = await super().call(token, method, params)
        except AnswerLost as lost:
            self._note(method, params, str(lost))
            if lost.played and method in NEW:
                self._show(self._newest(token, params), new=True, heard=False)
            raise
        self._note(method, params, str(answer.status))
        if answer.status != 200:
            self.last_refusal = f"{method}: {answer.body['description']}"
        if answer.status == 200 and method in NEW | EDITS:
            self._show(answer.body["result"], method in NEW, heard=True)
        return answer

    def _note(self, method: str, params: Json, came_to: str) -> None:
        self.calls += 1
        line = (self.clock.now().isoformat(), method, sorted((name, _said(value)) for name, value in params.items()))
        self._digest.update(json.dumps([*line, came_to]).encode())

    def _newest(self, token: str, params: Json) -> Json:
        messages = self.bots[token].chats[int(params["chat_id"])].messages
        return messages[next(reversed(messages))]

    def _show(self, message: Mapping[str, Any], new: bool, heard: bool) -> None:
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = tuple(button["callback_data"] for row in rows for button in row if "callback_data" in button)
        text = str(message.get("text") or message.get("caption") or "")
        one = (message["chat"]["id"], message["message_id"])
        self.on_shown(Shown(self.clock.now(), *one, text, buttons, new, heard))

    def forget(self, before: datetime) -> None:
        """A year of a country does not fit into memory: old messages go, and taps that nobody may answer any more."""
        oldest = before.timestamp()
        for bot in self.bots.values():
            for chat in bot.chats.values():
                for id_ in [id_ for id_, one in chat.messages.items() if one["date"] < oldest]:
                    del chat.messages[id_]
            late = self.clock.now() - ANSWERABLE
            bot.queries = {id_: query for id_, query in bot.queries.items() if query.asked_at > late}


def _said(value: Any) -> str:
    """A file is named: within, a Word file notes when the machine wrote it."""
    return value.name if isinstance(value, Upload) else str(value)
