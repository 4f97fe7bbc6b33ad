"""The outbox: claim what is due, ask whether it is still true, and settle what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, outbox, people, sittings, traces
from domain import compliance, routing, truth
from domain.facts import AboutAppointment, AboutItem, AboutSaid, Facts
from domain.orders import Order
from domain.outbox import (
    WIPE,
    Accepted,
    End,
    Later,
    Outcome,
    Owed,
    Refused,
    Row,
    Send,
    Status,
    Subject,
    To,
    Unreachable,
    Wait,
    decide,
)
from domain.people import Individual
from domain.talk import ANSWER
from usecases import access, facts, fading, hiding, items, rota
from usecases.service import Service

LEASE = timedelta(minutes=2)  # longer than any call to Telegram may take
NOBODY_YET = timedelta(hours=1)  # until another try of what nobody could be told; whoever links meanwhile hears at once
BATCH = 100


@dataclass(frozen=True)
class Recipient:
    """One chat that a message is for."""

    chat: int
    chat_id: int
    language: str
    staff: bool = False


@dataclass(frozen=True)
class Parcel:
    """A claimed row that is still true, with all that is needed to say it."""

    row: Row
    facts: Facts
    recipients: tuple[Recipient, ...]
    takes: tuple[int, ...] = ()  # the messages that a wipe takes out of the chat


Result = tuple[Parcel, Mapping[Recipient, Outcome]]


async def claim(service: Service) -> list[Parcel]:
    """Takes what is due. What is not true any more, may not be said, or has nobody to be said to ends here."""
    now = service.clock.now()
    async with service.db.write() as tx:
        rows = await outbox.claim(tx, now, now + LEASE, BATCH)
        if not rows:
            return []
        known = await facts.load(service, tx, [row.owed.saying for row in rows], now)
        desk = await _Desk.open(service, tx, rows, now)
        parcels = []
        for row in rows:
            parcel = await desk.weigh(row, known[row.owed.subject])
            if parcel is not None:
                parcels.append(parcel)
        return parcels


@dataclass(frozen=True)
class _Desk:
    """What is needed to weigh a batch of rows, read once for all of them."""

    service: Service
    tx: AsyncConnection
    now: datetime
    roster: routing.Roster
    staff_chats: Mapping[int, people.Chat]
    individual_chats: Mapping[int, people.Chat]
    died: frozenset[int]
    had: Mapping[int, set[int]]

    @staticmethod
    async def open(service: Service, tx: AsyncConnection, rows: Sequence[Row], now: datetime) -> "_Desk":
        staff_chats = await people.chats_of_staff(tx)
        individual_ids = {row.owed.individual_id for row in rows if row.owed.individual_id is not None}
        return _Desk(
            service,
            tx,
            now,
            await rota.roster(service, tx, staff_chats),
            staff_chats,
            await people.chats_of_individuals(tx, individual_ids),
            await dates.died(tx, individual_ids),
            await outbox.delivered(tx, [row.id for row in rows if row.attempts > 1]),
        )

    async def weigh(self, row: Row, about: Facts) -> Parcel | None:
        """Sends it on, puts it off, or ends it with its reason."""
        owed = row.owed
        linked = owed.individual_id in self.individual_chats
        gates = truth.gates(owed, about, linked, owed.to is To.INDIVIDUAL and owed.individual_id in self.died)
        match decide(owed, gates, self.now, self.service.calendar):
            case Send():
                recipients = await self._recipients(row, about)
                if recipients:
                    takes = await hiding.to_take(self.tx, owed, self.now) if owed.kind == WIPE else ()
                    return Parcel(row, about, recipients, takes)
                await self._nobody(row, about)
            case Wait(until):
                await outbox.postpone(self.tx, row.id, until, "quiet_hours")
            case End(status, reason):
                await outbox.settle(self.tx, [row.id], status, reason, self.now)
                await _tell_who_answered(self.tx, row, about, reason, self.now)
        return None

    async def _recipients(self, row: Row, about: Facts) -> tuple[Recipient, ...]:
        owed, had = row.owed, self.had.get(row.id, set())
        if owed.to is To.CHAT:
            chat = await people.chat(self.tx, owed.to_id or 0)
            found = [chat] if chat is not None else []
        elif owed.to is To.INDIVIDUAL:
            found = [self.individual_chats[owed.individual_id]] if owed.individual_id is not None else []
        else:
            individual, order, runner_id = _whose(about)
            ids = routing.meant(owed.to, self.roster, individual, order, runner_id, owed.to_id)
            found = [self.staff_chats[id_] for id_ in await self._who_may_hear(owed, about, ids)]
        return tuple(
            Recipient(chat.id, chat.chat_id, chat.language, chat.staff_id is not None)
            for chat in found
            if chat.id not in had
        )

    async def _who_may_hear(self, owed: Owed, about: Facts, ids: list[int]) -> list[int]:
        """Of these, who may know of it; a complaint is for managers who may, whoever else has to stand in for them."""
        if not isinstance(about, AboutItem):
            return ids
        heard = await access.heard_by(self.tx, about.item, about.individual, self.roster.today)
        if heard is None:
            return ids
        meant = heard if owed.to is To.MANAGER else heard & set(ids)
        return sorted(id_ for id_ in meant if self.roster.reachable(id_))

    async def _nobody(self, row: Row, about: Facts) -> None:
        if self.had.get(row.id):  # everybody had it before a crash
            await outbox.settle(self.tx, [row.id], Status.SENT, "", self.now)
        else:
            await _go_unheard(self.service, self.tx, row, about, "nobody_linked", self.now)


def _whose(about: Facts) -> tuple[Individual | None, Order | None, int | None]:
    """The individual, the order and the person who runs the session that a role is to be resolved for."""
    if isinstance(about, AboutItem):
        return about.individual, about.order, about.about.appointment.staff_id if about.about else None
    if isinstance(about, AboutAppointment):
        return about.individual, about.order, about.appointment.staff_id
    return None, None, None


async def _go_unheard(
    service: Service, tx: AsyncConnection, row: Row, about: Facts, reason: str, now: datetime
) -> None:
    """A message that nobody could be told. On a ladder the next rung hears of it at once; the last rung waits."""
    if row.owed.family == compliance.AGAIN and (next_ := compliance.rung_after(row.owed.to)) is not None:
        await outbox.settle(tx, [row.id], Status.UNREACHABLE, reason, now)
        step = f"{row.owed.step}-{next_.value}"
        await outbox.owe(tx, replace(row.owed, to=next_, due_at=now, step=step), now)
        return
    if row.owed.family != "ladder" or not isinstance(about, AboutItem):
        await outbox.settle(tx, [row.id], Status.UNREACHABLE, reason, now)
        await _tell_who_answered(tx, row, about, reason, now)
        if row.owed.kind == "was_there_question" and isinstance(about, AboutItem):
            await items.tell_those_who_saw(service, tx, about.item, "item_unasked")
        if row.owed.kind == "glass_broken" and row.owed.to is not To.MANAGER:
            await outbox.owe(tx, replace(row.owed, to=To.MANAGER, to_id=None, step="manager"), now)
        return
    rung = compliance.rung_after(row.owed.to)
    if rung is None:
        await outbox.postpone(tx, row.id, now + NOBODY_YET, reason)
        return
    await outbox.settle(tx, [row.id], Status.UNREACHABLE, reason, now)
    wanted = compliance.ladder(about.item, about.individual.id, now, service.calendar, start=rung)
    await outbox.plan(tx, [row.owed.subject], "ladder", wanted, now, "skipped")


async def settle(service: Service, results: Sequence[Result]) -> None:
    """Writes down what Telegram said of each message, in one transaction."""
    now = service.clock.now()
    async with service.db.write() as tx:
        for parcel, outcomes in results:
            await _settle_one(service, tx, parcel, outcomes, now)


async def _settle_one(
    service: Service, tx: AsyncConnection, parcel: Parcel, outcomes: Mapping[Recipient, Outcome], now: datetime
) -> None:
    row = parcel.row
    for recipient, outcome in outcomes.items():
        if isinstance(outcome, Accepted) and row.owed.kind == WIPE:
            await traces.gone(tx, recipient.chat, parcel.takes)
        elif isinstance(outcome, Accepted):
            await outbox.note_delivery(tx, row.id, recipient.chat, outcome.message_id, now)
            if "edit" not in row.owed.params:
                message = (outcome.message_id, row.owed.saying)
                await fading.remember(tx, recipient.chat, recipient.staff, [message], now)
        elif isinstance(outcome, Unreachable):
            await people.change_chat(tx, recipient.chat, unreachable_at=now)
    said = list(outcomes.values())
    later = [one for one in said if isinstance(one, Later)]
    refused = [one for one in said if isinstance(one, Refused)]
    if later:
        wait = max(one.seconds for one in later)
        await outbox.postpone(tx, row.id, now + timedelta(seconds=wait), "telegram_busy")
    elif any(isinstance(one, Accepted) for one in said):
        await outbox.settle(tx, [row.id], Status.SENT, "", now)
        await _tell_who_answered(tx, row, parcel.facts, "", now)
        if row.owed.kind == "form_offer":
            await _offered(tx, row.owed.subject, now)
    elif refused:
        await outbox.settle(tx, [row.id], Status.FAILED, refused[0].why[:200], now)
        await _tell_who_answered(tx, row, parcel.facts, "refused", now)
    else:
        await _go_unheard(service, tx, row, parcel.facts, "blocked", now)


async def _tell_who_answered(tx: AsyncConnection, row: Row, about: Facts, reason: str, now: datetime) -> None:
    """Whoever wrote to an individual learns that it was sent, or why it was not."""
    if row.owed.kind == ANSWER and isinstance(about, AboutSaid) and about.by is not None:
        news = Owed("answer_ended", row.owed.subject, To.STAFF, now, to_id=about.by.id, params={"reason": reason})
        await outbox.owe(tx, news, now)


async def _offered(tx: AsyncConnection, sitting: Subject, now: datetime) -> None:
    """A form counts as offered once Telegram has accepted its first message."""
    await sittings.change(tx, sitting.id, offered_at=now)


async def next_due(service: Service) -> datetime | None:
    """When something in the outbox falls due next."""
    async with service.db.read() as tx:
        return await outbox.next_due(tx)


async def due_now(service: Service) -> bool:
    """Whether anything is due: a read, so that an idle bot never takes the writing lock."""
    due = await next_due(service)
    return due is not None and due <= service.clock.now()


async def seconds_to_next(service: Service, at_most: float) -> float:
    """How long nothing will fall due, up to a limit."""
    due = await next_due(service)
    if due is None:
        return at_most
    return min(max((due - service.clock.now()).total_seconds(), 0.0), at_most)
