"""The case card: a person's orders, hours, dates, what is open and what was done, on one message with buttons to the
parts."""

from collections.abc import Sequence
from itertools import pairwise

from domain.attendance import JUDGED, Record
from domain.compliance import Item
from domain.facts import AboutAppointment, AboutCase, Handed
from domain.orders import Order
from domain.standards import Reading
from messages.actions.access import CaseDates
from messages.actions.answers import AnswersOf
from messages.actions.deciding import AbsencesOf
from messages.actions.desk import Person
from messages.actions.forms import FormsOf
from messages.actions.offering import FormStages
from messages.actions.progress import OrderHours
from messages.actions.staff import Show
from messages.actions.standards import OpenClocks
from messages.compose import Button, Message, Voice, says
from messages.deciding import procedure_lines
from messages.neutral import form_line
from messages.progress import reason
from messages.staff import date_line, outcome
from messages.standards import name_of, on

Row = tuple[Button, ...]
Section = list[str]  # its heading, if it has one, and its lines
MOST = 3_900  # characters of the card: a message holds 4,096
MOST_ORDERS = 3
MOST_OPEN = 5
MOST_DUE = 3
MOST_DONE = 3
MOST_CHANGES = 2
DATES_PAGE = 12


@says("case")
def case(about: AboutCase, voice: Voice) -> Message:
    """`more`: this reader works with orders, and is offered their hours and clocks."""
    sections = [
        [about.individual.case_ref, *_orders(about, voice)],
        _ahead(about, voice),
        _open(about, voice),
        _due(about, voice),
        _behind(about, voice),
        _done(about, voice),
        [line] if (line := form_line(about.forms, voice)) else [],
        _changes(about.handed, voice),
    ]
    return Message("\n".join(_fitted(sections, voice)), _buttons(about, voice))


def _fitted(sections: Sequence[Section], voice: Voice) -> list[str]:
    """All of it, or what one message holds: the longest part loses its last lines first. The buttons have the rest."""
    kept, shortened = [list(one) for one in sections if one], False
    while sum(len(line) + 1 for one in kept for line in one) > MOST:
        longest = max((one for one in kept if len(one) > 1), key=lambda one: sum(map(len, one)))
        longest.pop()
        shortened = True
    return [line for one in kept for line in one] + ([voice.say("case.shortened")] if shortened else [])


def _orders(about: AboutCase, voice: Voice) -> list[str]:
    """Each order with its workers, how its hours stand, and what the council's procedure says of it."""
    lines = []
    for one in about.orders[:MOST_ORDERS]:
        lines.append(_order(one, about, voice))
        if one.active and one.id in about.hours:
            lines.append(reason(about.hours[one.id], voice))
        if one.active and one.id in about.standing and about.standing[one.id].not_accepted:
            lines += procedure_lines(about.standing[one.id], voice)
    more = len(about.orders) - MOST_ORDERS
    return [*lines, *([voice.say("case.more", n=more)] if more > 0 else [])]


def _order(one: Order, about: AboutCase, voice: Voice) -> str:
    """*Unpaid work, supervision; since 1 Sep 2026; Ola Shaw, Kirsty Muir.*"""
    asked = ", ".join(voice.say(f"requirement.{requirement}") for requirement in sorted(one.requirements))
    ids = [id_ for id_ in (one.officer_id, one.case_manager_id) if id_ is not None]
    named = ", ".join(about.workers[id_].name for id_ in dict.fromkeys(ids))
    since = voice.say("case.since", day=voice.on(one.imposed_on), year=one.imposed_on.year)
    parts = (asked, since, voice.say(f"order.{one.status}") if not one.active else "", named)
    return "; ".join(part for part in parts if part)


def _ahead(about: AboutCase, voice: Voice) -> Section:
    ahead = [f"· {date_line(one, voice)}" for one in about.ahead]
    return [voice.say("case.ahead" if ahead else "case.nothing_ahead"), *ahead]


def _open(about: AboutCase, voice: Voice) -> Section:
    """The oldest first, each with a button that opens it."""
    if not about.open:
        return []
    lines = [voice.say("case.open"), *(_item(n, one, about, voice) for n, one in enumerate(about.open[:MOST_OPEN], 1))]
    more = len(about.open) - MOST_OPEN
    return [*lines, *([voice.say("case.open_more", n=more)] if more > 0 else [])]


def _item(n: int, one: Item, about: AboutCase, voice: Voice) -> str:
    since, kind = voice.when(one.raised_at), voice.say(f"item.{one.kind}.short")
    line = voice.say("case.open_line", n=n, kind=kind, since=since)
    holder = about.workers.get(one.claimed_by or 0)
    if holder is None or one.claimed_at is None:
        return line
    return f"{line}. {voice.say('desk.held', name=holder.name, since=voice.when(one.claimed_at))}"


def _due(about: AboutCase, voice: Voice) -> Section:
    """The clocks that run next, and those that have run out and were not kept."""
    today = voice.calendar.day(voice.now)
    waiting = [one for one in about.reads if one.done is None and one.left_out is None]
    late = [one for one in waiting if one.late(today)]
    ahead = sorted((one for one in waiting if not one.passed(today)), key=lambda one: one.due)
    lines = [voice.say("case.late", what=_clock(one, voice), day=on(one.due, voice)) for one in late[-MOST_DUE:]]
    lines += [voice.say("case.due", what=_clock(one, voice), day=on(one.due, voice)) for one in ahead[:MOST_DUE]]
    return [voice.say("case.clocks"), *lines] if lines else []


