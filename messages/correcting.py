"""What a person's own workers see of their dates, and what they can record of one."""

from domain import attendance
from domain.attendance import Outcome, Record
from domain.facts import AboutAppointment, AboutDates
from messages.actions.register import OpenDate, SetDate
from messages.compose import Button, Message, Voice, says
from messages.register import IN_A_ROW, length_of
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
    lines = [_heading(about, voice), *(known or [outcome_alone(None, voice)]), voice.say("register.date_ask")]
    begun = voice.now >= about.appointment.starts_at
    offered = (
        [one for one in attendance.BY_WORKER if one not in attendance.REGISTER or begun]
        if about.appointment.booked
        else []
    )
    rows = [(voice.button(f"register.{one}", SetDate(id_, one, "", "")),) for one in offered]
    return Message("\n".join(lines), tuple(rows))


def _heading(about: AboutAppointment, voice: Voice) -> str:
    return f"{about.individual.case_ref}: {date_line(about, voice)}"


def _line(about: AboutAppointment, one: Record, voice: Voice) -> str:
    """*came – Rab Boyd, yesterday at 9:50 (told later)*."""
    known = one.why in tuple(attendance.Why) or one.why == attendance.AS_BEFORE
    why = f" ({voice.say(f'register.because_{one.why}')})" if known else ""
    length = f", {length_of(one.minutes, voice)}" if one.outcome is Outcome.ATTENDED_PART and one.minutes else ""
    return f"· {outcome_alone(one, voice)}{length} – {recorded(about, one, voice)}{why}"


@says("date_minutes")
def date_minutes(about: AboutAppointment, voice: Voice) -> Message:
    id_, outcome = about.appointment.id, Outcome(str(voice.params["outcome"]))
    lengths = [
        Button(length_of(minutes, voice), SetDate(id_, outcome, str(minutes), ""))
        for minutes in attendance.minutes_of_part(about.length)
    ]
    rows = tuple(tuple(lengths[start : start + IN_A_ROW]) for start in range(0, len(lengths), IN_A_ROW))
    return Message(f"{_heading(about, voice)}\n{voice.say('register.how_long')}", (*rows, _back(id_, voice)))


@says("date_causes")
def date_causes(about: AboutAppointment, voice: Voice) -> Message:
    id_, outcome = about.appointment.id, Outcome(str(voice.params["outcome"]))
    causes = sorted(attendance.CAUSES[outcome], key=lambda cause: (cause == "other", cause))
    rows = [(voice.button(f"register.cause_{cause}", SetDate(id_, outcome, cause, "")),) for cause in causes]
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
