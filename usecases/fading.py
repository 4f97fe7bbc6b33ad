"""What the bot said on staff phones goes again: each message at the latest 47 hours after it was sent.

A card folds to its one line, a question that whoever ran a session has not answered loses the name, other words make
room for a neutral sentence, and pictures are deleted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import outbox, traces
from domain.outbox import NOTHING, Owed, Saying, Subject, To

# They go even if the person is known here no more by then.
FILES = frozenset({"held_file", "looks_file", "order_record", "letter", "pack_file", "review_pack"})
ASKS_ON = {"was_there_question": "was_there_faded"}  # what goes on asking, as long as there is no answer
AFTER = timedelta(hours=47)  # an hour before Telegram lets a bot delete no more (Bot API, deleteMessage)
STAYS = frozenset(  # names nobody. Anything else goes, so that a new kind of message need not be thought of here
    {
        "form_paper",
        "welcome_staff",
        "help_staff",
        "stop_staff",
        "privacy",
        "register_none",
        "report",
        "report_answers",
        "report_outcomes",
        "hidden",
    }
)
STAY = (  # whole families that stay; news of a link is one line, which can be undone
    *("error_", "pin_", "link", "away_", "back_", "duty_"),
    *("first_steps", "leave_ended", "handed_to_you"),
)


@dataclass(frozen=True)
class Said:
    """A new message of ours, in a chat (its row)."""

    chat: int
    staff: bool
    message_id: int
    saying: Saying


async def remember(tx: AsyncConnection, said: Sequence[Said], at: datetime) -> None:
    """Notes new messages of ours. On staff's phones their going is owed from the first."""
    await traces.note_ours(tx, [(one.chat, one.message_id, one.saying) for one in said], at)
    for one in said:
        if one.staff and one.saying.kind not in STAYS and not one.saying.kind.startswith(STAY):
            about = NOTHING if one.saying.kind in FILES else one.saying.subject
            kind = ASKS_ON.get(one.saying.kind, "item_faded" if about.type == "item" else "faded")
            await outbox.owe(tx, _going(kind, one.chat, one.message_id, about, at), at)


def _going(kind: str, chat: int, message_id: int, about: Subject, at: datetime) -> Owed:
    return Owed(
        kind=kind,
        subject=about,
        to=To.CHAT,
        to_id=chat,
        due_at=at + AFTER,
        step=f"{chat}-{message_id}",
        params={"edit": message_id},
    )
