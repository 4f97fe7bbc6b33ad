"""What whoever runs a session reads: who is expected and what is recorded, never why somebody is away."""

from collections.abc import Sequence

from domain import attendance, sending_home
from domain.appointments import Answer
from domain.attendance import JUDGED, Outcome, Page
from domain.facts import AboutAppointment, AboutItem, AboutSession
from domain.people import Individual
from messages import staff
from messages.actions import Action
from messages.actions.register import (
    EveryoneCame,
    HowLong,
    Look,
    Mark,
    NotListed,
    OpenDate,
    Unmark,
    WasHere,
    WriteNote,
)
from messages.compose import Button, Message, Voice, says
from messages.standing import told_not_to_come

MOST_NOTES = 3  # of the reader's own, the latest: a message holds 4,096 characters
IN_A_ROW = 3  # buttons for a number of hours: a thumb still hits them

Row = tuple[Button, ...]


@says("register")
def register(about: AboutSession, voice: Voice) -> Message:
    """Everybody who is expected, with their own times, and a big button each: one tap for who came, and beside it
    the name for anything else. Below them, what is true of several at once, and *Undo* of what was done last."""
    numbered = list(enumerate(about.rows, about.first))
    said = [voice.say("register.typed", n=voice.params["typed"])] if "typed" in voice.params else []
    lines = [*said, heading(about, voice), *(_entry(n, row, voice) for n, row in numbered), voice.say("register.tap")]
    buttons = tuple(_person_buttons(n, row, voice) for n, row in numbered)
    return Message("\n".join(lines), (*buttons, *_several(about, voice), *_undo(about, voice)))


def _several(about: AboutSession, voice: Voice) -> tuple[Row, ...]:
    """What can be said of everybody of whom nothing is recorded yet, or who is there; and who else is there."""
    if not about.rows:
        return ()
    id_ = about.rows[0].appointment.id
    rows = [(voice.button("register.not_listed", NotListed(id_)),)]
    more = about.expected > len(about.rows)
    nothing = more or any(row.standing is None and row.expected for row in about.rows)
    if nothing or any(_still_here(row, voice) for row in about.rows):
        rows.insert(0, (voice.button("register.all_home", Look(id_, Page.ALL_CAUSES)),))
    if nothing:
        rows.insert(0, (voice.button("register.everyone", EveryoneCame(id_)),))
    return tuple(rows)


def _still_here(row: AboutAppointment, voice: Voice) -> bool:
    return sending_home.still_here(row.standing, row.appointment.starts_at, row.length, voice.now)


def _undo(about: AboutSession, voice: Voice) -> tuple[Row, ...]:
    """*Undo: Sam*, or how many people it is about."""
    if not voice.params.get("last") or not about.rows:
        return ()
    action = Unmark(about.rows[0].appointment.id, int(voice.params["first"]), int(voice.params["last"]))
    whose = [row.individual for row in about.rows if row.individual.id == voice.params.get("whose")]
    if whose:
        return ((voice.button("register.undo", action, name=shown_name(whose[0], voice)),),)
    return ((voice.button("register.undo_several", action, n=int(voice.params["n"])),),)


@says("register_person")
def register_person(about: AboutAppointment, voice: Voice) -> Message:
    """One person: what is known, and what can be recorded."""
    id_ = about.appointment.id
    pages: dict[Outcome, Action] = {
        Outcome.ATTENDED_PART: Look(id_, Page.MINUTES),
        Outcome.SENT_HOME_SERVICE: Look(id_, Page.CAUSES),
        Outcome.SENT_HOME_OTHER: HowLong(id_, Outcome.SENT_HOME_OTHER, ""),
    }
    rows = [
        (voice.button(f"register.{outcome}", pages.get(outcome, Mark(id_, outcome, 0, ""))),)
        for outcome in attendance.REGISTER
        if about.expected or outcome is not Outcome.MISSED_REASON_UNKNOWN
    ]
    rows.append((voice.button("register.note", WriteNote(id_)),))
    stands, reader = about.standing, voice.params.get("reader")
    if stands is not None and stands.recorded_by == reader and stands.why != attendance.AS_BEFORE:
        rows.append((voice.button("register.take_back", Unmark(id_, stands.id, stands.id)),))
    if voice.params.get("more"):
        rows.append((voice.button("register.more", OpenDate(id_)),))
    return Message("\n".join([person(about, voice), *noted(about, voice)]), (*rows, back(id_, Page.REGISTER, voice)))


def noted(about: AboutAppointment, voice: Voice) -> list[str]:
    """The reader's own notes about this person today, and nobody else's."""
    mine = [one for one in about.notes if one.staff_id == voice.params.get("reader")]
    return [voice.say("register.noted_words", words=one.words) for one in mine[-MOST_NOTES:]]


@says("register_minutes")
def register_minutes(about: AboutAppointment, voice: Voice) -> Message:
    """How long somebody was there who came late or left early."""
    id_ = about.appointment.id
    lengths = [
        Button(length_of(minutes, voice), Mark(id_, Outcome.ATTENDED_PART, minutes, ""))
        for minutes in attendance.minutes_of_part(about.length)
    ]
    text = f"{person(about, voice)}\n{voice.say('register.how_long')}"
    return Message(text, (*in_rows(lengths), back(id_, Page.PERSON, voice)))


@says("was_there_question")
def was_there_question(about: AboutItem, voice: Voice) -> Message:
    """The individual says that they were there; whoever ran the day is asked, without the case behind it."""
    assert about.about is not None
    text = voice.say(
        "register.was_there", name=shown_name(about.individual, voice), date=staff.date_line(about.about, voice)
    )
    return Message(text, _here_or_not(about, voice))


