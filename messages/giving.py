"""A session that is given away; and one of which something is still to be recorded."""

from collections.abc import Sequence

from domain.attendance import Page
from domain.compliance import MANAGER_AT
from domain.facts import AboutChoice, AboutGiving, AboutSession, Planned
from messages.actions import Action
from messages.actions.register import GivePage, GiveSession, GiveTo, Look
from messages.compose import Button, Message, Voice, says
from messages.register import heading, shown_name

PAGE = 10  # sessions or colleagues on one message, a button each


def session_line(one: Planned, voice: Voice) -> str:
    """*Wed 25 Nov · The yard · Rab Boyd (8)*, short enough for a button."""
    runner = one.runner.name if one.runner else voice.say("register.nobody_runs")
    runner = voice.say("register.not_there", name=runner) if one.vacant else runner
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


@says("runner_wanted")
def runner_wanted(about: AboutChoice, voice: Voice) -> Message:
    """To whoever can give it to somebody else."""
    one = about.chosen
    text = voice.say(f"register.wanted_{_why(one)}", session=_where(one, voice), name=_named(one), n=one.expected)
    return Message(text, ((voice.button("register.find", GiveSession(one.appointment_id, 0)),),))


def _where(one: Planned, voice: Voice) -> str:
    place = one.place.nickname if one.place else ""
    return " · ".join(part for part in (voice.day(one.session.day), place) if part)


def _named(one: Planned) -> str:
    return one.runner.name if one.runner else ""


def _why(one: Planned) -> str:
    return "away" if one.runner is not None and one.runner.active_on(one.session.day) else "left"


@says("runner_found")
def runner_found(about: AboutChoice, voice: Voice) -> Message:
    """The same message, once somebody runs it."""
    return Message(voice.say("register.found", session=_where(about.chosen, voice), name=_named(about.chosen)))


@says("runners_wanted")
def runners_wanted(about: AboutGiving, voice: Voice) -> Message:
    """More of them than come one by one."""
    return Message(
        voice.say("register.wanted_more", n=len(about.vacant)), ((voice.button("register.find", GivePage(0)),),)
    )


def vacant_lines(found: Sequence[Planned], voice: Voice) -> list[str]:
    """Sessions until the next working day that still have nobody, for the morning digest."""
    if not found:
        return []
    lines = [f"· {session_line(one, voice)}" for one in found[:MOST_VACANT]]
    more = [voice.say("register.wanted_rest", n=len(found) - MOST_VACANT)] if len(found) > MOST_VACANT else []
    return [voice.say("register.wanted_digest", n=len(found)), *lines, *more]


def vacant_buttons(found: Sequence[Planned], voice: Voice) -> list[tuple[Button, ...]]:
    return [
        (voice.button("register.find_one", GiveSession(one.appointment_id, 0), session=_where(one, voice)),)
        for one in found[:MOST_VACANT]
    ]


MOST_VACANT = 5


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
    until = voice.calendar.at(voice.calendar.next_working_day(about.session.day), MANAGER_AT)
    named = " ".join(filter(None, (names, more)))
    text = voice.say("register.unrecorded", where=where, names=named, until=voice.when(until))
    open_ = Look(about.rows[0].appointment.id, Page.REGISTER)
    return Message(text, ((voice.button("register.open", open_),),))


MOST_NAMED = 20
