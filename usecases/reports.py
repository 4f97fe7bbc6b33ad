"""What a service did in a period, for its manager: in the chat and from the command line."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import reports, standards
from domain import answers, kept, offering, outbox, outcomes
from domain.orders import Order
from domain.outbox import Answer, Subject, edit, send
from domain.outcomes import Period, Report, Table
from domain.overlapping import Drawing
from domain.people import Act
from domain.standards import Known, Reading
from usecases import access, clocks, counted, dated
from usecases.service import Service, Turn, Work, use_case
from usecases.subjects import Source, loads_one

FORMS = ("exit", "early_end")  # those that nobody on the case reads: only counted, never shown with a person
STANDARDS = 2  # the part of a report at which the pages of the national standards begin
OLDEST = timedelta(days=5 * 366)  # supervision lasts up to three years, and reviews go on as long
LONGEST = timedelta(days=120)  # no clock that an attended date or a contact stops runs for longer, reviews apart


async def draw_up(service: Service, period: Period) -> Report:
    """From the command line: everything, the national standards with it."""
    now = service.clock.now()
    async with service.db.read() as tx:
        made = await report(service, tx, period, now)
        return replace(made, tables=made.tables + await _standards(service, tx, period, now))


@use_case
async def show(work: Work, text: str) -> Sequence[Answer]:
    """/report: this quarter, or the period that was typed (`2026-07-01 2026-09-30`)."""
    await access.require(work, Act.REPORT)
    try:
        period = Period.parse(text) if text else Period.quarter(work.today)
    except ValueError:
        return [send("report_unclear")]
    return [send("report", Subject("period", period.number))]


async def turn_to(service: Service, turn: Turn, number: int, part: int) -> None:
    """A button under a report. What takes long to count is counted first, while no writing transaction is open: nobody
    waits for it but whoever asked."""
    if part >= STANDARDS and (period := Period.known(number)) is not None:
        now = service.clock.now()
        subject = Subject("standards", number)
        await counted.beforehand(service, turn, subject, lambda tx: standards_of(service, tx, period, now))
    await _turn_to(service, turn, number, part)


@use_case
async def _turn_to(work: Work, number: int, part: int) -> Sequence[Answer]:
    """A button under a report: another period, or another part of this one (0: the figures, 1: the answers, from 2 on:
    the pages of the national standards)."""
    await access.require(work, Act.REPORT)
    try:
        period = Period.of_number(number)
    except ValueError:
        return [send("report_unclear")]
    if part >= STANDARDS:
        return [edit("report_standards", Subject("standards", period.number), page=part - STANDARDS)]
    return [edit("report_answers" if part else "report", Subject("period", period.number))]


async def report(service: Service, tx: AsyncConnection, period: Period, now: datetime) -> Report:
    """Every figure of a period, as of now."""
    rest = await beside_dates(service, tx, period, now)
    return replace(rest, tables=(await dated.what_became(service, tx, period, now), *rest.tables))


async def beside_dates(service: Service, tx: AsyncConnection, period: Period, now: datetime) -> Report:
    """All of it but what became of dates. The period's days are the service's own, from midnight to midnight."""
    start = service.calendar.at(period.first, time())
    end = service.calendar.at(period.last + timedelta(days=1), time())
    least = service.policy.hide_under
    raised = await reports.alerts_between(tx, start, end)
    taken = [
        service.calendar.working_time(one.raised_at, one.claimed_at) for one in raised if one.claimed_at is not None
    ]
    tables = [
        _reminders(await reports.reminders_between(tx, start, end), least),
        _alerts(raised, least),
        *await _forms(tx, period, least),
        *await _answers(service, tx, period, now, least),
    ]
    return Report(period, now, tuple(tables), outcomes.typical(taken, least), least)


async def standards_of(service: Service, tx: AsyncConnection, period: Period, now: datetime) -> Report:
    """The national standards alone: they take longer to count than all the rest."""
    return Report(period, now, await _standards(service, tx, period, now), None, service.policy.hide_under)


@loads_one("period")
async def _of_period(source: Source, number: int) -> Report:
    return await report(source.service, source.tx, Period.of_number(number), source.now)


@loads_one("standards")
async def _standards_of_period(source: Source, number: int) -> Report:
    made = counted.fresh(source.service, Subject("standards", number))
    return made or await standards_of(source.service, source.tx, Period.of_number(number), source.now)


async def _standards(service: Service, tx: AsyncConnection, period: Period, now: datetime) -> tuple[Table, ...]:
    """One table for each clock: the limits that fell in the period, as far as they have passed."""
    today = service.calendar.day(now)
    which = standards.imposed(period.first - OLDEST, period.last, period.first - LONGEST)
    reads = await clocks.read(service, tx, which, period.first, period.last)
    found: dict[str, list[kept.Counted]] = {}
    for known, several in reads:
        for one in several:
            if one.passed(today):
                found.setdefault(one.clock.id, []).append(kept.Counted(one, _why_late(one, known), known.order.ref))
    return tuple(
        kept.table(clock, found.get(clock.id, ()), period.last, today, service.policy.hide_under, service.calendar)
        for clock in service.policy.standards.clocks
    )


def _why_late(one: Reading, known: Known) -> str:
    """What somebody said in the chat; else whether the export has a reason, in words of its own."""
    said = known.explained.get((one.clock.id, one.number), "")
    return said or (kept.WRITTEN if one.clock.milestones & known.said_late else "")


def _reminders(ends: Mapping[tuple[str, str], int], least: int) -> Table:
    """By how they ended, and why. What Telegram wrote of a refusal is not a reason of ours and is left out."""
    counts: Counter[str] = Counter()
    words: dict[str, tuple[str, ...]] = {}
    order = list(outbox.Status)
    for (status, reason), number in sorted(ends.items(), key=lambda end: (order.index(outbox.Status(end[0][0])), end)):
        why = "" if status in (outbox.Status.FAILED, outbox.Status.SENT) else reason
        code = f"{status}:{why}" if why else status
        counts[code] += number
        words[code] = (f"reminder.{status}", f"why.{why}") if why else (f"reminder.{status}",)
    return Table("reminders", "report.reminders", outcomes.parts(counts, words, least))


def _alerts(raised: Sequence[reports.Alert], least: int) -> Table:
    counts = {
        "raised": len(raised),
        "acknowledged": sum(one.claimed_at is not None for one in raised),
        "escalated": sum(one.escalated for one in raised),
        "withdrawn": sum(one.withdrawn_at is not None for one in raised),
    }
    words = {code: (f"report.{code}",) for code in counts}
    return Table("alerts", "report.alerts", outcomes.steps(counts, words, least))


async def _forms(tx: AsyncConnection, period: Period, least: int) -> list[Table]:
    """From an order's end to a finished form, of those whose form is owed for an order that ended in the period."""
    known = {one.order_id: one for one in await reports.progress(tx, period.first, period.last)}
    owed = _owed(await reports.orders_of_those_who_ended(tx, period.first, period.last), period)
    forms = owed | {id_: one.form for id_, one in known.items()}
    tables = []
    for form in FORMS:
        theirs = [known.get(id_) for id_, name in forms.items() if name == form]
        counts = {
            "ended": len(theirs),
            "offered": sum(one is not None and one.offered for one in theirs),
            "started": sum(one is not None and one.started for one in theirs),
            "finished": sum(one is not None and one.finished for one in theirs),
        }
        words = {code: (f"report.{code}",) for code in counts}
        tables.append(Table("forms", f"report.forms.{form}", outcomes.steps(counts, words, least), form))
    return tables


