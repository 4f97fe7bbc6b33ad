"""What a person's own workers see of their dates, and what they can record of one."""

from datetime import datetime

from domain import attendance
from domain.attendance import SENT_HOME, Outcome, Record
from domain.facts import AboutAppointment, AboutDates
from domain.standing_down import Told
from messages.actions.register import OnAgain, OpenDate, SetDate
from messages.compose import Button, Message, Voice, says
from messages.register import in_rows, length_of
from messages.staff import date_line, outcome_alone, recorded

MOST_RECORDS = 15  # lines on one page: more than any date has ever had


@says("date_list")
def date_list(about: AboutDates, voice: Voice) -> Message:
    """The last dates and the next ones, a button each."""
    case = about.individual.case_ref
    if not about.dates:
        return Message(voice.say("register.dates_none", case=case))
    lines = [
        f"{n}. {date_line(one, voice)} – {outcome_alone(one.standing, voice)}" for n, one in enumerate(about.dates, 1)
    ]
    rows = [
        (Button(f"{n}. {voice.on(one.appointment.day)}", OpenDate(one.appointment.id)),)
        for n, one in enumerate(about.dates, 1)
    ]
    return Message("\n".join([voice.say("register.dates", case=case), *lines]), tuple(rows))


@says("date")
def date(about: AboutAppointment, voice: Voice) -> Message:
    """One date: all that was recorded, corrections beside what they correct, and what can be recorded."""
    id_ = about.appointment.id
    known = [_line(about, one, voice) for one in about.records[-MOST_RECORDS:]]
    told = [_told(voice)] if "told" in voice.params else []
    lines = [_heading(about, voice), *(known or [outcome_alone(None, voice)]), *told, voice.say("register.date_ask")]
    begun = voice.now >= about.appointment.starts_at
    offered = (
        [one for one in attendance.BY_WORKER if one not in attendance.REGISTER or begun]
        if about.appointment.booked
        else []
    )
    asks = {Outcome.SENT_HOME_OTHER: "+"}  # how long they worked
    rows = [(voice.button(f"register.{one}", SetDate(id_, one, asks.get(one, ""), "")),) for one in offered]
    off = about.standing is not None and about.standing.outcome in attendance.OFF
    if off and about.appointment.booked and not begun:
        rows.insert(0, (voice.button("register.on_again", OnAgain(id_)),))
    return Message("\n".join(lines), tuple(rows))


def _told(voice: Voice) -> str:
    """How the individual hears that a date to come is off."""
    told, at = Told(str(voice.params["told"])), str(voice.params.get("at", ""))
    moment = datetime.fromisoformat(at) if at else voice.now
    when = voice.say("down.now") if moment <= voice.now else voice.when(moment)
    return voice.say(f"register.told_{told}", when=when)


def _heading(about: AboutAppointment, voice: Voice) -> str:
    return f"{about.individual.case_ref}: {date_line(about, voice)}"


def _line(about: AboutAppointment, one: Record, voice: Voice) -> str:
    """*came – Rab Boyd, yesterday at 9:50 (told later)*."""
    known = one.why in tuple(attendance.Why) or one.why == attendance.AS_BEFORE
    why = f" ({voice.say(f'register.because_{one.why}')})" if known else ""
    partly = one.outcome in SENT_HOME | {Outcome.ATTENDED_PART}
    length = f", {length_of(one.minutes, voice)}" if partly and one.minutes else ""
    return f"· {outcome_alone(one, voice)}{length} – {recorded(about, one, voice)}{why}"


@says("date_minutes")
def date_minutes(about: AboutAppointment, voice: Voice) -> Message:
    """How long somebody was there; of who was sent home, how long they worked, which may be not at all."""
    id_, outcome = about.appointment.id, Outcome(str(voice.params["outcome"]))
    detail, home = str(voice.params.get("detail", "")), outcome in SENT_HOME
    lengths = [
        Button(length_of(minutes, voice), SetDate(id_, outcome, f"{detail}{minutes}", ""))
        for minutes in attendance.minutes_of_part(about.length)
    ]
    none = voice.button("register.not_at_all", SetDate(id_, outcome, detail.removesuffix("+"), ""))
    rows = (*(((none,),) if home else ()), *in_rows(lengths))
    ask = voice.say("register.how_long_worked" if home else "register.how_long")
    return Message(f"{_heading(about, voice)}\n{ask}", (*rows, _back(id_, voice)))


@says("date_causes")
def date_causes(about: AboutAppointment, voice: Voice) -> Message:
    id_, outcome = about.appointment.id, Outcome(str(voice.params["outcome"]))
    causes = sorted(attendance.CAUSES[outcome], key=lambda cause: (cause == "other", cause))
    then = "+" if outcome in SENT_HOME else ""  # how long they worked
    rows = [(voice.button(f"register.cause_{cause}", SetDate(id_, outcome, f"{cause}{then}", "")),) for cause in causes]
    return Message(f"{_heading(about, voice)}\n{voice.say('register.date_cause')}", (*rows, _back(id_, voice)))


@says("date_why")
def date_why(about: AboutAppointment, voice: Voice) -> Message:
    """Why an outcome of an earlier day is put right: both stay on record."""
    id_, outcome = about.appointment.id, Outcome(str(voice.params["outcome"]))
    detail = str(voice.params.get("detail", ""))
    stands = voice.say("register.date_stands", outcome=outcome_alone(about.standing, voice))
    rows = [(voice.button(f"register.why_{why}", SetDate(id_, outcome, detail, why)),) for why in attendance.Why]
    text = "\n".join([_heading(about, voice), stands, voice.say("register.date_why")])
    return Message(text, (*rows, _back(id_, voice)))


def _back(appointment_id: int, voice: Voice) -> tuple[Button, ...]:
    return (voice.button("register.back", OpenDate(appointment_id)),)
