"""What every handler needs of an update: the service, and whose turn it is."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from telegram import Update
from telegram.ext import ContextTypes

from messages.actions import Action
from usecases.service import Service, Turn

Context = ContextTypes.DEFAULT_TYPE
SERVICE = "service"
Command = Callable[[Update, Context], Coroutine[Any, Any, None]]
Taps = Mapping[type[Action], Callable[[Update, Context, Any], Coroutine[Any, Any, None]]]


def service_of(context: Context) -> Service:
    """The service that the bot was built with."""
    service = context.bot_data[SERVICE]
    assert isinstance(service, Service)
    return service


def turn_of(update: Update) -> Turn:
    """One update of one private chat."""
    assert update.effective_chat is not None
    typed = update.message.message_id if update.message is not None else None
    query = update.callback_query
    tapped = query.message.message_id if query is not None and query.message is not None else None
    words = words_of(update) if update.message is not None else ""
    sent_at = update.message.date if update.message is not None else None
    return Turn(update.update_id, update.effective_chat.id, typed, tapped, words, sent_at)


def words_of(update: Update) -> str:
    """What was typed, perhaps beside a photo, without the spaces around it."""
    message = update.effective_message
    return (message.text or message.caption or "").strip() if message else ""


def argument_of(update: Update) -> str:
    """What stands behind a command: one word, as it was typed."""
    return words_of(update).partition(" ")[2].strip()
