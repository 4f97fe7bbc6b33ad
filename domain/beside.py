"""Which other dates a message names beside the one that it is about: whoever has read it knows of them."""

from collections.abc import Iterable
from datetime import datetime

from domain.appointments import Appointment
from domain.attendance import APOLOGIES
from domain.calendar import Calendar
from domain.changes import News, was_at
from domain.facts import AboutAppointment
from domain.outbox import STAND_DOWN, Owed

NAMING = frozenset({STAND_DOWN, *APOLOGIES, *News})  # the kinds that may name others


def that_day(about: AboutAppointment, at: datetime, calendar: Calendar, now: datetime) -> list[AboutAppointment]:
    """Their other dates on the day of one that is off."""
    return on_day(about.beside, at, calendar, now)


def on_day(
    others: Iterable[AboutAppointment], at: datetime, calendar: Calendar, now: datetime
) -> list[AboutAppointment]:
    """Those of their dates that are ahead on the day of some moment."""
    ahead = (one for one in others if one.appointment.starts_at > now and one.settled is None)
    return [one for one in ahead if one.appointment.day == calendar.day(at)]


def is_off(kind: str, about: AboutAppointment) -> bool:
    """Whether a message of this kind, which tells how a date is otherwise, tells that it is off."""
    return kind == News.CANCELLED or about.off


def named(owed: Owed, about: AboutAppointment, calendar: Calendar, now: datetime) -> list[Appointment]:
    """The others that are named in a message: those of the day of a date that is off, or the next date."""
    next_ = [about.following] if about.following is not None else []
    if owed.kind in APOLOGIES:
        return next_
    if owed.kind == STAND_DOWN:
        others = that_day(about, about.appointment.starts_at, calendar, now)
        return [one.appointment for one in others] or next_
    if owed.kind in NAMING and is_off(owed.kind, about):
        return [one.appointment for one in that_day(about, was_at(owed.params), calendar, now)]
    return []
