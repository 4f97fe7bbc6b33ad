"""What was said between an individual and the service: one conversation per individual, in order."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ANSWER = "answer"  # the kind of message that carries staff's words to the individual


class Form(StrEnum):
    """What passes beside words."""

    PHOTO = "photo"
    VOICE = "voice"


@dataclass(frozen=True)
class Media:
    """A photo or a voice note, by the id under which Telegram keeps it for this bot."""

    form: Form
    file_id: str


@dataclass(frozen=True)
class Said:
    """One thing that was said: by the individual, or by the member of staff whose id is `staff_id`.

    `ended` is what became of an answer on its way to the individual (a status of the outbox, or that Telegram gave no
    answer); empty for other words.
    """

    id: int
    individual_id: int
    at: datetime
    words: str = ""
    media: Media | None = None
    staff_id: int | None = None
    item_id: int | None = None
    ended: str = ""


LONGEST_ANSWER = 4_000  # UTF-16 code units: a message holds 4,096, and says besides who wrote it
LONGEST_CAPTION = 950  # the same for the words beside a photo or a voice note, which hold 1,024


def too_long(words: str, media: Media | None) -> bool:
    """Whether an answer does not fit into one message."""
    return len(words.encode("utf-16-le")) // 2 > (LONGEST_CAPTION if media is not None else LONGEST_ANSWER)
