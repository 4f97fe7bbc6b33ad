"""A session that is given away; and one of which something is still to be recorded."""

from collections.abc import Sequence

from domain.attendance import Page
from domain.facts import AboutChoice, AboutGiving, AboutSession, Planned
from messages.actions import Action
from messages.actions.register import GivePage, GiveSession, GiveTo, Look
from messages.compose import Button, Message, Voice, says
from messages.register import heading, shown_name

PAGE = 10  # sessions or colleagues on one message, a button each


def session_line(one: Planned, voice: Voice) -> str:
    """*Wed 25 Nov · The yard · Rab Boyd (8)*, short enough for a button."""
    runner = one.runner.name if one.runner else voice.say("register.nobody_runs")
    place = one.place.nickname if one.place else ""
    return " · ".join(part for part in (voice.on(one.session.day), place, f"{runner} ({one.expected})") if part)


@says("give")
def give(about: AboutGiving, voice: Voice) -> Message:
    """The sessions of the week that this reader may give to somebody else."""
    page = int(voice.params.get("page", 0))
    if not about.sessions:
        return Message(voice.say("register.give_none"))
    first, last = _cut(len(about.sessions), page)
    rows = [
        (Button(session_line(one, voice), GiveSession(one.appointment_id, 0)),) for one in about.sessions[first:last]
    ]
    turn = _turn(
        [GivePage(first // PAGE - 1), GivePage(first // PAGE + 1)], first > 0, last < len(about.sessions), voice
    )
    return Message(voice.say("register.give"), (*rows, *turn))


@says("give_to")
def give_to(about: AboutChoice, voice: Voice) -> Message:
    """Which colleague: unpaid work supervisors first."""
    id_, page = about.chosen.appointment_id, int(voice.params.get("page", 0))
    first, last = _cut(len(about.could), page)
    rows = [(Button(one.name, GiveTo(id_, one.id)),) for one in about.could[first:last]]
    pages = [GiveSession(id_, first // PAGE - 1), GiveSession(id_, first // PAGE + 1)]
    turn = _turn(pages, first > 0, last < len(about.could), voice)
    back = ((voice.button("register.back", GivePage(0)),),)
    text = f"{session_line(about.chosen, voice)}\n{voice.say('register.give_to' if rows else 'register.give_nobody')}"
    return Message(text, (*rows, *turn, *back))


def _cut(total: int, page: int) -> tuple[int, int]:
    """Where a page begins and ends; the last stands for any beyond it."""
    first = min(max(page, 0), max(total - 1, 0) // PAGE) * PAGE
    return first, min(first + PAGE, total)


def _turn(pages: Sequence[Action], before: bool, after: bool, voice: Voice) -> tuple[tuple[Button, ...], ...]:
    around = [("repairs.before", pages[0], before), ("repairs.after", pages[1], after)]
    row = tuple(voice.button(key, to) for key, to, there in around if there)
    return (row,) if row else ()


@says("given")
def given(about: AboutSession, voice: Voice) -> Message:
    return Message(voice.say("register.given", name=_runner(about), session=heading(about, voice)))


@says("session_yours")
def session_yours(about: AboutSession, voice: Voice) -> Message:
    """To whoever runs it from now on."""
    start = voice.at(about.rows[0].appointment.starts_at) if about.rows else ""
    return Message(voice.say("register.yours", session=heading(about, voice), start=start))


@says("session_passed")
def session_passed(about: AboutSession, voice: Voice) -> Message:
    """To whoever ran it until now."""
    return Message(voice.say("register.passed", session=heading(about, voice), name=_runner(about)))


def _runner(about: AboutSession) -> str:
    runner = about.rows[0].runner if about.rows else None
    return runner.name if runner else ""


@says("unrecorded")
def unrecorded(about: AboutSession, voice: Voice) -> Message:
    """To whoever ran a session that is over: of whom nothing is recorded. Asked once."""
    place = about.place.nickname if about.place else ""
    where = " · ".join(part for part in (voice.day(about.session.day), place) if part)
    names = ", ".join(shown_name(row.individual, voice) for row in about.rows[:MOST_NAMED])
    more = voice.say("register.and_more", n=len(about.rows) - MOST_NAMED) if len(about.rows) > MOST_NAMED else ""
    text = voice.say("register.unrecorded", where=where, names=" ".join(filter(None, (names, more))))
    open_ = Look(about.rows[0].appointment.id, Page.REGISTER)
    return Message(text, ((voice.button("register.open", open_),),))


MOST_NAMED = 20
