"""Who is on duty: today, and on each day of two weeks."""

from datetime import date, timedelta

from domain.facts import AboutRota
from domain.people import Staff
from messages.actions.handing_over import DutyDay, DutyPut, DutySame, DutyWeek
from messages.compose import Button, Message, Voice, says

DAY = timedelta(days=1)


@says("duty_today")
def duty_today(about: AboutRota, voice: Voice) -> Message:
    return Message(_today(about, voice))


def _today(about: AboutRota, voice: Voice) -> str:
    """Who is told today; that may not be whom the rota names, if they are away."""
    if not about.today:
        return voice.say("duty.nobody")
    return voice.say("duty.today", names=", ".join(one.name for one in about.today))


@says("duty_week")
def duty_week(about: AboutRota, voice: Voice) -> Message:
    """Seven days, each with its names; what is over is only shown."""
    today = voice.calendar.day(voice.now)
    week = int(voice.params["week"])
    first = today - DAY * today.weekday() + DAY * 7 * week
    shown = [first + DAY * n for n in range(7)]
    lines = [_today(about, voice), "", *(f"{voice.on(day)}: {_names(about, day, voice)}" for day in shown)]
    rows = [(Button(voice.on(day), DutyDay(day.toordinal())),) for day in shown if day >= today]
    pairs = [tuple(button for row in rows[n : n + 2] for button in row) for n in range(0, len(rows), 2)]
    other = voice.button("duty.this_week" if week else "duty.next_week", DutyWeek(0 if week else 1))
    return Message("\n".join(lines), (*pairs, (other,)))


def _names(about: AboutRota, day: date, voice: Voice) -> str:
    named = about.days.get(day, ())
    return ", ".join(_name(one, day, voice) for one in named) if named else voice.say("duty.everybody")


def _name(one: Staff, day: date, voice: Voice) -> str:
    return voice.say("duty.away", name=one.name) if one.away_on(day) else one.name


@says("duty_day")
def duty_day(about: AboutRota, voice: Voice) -> Message:
    """Everybody who could be on duty that day, with a tick at who is."""
    day = date.fromordinal(int(voice.params["day"]))
    on = {one.id for one in about.days.get(day, ())}
    text = voice.say("duty.day", day=voice.day(day), names=_names(about, day, voice))
    if not about.could:
        text = voice.say("duty.nobody_could")
    rows = [
        (Button(_ticked(one, day, one.id in on, voice), DutyPut(day.toordinal(), one.id, int(one.id not in on))),)
        for one in about.could
    ]
    today = voice.calendar.day(voice.now)
    week = int(day >= today - DAY * today.weekday() + DAY * 7)
    if day.weekday() < 4 and on:
        rows.append((voice.button("duty.same", DutySame(day.toordinal())),))
    return Message(text, (*rows, (voice.button("duty.back", DutyWeek(week)),)))


def _ticked(one: Staff, day: date, on: bool, voice: Voice) -> str:
    return voice.say("duty.on" if on else "duty.off", name=_name(one, day, voice))
