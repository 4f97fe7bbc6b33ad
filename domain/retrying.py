"""When to try again what Telegram did not take, and when that helps nobody any more."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.outbox import End, Later, Status, Trouble, Wait

FIRST, LONGEST = timedelta(seconds=2), timedelta(minutes=5)  # between two calls of which nobody knows the end
WAITED_FOR = timedelta(minutes=2)  # the longest of those waits if somebody waits for an answer
UNTIL_OPEN = (timedelta(seconds=1), timedelta(seconds=30))  # between two looks whether the way is open again
MOST_TRIES = 240  # to speak an answer: about eight hours
# What helps at any time is tried for longer than the longest weekend of the year, from before Good Friday until after
# Easter Monday, so that somebody at work can mend what is wrong. Where we slept ourselves, a few tries are too few.
TRIED_FOR, LEAST_TRIES = timedelta(days=5), 100
ANSWER_TRIED_FOR = timedelta(days=1)  # what somebody wrote to a person today may be wrong in another week
DUE_FIRST, PUT_OFF = "due_first", "put_off"  # among the params of what has been put off: seconds since 1970
NO_ANSWER = "no_answer"  # why a message ends of which nobody knows whether it was sent
JITTER = 0.25  # part of a wait by which it is shorter or longer, so that what failed together does not come together


def growing(tries: int, first: timedelta, longest: timedelta, dice: float) -> timedelta:
    """Twice as long after each try (counted from 1), up to `longest`, give or take; `dice` is from 0 to 1."""
    plain = min(first * float(2 ** min(tries - 1, 20)), longest)
    return plain * (1 + JITTER * (2 * dice - 1))


def dice(row_id: int, tries: int) -> float:
    """The same for the same row and try, so that a simulation can be played again."""
    return random.Random(f"{row_id}/{tries}").random()


def until_again(later: Later, id_: int, tries: int) -> timedelta | None:
    """How long an answer that somebody waits for waits after so many tries; None: it has been tried enough."""
    if later.trouble is Trouble.UNKNOWN and tries >= MOST_TRIES:
        return None
    return _wait(later, id_, tries, WAITED_FOR)


def _wait(later: Later, id_: int, tries: int, longest: timedelta) -> timedelta:
    if later.trouble is Trouble.NEVER_SENT:
        return growing(tries, *UNTIL_OPEN, dice(id_, tries))
    if later.trouble is not Trouble.UNKNOWN:
        return timedelta(seconds=later.seconds)
    return max(timedelta(seconds=later.seconds), growing(tries, FIRST, longest, dice(id_, tries)))


@dataclass(frozen=True)
class Tried:
    """What was not taken (its id), after so many tries of which nobody knows the end. `since`: its first trouble."""

    id: int
    tries: int
    due_first: datetime
    since: datetime
    expires_at: datetime | None = None
    answer: bool = False  # what somebody wrote to a person, which ends soon, however it went


def after(later: Later, one: Tried, now: datetime) -> Wait | End:
    """What becomes of a message that was not taken: it is tried again for as long as it helps, counted from when it was
    first due. A text message, and an answer, count from their first trouble: a bot that slept has not tried them.

    One that never left waits for no clock of its own: whoever sends looks after the way being open again.
    """
    until = now if later.trouble is Trouble.NEVER_SENT else now + _wait(later, one.id, one.tries, LONGEST)
    if one.answer and until - one.since > ANSWER_TRIED_FOR:
        return End(Status.FAILED, _why(later, one.tries))
    if later.trouble is Trouble.NEVER_SENT:
        return Wait(until)
    if one.expires_at is not None:
        return Wait(until) if until < one.expires_at else End(Status.MISSED, _why(later, one.tries))
    if later.trouble in (Trouble.TEXTS, Trouble.TEXTS_SHUT) and until - one.since > TRIED_FOR:
        return End(Status.FAILED, later.trouble.reason)
    if later.trouble is Trouble.UNKNOWN and one.tries >= LEAST_TRIES and until - one.due_first > TRIED_FOR:
        return End(Status.FAILED, NO_ANSWER)
    return Wait(until)


def _why(later: Later, tries: int) -> str:
    """One that had to wait in the end may have been sent before."""
    unsaid = later.trouble in (Trouble.BUSY, Trouble.NEVER_SENT)
    unknown = later.trouble is Trouble.UNKNOWN or (unsaid and tries > 1)
    return NO_ANSWER if unknown else later.trouble.reason
