"""When to try again what Telegram did not take, and when that helps nobody any more."""

import random
from datetime import datetime, timedelta

from domain.outbox import End, Later, Status, Trouble, Wait

FIRST, LONGEST = timedelta(seconds=2), timedelta(minutes=2)  # between two calls of which nobody knows the end
UNTIL_OPEN = (timedelta(seconds=1), timedelta(seconds=30))  # between two looks whether the way is open again
MOST_TRIES = 240  # of those: about eight hours
JITTER = 0.25  # part of a wait by which it is shorter or longer, so that what failed together does not come together


def growing(tries: int, first: timedelta, longest: timedelta, dice: float) -> timedelta:
    """Twice as long after each try (counted from 1), up to `longest`, give or take; `dice` is from 0 to 1."""
    plain = min(first * float(2 ** min(tries - 1, 20)), longest)
    return plain * (1 + JITTER * (2 * dice - 1))


def dice(row_id: int, tries: int) -> float:
    """The same for the same row and try, so that a simulation can be played again."""
    return random.Random(f"{row_id}/{tries}").random()


def until_again(later: Later, id_: int, tries: int) -> timedelta | None:
    """How long somebody who has nothing else to do waits after so many tries; None: it has been tried enough."""
    if later.trouble in (Trouble.BUSY, Trouble.TEXTS):
        return timedelta(seconds=later.seconds)
    if later.trouble is Trouble.NEVER_SENT:
        return growing(tries, *UNTIL_OPEN, dice(id_, tries))
    if tries >= MOST_TRIES:
        return None
    return max(timedelta(seconds=later.seconds), growing(tries, FIRST, LONGEST, dice(id_, tries)))


def after(later: Later, row_id: int, tries: int, expires_at: datetime | None, now: datetime) -> Wait | End:
    """What becomes of a message that was not taken, after so many tries of which nobody knows the end.

    One that never left waits for no clock of its own: whoever sends looks after the way being open again.
    """
    if later.trouble is Trouble.NEVER_SENT:
        return Wait(now)
    wait = until_again(later, row_id, tries)
    if wait is None:
        return End(Status.FAILED, "telegram_trouble")
    if expires_at is not None and now + wait >= expires_at:
        return End(Status.MISSED, later.trouble.reason)
    return Wait(now + wait)
