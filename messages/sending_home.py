"""Sent home, one or all: why, and how long they had worked. One question, big buttons, in the rain."""

from dataclasses import replace
from datetime import datetime

from domain import attendance, sending_home
from domain.attendance import Outcome, Page
from domain.facts import AboutAppointment, AboutSession
from messages.actions.register import AllSentHome, HowLong, Mark
from messages.compose import Button, Message, Voice, says
from messages.register import Row, back, heading, in_rows, length_of, person

CAUSES = sorted(attendance.CAUSES[Outcome.SENT_HOME_SERVICE], key=lambda cause: (cause == "other", cause))


@says("register_causes")
def register_causes(about: AboutAppointment, voice: Voice) -> Message:
    """Why we sent somebody home."""
    id_, outcome = about.appointment.id, Outcome.SENT_HOME_SERVICE
    rows = tuple((voice.button(f"register.cause_{cause}", HowLong(id_, outcome, cause)),) for cause in CAUSES)
    return Message(f"{person(about, voice)}\n{voice.say('register.why')}", (*rows, back(id_, Page.PERSON, voice)))


@says("register_worked")
def register_worked(about: AboutAppointment, voice: Voice) -> Message:
    """How long somebody had worked who was sent home: until now, not at all, or so many half hours."""
    none = Mark(about.appointment.id, Outcome(str(voice.params["outcome"])), 0, str(voice.params["cause"]))
    begun = about.appointment.starts_at
    so_far = sending_home.worked_until(about.standing, begun, about.length, voice.now)
    most = sending_home.worked_until(None, begun, about.length, voice.now)
    lengths = [
        Button(length_of(minutes, voice), replace(none, minutes=minutes))
        for minutes in attendance.minutes_of_part(about.length)
        if minutes < most
    ]
    rows: tuple[Row, ...] = ((voice.button("register.not_at_all", none),), *in_rows(lengths))
    if so_far and voice.now < about.appointment.over_at:
        now = voice.button("register.until_now", replace(none, minutes=so_far), time=length_of(so_far, voice))
        rows = ((now,), *rows)
    text = f"{person(about, voice)}\n{voice.say('register.how_long_worked')}"
    return Message(text, (*rows, back(about.appointment.id, Page.PERSON, voice)))


@says("register_all_causes")
def register_all_causes(about: AboutSession, voice: Voice) -> Message:
    """Why everybody was sent home."""
    id_ = about.rows[0].appointment.id
    rows = tuple((voice.button(f"register.cause_{cause}", AllSentHome(id_, cause, 0)),) for cause in CAUSES)
    text = f"{heading(about, voice)}\n{voice.say('register.why_all')}"
    return Message(text, (*rows, back(id_, Page.REGISTER, voice)))


@says("register_all_sure")
def register_all_sure(about: AboutSession, voice: Voice) -> Message:
    """How many people that is about, before it is done; and how long they worked, if any has begun."""
    id_, cause, n = about.rows[0].appointment.id, str(voice.params["cause"]), int(voice.params["n"])
    first, last = sending_home.moment_of(int(voice.params["first"])), sending_home.moment_of(int(voice.params["last"]))
    lines = [heading(about, voice), voice.say("register.all_sure", n=n, cause=voice.say(f"cause.{cause}"))]
    if stay := int(voice.params["stay"]):
        lines.append(voice.say("register.all_stay", stay=stay))
    rows: tuple[Row, ...] = ()
    if n and voice.now <= first:
        rows = ((voice.button("register.all_yes", AllSentHome(id_, cause, sending_home.BEFORE_ANYBODY), n=n),),)
    elif n:
        lines.append(voice.say("register.worked_all"))
        rows = _until(AllSentHome(id_, cause, sending_home.BEFORE_ANYBODY), first, last, voice)
    return Message("\n".join(lines), (*rows, back(id_, Page.REGISTER, voice)))


def _until(none: AllSentHome, first: datetime, last: datetime, voice: Voice) -> tuple[Row, ...]:
    """*Until now*, *not at all*, and every half hour between: a time of day, because each began at their own."""
    now = sending_home.moment_of(sending_home.minute_of(voice.now))
    until_now = [(_until_button("register.until_now", none, now, voice),)] if now < last else []
    moments = sending_home.half_hours(first, min(now, last))
    rest = [_until_button("register.until", none, moment, voice) for moment in moments]
    return (*until_now, (voice.button("register.not_at_all", none),), *in_rows(rest))


def _until_button(key: str, none: AllSentHome, until: datetime, voice: Voice) -> Button:
    return voice.button(key, replace(none, until=sending_home.minute_of(until)), time=voice.at(until))
