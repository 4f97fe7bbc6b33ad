"""What anybody types or sends that is no command: words, photos and voice notes; and the pages of a conversation."""

from telegram import Message, Update

from domain.talk import Form, Media
from handlers.door import Command, Context, Taps, service_of, turn_of, words_of
from messages.actions import ReadOn
from usecases import talk


async def heard(update: Update, context: Context) -> None:
    assert update.message is not None
    replied = update.message.reply_to_message
    sent = talk.Sent(words_of(update), _media(update.message), replied.message_id if replied is not None else None)
    await talk.hear(service_of(context), turn_of(update), sent)


def _media(message: Message) -> Media | None:
    """The largest size of a photo, or a voice note."""
    if message.photo:
        return Media(Form.PHOTO, message.photo[-1].file_id)
    return Media(Form.VOICE, message.voice.file_id) if message.voice is not None else None


async def not_words(update: Update, context: Context) -> None:
    await talk.not_words(service_of(context), turn_of(update))


async def read_on(update: Update, context: Context, tap: ReadOn) -> None:
    await talk.read(service_of(context), turn_of(update), tap.item, tap.page)


COMMANDS: dict[str, Command] = {}
TAPS: Taps = {ReadOn: read_on}
