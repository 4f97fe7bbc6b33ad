"""What each update was answered with, whether as a new message or in place of an old one, even if nothing changes."""

from contextvars import ContextVar
from typing import Any

from telegram import Update

from db.inbox import Letter
from domain.outbox import Reception
from messages.compose import Message
from tests.conversations.conftest import World

_ANSWERED: ContextVar[int] = ContextVar("answered", default=0)


class Spy:
    """Stands between the bot and its channel. `answers` are by update id; what was said unasked stands under 0."""

    def __init__(self, world: World) -> None:
        self.answers: dict[int, list[Message]] = {}
        receiver: Any = world.town.app.receiver
        channel: Any = world.town.app.channel
        self._answer, self._send, self._edit = receiver._answer, channel.send, channel.edit
        receiver._answer, channel.send, channel.edit = self._answering, self._sends, self._edits

    async def _answering(self, letter: Letter, update: Update) -> None:
        _ANSWERED.set(letter.update_id)
        await self._answer(letter, update)

    async def _sends(self, chat_id: int, message: Message) -> Reception:
        self.answers.setdefault(_ANSWERED.get(), []).append(message)
        outcome: Reception = await self._send(chat_id, message)
        return outcome

    async def _edits(self, chat_id: int, message_id: int, message: Message) -> Reception:
        self.answers.setdefault(_ANSWERED.get(), []).append(message)
        outcome: Reception = await self._edit(chat_id, message_id, message)
        return outcome
