"""The kind word that an individual gets after a date that did not go as it should have."""

from domain import attendance
from domain.facts import AboutAppointment
from messages.compose import Message, Voice, says
from messages.individual import what_for


@says("sent_home")
def sent_home(about: AboutAppointment, voice: Voice) -> Message:
    """Sorry; it is noted that they came, or what they worked counts; when the next date is."""
    worked = attendance.worked_minutes(about.standing, about.length)
    return _sorry("home_part" if worked else "home", about, voice)


@says("stood_down_sorry")
def stood_down_sorry(about: AboutAppointment, voice: Voice) -> Message:
    """Sorry; we called it off, and they did nothing wrong; when the next date is."""
    return _sorry("called_off", about, voice)


def _sorry(key: str, about: AboutAppointment, voice: Voice) -> Message:
    away = (about.appointment.day - voice.calendar.day(voice.now)).days
    when = {0: "today", -1: "yesterday"}.get(away, "on")
    text = voice.say(f"{key}.{when}", day=voice.on(about.appointment.day))
    if about.following is None:
        return Message(text)
    then = about.following
    date = voice.say(
        "reminder.when", day=voice.day(then.day), time=voice.at(then.starts_at), what=what_for(then.kind, voice)
    )
    return Message(f"{text} {voice.say('home.next', date=date)}")


@says("sorry_corrected")
def sorry_corrected(about: AboutAppointment, voice: Voice) -> Message:
    """We apologised for a lost day that was none."""
    return Message(voice.say("sorry.corrected", day=voice.on(about.appointment.day)))


@says("missed_sorry")
def missed_sorry(about: AboutAppointment, voice: Voice) -> Message:
    """We asked about a miss that was none."""
    return Message(voice.say("missed.sorry", day=voice.on(about.appointment.day)))
