"""What staff do about a missed date and decide of it, two taps each. The individual is never told of a decision here:
that is said by a person and on paper (field notes 2.8)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from db import contacts, dates, evidence, items, outbox, people, traces
from domain import attendance, deciding
from domain.attendance import Outcome, Why
from domain.compliance import Item, Kind
from domain.deciding import Cause, Contact, Decision, Heard, How, Page
from domain.errors import NotKnown, Stale
from domain.facts import AboutAppointment
from domain.outbox import Answer, Owed, Subject, To, edit, send
from domain.people import Act, Individual
from usecases import access, appointments, efforts, following, register
from usecases import items as open_items
from usecases.service import Work, use_case

ACT_OF = {
    Page.ABSENCE: Act.SEE_CASE,
    Page.RANG: Act.CLAIM_ITEM,
    Page.VISITED: Act.CLAIM_ITEM,
    Page.ACCEPT: Act.DECIDE_ABSENCE,
    Page.REFUSE: Act.DECIDE_ABSENCE,
    Page.MORE: Act.DECIDE_ABSENCE,
}
NEED_MORE = "need_more"
PAGE = 10  # missed dates on one message


@dataclass(frozen=True)
class _Case:
    """A missed date within the speaker's reach, its alert and what was done about it."""

    about: AboutAppointment
    alert: Item | None
    done: Sequence[Contact]

    @property
    def subject(self) -> Subject:
        return Subject("absence", self.about.appointment.id)


async def _case(work: Work, appointment_id: int, act: Act, what: str) -> _Case:
    """Raises NotKnown for a date out of reach, as for one that does not exist, and Stale for one that is no absence."""
    await access.require(work, act)
    about = (await appointments.about(work.tx, [appointment_id], work.today)).get(appointment_id)
    if about is None:
        raise NotKnown
    alert = await items.item_about(work.tx, Kind.NON_ATTENDANCE, appointment_id)
    await access.require_for(work, act, about.individual, what, alert)
    if not deciding.may_be_decided(about.standing):
        raise Stale
    done = (await contacts.of_items(work.tx, [alert.id])).get(alert.id, ()) if alert is not None else ()
    return _Case(about, alert, done)


# ── On the screen ───────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def look(work: Work, appointment_id: int, page: Page) -> Sequence[Answer]:
    """A missed date, or the second of the two taps that something takes."""
    case = await _case(work, appointment_id, ACT_OF[page], "missed date")
    if page is Page.ABSENCE:
        return [await _shown(work, case)]
    return [edit(f"absence_{page}", case.subject)]


@use_case
async def show_all(work: Work, case_ref: str) -> Sequence[Answer]:
    """/absences CASE_REF: the missed dates of one person, and what the council's procedure says comes next."""
    await access.require(work, Act.SEE_CASE)
    return [send("absences", await _whose(work, await people.individual_by_ref(work.tx, case_ref)), page=0)]


@use_case
async def turn_page(work: Work, individual_id: int, page: int) -> Sequence[Answer]:
    """Another page of them, in place of this one."""
    await access.require(work, Act.SEE_CASE)
    return [edit("absences", await _whose(work, await people.individual(work.tx, individual_id)), page=page)]


async def _whose(work: Work, individual: Individual | None) -> Subject:
    """Whose missed dates, if they are within reach: of whoever is on duty, only of a person about whom something is
    open that they may deal with. What is not for everybody to know changes nothing here for anybody."""
    open_ = await items.open_about(work.tx, individual.id) if individual is not None else []
    await access.require_for(work, Act.SEE_CASE, individual, "absences", access.opening(open_))
    if individual is None:
        raise NotKnown
    return Subject("absences", individual.id)


@use_case
async def show_sent(work: Work, appointment_id: int) -> Sequence[Answer]:
    """What they sent to show why, each as a message of its own, from the sealed copy."""
    case = await _case(work, appointment_id, Act.SEE_CASE, "evidence seen")
    sent = (await evidence.of_appointments(work.tx, [appointment_id])).get(appointment_id, [])
    if not sent:
        return [await _shown(work, case)]
    if case.alert is not None:
        await open_items.seen(work, case.alert)
    return [send("evidence", Subject("evidence", one.id)) for one in sent]


async def _shown(work: Work, case: _Case, anew: bool = False) -> Answer:
    """In place of what was tapped: a card stays that card while its alert is open. `anew`: below it, where the card
    is about to fold."""
    trace = await traces.ours(work.tx, work.chat.id, work.tapped) if work.chat and work.tapped else None
    card = trace is not None and trace.kind in open_items.CARDS
    if card and case.alert is not None and case.alert.open:
        return (await open_items.here_and_elsewhere(work, "item_open", case.alert))[0]
    who = await efforts.reader(work, case.about.individual.id, case.alert)
    return (send if anew and card else edit)("absence", case.subject, **who)


def _tapped(work: Work) -> tuple[int, int] | None:
    """The message that was tapped, which the answer changes itself."""
    return (work.chat.id, work.tapped) if work.chat is not None and work.tapped is not None else None


# ── What was done ───────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def note(work: Work, appointment_id: int, how: How) -> Sequence[Answer]:
    """*I rang*, *I wrote*, *I visited*: put on record, and whoever acts has the alert."""
    if how is How.NEED_MORE:
        raise Stale
    case = await _case(work, appointment_id, Act.CLAIM_ITEM, "contact noted")
    return [await _noted(work, case, how)]


