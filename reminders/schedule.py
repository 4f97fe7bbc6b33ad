"""The whole clock on one page: every periodic job, its trigger, its function.

What is due at its own moment (a reminder, an alert's next step) is a row of the outbox and not a job.
Daily jobs keep out of 01:00 to 02:00, which the clock change repeats or skips.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from usecases import cover, cutting_off, deadlines, digest, keeping, leaving, reminding, sessions, watching
from usecases.service import Service


@dataclass(frozen=True)
class Job:
    """One periodic job. `run` is safe to repeat, and returns its counts for the log."""

    name: str
    trigger: BaseTrigger
    run: Callable[[Service], Awaitable[dict[str, int]]]
    daily: bool = False


def jobs(zone: ZoneInfo) -> list[Job]:
    """Every job of the clock, in the service's own time zone."""
    return [
        Job("time_limits", CronTrigger(hour=8, minute=15, timezone=zone), deadlines.each_morning, daily=True),
        Job("digest", CronTrigger(hour=8, minute=30, timezone=zone), digest.each_morning, daily=True),
        Job("clear_ended", CronTrigger(hour=0, minute=5, timezone=zone), cutting_off.clear_ended, daily=True),
        Job("pass_on", CronTrigger(hour=0, minute=10, timezone=zone), cover.each_night, daily=True),
        Job("let_go", CronTrigger(hour=0, minute=15, timezone=zone), leaving.each_night, daily=True),
        Job("questions", CronTrigger(hour=0, minute=20, timezone=zone), sessions.plan_today, daily=True),
        Job("unrecorded", CronTrigger(hour=10, minute=0, timezone=zone), sessions.list_unrecorded, daily=True),
        Job("each_morning", CronTrigger(hour=9, minute=5, timezone=zone), watching.each_morning, daily=True),
        Job("follow_rules", CronTrigger(hour=3, minute=30, timezone=zone), reminding.follow_rules, daily=True),
        Job("tidy", CronTrigger(hour=3, minute=10, timezone=zone), keeping.tidy, daily=True),
    ]
