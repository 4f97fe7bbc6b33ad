"""An update is a row in the inbox before it is confirmed; chats are served side by side, one chat in its order."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import structlog
from telegram import Bot, Update
from telegram.error import Conflict
from telegram.ext import Application, CallbackContext

from bot import errors
from db.inbox import Letter
from domain.errors import DomainError
from domain.outbox import Accepted, How, Later, Outcome, Refused, Saying, Unreachable
from messages import compose
from messages.compose import Message, Tongue
from messages.telegram import Channel
from usecases import incoming
from usecases.service import Service

log = structlog.get_logger()
ALLOWED = ("message", "callback_query", "my_chat_member")
POLL_SECONDS = 25
ANSWER_SECONDS = 15.0  # on top of the long poll, before the connection counts as broken
TROUBLE_SECONDS = 3.0
SPEAKING_TRIES = 5
AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class Receiver:
    """Takes updates in, has each acted on once, speaks the answers, and only then lets go of them."""

    def __init__(self, application: AnyApplication, service: Service, channel: Channel, tongue: Tongue) -> None:
        self.application = application
        self.service = service
        self.channel = channel
        self.tongue = tongue
        self.poll_seconds = POLL_SECONDS
        self._serving: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._failures: dict[int, BaseException] = {}
        self._poller: asyncio.Task[None] | None = None
        application.add_error_handler(self._note_failure)

    @property
    def busy(self) -> bool:
        """Whether any chat is being served."""
        return bool(self._serving)

    async def start(self) -> None:
        """Takes up what a stop or a crash left behind, then listens."""
        self._attend(await incoming.waiting_chats(self.service))
        self._poller = asyncio.create_task(self._poll(), name="poller")

    async def stop(self) -> None:
        """Stops listening and lets every chat finish what it is at."""
        if self._poller is not None:
            self._poller.cancel()
            await asyncio.gather(self._poller, return_exceptions=True)
        await asyncio.gather(*self._serving.values(), return_exceptions=True)

    # ── Taking in ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _poll(self) -> None:
        offset: int | None = None
        while True:
            try:
                updates = await self._get_updates(offset)
                if updates:
                    chats = await incoming.keep(self.service, updates)
                    offset = max(int(raw["update_id"]) for raw in updates) + 1
                    self._attend(chats)
            except Conflict:
                log.error("another_poller", hint="Another bot is reading this token's messages; stop one of them.")
                await self.service.clock.sleep(TROUBLE_SECONDS * 5)
            except Exception as error:
                log.warning("receiving_trouble", error=type(error).__name__)
                await self.service.clock.sleep(TROUBLE_SECONDS)

    async def _get_updates(self, offset: int | None) -> list[dict[str, Any]]:
        """Raw updates, kept as they came: one that the library cannot read must not hold up a whole batch."""
        bot: Bot = self.application.bot
        asked = {"timeout": self.poll_seconds, "allowed_updates": json.dumps(ALLOWED)}
        asked |= {} if offset is None else {"offset": offset}
        address = f"{bot.base_url}/getUpdates?{urlencode(asked)}"
        found = await bot.request.post(address, read_timeout=self.poll_seconds + ANSWER_SECONDS)
        return found if isinstance(found, list) else []

    def _attend(self, chats: Iterable[str]) -> None:
        """Sees to it that these chats, which have something waiting, are being served."""
        for chat_hash in chats:
            self._again.add(chat_hash)
            if chat_hash not in self._serving:
                self._serving[chat_hash] = asyncio.create_task(self._serve(chat_hash))

    async def _serve(self, chat_hash: str) -> None:
        try:
            while chat_hash in self._again:
                self._again.discard(chat_hash)
                if not await self._serve_waiting(chat_hash):
                    self._again.add(chat_hash)
        finally:
            del self._serving[chat_hash]

    async def _serve_waiting(self, chat_hash: str) -> bool:
        """One pass over what a chat has waiting. False: something is to be tried again."""
        try:
            for letter in await incoming.waiting(self.service, chat_hash):
                if not await self._answer_or_fail(letter):
                    return False
        except Exception as error:  # the database is away, say: whatever it is, the rows are still there
            log.error("serving_trouble", error=type(error).__name__, where=_where(error))
            await self.service.clock.sleep(TROUBLE_SECONDS)
            return False
        return True

    # ── Acting ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _answer_or_fail(self, letter: Letter) -> bool:
        """One update, acted on and answered. False: it failed and is to be tried again."""
        try:
            await self._answer(letter, Update.de_json(dict(letter.raw), self.application.bot))
        except Exception as error:
            return await self._failed(letter, error)
        return True

    async def _answer(self, letter: Letter, update: Update) -> None:
        """Acts on one update, if that has still to be done, speaks its answers, and lets go of it."""
        if letter.answer is None:
            error = await self._act(update)
            if isinstance(error, DomainError):
                await incoming.answer_instead(self.service, letter, [errors.sentence(error)])
            elif error is not None:
                raise error
        said = await self._speak(letter, update)
        await incoming.drop(self.service, letter, said)

    async def _act(self, update: Update) -> BaseException | None:
        """The library swallows what a handler raises: it is picked up here, so that nothing counts as done."""
        await self.application.process_update(update)
        return self._failures.pop(update.update_id, None)

    async def _note_failure(self, update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        if isinstance(update, Update) and context.error is not None:
            self._failures[update.update_id] = context.error

    async def _failed(self, letter: Letter, error: BaseException) -> bool:
        log.error("update_failed", update_id=letter.update_id, error=type(error).__name__, where=_where(error))
        if not await incoming.failed(self.service, letter.update_id):
            await self.service.clock.sleep(0.2)
            return False
        if incoming.chat_of(letter.raw) > 0:
            await self._apologise(letter, error)
        return True

    async def _apologise(self, letter: Letter, error: BaseException) -> None:
        """Says that an update was set aside. What was typed in it is listened to all the same, if it can be read."""
        try:
            await incoming.answer_instead(self.service, letter, [errors.sentence(error)])
            await self._speak(letter, Update.de_json(dict(letter.raw), self.application.bot))
        except Exception:
            voice = self.tongue.voice("en", self.service.clock.now())
            await self.channel.send(incoming.chat_of(letter.raw), Message(voice.say("error_unexpected")))

    # ── Speaking ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _speak(self, letter: Letter, update: Update) -> list[tuple[int, Saying]]:
        """Says what is to be said; returns the new messages that this made, each with what it says."""
        said: list[tuple[int, Saying]] = []
        if update.callback_query is not None:
            await self.channel.acknowledge(update.callback_query.id)
        if update.effective_chat is None:
            return said
        spoken, language = await incoming.answers(self.service, letter)
        for one in spoken:
            voice = self.tongue.voice(language, self.service.clock.now())
            message = compose.message(one.answer.saying, one.facts, voice)
            outcome = await self._say(update, one.answer.how, message)
            if isinstance(outcome, Unreachable):
                break
            if isinstance(outcome, Accepted) and outcome.message_id not in (0, _tapped(update)):
                said.append((outcome.message_id, one.answer.saying))
        return said

    async def _say(self, update: Update, how: How, message: Message) -> Outcome:
        """Says one message, waiting out what passes."""
        assert update.effective_chat is not None
        outcome: Outcome = Refused("not tried")
        for _ in range(SPEAKING_TRIES):
            outcome = await self._say_once(update, how, message)
            if isinstance(outcome, Accepted):
                return outcome
            if isinstance(outcome, Unreachable):
                await incoming.unreachable(self.service, update.effective_chat.id)
                return outcome
            if isinstance(outcome, Later):
                await self.service.clock.sleep(outcome.seconds)
                continue
            if how is How.EDIT:
                how = How.SEND  # the tapped message is gone or too old: say it anew
                continue
            break
        log.error("answer_not_spoken", update_id=update.update_id)
        return outcome

    async def _say_once(self, update: Update, how: How, message: Message) -> Outcome:
        chat = update.effective_chat
        assert chat is not None
        if how is How.MENU:
            return await self.channel.set_menu(chat.id, message)
        tapped = _tapped(update)
        if how is How.EDIT and tapped is not None:
            return await self.channel.edit(chat.id, tapped, message)
        return await self.channel.send(chat.id, message)


def _tapped(update: Update) -> int | None:
    """The message whose button was tapped."""
    query = update.callback_query
    return query.message.message_id if query is not None and query.message is not None else None


def _where(error: BaseException) -> str:
    """File and line of the innermost frame: enough to look, and never a person's words."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else ""
