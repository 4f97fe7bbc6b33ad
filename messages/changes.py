"""What an individual reads when a date has changed: once, with the last facts; and what an old message says then."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from domain.appointments import Kind
from domain.asking import ANSWERS
from domain.beside import is_off, on_day, that_day
from domain.changes import was_at
from domain.compliance import Kind as Asked
from domain.facts import AboutAppointment, AboutIndividual, AboutNews
from messages.actions.asking import AskFor
from messages.answering import answer_buttons
from messages.compose import Button, Message, Voice, says
from messages.individual import one_date, question, sentences, where
from messages.reminding import answers_of_each, asks_of_each, together

A_SENTENCE = frozenset({Kind.HOME_VISIT, Kind.COURT_REVIEW})  # kinds whose date is told in a whole sentence


@says("changed")
def changed(about: AboutAppointment, voice: Voice) -> Message:
    """What has changed, how it is now, one question, and how to say that you can't. Of a date that was moved and is off
    as well, whoever has the old time in mind hears that they need not come then."""
    if about.off:
        return cancelled(about, voice)
    text = sentences(news(about, voice), where(about, voice), question(about, voice))
    return Message(text, answer_buttons(about, voice, *ANSWERS["changed"]))


@says("news_together")
def news_together(about: AboutNews, voice: Voice) -> Message:
    """Several dates that are otherwise now: each in its own words, and with its own answers where it is on."""
    told = [(one, replace(voice, params=saying.params), is_off(saying.kind, one)) for saying, one in about.told]
    lines = [cancelled(one, its).text if off else sentences(news(one, its), where(one, its)) for one, its, off in told]
    on = [one for one, _, off in told if not off]
    asks = [question(on[0], voice)] if len(on) == 1 else asks_of_each(on, voice) if on else []
    return Message("\n\n".join([*lines, *asks]), answers_of_each(on, voice) if on else _call(voice))


def news(about: AboutAppointment, voice: Voice) -> str:
    """What has changed, and when it is now."""
    date_ = one_date(about, voice)
    if about.appointment.kind not in A_SENTENCE:
        date_ = voice.say("change.now", date=date_)
    return f"{_what_changed(about, voice)}\n{date_}"


def _what_changed(about: AboutAppointment, voice: Voice) -> str:
    was = was_at(voice.params) if "was_at" in voice.params else about.appointment.starts_at
    if not voice.params["was_on"]:
        return voice.say("change.on_again" if was == about.appointment.starts_at else "change.new")
    if was == about.appointment.starts_at:
        return voice.say("change.place")
    return voice.say("change.moved", day=voice.day_within(voice.calendar.day(was)), time=voice.at(was))


@says("cancelled")
def cancelled(about: AboutAppointment, voice: Voice) -> Message:
    """The date as they know it: it may have been moved before it was cancelled."""
    was = was_at(voice.params)
    return Message(_off(about.appointment.kind, was, about.beside, voice), _call(voice))


def _call(voice: Voice) -> tuple[tuple[Button, ...], ...]:
    return ((voice.button("button.call", AskFor(Asked.CALL)),),)


def _off(kind: Kind, was: datetime, dates: Iterable[AboutAppointment], voice: Voice) -> str:
    """That a date of some kind is off, and which of these others are on that day."""
    key = "change.off_visit" if kind is Kind.HOME_VISIT else "change.off"
    others = on_day(dates, was, voice.calendar, voice.now)
    text = voice.say("change.off_alone" if others else key, day=voice.day(voice.calendar.day(was)), time=voice.at(was))
    return still_on(others, was, text, voice) if others else text


def still_on(others: Sequence[AboutAppointment], at: datetime, off: str, voice: Voice) -> str:
    """What is off, and the others of that day, which are on. Where one of them begins at the same time, nothing is off
    for whoever reads it."""
    as_before = any(one.appointment.starts_at == at for one in others)
    first = voice.say("change.still_on") if as_before else sentences(off, voice.say("change.others_on"))
    return "\n".join([first, *(_date_of(one, voice) for one in others)])


def _date_of(about: AboutAppointment, voice: Voice) -> str:
    """A text message is short, and nothing is known of who sees it: nobody is named."""
    if voice.texted:
        return one_date(replace(about, individual=replace(about.individual, name_agreed=False)), voice)
    return sentences(one_date(about, voice), where(about, voice))


@says("old_news")
def old_news(about: AboutAppointment, voice: Voice) -> Message:
    """In place of a message that told of the date as it was: no facts, which might change again, and no buttons."""
    one = about.appointment
    on = one.booked or that_day(about, one.starts_at, voice.calendar, voice.now)
    return Message(voice.say("change.old" if on else "change.old_off"))


@says("old_news_together")
def old_news_together(about: AboutIndividual, voice: Voice) -> Message:
    """In place of a message that told of several dates: those that are off, as before, while they are ahead, and those
    that are on, each with its buttons."""
    kept = str(voice.params["dates"]).split("+")
    dates = [one for one in about.ahead if str(one.appointment.id) in kept]
    ahead = [(kind, was) for kind, was in _told_off(str(voice.params.get("off", ""))) if was > voice.now]
    off = [_off(kind, was, about.ahead, voice) for kind, was in ahead]
    if dates:
        others = together("change.old_one", dates, voice)
        return replace(others, text="\n\n".join([*off, others.text]))
    if off:
        return Message("\n\n".join([*off, voice.say("change.old_other")]), _call(voice))
    return Message(voice.say("change.old"))


def _told_off(off: str) -> list[tuple[Kind, datetime]]:
    """Of what kind the dates are that are off, and when each was, earliest first."""
    each = (one.split("@") for one in off.split(",") if one)
    return sorted(((Kind(kind), datetime.fromisoformat(was)) for kind, was in each), key=lambda one: one[1])
