"""What whoever runs a session reads, and the kind word that the individual gets after it."""

from domain import attendance
from domain.appointments import Answer
from domain.attendance import Outcome, Page
from domain.facts import AboutAppointment, AboutItem, AboutSession
from domain.people import Individual
from messages import staff
from messages.actions import Look, Mark, WasHere
from messages.compose import Button, Message, Voice, says

IN_A_ROW = 3  # buttons for a number of hours: a thumb still hits them

Row = tuple[Button, ...]


@says("register")
def register(about: AboutSession, voice: Voice) -> Message:
    """Everybody who is expected, with their own times, and one big button each."""
    numbered = list(enumerate(about.rows, about.first))
    lines = [_heading(about, voice), *(_entry(n, row, voice) for n, row in numbered), voice.say("register.tap")]
    buttons = tuple((_person_button(n, row, voice),) for n, row in numbered)
    return Message("\n".join(lines), buttons)


@says("register_person")
def register_person(about: AboutAppointment, voice: Voice) -> Message:
    """One person: what is known, and what can be recorded."""
    id_ = about.appointment.id
    choices = (
        Mark(id_, Outcome.ATTENDED_FULL, 0, ""),
        Look(id_, Page.MINUTES),
        Look(id_, Page.CAUSES),
        Mark(id_, Outcome.MISSED_REASON_UNKNOWN, 0, ""),
    )
    buttons = tuple(
        (voice.button(f"register.{outcome}", choice),)
        for outcome, choice in zip(attendance.REGISTER, choices, strict=True)
    )
    return Message(_person(about, voice), (*buttons, _back(id_, Page.REGISTER, voice)))


@says("register_minutes")
def register_minutes(about: AboutAppointment, voice: Voice) -> Message:
    """How long somebody was there who came late or left early."""
    id_ = about.appointment.id
    lengths = [
        Button(_length(minutes, voice), Mark(id_, Outcome.ATTENDED_PART, minutes, ""))
        for minutes in attendance.minutes_of_part(about.length)
    ]
    rows = tuple(tuple(lengths[start : start + IN_A_ROW]) for start in range(0, len(lengths), IN_A_ROW))
    text = f"{_person(about, voice)}\n{voice.say('register.how_long')}"
    return Message(text, (*rows, _back(id_, Page.PERSON, voice)))


@says("register_causes")
def register_causes(about: AboutAppointment, voice: Voice) -> Message:
    """Why we sent somebody home."""
    id_, outcome = about.appointment.id, Outcome.SENT_HOME_SERVICE
    rows = tuple((voice.button(f"register.cause_{cause}", Mark(id_, outcome, 0, cause)),) for cause in _CAUSES)
    return Message(f"{_person(about, voice)}\n{voice.say('register.why')}", (*rows, _back(id_, Page.PERSON, voice)))


_CAUSES = sorted(attendance.CAUSES[Outcome.SENT_HOME_SERVICE], key=lambda cause: (cause == "other", cause))


@says("was_there_question")
def was_there_question(about: AboutItem, voice: Voice) -> Message:
    """The individual says that they were there; whoever ran the day is asked, without the case behind it."""
    assert about.about is not None
    text = voice.say(
        "register.was_there", name=_name(about.individual, voice), date=staff.date_line(about.about, voice)
    )
    yes, no = WasHere(about.item.id, 1), WasHere(about.item.id, 0)
    return Message(text, ((voice.button("register.here", yes),), (voice.button("register.not_here", no),)))


@says("was_there_noted")
def was_there_noted(about: AboutAppointment, voice: Voice) -> Message:
    name, date = _name(about.individual, voice), staff.date_line(about, voice)
    return Message(voice.say("register.noted", name=name, date=date, outcome=_outcome(about, voice)))


def _heading(about: AboutSession, voice: Voice) -> str:
    runner = about.rows[0].runner if about.rows else None
    parts = [voice.day(about.session.day), about.place.nickname if about.place else "", runner.name if runner else ""]
    capacity = about.place.capacity if about.place else None
    if about.expected:
        key = "register.expected" if capacity is None else "register.expected_of"
        parts.append(voice.say(key, n=about.expected, capacity=capacity or 0))
    return " · ".join(part for part in parts if part)


def _entry(n: int, about: AboutAppointment, voice: Voice) -> str:
    return f"\n{n}. {_person(about, voice)}"


def _person(about: AboutAppointment, voice: Voice) -> str:
    one, limits = about.appointment, about.individual.work_limits
    lines = [
        voice.say(
            "register.person",
            name=_name(about.individual, voice),
            start=voice.at(one.starts_at),
            end=voice.at(one.over_at),
        ),
        voice.say("register.limits", limits=limits) if limits else "",
        voice.say(f"register.hold_{about.on_hold}") if about.on_hold else "",
        f"{voice.say(_SAID[about.said])} {voice.say('register.so_far', outcome=_outcome(about, voice))}",
    ]
    return "\n".join(line for line in lines if line)


_SAID = {
    None: "register.said_nothing",
    Answer.COMING: "register.said_coming",
    Answer.CANNOT: "register.said_cannot",
}


def _name(individual: Individual, voice: Voice) -> str:
    """The first name, or the case reference, as the service has set it."""
    return individual.case_ref if voice.policy.register_shows == "case_ref" else individual.first_name


def _outcome(about: AboutAppointment, voice: Voice) -> str:
    """How the date stands, with the time that was worked in part or lost by us."""
    words = staff.outcome(about, voice)
    standing, lost = about.standing, attendance.lost_minutes(about.standing, about.length)
    if standing is not None and standing.outcome is Outcome.ATTENDED_PART and standing.minutes:
        return f"{words}, {_length(standing.minutes, voice)}"
    return f"{words}, {voice.say('register.lost', length=_length(lost, voice))}" if lost else words


def _person_button(n: int, about: AboutAppointment, voice: Voice) -> Button:
    label = f"{n}. {_name(about.individual, voice)} {_mark(about)}".strip()
    return Button(label, Look(about.appointment.id, Page.PERSON))


def _mark(about: AboutAppointment) -> str:
    """Whether anything is recorded; what, is in the words above. Never a cross beside a person's name."""
    return "✓" if about.standing is not None else ""


def _length(minutes: int, voice: Voice) -> str:
    """30 min, 1 h, 1½ h."""
    hours, rest = divmod(minutes, 60)
    if rest == 0 and hours:
        return voice.say("register.hours", n=hours)
    if rest == 30 and hours:
        return voice.say("register.hours_half", n=hours)
    return voice.say("register.minutes", n=minutes)


def _back(appointment_id: int, page: Page, voice: Voice) -> Row:
    return (voice.button("register.back", Look(appointment_id, page)),)


# ── The individual, afterwards ──────────────────────────────────────────────────────────────────────────────────────


@says("sent_home")
def sent_home(about: AboutAppointment, voice: Voice) -> Message:
    """Sorry; it is noted that you came; when the next date is."""
    away = (about.appointment.day - voice.calendar.day(voice.now)).days
    key = {0: "home.today", -1: "home.yesterday"}.get(away, "home.on")
    text = voice.say(key, day=voice.on(about.appointment.day))
    if about.following is None:
        return Message(text)
    then = about.following
    date = voice.say("reminder.when", day=voice.day(then.day), time=voice.at(then.starts_at))
    return Message(f"{text} {voice.say('home.next', date=date)}")


@says("missed_sorry")
def missed_sorry(about: AboutAppointment, voice: Voice) -> Message:
    """We asked about a miss that was none."""
    return Message(voice.say("missed.sorry", day=voice.on(about.appointment.day)))
