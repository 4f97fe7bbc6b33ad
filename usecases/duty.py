"""/duty: who is on duty today; and for managers the rota of the next two weeks, by tap."""

from collections.abc import Sequence
from datetime import date, timedelta

from db import cover as store
from db import people
from domain.days import DAY, Span
from domain.facts import AboutRota
from domain.outbox import Answer, Subject, edit, send
from domain.people import MAY, Act, Role, Staff
from usecases import access, rota
from usecases.service import Work, use_case
from usecases.subjects import Source, loads_of_staff

WEEK = timedelta(days=7)
WEEKS = 2  # this one and the next


def monday(day: date) -> date:
    """Of the same week."""
    return day - DAY * day.weekday()


@use_case
async def show(work: Work) -> Sequence[Answer]:
    """/duty: today's, to anybody; this week with its buttons, to whoever makes the rota."""
    me = await access.require(work, Act.AWAY)
    kind = "duty_week" if me.roles & set(MAY[Act.STAFFING]) else "duty_today"
    return [send(kind, Subject("rota", me.id), week=0)]


@use_case
async def show_week(work: Work, week: int) -> Sequence[Answer]:
    """This week (0) or the next."""
    me = await access.require(work, Act.STAFFING)
    return [edit("duty_week", Subject("rota", me.id), week=min(max(week, 0), WEEKS - 1))]


@use_case
async def show_day(work: Work, day: date) -> Sequence[Answer]:
    """Who could be on duty on a day, and who is."""
    me = await access.require(work, Act.STAFFING)
    return [edit("duty_day", Subject("rota", me.id), day=day.toordinal())]


@use_case
async def put(work: Work, day: date, staff_id: int, on: bool) -> Sequence[Answer]:
    """One colleague on or off the rota of one day. A day that is over stays as it was."""
    me = await access.require(work, Act.STAFFING)
    everybody = await people.everybody_on_staff(work.tx)
    one = everybody.get(staff_id)
    if within(day, work.today) and one is not None and _could(one, day):
        here = await store.reading_rota(day).alone(work.tx)
        await store.set_duty(work.tx, day, here | {staff_id} if on else here - {staff_id})
    return [edit("duty_day", Subject("rota", me.id), day=day.toordinal())]


@use_case
async def until_friday(work: Work, day: date) -> Sequence[Answer]:
    """*The same until Friday*: the rest of that working week as this day."""
    me = await access.require(work, Act.STAFFING)
    here = await store.reading_rota(day).alone(work.tx)
    ahead = [day + DAY * n for n in range(1, 5 - day.weekday())] if within(day, work.today) else []
    for later in filter(work.service.calendar.working, ahead):
        await store.set_duty(work.tx, later, here)
    return [edit("duty_week", Subject("rota", me.id), week=int(day >= monday(work.today) + WEEK))]


def within(day: date, today: date) -> bool:
    """Whether the rota of a day can be set: from today to the end of next week."""
    return today <= day < monday(today) + WEEK * WEEKS


def _could(one: Staff, day: date) -> bool:
    return Role.DUTY in one.roles and one.active_on(day)


@loads_of_staff("rota")
async def about(source: Source, reader: Staff) -> AboutRota:
    """The rota from this Monday on, and who is told today."""
    roster = await rota.roster(source.service, source.tx)
    first = monday(roster.today)
    found = await store.rota(source.tx, Span(first, first + WEEK * WEEKS - DAY))
    everybody = roster.staff
    days = {day: tuple(everybody[id_] for id_ in sorted(ids)) for day, ids in found.items()}
    could = tuple(one for one in everybody.values() if _could(one, roster.today))
    return AboutRota(reader, days, could, tuple(everybody[id_] for id_ in roster.on_duty()))