@says("was_there_faded")
def was_there_faded(about: AboutItem, voice: Voice) -> Message:
    """The question once it has stood long enough: without a name, for as long as an answer is waited for."""
    disputed = about.item.open and about.item.disputed_at is not None and not staff.confirmed(about)
    if about.about is None or not disputed:
        return Message(voice.say("faded"))
    one = about.about.appointment
    text = voice.say("register.was_there_faded", day=voice.on(one.day), time=voice.at(one.starts_at))
    return Message(text, _here_or_not(about, voice))


def _here_or_not(about: AboutItem, voice: Voice) -> tuple[Row, ...]:
    yes, no = WasHere(about.item.id, 1), WasHere(about.item.id, 0)
    return (voice.button("register.here", yes),), (voice.button("register.not_here", no),)


@says("was_there_noted")
def was_there_noted(about: AboutAppointment, voice: Voice) -> Message:
    """`late`: nothing would take a name away again."""
    key = "register.noted_late" if voice.params.get("late") else "register.noted"
    name, date = shown_name(about.individual, voice), staff.date_line(about, voice)
    return Message(voice.say(key, name=name, date=date, outcome=_outcome(about, voice)))


def heading(about: AboutSession, voice: Voice) -> str:
    """*Today, Wed 25 Nov · The yard · Rab Boyd · expected: 8.*"""
    runner = about.rows[0].runner if about.rows else None
    parts = [voice.day(about.session.day), about.place.nickname if about.place else "", runner.name if runner else ""]
    capacity = about.place.capacity if about.place else None
    if about.expected:
        key = "register.expected" if capacity is None else "register.expected_of"
        parts.append(voice.say(key, n=about.expected - about.off, capacity=capacity or 0))
    return " · ".join(part for part in parts if part)


def _entry(n: int, about: AboutAppointment, voice: Voice) -> str:
    return f"\n{n}. {person(about, voice)}"


def person(about: AboutAppointment, voice: Voice) -> str:
    one, limits = about.appointment, about.individual.work_limits
    lines = [
        voice.say(
            "register.person",
            name=shown_name(about.individual, voice),
            start=voice.at(one.starts_at),
            end=voice.at(one.over_at),
        ),
        voice.say("register.limits", limits=limits) if limits else "",
        "" if about.order_runs else _not_expected(about, voice),
        told_not_to_come(about, voice),
        f"{voice.say(_SAID[about.said])} {voice.say('register.so_far', outcome=_outcome(about, voice))}",
    ]
    return "\n".join(line for line in lines if line)


def _not_expected(about: AboutAppointment, voice: Voice) -> str:
    """Without the reason: in custody, suspended or how an order ended is not for whoever runs the day."""
    today = about.appointment.day == voice.calendar.day(voice.now)
    return voice.say("register.not_expected_today" if today else "register.not_expected_then")


_SAID = {
    None: "register.said_nothing",
    Answer.COMING: "register.said_coming",
    Answer.CANNOT: "register.said_cannot",
}


def shown_name(individual: Individual, voice: Voice) -> str:
    """The first name, or the case reference, as the council has set it."""
    return individual.case_ref if voice.policy.register_shows == "case_ref" else individual.first_name


def _outcome(about: AboutAppointment, voice: Voice) -> str:
    """How the date stands, with the time that was worked in part or lost by us. Of an absence it has neither the reason
    nor what was decided: that is not for whoever runs the day."""
    standing, lost = about.standing, attendance.lost_minutes(about.standing, about.length)
    if standing is None or standing.outcome in attendance.CAME | attendance.LOST:
        words = [staff.outcome_alone(standing, voice)]
    else:
        words = [voice.say("register.missed" if standing.outcome in JUDGED else f"outcome.{standing.outcome}")]
    if standing is not None and standing.outcome is Outcome.ATTENDED_PART and standing.minutes:
        words.append(length_of(standing.minutes, voice))
    if standing is not None and standing.outcome in attendance.SENT_HOME and standing.minutes:
        words.append(voice.say("register.worked", length=length_of(standing.minutes, voice)))
    if lost > 0:
        words.append(voice.say("register.lost", length=length_of(lost, voice)))
    return ", ".join(words)


def _person_buttons(n: int, about: AboutAppointment, voice: Voice) -> Row:
    label = f"{n}. {shown_name(about.individual, voice)} {_mark(about)}".strip()
    opens = Button(label, Look(about.appointment.id, Page.PERSON))
    if about.standing is not None or not about.expected:
        return (opens,)
    return opens, voice.button("register.came", Mark(about.appointment.id, Outcome.ATTENDED_FULL, 0, ""), n=n)


def _mark(about: AboutAppointment) -> str:
    """Whether anything is recorded; what, is in the words above. Never a cross beside a person's name."""
    return "✓" if about.standing is not None else ""


def length_of(minutes: int, voice: Voice) -> str:
    """30 min, 1 h, 1½ h."""
    hours, rest = divmod(minutes, 60)
    if rest == 0 and hours:
        return voice.say("register.hours", n=hours)
    if rest == 30 and hours:
        return voice.say("register.hours_half", n=hours)
    return voice.say("register.minutes", n=minutes)


def back(appointment_id: int, page: Page, voice: Voice) -> Row:
    return (voice.button("register.back", Look(appointment_id, page)),)


def in_rows(buttons: Sequence[Button]) -> tuple[Row, ...]:
    return tuple(tuple(buttons[start : start + IN_A_ROW]) for start in range(0, len(buttons), IN_A_ROW))