def _clock(one: Reading, voice: Voice) -> str:
    return name_of(one.clock.id, one.number, voice)


def _behind(about: AboutCase, voice: Voice) -> Section:
    """The last dates: how each stands, who decided, what it was before, and what the person had said."""
    lines = [f"· {_date(one, about, voice)}" for one in about.behind]
    return [voice.say("item.history"), *lines] if lines else []


def _date(one: AboutAppointment, about: AboutCase, voice: Voice) -> str:
    line = f"{date_line(one, voice)} – {outcome(one, voice)}"
    records = about.records.get(one.appointment.id, ())
    standing = one.standing
    parts = [voice.say(f"said.{one.said}")] if one.said is not None else []
    if standing is not None and standing.outcome in JUDGED:
        parts.append(voice.say("case.decided", who=_by(standing, about, voice), when=voice.when(standing.recorded_at)))
    parts += [_before(before, after, about, voice) for before, after in pairwise(records)][-2:]
    return f"{line}; {'; '.join(parts)}" if parts else line


def _before(before: Record, after: Record, about: AboutCase, voice: Voice) -> str:
    """What a correction stands beside: *until Wed 25 Nov at 12:00: came (Rab Boyd)*."""
    was = voice.say(f"outcome.{before.outcome}")
    return voice.say("case.before", was=was, who=_by(before, about, voice), when=voice.when(after.recorded_at))


def _by(record: Record, about: AboutCase, voice: Voice) -> str:
    one = about.workers.get(record.recorded_by or 0)
    return one.name if one is not None else voice.say("case.export")


def _done(about: AboutCase, voice: Voice) -> Section:
    """What staff did, the latest first; what was undone is left out."""
    lines = []
    for one in about.contacts[:MOST_DONE]:
        who = about.workers.get(one.staff_id)
        what = voice.say(f"absence.did_{one.how}")
        lines.append(f"· {voice.say('case.done', what=what, when=voice.when(one.at), who=who.name if who else '')}")
    return [voice.say("case.contacts"), *lines] if lines else []


def _changes(handed: Sequence[Handed], voice: Voice) -> Section:
    """Who worked with them before."""
    named = [one for one in handed if one.before is not None and one.after is not None]
    return [
        voice.say(
            "case.handed", day=on(voice.calendar.day(one.at), voice), before=one.before.name, after=one.after.name
        )
        for one in named[:MOST_CHANGES]
        if one.before is not None and one.after is not None
    ]


# ── The parts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _buttons(about: AboutCase, voice: Voice) -> tuple[Row, ...]:
    who = about.individual.id
    rows: list[Row] = [
        (Button(voice.say("queue.show", n=n, case=about.individual.case_ref), Show(one.id)),)
        for n, one in enumerate(about.open[:MOST_OPEN], 1)
    ]
    if len(about.open) > 1:
        rows.append((voice.button("case.button_open", Person(who), n=len(about.open)),))
    if about.behind:
        rows.append((voice.button("case.button_dates", CaseDates(who, 0)), *_missed(about, voice)))
    if voice.params.get("answers"):
        rows.append((voice.button("case.button_answers", AnswersOf(who, -1)),))
    if not voice.params.get("more"):
        return tuple(rows)
    staged = (voice.button("case.button_stages", FormStages(who)),) if about.forms or about.unconfirmed else ()
    rows.append((voice.button("case.button_forms", FormsOf(who)), *staged))
    timed = [one for one in about.orders if one.id in about.hours][:MOST_ORDERS]
    hours = "case.button_hours_of" if len(timed) > 1 else "case.button_hours"
    rows += [(voice.button(hours, OrderHours(one.id), ref=one.ref),) for one in timed]
    return (*rows, (voice.button("case.button_clocks", OpenClocks(who)),)) if about.reads else tuple(rows)


def _missed(about: AboutCase, voice: Voice) -> Row:
    """The missed dates with what was done and decided, if there are any, to whoever works with orders."""
    if not voice.params.get("more") or not any(
        stands.not_accepted or stands.undecided for stands in about.standing.values()
    ):
        return ()
    return (voice.button("case.button_missed", AbsencesOf(about.individual.id, 0)),)


@says("case_dates")
def case_dates(about: AboutCase, voice: Voice) -> Message:
    """All the dates that have begun, a page of them, the latest first."""
    total, page = len(about.behind), int(voice.params.get("page", 0))
    first = min(max(page, 0), max(total - 1, 0) // DATES_PAGE) * DATES_PAGE
    shown = about.behind[first : first + DATES_PAGE]
    heading = voice.say("case.all_dates", case=about.individual.case_ref, n=total)
    at, who = first // DATES_PAGE, about.individual.id
    around = [("repairs.before", at - 1, first > 0), ("repairs.after", at + 1, first + len(shown) < total)]
    turn = tuple(voice.button(key, CaseDates(who, to)) for key, to, there in around if there)
    lines = _fitted([[heading, *(f"· {_date(one, about, voice)}" for one in shown)]], voice)
    return Message("\n".join(lines), (turn,) if turn else ())
