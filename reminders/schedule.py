"""The whole clock on one page: every periodic job, its trigger, its function.

What is due at its own moment (a reminder, an alert's next step) is a row of the outbox and not a job.
Daily jobs keep out of 01:00 to 02:00, which the clock change repeats or skips.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from usecases import (
    cutting_off,
    deadlines,
    digest,
    keeping,
    leaving,
    offering,
    parting,
    relieving,
    reminding,
    sessions,
    watching,
)
from usecases.service import Service

Run = Callable[[Service], Awaitable[dict[str, int]]]


@dataclass(frozen=True)
class Job:
    """One periodic job. `run` is safe to repeat, and returns its counts for the log. What it `hears` may be STOP: that
    is never left for long, and comes before anything is sent by whoever was away."""

    name: str
    trigger: BaseTrigger
    run: Run
    daily: bool = False
    hears: bool = False


def jobs(zone: ZoneInfo) -> list[Job]:
    """Every job of the clock, in the service's own time zone: four moments of the day, and those of one moment in this
    order where one process runs them."""

    def at(hour: int, minute: int) -> BaseTrigger:
        return CronTrigger(hour=hour, minute=minute, timezone=zone)

    midnight, night, morning, listing = at(0, 5), at(3, 10), at(8, 30), at(10, 0)
    return [
        Job("clear_ended", midnight, cutting_off.clear_ended, daily=True),
        Job("pass_on", midnight, relieving.each_night, daily=True),
        Job("let_go", midnight, leaving.each_night, daily=True),
        Job("questions", midnight, sessions.plan_today, daily=True),
        Job("part", night, parting.each_night, daily=True),
        Job("tidy", night, keeping.tidy, daily=True),
        Job("follow_rules", night, reminding.follow_rules, daily=True),
        Job("forms", night, offering.each_night, daily=True),
        Job("time_limits", morning, deadlines.each_morning, daily=True),
        Job("each_morning", morning, watching.each_morning, daily=True),
        Job("digest", morning, digest.each_morning, daily=True),
        Job("unrecorded", listing, sessions.list_unrecorded, daily=True),
    ]


def catching_up(zone: ZoneInfo, run: Run) -> Job:
    """Where text messages are set up. What nobody was there to hear is posted again for 25 minutes, so whoever was away
    for longer finds this due when they start. It is none of those that a simulated year plays (docs/adr/0005)."""
    return Job("texts", CronTrigger(minute="*/20", timezone=zone), run, hears=True)
