"""What people say: Update → use case. One module per conversation; each names its commands and its buttons."""

import re
from typing import Any

from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, ChatMemberHandler, CommandHandler, MessageHandler, filters

from handlers import (
    access,
    answers,
    asking,
    cover,
    deciding,
    desk,
    enrolment,
    evidence,
    following,
    forms,
    groups,
    handing_over,
    individual,
    keeping,
    moderating,
    offering,
    packs,
    papers,
    places,
    progress,
    register,
    reminding,
    report,
    staff,
    standards,
    talk,
    telling,
    texting,
    watching,
)
from handlers.door import SERVICE, Context, Taps
from messages import actions
from usecases.service import Service

CONVERSATIONS = (
    individual,
    staff,
    desk,
    register,
    forms,
    report,
    access,
    enrolment,
    asking,
    progress,
    keeping,
    talk,
    watching,
    reminding,
    telling,
    following,
    texting,
    deciding,
    evidence,
    packs,
    papers,
    places,
    cover,
    handing_over,
    standards,
    answers,
    moderating,
    offering,
)
COMMANDS = {name: command for one in CONVERSATIONS for name, command in one.COMMANDS.items()}
TAPS: Taps = {action: tap for one in CONVERSATIONS for action, tap in one.TAPS.items()}


async def tapped(update: Update, context: Context) -> None:
    """Any button: what it carries names the action, and the action names its handler."""
    assert update.callback_query is not None
    action = actions.parse(update.callback_query.data or "")
    await TAPS[type(action)](update, context, action)


def hang(application: "Application[Any, Any, Any, Any, Any, Any]", service: Service) -> None:
    """Hangs every handler on the application. Only private chats count."""
    application.bot_data[SERVICE] = service
    private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
    application.add_handler(CallbackQueryHandler(tapped))  # first: the library asks one handler after the other
    application.add_handler(MessageHandler(~filters.ChatType.PRIVATE, groups.leave))
    application.add_handler(ChatMemberHandler(groups.membership, ChatMemberHandler.MY_CHAT_MEMBER))
    for name, command in COMMANDS.items():
        application.add_handler(CommandHandler(name, command, filters=private))
    for word, command in individual.BARE_WORDS.items():
        bare = filters.Regex(re.compile(rf"^\W*{word}\W*$", re.IGNORECASE))
        application.add_handler(MessageHandler(private & filters.TEXT & bare, command))
    application.add_handler(MessageHandler(private & (filters.PHOTO | filters.Document.ALL), evidence.file_sent))
    application.add_handler(MessageHandler(private & (filters.TEXT | filters.VOICE), talk.heard))
    application.add_handler(MessageHandler(private, talk.not_words))
