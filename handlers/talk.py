"""What anybody types or sends that is no command: words and voice notes; and the pages of a conversation."""

from telegram import Update

from domain.talk import Form, Media
from handlers.door import Command, Context, Taps, service_of, turn_of, words_of
from messages.actions.talk import ReadOn
from usecases import talk


async def heard(update: Update, context: Context) -> None:
    assert update.message is not None
    replied = update.message.reply_to_message
    voice = update.message.voice
    media = Media(Form.VOICE, voice.file_id) if voice is not None else None
    to = replied.message_id if replied is not None else None
    sent = talk.Sent(words_of(update), media, to, update.message.date)
    await talk.hear(service_of(context), turn_of(update), sent)


async def not_words(update: Update, context: Context) -> None:
    await talk.not_words(service_of(context), turn_of(update))


async def read_on(update: Update, context: Context, tap: ReadOn) -> None:
    await talk.read(service_of(context), turn_of(update), tap.item, tap.page)


COMMANDS: dict[str, Command] = {}
TAPS: Taps = {ReadOn: read_on}
