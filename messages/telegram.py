"""Message → Telegram call, and Telegram's errors → our few outcomes. Nobody else calls the Bot API to speak."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
)
from telegram import Message as Accepted_
from telegram.constants import ChatAction
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from domain.clock import Clock
from domain.outbox import Accepted, Later, Reception, Refused, Trouble, Unreachable
from domain.talk import Form, Media
from messages.compose import File, Message
from messages.limits import FREE, Limits
from messages.request import never_sent

log = structlog.get_logger()
os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's own switch: waits as timedelta, without a warning
TROUBLE_WAIT = 1.0  # seconds before another try, at least, when Telegram cannot be reached
BETWEEN_TRIES = (1.0, 4.0)  # seconds, to fetch a file: whoever sent it waits for an answer
SHOWN_SECONDS = 4.5  # of the real clock: a phone shows what a bot is doing for five (Bot API, sendChatAction)
MOST_DELETED = 100  # messages in one deleteMessages (Bot API)
NO_PREVIEW = {"is_disabled": True}
T = TypeVar("T")
GONE = ("chat not found", "user is deactivated", "bot was blocked", "can't initiate conversation", "peer_id_invalid")


class Channel:
    """One bot's voice. Content is protected from forwarding, and links show no preview. What is said `unasked` takes
    its turn here, after answers, and is paid for where more of it goes out than Telegram lets through without. Who
    answers has taken their turn before: what was true when they came to wait may be so no more."""

    def __init__(self, bot: Bot, limits: Limits, unasked: bool = False) -> None:
        self.bot = bot
        self.limits = limits
        self.unasked = unasked
        self._kept: dict[str, Any] = {"protect_content": True}
        if unasked and limits.a_second > FREE:
            self._kept["allow_paid_broadcast"] = True

    async def send(self, chat_id: int, message: Message) -> Reception:
        """A new message; a picture or a file carries the text as its caption."""
        if message.file is not None:
            return await self._send_file(chat_id, message.file, message.text, _keyboard(message))
        if message.media is not None:
            return await self._send_media(chat_id, message.media, message.text, _keyboard(message))
        if message.picture is not None:
            return await self._send_picture(chat_id, message.picture, message.text, _keyboard(message))
        return await self._try(
            chat_id,
            lambda: self._call(
                "sendMessage",
                chat_id=chat_id,
                text=message.text,
                link_preview_options=NO_PREVIEW,
                **_buttons(message),
                **self._kept,
            ),
        )

    async def _send_picture(
        self, chat_id: int, picture: bytes, caption: str, keyboard: InlineKeyboardMarkup | None
    ) -> Reception:
        """One whose sides are too long or too unlike to be shown (Bot API, sendPhoto) goes as a file."""
        outcome = await self._try(
            chat_id,
            lambda: self.bot.send_photo(chat_id, picture, caption=caption, reply_markup=keyboard, **self._kept),
        )
        if isinstance(outcome, Refused):
            return await self._send_file(chat_id, File("Picture.jpg", picture, kept=True), caption, keyboard)
        return outcome

    async def _send_media(
        self, chat_id: int, media: Media, text: str, keyboard: InlineKeyboardMarkup | None
    ) -> Reception:
        """What somebody sent to this bot goes on by the id that Telegram gave it."""

        def send() -> Awaitable[Accepted_]:
            id_, caption = media.file_id, text or None
            if media.form is Form.PHOTO:
                return self.bot.send_photo(chat_id, id_, caption, reply_markup=keyboard, **self._kept)
            return self.bot.send_voice(chat_id, id_, caption=caption, reply_markup=keyboard, **self._kept)

        return await self._try(chat_id, send)

    async def _send_file(
        self, chat_id: int, file: File, caption: str, keyboard: InlineKeyboardMarkup | None
    ) -> Reception:
        """A file that was made to be taken out of the chat is not protected: that cannot be saved (Bot API)."""
        kept = {**self._kept, "protect_content": file.kept}
        return await self._try(
            chat_id,
            lambda: self.bot.send_document(
                chat_id, file.content, caption, reply_markup=keyboard, filename=file.name, **kept
            ),
        )

    async def edit(self, chat_id: int, message_id: int, message: Message) -> Reception:
        """New words in place of an earlier message of ours."""
        outcome = await self._try(
            chat_id,
            lambda: self._call(
                "editMessageText",
                chat_id=chat_id,
                message_id=message_id,
                text=message.text,
                link_preview_options=NO_PREVIEW,
                **_buttons(message),
            ),
        )
        if isinstance(outcome, Refused) and "message is not modified" in outcome.why.lower():
            return Accepted(message_id)
        return outcome

    async def set_menu(self, chat_id: int, message: Message) -> Reception:
        """The commands that this chat offers."""
        commands = [BotCommand(name, words) for name, words in message.commands]
        scope = BotCommandScopeChat(chat_id)
        return await self._try(chat_id, lambda: self.bot.set_my_commands(commands, scope=scope), counts=False)

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> Reception:
        """Takes messages out of a chat, ours and, in a private one, the other's. Those that are gone already, or that
        Telegram keeps (after 48 hours), are passed over."""
        for first in range(0, len(message_ids), MOST_DELETED):
            outcome = await self._delete(chat_id, message_ids[first : first + MOST_DELETED])
            if not isinstance(outcome, Accepted):
                return outcome
        return Accepted(0)

    async def _delete(self, chat_id: int, message_ids: Sequence[int]) -> Reception:
        """One batch. A single message that cannot go has the whole batch refused: then they go one by one."""
        outcome = await self._try(chat_id, lambda: self.bot.delete_messages(chat_id, message_ids), counts=False)
        if not isinstance(outcome, Refused):
            return outcome
        for one in message_ids:
            outcome = await self._delete_one(chat_id, one)
            if not isinstance(outcome, Accepted | Refused):
                return outcome
        return Accepted(0)

    async def _delete_one(self, chat_id: int, message_id: int) -> Reception:
        return await self._try(chat_id, lambda: self.bot.delete_message(chat_id, message_id), counts=False)

    async def acknowledge(self, tap_id: str) -> None:
        """Stops the little clock on a button. A tap too old to be acknowledged is no loss."""
        try:
            await self._call("answerCallbackQuery", callback_query_id=tap_id)
        except TelegramError as error:
            log.info("tap_not_acknowledged", error=type(error).__name__)

    async def _call(self, method: str, **parameters: Any) -> Any:
        """What is said most often goes past the library's own objects: to make them takes longer than the call."""
        form = RequestData([RequestParameter(name, value, None) for name, value in parameters.items()])
        return await self.bot.request.post(f"{self.bot.base_url}/{method}", form)

    async def _try(self, chat_id: int, call: Callable[[], Awaitable[Any]], counts: bool = True) -> Reception:
        if counts and self.unasked and (wait := await self.limits.turn(chat_id, self.unasked)):
            return Later(wait.total_seconds())
        try:
            answer = await call()
        except RetryAfter as error:
            return self._told_to_wait(chat_id, error)
        except Forbidden:
            return Unreachable()
        except BadRequest as error:
            gone = any(words in error.message.lower() for words in GONE)
            return Unreachable() if gone else Refused(error.message)
        except ChatMigrated as error:  # of groups only, and none is ever written to
            return Refused(error.message)
        except Exception as error:
            return _lost(error)
        if isinstance(answer, Accepted_):
            return Accepted(answer.message_id)
        return Accepted(int(answer["message_id"]) if isinstance(answer, Mapping) else 0)

    def _told_to_wait(self, chat_id: int, error: RetryAfter) -> Reception:
        wait = error.retry_after
        seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
        self.limits.pause(chat_id, seconds)
        return Later(seconds)


