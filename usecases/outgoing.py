"""The outbox: claim what is due, and ask whether it is still true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, outbox, people, switches
from db import following as store
from domain import changes, pausing, retrying, routing, truth
from domain.about import Facts
from domain.compliance import Kind
from domain.facts import AboutAppointment, AboutIndividual, AboutInvite, AboutItem, AboutOffered
from domain.neutral import AboutStages
from domain.orders import Order
from domain.outbox import (
    MERGED,
    RING,
    WIPE,
    End,
    Gates,
    Owed,
    Row,
    Send,
    Status,
    Subject,
    To,
    Trouble,
    Wait,
    decide,
    droppable,
)
from domain.people import Individual
from domain.reminding import Skip
from domain.texting import Bar
from usecases import access, facts, following, gathering, hiding, items, offering, reminding, rota, settling, waking
from usecases.obstacles import Obstacles
from usecases.parcels import Addressee, Parcel, Recipient, Texted, merged
from usecases.service import Service
from usecases.ways import Ways

LEASE = timedelta(minutes=2)  # then a claimed row counts as abandoned, and others take it
LONGEST_CALL = timedelta(seconds=75)  # what messages/request.py allows in all, and a wait for our own limits
BATCH = 100


def time_for_a_call(parcel: Parcel, now: datetime) -> bool:
    """Whether a call that is begun now ends before others may take the row for abandoned."""
    return parcel.row.leased_until is None or now + LONGEST_CALL < parcel.row.leased_until


@dataclass(frozen=True)
class Claim:
    """What was taken to be said, and whether more may be due: the batch was full, or what ended in it owes something
    new."""

    parcels: Sequence[Parcel]
    more: bool


async def claim(service: Service, most: int = BATCH) -> Claim:
    """Takes what is due, at most so many rows. What is not true any more, may not be said, or has nobody to be said to
    ends here."""
    now = service.clock.now()
    async with service.db.write() as tx:
        rows = await outbox.claim(tx, now, now + LEASE, most)
        if not rows:
            return Claim([], False)
        full = len(rows) == most
        if full:  # what else these people are to be told now may be beyond its end
            rows += await outbox.claim_others(tx, rows, MERGED, now, now + LEASE)
        rows = await waking.in_turn(service, tx, rows, now)
        known = await facts.load(service, tx, [row.owed.saying for row in rows], now)
        desk = await _Desk.open(service, tx, rows, known, now)
        parcels = []
        for row in rows:
            parcel = await desk.weigh(row, known[row.owed.subject])
            if parcel is not None:
                parcels.append(parcel)
        told = len(parcels) == len(rows)
        return Claim(await gathering.with_earlier(service, tx, merged(parcels)), full or not told)


@dataclass(frozen=True)
class _Desk:
    """What is needed to weigh a batch of rows, read once for all of them."""

    service: Service
    tx: AsyncConnection
    now: datetime
    roster: routing.Roster
    staff_chats: Mapping[int, people.Chat]
    ways: Ways
    died: frozenset[int]
    obstacles: Obstacles
    had: Mapping[int, set[int]]
    paused: bool  # a manager has pulled the kill switch

    @staticmethod
    async def open(
        service: Service, tx: AsyncConnection, rows: Sequence[Row], known: Mapping[Subject, Facts], now: datetime
    ) -> "_Desk":
        ids = {row.owed.individual_id for row in rows if row.owed.individual_id is not None}
        theirs, died = people.reading_chats_of_individuals(ids), dates.reading_died(ids)
        had, paused = outbox.reading_delivered(row.id for row in rows), switches.reading_off(pausing.SENDING)
        roster, staff_chats = await rota.with_chats(service, tx, theirs, died, had, paused)
        return _Desk(
            service,
            tx,
            now,
            roster,
            staff_chats,
            await Ways.read(service, tx, rows, theirs.found),
            died.found,
            await Obstacles.read(service, tx, rows, known, now),
            had.found,
            paused.found is not None,
        )

    async def weigh(self, row: Row, about: Facts) -> Parcel | None:
        """Sends it on, puts it off, or ends it with its reason."""
        owed = row.owed
        way = self.ways.to(owed) if owed.to in (To.INDIVIDUAL, To.TEXT) else None
        died = owed.to is To.INDIVIDUAL and owed.individual_id in self.died
        gates = truth.gates(owed, about, not isinstance(way, Bar), died)
        gates = self.obstacles.before(owed, about, gates)
        paused = self.paused and pausing.holds(owed, about)
        match decide(owed, gates, self.now, self.service.calendar, self.obstacles.off):
            case Send() if await self._is_over(owed, about):
                assert isinstance(about, AboutItem)
                await outbox.settle(self.tx, [row.id], Status.CANCELLED, "withdrawn", self.now)
                await items.lapse(self.service, self.tx, about.item)
            case Send() if paused:
                await self._hold(row, self.now + pausing.LOOK_AGAIN)
            case End(Status.MISSED, Skip.QUIET_HOURS) if paused and not self._known_ahead(owed):
                await self._hold(row, self.now + pausing.LOOK_AGAIN)
            case Send() if owed.to is To.TEXT and isinstance(way, Bar):
                await outbox.settle(self.tx, [row.id], Status.UNREACHABLE, way, self.now)
            case Send() if owed.kind in following.WHY:
                assert isinstance(about, AboutItem)
                await following.put_on_list(self.service, self.tx, about.item, following.WHY[owed.kind])
                await outbox.settle(self.tx, [row.id], Status.SENT, "listed", self.now)
            case Send() if owed.kind == RING:
                await reminding.ask_to_ring(self.service, self.tx, owed, about, changes.IMPORTANT)
                await outbox.settle(self.tx, [row.id], Status.SENT, reminding.TASK_RAISED, self.now)
            case Send():
                recipients = await self._recipients(row, about, way)
                if recipients:
                    self.obstacles.count(owed)
                    takes = await hiding.to_take(self.tx, owed, self.now) if owed.kind == WIPE else ()
                    return Parcel(row, about, recipients, takes, had=bool(self.had.get(row.id)))
                await self._nobody(row, about)
            case Wait(until, reason):
                await (self._hold(row, until) if paused else outbox.postpone(self.tx, row.id, until, reason))
                if changes.comes_too_late(owed, self.now, until):
                    await reminding.ask_to_ring(self.service, self.tx, owed, about, changes.NOT_TOLD)
            case End(Status.MISSED, reason):
                await self._miss(row, about, way, reason, self._allowed(owed, gates))
            case End(status, reason):
                reason = way if reason == Skip.NOT_LINKED and isinstance(way, Bar) else reason
                await outbox.settle(self.tx, [row.id], status, reason, self.now)
                await settling.tell_who_answered(self.tx, row, about, reason, self.now)
                if status in (Status.UNREACHABLE, Status.SUPPRESSED):
                    await offering.not_made(self.service, self.tx, row, reason)
        return None

    async def _hold(self, row: Row, until: datetime) -> None:
        """It waits as sending is paused, whatever else is in its way: whoever sends again reads how much does."""
        params = pausing.remembering_due(row.owed)
        await outbox.postpone(self.tx, row.id, until, pausing.HELD, params=params)

    async def _is_over(self, owed: Owed, about: Facts) -> bool:
        """Whether this would ask for a call about a date whose day is over, that of the date as it was known as well,
        and nobody has been asked yet. On the day itself it helps: they may be waited for, or be on their way. What was
        to be said or asked of a day that was over already, a call can say on any day."""
        if owed.family != "ladder" or not isinstance(about, AboutItem) or about.item.kind is not Kind.RING:
            return False
        day, today = self.service.calendar.day, self.service.calendar.day(self.now)
        if about.about is None or day(about.about.appointment.starts_at) >= today:
            return False
        row = await outbox.stood_for(self.tx, about.item.id)
        if row is not None and row.owed.kind not in {*changes.KNOWN_BY, RING}:
            return False
        if row is not None and row.owed.family == changes.FAMILY and day(changes.was_at(row.owed.params)) >= today:
            return False
        return not await items.was_shown(self.tx, about.item)

    def _allowed(self, owed: Owed, gates: Gates) -> bool:
        """Whether nothing but time stands in the way of a message."""
        in_time = replace(gates, helps_until=None)
        match decide(replace(owed, expires_at=None), in_time, self.now, self.service.calendar, self.obstacles.off):
            case End(status, _):
                return status is Status.MISSED
        return True

    async def _miss(self, row: Row, about: Facts, way: Addressee | Bar | None, late: str, allowed: bool) -> None:
        """The time for it is over. Somebody rings whom quiet hours, trouble or a pause kept from hearing what they
        should have heard, and whoever may have heard it, as nobody knows how the last try ended."""
        owed, texted = row.owed, isinstance(way, Texted)
        if self.had.get(row.id):
            await outbox.settle(self.tx, [row.id], Status.SENT, "", self.now)
            return
        reason = pausing.HELD if row.reason == pausing.HELD else late
        if row.attempts > 1:
            reason = Trouble.TEXTS.reason if texted else retrying.NO_ANSWER
        await outbox.settle(self.tx, [row.id], Status.MISSED, reason, self.now)
        await settling.tell_who_answered(self.tx, row, about, reason, self.now)
        if not allowed:
            return
        if row.attempts > 1 or row.reason in settling.TROUBLES:
            why = retrying.NO_ANSWER if reason == retrying.NO_ANSWER else "late"
            await settling.pass_to_staff(self.service, self.tx, row, about, self.now, why)
        elif (late == Skip.QUIET_HOURS and not droppable(owed)) or self._known_ahead(owed):
            await reminding.ask_to_ring(self.service, self.tx, owed, about, changes.NOT_TOLD)

    def _known_ahead(self, owed: Owed) -> bool:
        """Whether somebody may still set out for a date as they know it, which is not so any more."""
        return owed.family == changes.FAMILY and bool(owed.params["was_on"]) and changes.was_at(owed.params) > self.now

    async def _recipients(self, row: Row, about: Facts, way: Addressee | Bar | None) -> tuple[Addressee, ...]:
        owed, had = row.owed, self.had.get(row.id, set())
        if isinstance(way, Texted):
            return (way,)
        if isinstance(way, Recipient):
            return (way,) if way.chat not in had else ()
        if owed.to is To.CHAT:
            chat = await people.chat(self.tx, owed.to_id or 0)
            found = [chat] if chat is not None else []
        else:
            ids = self._meant(owed, about)
            found = [self.staff_chats[id_] for id_ in await self._who_may_hear(owed, about, ids)]
        return tuple(
            Recipient(chat.id, chat.chat_id, chat.language, chat.staff_id is not None)
            for chat in found
            if chat.id not in had
        )

    def _meant(self, owed: Owed, about: Facts) -> list[int]:
        """The ids of the reachable staff that this is for."""
        individual, order, runner_id = _whose(about)
        to_id = about.item.claimed_by if owed.to is To.HOLDER and isinstance(about, AboutItem) else owed.to_id
        return routing.meant(owed.to, self.roster, individual, order, runner_id, to_id)

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
            who, why = routing.why_nobody(row.owed.to, self.roster, *_whose(about), row.owed.to_id)
            why = why or "works_with_them"  # they could be told, and it is not for them to know
            if who is not None:
                await store.note_who(self.tx, row, who)
            await settling.go_unheard(self.service, self.tx, row, about, why, self.now)


def _whose(about: Facts) -> tuple[Individual | None, Order | None, int | None]:
    """The individual, the order and the person who runs the session that a role is to be resolved for."""
    if isinstance(about, AboutItem):
        return about.individual, about.order, about.about.appointment.staff_id if about.about else None
    if isinstance(about, AboutAppointment):
        return about.individual, about.order, about.appointment.staff_id
    if isinstance(about, AboutIndividual | AboutInvite):
        return about.individual, about.order, None
    if isinstance(about, AboutOffered):
        return about.individual, about.date.order, None
    if isinstance(about, AboutStages):
        return about.individual, next(iter(about.unconfirmed), None), None
    return None, None, None


def reference(service: Service, parcel: Parcel) -> str:
    """Our own name for a text message at the gateway, by which it is found before it is sent again: of all that it
    tells, as one that told less told nobody of the rest."""
    ids = sorted(part.row.id for part in parcel.parts)
    return service.db.keys.hash(f"text:{'/'.join(map(str, ids))}")[:32]


def may_have_gone(parcel: Parcel) -> bool:
    """Whether it may have been sent before: nobody knows how the last try ended. The parts of a text message were tried
    alike (`parcels.merged`)."""
    return parcel.row.attempts > 1


async def next_due(service: Service) -> datetime | None:
    """When something in the outbox falls due next: a read, so that an idle bot never takes the writing lock."""
    async with service.db.glance() as tx:
        return await outbox.next_due(tx)
