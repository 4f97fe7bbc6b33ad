"""Message → Telegram call, and Telegram's errors → our few outcomes. Nobody else calls the Bot API to speak."""

import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
)
from telegram import Message as Accepted_
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from domain.outbox import Accepted, Later, Outcome, Refused, Unreachable
from domain.talk import Form, Media
from messages.compose import Message
from messages.limits import Limits

log = structlog.get_logger()
os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's own switch: waits as timedelta, without a warning
TROUBLE_WAIT = 5.0  # seconds before another try when Telegram cannot be reached
MOST_DELETED = 100  # messages in one deleteMessages (Bot API)
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
GONE = ("chat not found", "user is deactivated", "bot was blocked", "can't initiate conversation", "peer_id_invalid")


class Channel:
    """One bot's voice. Content is protected from forwarding, and links show no preview."""

    def __init__(self, bot: Bot, limits: Limits) -> None:
        self.bot = bot
        self.limits = limits

    async def send(self, chat_id: int, message: Message) -> Outcome:
        """A new message; a picture carries the text as its caption."""
        keyboard = _keyboard(message)
        if message.media is not None:
            return await self._send_media(chat_id, message.media, message.text, keyboard)
        if message.picture is not None:
            picture = message.picture
            return await self._try(
                chat_id,
                lambda: self.bot.send_photo(
                    chat_id, picture, caption=message.text, reply_markup=keyboard, protect_content=True
                ),
            )
        return await self._try(
            chat_id,
            lambda: self.bot.send_message(
                chat_id,
                message.text,
                reply_markup=keyboard,
                protect_content=True,
                link_preview_options=NO_PREVIEW,
            ),
        )

    async def _send_media(
        self, chat_id: int, media: Media, text: str, keyboard: InlineKeyboardMarkup | None
    ) -> Outcome:
        """What somebody sent to this bot goes on by the id that Telegram gave it."""

        def send() -> Awaitable[Accepted_]:
            id_, caption = media.file_id, text or None
            if media.form is Form.PHOTO:
                return self.bot.send_photo(chat_id, id_, caption, reply_markup=keyboard, protect_content=True)
            return self.bot.send_voice(chat_id, id_, caption=caption, reply_markup=keyboard, protect_content=True)

        return await self._try(chat_id, send)

    async def edit(self, chat_id: int, message_id: int, message: Message) -> Outcome:
        """New words in place of an earlier message of ours."""
        outcome = await self._try(
            chat_id,
            lambda: self.bot.edit_message_text(
                message.text,
                chat_id,
                message_id,
                reply_markup=_keyboard(message),
                link_preview_options=NO_PREVIEW,
            ),
        )
        if isinstance(outcome, Refused) and "message is not modified" in outcome.why.lower():
            return Accepted(message_id)
        return outcome

    async def set_menu(self, chat_id: int, message: Message) -> Outcome:
        """The commands that this chat offers."""
        commands = [BotCommand(name, words) for name, words in message.commands]
        scope = BotCommandScopeChat(chat_id)
        return await self._try(chat_id, lambda: self.bot.set_my_commands(commands, scope=scope), counts=False)

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> Outcome:
        """Takes messages out of a chat, ours and, in a private one, the other's. Those that are gone already, or that
        Telegram keeps (after 48 hours), are passed over."""
        for first in range(0, len(message_ids), MOST_DELETED):
            outcome = await self._delete(chat_id, message_ids[first : first + MOST_DELETED])
            if not isinstance(outcome, Accepted):
                return outcome
        return Accepted(0)

    async def _delete(self, chat_id: int, message_ids: Sequence[int]) -> Outcome:
        """One batch. A single message that cannot go has the whole batch refused: then they go one by one."""
        outcome = await self._try(chat_id, lambda: self.bot.delete_messages(chat_id, message_ids), counts=False)
        if not isinstance(outcome, Refused):
            return outcome
        for one in message_ids:
            outcome = await self._delete_one(chat_id, one)
            if not isinstance(outcome, Accepted | Refused):
                return outcome
        return Accepted(0)

    async def _delete_one(self, chat_id: int, message_id: int) -> Outcome:
        return await self._try(chat_id, lambda: self.bot.delete_message(chat_id, message_id), counts=False)

    async def acknowledge(self, tap_id: str) -> None:
        """Stops the little clock on a button. A tap too old to be acknowledged is no loss."""
        try:
            await self.bot.answer_callback_query(tap_id)
        except TelegramError as error:
            log.info("tap_not_acknowledged", error=type(error).__name__)

    async def _try(self, chat_id: int, call: Callable[[], Awaitable[Accepted_ | bool]], counts: bool = True) -> Outcome:
        if counts:
            await self.limits.before_speaking(chat_id)
        try:
            answer = await call()
        except RetryAfter as error:
            return self._told_to_wait(error)
        except Forbidden:
            return Unreachable()
        except BadRequest as error:
            gone = any(words in error.message.lower() for words in GONE)
            return Unreachable() if gone else Refused(error.message)
        except NetworkError as error:
            log.warning("telegram_trouble", error=type(error).__name__)
            return Later(TROUBLE_WAIT)
        except TelegramError as error:
            log.error("telegram_refused", error=type(error).__name__)
            return Refused(error.message)
        return Accepted(answer.message_id if isinstance(answer, Accepted_) else 0)

    def _told_to_wait(self, error: RetryAfter) -> Outcome:
        wait = error.retry_after
        seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
        self.limits.pause(seconds)
        return Later(seconds)


def _keyboard(message: Message) -> InlineKeyboardMarkup | None:
    if not message.buttons:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(one.label, callback_data=one.action.pack()) for one in row] for row in message.buttons]
    )