async def answers_for(bot: Bot, file_id: str) -> bool:
    """Whether Telegram says anything at all of what somebody sent to this bot, if only that it does not give it."""
    try:
        await bot.get_file(file_id)
    except BadRequest:
        return True
    except TelegramError as error:
        log.warning("not_fetched", error=type(error).__name__)
        return False
    return True


async def fetched(bot: Bot, clock: Clock, file_id: str, most: int) -> bytes | None:
    """What somebody sent to this bot, if it has at most so many bytes. None if it has more, and if Telegram does
    not give it, also after some tries."""
    for wait in (*BETWEEN_TRIES, None):
        try:
            file = await bot.get_file(file_id)
            if file.file_size is not None and file.file_size > most:
                return None
            return bytes(await file.download_as_bytearray())
        except BadRequest:
            return None
        except TelegramError as error:
            log.warning("not_fetched", error=type(error).__name__)
            if wait is not None:
                await clock.sleep(wait)
    return None


def _lost(error: Exception) -> Later:
    """Whatever else goes wrong with a call passes, if perhaps not soon: a token that is refused is put right too."""
    refused = isinstance(error, InvalidToken)
    never = refused or (isinstance(error, TelegramError) and never_sent(error))
    trouble = Trouble.NEVER_SENT if never else Trouble.UNKNOWN
    cause = error if refused or error.__cause__ is None else error.__cause__
    log.warning("telegram_trouble", error=type(cause).__name__, trouble=trouble.value)
    return Later(TROUBLE_WAIT, trouble)


async def at_work(bot: Bot, chat_id: int, work: Awaitable[T]) -> T:
    """Says on a phone that a file is on its way, for as long as it takes to make it: nobody need tap again."""
    telling = asyncio.create_task(_tell(bot, chat_id))
    try:
        return await work
    finally:
        telling.cancel()


async def _tell(bot: Bot, chat_id: int) -> None:
    while True:
        with suppress(TelegramError):
            await bot.send_chat_action(chat_id, ChatAction.UPLOAD_DOCUMENT)
        await asyncio.sleep(SHOWN_SECONDS)


def _buttons(message: Message) -> dict[str, Any]:
    rows = [[{"text": one.label, "callback_data": one.action.pack()} for one in row] for row in message.buttons]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _keyboard(message: Message) -> InlineKeyboardMarkup | None:
    if not message.buttons:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(one.label, callback_data=one.action.pack()) for one in row] for row in message.buttons]
    )
