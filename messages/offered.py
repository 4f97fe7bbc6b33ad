"""What an individual reads of a free place, and of a day that is off."""

from dataclasses import replace

from domain.appointments import Answer
from domain.attendance import MOVED
from domain.beside import that_day
from domain.compliance import Kind as Asked
from domain.facts import AboutAppointment, AboutIndividual, AboutOffered
from domain.outbox import STAND_DOWN_FROM
from messages.actions.asking import AskFor
from messages.actions.places import Early, TakePlace
from messages.answering import Row, answer_buttons
from messages.changes import still_on
from messages.compose import Message, Voice, says
from messages.individual import one_date, sentences, what_for, where


@says("place_offer")
def place_offer(about: AboutOffered, voice: Voice) -> Message:
    """When, where, how long; the first to say yes; and that no is a good answer."""
    text = sentences(voice.say("spare.free"), _place(about, voice), voice.say("spare.question"))
    return Message(text, _yes_no(about, voice))


def _place(about: AboutOffered, voice: Voice) -> str:
    until = voice.say("spare.until", time=voice.at(about.offer.ends_at))
    return sentences(one_date(about.date, voice), until, where(about.date, voice))


def _yes_no(about: AboutOffered, voice: Voice) -> tuple[Row, ...]:
    yes, no = TakePlace(about.offered.id, 1), TakePlace(about.offered.id, 0)
    return (voice.button("spare.yes", yes),), (voice.button("spare.no", no),)


@says("place_taken")
def place_taken(about: AboutAppointment, voice: Voice) -> Message:
    """A date like any other from here on."""
    text = sentences(voice.say("spare.taken"), one_date(about, voice), where(about, voice), voice.say("spare.cannot"))
    return Message(text, answer_buttons(about, voice, Answer.CANNOT, Answer.HELP, Answer.CALL))


@says("place_gone")
def place_gone(about: AboutOffered, voice: Voice) -> Message:
    return Message(voice.say("spare.gone"))


@says("place_busy")
def place_busy(about: AboutOffered, voice: Voice) -> Message:
    return Message(voice.say("spare.busy"))


@says("place_no_thanks")
def place_no_thanks(about: AboutOffered, voice: Voice) -> Message:
    return Message(voice.say("spare.no_thanks"))


@says("place_given_back")
def place_given_back(about: AboutOffered, voice: Voice) -> Message:
    """Nobody's fault, and nobody has to be rung. They may think again while it is free."""
    return Message(voice.say("spare.given_back"), ((voice.button("spare.after_all", TakePlace(about.offered.id, 1)),),))


# ── A day that is off ───────────────────────────────────────────────────────────────────────────────────────────────


@says("stand_down")
def stand_down(about: AboutAppointment, voice: Voice) -> Message:
    """It is off, it is not your fault, you need not come; or it was moved; and what is still on that day, or when the
    next date is."""
    off, at = _off(about, voice), about.appointment.starts_at
    others = that_day(about, at, voice.calendar, voice.now)
    text = still_on(others, at, off, voice) if others else sentences(off, _next(about, voice))
    if about.instead is None or not about.instead.stands or voice.texted:
        return Message(text, ((voice.button("button.call", AskFor(Asked.CALL)),),))
    instead = replace(about.instead, individual=about.individual)
    more = sentences(voice.say("off.instead"), _place(instead, voice), voice.say("spare.question"))
    return Message(f"{text}\n\n{more}", _yes_no(instead, voice))


def _off(about: AboutAppointment, voice: Voice) -> str:
    day, time = about.appointment.day, voice.at(about.appointment.starts_at)
    if about.standing is not None and about.standing.outcome in MOVED:
        return voice.say(f"off.{about.standing.outcome}", day=voice.day_within(day), time=time)
    if about.beside:  # the day itself is not off
        return voice.say("off.date", day=voice.day(day), time=time)
    away = (day - voice.calendar.day(voice.now)).days
    return voice.say({0: "off.today", 1: "off.tomorrow"}.get(away, "off.on"), day=voice.on(day))


def _next(about: AboutAppointment, voice: Voice) -> str:
    then = about.following
    if then is None:
        return ""
    date = voice.say(
        "reminder.when", day=voice.day(then.day), time=voice.at(then.starts_at), what=what_for(then.kind, voice)
    )
    return voice.say("home.next", date=date)


@says("early_ask")
def early_ask(about: AboutIndividual, voice: Voice) -> Message:
    """Asked of the person alone: nobody else says yes to being woken."""
    now = voice.say("early.now") if about.individual.early_agreed else ""
    early, late = _times(voice)
    yes, no = voice.button("early.yes", Early(1), time=early), voice.button("early.no", Early(0), time=late)
    return Message(sentences(voice.say("early.ask", time=early), now), ((yes,), (no,)))


@says("early_set")
def early_set(about: AboutIndividual, voice: Voice) -> Message:
    early, late = _times(voice)
    agreed = about.individual.early_agreed
    return Message(voice.say("early.on" if agreed else "early.off", time=early if agreed else late))


def _times(voice: Voice) -> tuple[str, str]:
    """From when somebody hears who agreed, and who did not."""
    quiet_to = voice.calendar.quiet_to
    early = min(STAND_DOWN_FROM, quiet_to)
    return f"{early.hour}:{early:%M}", f"{quiet_to.hour}:{quiet_to:%M}"
