"""An update is a row in the inbox before it is confirmed; chats are served side by side, one chat in its order."""

import asyncio
import itertools
import json
from collections import deque
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, TelegramError
from telegram.ext import Application, CallbackContext
from telegram.request import BaseRequest

from bot import errors
from db import trouble
from db.inbox import Letter
from domain import retrying
from domain.errors import DomainError
from domain.outbox import NOTHING, Accepted, How, Later, Reception, Refused, Saying, Unreachable
from messages import compose, telegram
from messages.compose import Message, Tongue
from messages.telegram import Channel
from usecases import incoming, leasing
from usecases.incoming import Answered, Speech, Spoken
from usecases.service import Service

log = structlog.get_logger()
ALLOWED = ("message", "callback_query", "my_chat_member")
POLL_SECONDS = 20  # a third less than the poller's lease
ANSWER_SECONDS = 15.0  # on top of the long poll, before the connection counts as broken
TROUBLE_SECONDS = 3.0
SHARE_SECONDS = 1.0  # well within the lease of what this process is at
AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class Receiver:
    """Takes updates in, has each acted on once, speaks the answers, and only then lets go of them."""

    def __init__(
        self, application: AnyApplication, service: Service, channel: Channel, tongue: Tongue, hearing: BaseRequest
    ) -> None:
        self.application = application
        self.hearing = hearing  # its client, which the application opens and closes
        self.service = service
        self.channel = channel
        self.tongue = tongue
        self.poll_seconds = POLL_SECONDS
        self.taken = 0  # updates since the start
        self._lines: dict[str, deque[Letter]] = {}
        self._serving: dict[str, asyncio.Task[None]] = {}
        self._came: dict[str, asyncio.Event] = {}  # by chat whose answer has to wait: whether more has come in it
        self._answered: dict[int, Answered] = {}  # by update, in their order
        self._letting_go = asyncio.Lock()
        self._failures: dict[int, BaseException] = {}
        self._poller: asyncio.Task[None] | None = None
        self._may_poll_until = service.clock.now()
        self.moved_at: datetime | None = None  # when it last went to hear of updates; none if others bring them
        application.add_error_handler(self._note_failure)

    @property
    def busy(self) -> bool:
        """Whether any chat is being served, or something that was answered has still to be let go of."""
        return bool(self._serving) or bool(self._answered)

    async def start(self, polls: bool = True) -> None:
        """Takes up what a stop or a crash left behind, then listens, unless updates are brought to `take`."""
        self._serve_all(await incoming.left_behind(self.service))
        if polls:
            self._poller = asyncio.create_task(self._poll(), name="poller")

    async def stop(self) -> None:
        """Stops listening and lets every chat finish what it is at."""
        if self._poller is not None:
            self._poller.cancel()
            await asyncio.gather(self._poller, return_exceptions=True)
        await asyncio.gather(*self._serving.values(), return_exceptions=True)
        await incoming.give_back(self.service)

    async def take(self, updates: Sequence[Mapping[str, Any]], polled: bool = False) -> None:
        """Keeps updates, which are safe on return, and has them served."""
        self.taken += len(updates)
        self._serve_all(await incoming.keep(self.service, updates, polled))

    async def share(self, taking_up: bool = True) -> None:
        """Where there are several processes: holds on to what this one is at, and takes up what another left behind."""
        if self._serving:
            await incoming.hold_on(self.service)
        if taking_up:
            self._serve_all(await incoming.left_behind(self.service))

    async def keep_sharing(self) -> None:
        """Does so until cancelled. A SQLite file has one process. After trouble with the database the others' leases
        have run out because they could not renew them: they are given the time to."""
        patience = timedelta(0)  # counted in rounds: a clock that is put back makes it no longer
        while not self.service.db.sqlite:
            await self.service.clock.sleep(SHARE_SECONDS)
            patience -= timedelta(seconds=SHARE_SECONDS)
            try:
                await self.share(patience <= timedelta(0))
            except Exception as error:
                log.warning("sharing_trouble", error=type(error).__name__)
                patience = incoming.LEASE

    # ── Taking in ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _poll(self) -> None:
        """Of several processes one polls. Where one stops, the next begins with what was not yet confirmed."""
        offset: int | None = None
        try:
            while True:
                offset = await self._poll_once(offset)
        finally:
            await asyncio.shield(self._stop_polling(offset))

    async def _poll_once(self, offset: int | None) -> int | None:
        """One round; returns what the next one confirms."""
        now = self.service.clock.now()
        self.moved_at = now
        try:
            if self._may_poll_until < now + timedelta(seconds=self.poll_seconds):
                until = await leasing.poll_until(self.service)
                if until is None:
                    await self.service.clock.sleep(leasing.LOOK_SECONDS)
                    return None
                self._may_poll_until = until
            updates = await self._get_updates(offset, self.poll_seconds)
            if updates:
                await self.take(updates, polled=True)
                return max(int(raw["update_id"]) for raw in updates) + 1
        except leasing.NotOurs:
            self._may_poll_until = now
            return None
        except Conflict as error:
            await self._in_conflict(error)
        except Exception as error:
            log.warning("receiving_trouble", error=type(error).__name__)
            await self.service.clock.sleep(TROUBLE_SECONDS)
        return offset

    async def _in_conflict(self, error: Conflict) -> None:
        """A webhook that was set earlier goes: updates are polled for now."""
        if "webhook" in error.message.lower():
            with suppress(TelegramError):
                await self.application.bot.delete_webhook()
            await self.service.clock.sleep(TROUBLE_SECONDS)
            return
        log.error("another_poller", hint="Another bot is reading this token's messages; stop one of them.")
        await self.service.clock.sleep(TROUBLE_SECONDS * 5)

    async def _stop_polling(self, offset: int | None) -> None:
        """Confirms what is kept: another process would be given it again, after it was answered."""
        try:
            async with asyncio.timeout(TROUBLE_SECONDS):
                if offset is not None:
                    await self._get_updates(offset, 0)
                await leasing.stop_polling(self.service)
        except Exception as error:
            log.warning("polling_not_handed_on", error=type(error).__name__)

    async def _get_updates(self, offset: int | None, wait: int) -> list[dict[str, Any]]:
        """Raw updates, kept as they came: one that the library cannot read must not hold up a whole batch."""
        bot: Bot = self.application.bot
        asked = {"timeout": wait, "allowed_updates": json.dumps(ALLOWED)}
        asked |= {} if offset is None else {"offset": offset}
        address = f"{bot.base_url}/getUpdates?{urlencode(asked)}"
        found = await self.hearing.post(address, read_timeout=wait + ANSWER_SECONDS)
        return found if isinstance(found, list) else []

    def _serve_all(self, letters: Iterable[Letter]) -> None:
        """Puts each letter in its chat's line, and sees to it that the chat is being served."""
        for letter in letters:
            self._lines.setdefault(letter.chat_hash, deque()).append(letter)
            if letter.chat_hash in self._came:
                self._came[letter.chat_hash].set()
            if letter.chat_hash not in self._serving:
                self._serving[letter.chat_hash] = asyncio.create_task(self._serve(letter.chat_hash))

    async def _serve(self, chat_hash: str) -> None:
        """One chat, in its order: a letter that failed is tried again before the next one."""
        line = self._lines[chat_hash]
        try:
            while line:
                if await self._serve_one(line[0]):
                    line.popleft()
        finally:
            del self._serving[chat_hash], self._lines[chat_hash]

    async def _serve_one(self, letter: Letter) -> bool:
        """False: it is to be tried again."""
        try:
            return await self._answer_or_fail(letter)
        except Exception as error:  # the database is away, say: whatever it is, the row is still there
            log.error("serving_trouble", error=type(error).__name__, where=_where(error))
            await self.service.clock.sleep(TROUBLE_SECONDS)
            return False

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
            await self._act(letter, update)
        speech = await incoming.speech(self.service, letter)
        said = await self._speak(letter, speech, update) if speech is not None else None
        if said is not None:
            await self._let_go(Answered(letter, said))

    async def _let_go(self, answered: Answered) -> None:
        """Whoever comes first writes down what has gathered since the last time, in one transaction for all."""
        update_id = answered.letter.update_id
        self._answered[update_id] = answered
        async with self._letting_go:
            await asyncio.sleep(0)  # what was answered at the same time goes along
            while update_id in self._answered:
                try:
                    for gone in await incoming.drop(self.service, self._answered.values()):
                        del self._answered[gone.letter.update_id]
                except Exception as error:  # it has been answered: what is left to do waits until it can be done
                    log.error("letting_go_trouble", error=type(error).__name__, where=_where(error))
                    await self.service.clock.sleep(TROUBLE_SECONDS)

    async def _act(self, letter: Letter, update: Update) -> None:
        """The library swallows what a handler raises: it is picked up here, so that nothing counts as done."""
        await self.application.process_update(update)
        error = self._failures.pop(update.update_id, None)
        if isinstance(error, DomainError):
            await incoming.answer_instead(self.service, letter, [errors.sentence(error)])
        elif error is not None:
            raise error

    async def _act_ahead(self, line: deque[Letter]) -> bool:
        """Acts on what comes behind the first of a chat, in its order. True: trouble that may pass soon is in the way;
        what fails otherwise is left for when its turn comes."""
        at = 1
        while at < len(line):
            letter = line[at]
            if letter.answer is None:
                try:
                    update = Update.de_json(dict(letter.raw), self.application.bot)
                    if not await self._can_be_fetched(update):
                        return True
                    await self._act(letter, update)
                except Exception as error:
                    log.error("acting_ahead_trouble", error=type(error).__name__, where=_where(error))
                    return trouble.passing(error)
                self.service.prepared.pop(letter.update_id, None)  # by then other words may be true
                line[at] = replace(letter, answer=())
            at += 1
        return False

    async def _can_be_fetched(self, update: Update) -> bool:
        """While the way to Telegram is shut, what somebody sent is not asked for: nobody is told that it was lost."""
        message = update.message
        sent = (message.photo[-1] if message.photo else message.document) if message is not None else None
        return sent is None or await telegram.answers_for(self.application.bot, sent.file_id)

    async def _note_failure(self, update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        if isinstance(update, Update) and context.error is not None:
            self._failures[update.update_id] = context.error

    async def _failed(self, letter: Letter, error: BaseException) -> bool:
        log.error("update_failed", update_id=letter.update_id, error=type(error).__name__, where=_where(error))
        if trouble.passing(error):  # the database is away: no fault of this update's
            await self.service.clock.sleep(TROUBLE_SECONDS)
            return False
        if not await incoming.failed(self.service, letter.update_id):
            await self.service.clock.sleep(0.2)
            return False
        stored = await self._set_aside(letter, error)
        if incoming.chat_of(letter.raw) > 0:
            await self._apologise(letter, stored)
        return True

    async def _set_aside(self, letter: Letter, error: BaseException) -> bool:
        """What was typed in it is listened to all the same, if it can be read. True: what to say of it is stored."""
        try:
            if incoming.chat_of(letter.raw) > 0:
                await incoming.answer_instead(self.service, letter, [errors.sentence(error)], aside=True)
                return True
        except Exception as why:
            if trouble.passing(why):
                raise
        await incoming.set_aside(self.service, letter.update_id)
        return False

    async def _apologise(self, letter: Letter, stored: bool) -> None:
        """Says that an update was set aside: in the words that are stored, or else plainly."""
        try:
            said = await self._say_stored(letter) if stored else await self._say_plainly(letter)
        except Exception:
            said = await self._say_plainly(letter)
        try:
            await incoming.remember(self.service, Answered(letter, said))
        except Exception as error:  # it has been said: that must not be done again
            log.error("apology_not_noted", update_id=letter.update_id, error=type(error).__name__)

    async def _say_stored(self, letter: Letter) -> list[tuple[int, Saying]]:
        speech = await incoming.speech(self.service, letter)
        return await self._speak(letter, speech, Update.de_json(dict(letter.raw), self.application.bot)) or []

    async def _say_plainly(self, letter: Letter) -> list[tuple[int, Saying]]:
        plain, chat_id = Saying("error_unexpected", NOTHING), incoming.chat_of(letter.raw)
        words = Message(self.tongue.voice("en", self.service.clock.now()).say(plain.kind))
        await self.channel.limits.turn(chat_id)
        outcome = await self.channel.send(chat_id, words)
        return [(outcome.message_id, plain)] if isinstance(outcome, Accepted) else []

    # ── Speaking ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _speak(self, letter: Letter, speech: Speech | None, update: Update) -> list[tuple[int, Saying]] | None:
        """Says what is to be said; returns the new messages that this made and that are not yet on record, each with
        what it says. None: what was left may be said no more, or is another process's by now."""
        said: list[tuple[int, Saying]] = []
        if update.callback_query is not None:
            await self.channel.acknowledge(update.callback_query.id)
        if update.effective_chat is None or speech is None:
            return said
        for left in range(len(speech.answers), 0, -1):
            outcome, speech = await self._say(letter, update, speech, left)
            if speech is None:
                return None
            if isinstance(outcome, Unreachable):
                break
            if isinstance(outcome, Accepted) and outcome.message_id not in (0, _tapped(update)):
                said.append((outcome.message_id, speech.answers[-left].answer.saying))
                if left > 1:
                    await self._note(Answered(letter, said), speech.answers[1 - left :])
                    said = []
        return said

    async def _note(self, answered: Answered, left: Sequence[Spoken]) -> None:
        """Of several answers a new message is on record before the next is spoken: a crash does not repeat it."""
        while True:
            try:
                return await incoming.spoken_so_far(self.service, answered, left)
            except Exception as error:
                log.error("noting_trouble", error=type(error).__name__, where=_where(error))
                await self.service.clock.sleep(TROUBLE_SECONDS)

    async def _say(self, letter: Letter, update: Update, speech: Speech, left: int) -> tuple[Reception, Speech | None]:
        """Says the first of those that are left, waiting out what passes, and returns what it was said from. After each
        wait that is looked up anew: other words may be true by then, or none, if the chat is somebody else's."""
        assert update.effective_chat is not None
        chat_id, how = update.effective_chat.id, speech.answers[-left].answer.how
        outcome: Reception = Refused("not tried")
        waited = False
        for tries in itertools.count(1):
            if how is not How.MENU and not self.channel.limits.at_once(chat_id):
                await self._wait_out(letter.chat_hash, self.channel.limits.turn(chat_id))
                waited = True
            if waited:
                found = await incoming.speech(self.service, letter)
                if found is None:
                    return outcome, None
                speech, waited = found, False
            outcome = await self._say_once(update, how, self._words(speech, left))
            if isinstance(outcome, Accepted):
                return outcome, speech
            if isinstance(outcome, Unreachable):
                await incoming.unreachable(self.service, chat_id)
                return outcome, speech
            if isinstance(outcome, Later):
                wait = retrying.until_again(outcome, update.update_id, tries)
                if wait is None:
                    break
                await self._wait_out(letter.chat_hash, self.service.clock.sleep(wait.total_seconds()))
                waited = True
                continue
            if how is How.EDIT:
                how = How.SEND  # the tapped message is gone or too old: say it anew
                continue
            break
        log.error("answer_not_spoken", update_id=update.update_id)
        return outcome, speech

    def _words(self, speech: Speech, left: int) -> Message:
        one, voice = speech.answers[-left], self.tongue.voice(speech.language, self.service.clock.now())
        return compose.message(one.answer.saying, one.facts, voice)

    async def _wait_out(self, chat_hash: str, wait: Awaitable[object]) -> None:
        """Only speaking in this chat is held up: what is typed and tapped in it meanwhile takes effect at once."""
        came = self._came[chat_hash] = asyncio.Event()
        waiting = asyncio.ensure_future(wait)
        try:
            while not waiting.done():
                came.clear()
                in_trouble = await self._act_ahead(self._lines[chat_hash])
                looks = [came.wait(), self.service.clock.sleep(TROUBLE_SECONDS)] if in_trouble else [came.wait()]
                others = [asyncio.ensure_future(one) for one in looks]
                await asyncio.wait({waiting, *others}, return_when=asyncio.FIRST_COMPLETED)
                for one in others:
                    one.cancel()
        finally:
            waiting.cancel()
            del self._came[chat_hash]

    async def _say_once(self, update: Update, how: How, message: Message) -> Reception:
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
