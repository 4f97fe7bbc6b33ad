"""A photo or a file: fetched if it may be evidence, and else talk like anything that is typed."""

from functools import partial

from telegram import Message, Update

from domain.evidence import MOST_BYTES, Offered
from domain.talk import Form, Media
from handlers.door import Command, Context, Taps, service_of, turn_of, words_of
from messages import telegram
from messages.actions.evidence import ShowSent
from usecases import deciding, evidence
from usecases.talk import Sent


async def file_sent(update: Update, context: Context) -> None:
    assert update.message is not None
    service, offered, replied = service_of(context), _offered(update.message), update.message.reply_to_message
    media = None if offered.document else Media(Form.PHOTO, offered.file_id)
    sent = Sent(words_of(update), media, replied.message_id if replied is not None else None)
    fetch = partial(telegram.fetched, context.bot, service.clock, offered.file_id, MOST_BYTES)
    await evidence.take_in(service, turn_of(update), sent, offered, fetch)


def _offered(message: Message) -> Offered:
    """The largest size of a photo, or a file."""
    if message.photo:
        return Offered(message.photo[-1].file_id, message.photo[-1].file_size or 0)
    assert message.document is not None
    return Offered(message.document.file_id, message.document.file_size or 0, document=True)


async def show_sent(update: Update, context: Context, tap: ShowSent) -> None:
    await deciding.show_sent(service_of(context), turn_of(update), tap.appointment)


COMMANDS: dict[str, Command] = {}
TAPS: Taps = {ShowSent: show_sent}
