"""What became of a message, in words for staff: accepted, held back, still to come; when; and why."""

from domain.history import Told
from domain.outbox import Row, Status
from domain.pausing import HELD
from domain.retrying import NO_ANSWER
from domain.texting import NOT_RECEIVED
from messages import words
from messages.compose import Voice


def state(told: Told, voice: Voice) -> str:
    """*accepted by Telegram, Tue 24 Nov at 18:00*; *held back, today at 18:00 (in hospital)*."""
    row = told.row
    if _paused(row, voice):  # it is looked at again and again, and nobody knows when it goes
        return voice.say("history.paused")
    ahead = row.status in (Status.PLANNED, Status.SENDING)
    at = row.owed.due_at if ahead else told.accepted_at or told.settled_at or row.owed.due_at
    because = reason(row, voice)
    if row.status is Status.SENT and because:  # nothing was sent: a person was asked instead
        return f"{because}, {voice.when(at)}"
    said = f"{_how(told, voice)}, {voice.when(at)}{_receipt(told, voice)}"
    return f"{said} ({because})" if because else said


def _paused(row: Row, voice: Voice) -> bool:
    """What is due has been let go, and waits for its turn."""
    return row.status is Status.PLANNED and row.reason == HELD and row.owed.due_at > voice.now


def _how(told: Told, voice: Voice) -> str:
    if told.row.reason == NO_ANSWER:
        return voice.say("history.perhaps_sent")
    return voice.say("history.text" if told.text is not None else f"reminder.{told.row.status}")


def _receipt(told: Told, voice: Voice) -> str:
    """What the receipt of a text message says; nothing until it has come."""
    if told.text is None or told.text.at is None:
        return ""
    known = told.text.status.replace("-", "_")
    return f"; {voice.say(f'history.receipt_{known}', when=voice.when(told.text.at))}"


def in_short(told: Told, voice: Voice) -> str:
    """The same in a line that is about something else: without when, and of a receipt only that it did not arrive."""
    row = told.row
    if _paused(row, voice):
        return voice.say("history.paused")
    astray = told.text is not None and told.text.status in NOT_RECEIVED
    said, because = f"{_how(told, voice)}{_receipt(told, voice) if astray else ''}", reason(row, voice)
    return f"{said}: {because}" if because else said


def reason(row: Row, voice: Voice) -> str:
    """Why a row ended or waits. What Telegram wrote of a refusal is not a reason of ours and is left out."""
    key = f"why.{row.reason}"
    return voice.say(key) if row.reason and words.knows(key) else ""