def _owed(theirs: Iterable[Order], period: Period) -> dict[int, str]:
    """The form that each order's end in the period owes, by order, whether or not anybody was asked to fill it in."""
    by_individual: dict[int, list[Order]] = {}
    for one in theirs:
        by_individual.setdefault(one.individual_id, []).append(one)
    owed = {}
    for several in by_individual.values():
        found = offering.form_owed(several)
        if found and found[1].ended_on and period.first <= found[1].ended_on <= period.last:
            owed[found[1].id] = found[0]
    return owed


async def _answers(service: Service, tx: AsyncConnection, period: Period, now: datetime, least: int) -> list[Table]:
    """How each question was answered, of a quarter or a council's year that is over, by forms that are settled.

    What was asked at the start as well is told under *what changed*; here only of forms that had no start, so that
    nobody can take one from the other.
    """
    if not period.told(service.calendar.day(now)):
        return []
    drawing = Drawing(period.is_year, frozenset({least, service.policy.hide_under}))
    found = [await reports.tallies(tx, FORMS, one.first) for one in period.to_weigh]
    tables = []
    for ref in sorted({ref for quarter in found for ref in quarter} & set(service.forms.definitions)):
        questions = service.forms.at(ref).questions  # without it nobody knows what was asked
        tables += answers.tables(ref, questions, [quarter.get(ref, ()) for quarter in found], drawing)
    return tables