@use_case
async def ask_for_more(work: Work, appointment_id: int) -> Sequence[Answer]:
    """*Need more*: asks the individual, kindly and discreetly, for something that shows why."""
    case = await _case(work, appointment_id, Act.DECIDE_ABSENCE, "asked for more")
    if deciding.needs_why(case.about.standing):
        raise Stale
    if case.alert is not None and not deciding.waits_for_more(case.done):
        await outbox.owe(work.tx, _asking(work, case.about, len(case.done)), work.now)
        return [await _noted(work, case, How.NEED_MORE)]
    return [await _shown(work, case)]


def _asking(work: Work, about: AboutAppointment, number: int) -> Owed:
    return Owed(
        kind=NEED_MORE,
        subject=Subject("appointment", about.appointment.id),
        to=To.INDIVIDUAL,
        due_at=work.now,
        expires_at=work.now + attendance.CARE_HELPS_FOR,
        step=str(number),
        individual_id=about.individual.id,
        family=NEED_MORE,
    )


async def _noted(work: Work, case: _Case, how: How) -> Answer:
    alert, by = case.alert, work.as_staff().id
    if alert is None or not alert.open:
        raise Stale
    if not deciding.came_twice(case.done, how, by, work.now):
        await contacts.add(work.tx, alert.id, alert.individual_id, by, how, work.now)
    alert = await _taken(work, alert)
    return await _shown(work, replace(case, alert=alert))


async def _taken(work: Work, alert: Item) -> Item:
    """Whoever acts has it, and has seen what was said."""
    await open_items.seen(work, alert)
    return await open_items.take(work, alert, _tapped(work))


# ── What is decided ─────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def accept(work: Work, appointment_id: int, cause: Cause, why: str = "") -> Sequence[Answer]:
    """*Accepted*, for a reason."""
    return await _decide(work, appointment_id, Decision(Outcome.MISSED_ACCEPTED, cause=cause.value), why)


@use_case
async def refuse(work: Work, appointment_id: int, heard: Heard, why: str = "") -> Sequence[Answer]:
    """*Not accepted*, and how the individual was heard before."""
    return await _decide(work, appointment_id, Decision(Outcome.MISSED_NOT_ACCEPTED, heard=heard.value), why)


async def _decide(work: Work, appointment_id: int, decision: Decision, why: str) -> Sequence[Answer]:
    """Put on record under the speaker's name. A decision that is changed stays beside the new one, which says why."""
    case = await _case(work, appointment_id, Act.DECIDE_ABSENCE, f"decided {decision.outcome}")
    if why not in {"", *Why} or not _may_say(case, decision):
        raise Stale
    stands = deciding.stands_already(decision, case.about.standing)
    if not stands and not why and deciding.needs_why(case.about.standing):
        picked = {"cause": decision.cause, "heard": decision.heard}
        return [edit("absence_why", case.subject, **picked)]
    if case.alert is not None and case.alert.open:
        case = replace(case, alert=await _taken(work, case.alert))
    if not stands:
        made = decision.record(work.now, work.as_staff().id, why)
        await register.record(work.service, work.tx, appointment_id, made, "chat")
        await outbox.plan(work.tx, [Subject("appointment", appointment_id)], NEED_MORE, [], work.now, "decided")
    return [await _concluded(work, appointment_id, case)]


def _may_say(case: _Case, decision: Decision) -> bool:
    """That somebody could not be reached may be said only where it is on record that it was tried."""
    return decision.heard != Heard.NOT_REACHED or bool(deciding.tries(case.done))


async def _concluded(work: Work, appointment_id: int, case: _Case) -> Answer:
    """The alert is dealt with, also one that more evidence had opened again and whose decision stands."""
    alert = await items.item_about(work.tx, Kind.NON_ATTENDANCE, appointment_id)
    if alert is not None and alert.open:
        await open_items.conclude(work.service, work.tx, alert)
        alert = replace(alert, closed_at=work.now)
    return await _shown(work, replace(case, alert=alert), anew=True)


# ── Taken back ──────────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def undo(work: Work, appointment_id: int, contact_id: int, record_id: int) -> Sequence[Answer]:
    """Takes back the last thing that the speaker did or decided, which the button names: it stays on record as undone,
    and a tap that comes twice takes back no other."""
    case = await _case(work, appointment_id, Act.SEE_CASE, "undone")
    last = deciding.last_of(work.as_staff().id, case.done, case.about.standing)
    if isinstance(last, Contact) and last.id == contact_id:
        await contacts.undo(work.tx, last.id, work.now)
        if last.how is How.NEED_MORE:
            await outbox.plan(work.tx, [Subject("appointment", appointment_id)], NEED_MORE, [], work.now, "undone")
    elif isinstance(last, attendance.Record) and last.id == record_id:
        case = await _undecided(work, case, last)
    return [await _shown(work, case)]


async def _undecided(work: Work, case: _Case, decision: attendance.Record) -> _Case:
    """What stood before stands again; if that was *reason not yet known*, the alert is open again."""
    id_ = case.about.appointment.id
    await access.require(work, Act.DECIDE_ABSENCE)
    await register.take_back(work.service, work.tx, [id_], [decision.id], work.as_staff().id)
    stands = attendance.standing((await dates.records(work.tx, [id_]))[id_])
    alert = await items.item_about(work.tx, Kind.NON_ATTENDANCE, id_)
    if alert is not None and alert.done and not deciding.needs_why(stands):
        alert = await reopen(work, alert)
    return replace(case, alert=alert)


async def reopen(work: Work, alert: Item) -> Item:
    """Every card about it but the one that was tapped says that it is open again."""
    alert = await following.reopen(work.service, work.tx, alert)
    await open_items.refresh(work.service, work.tx, alert, _tapped(work))
    return alert
