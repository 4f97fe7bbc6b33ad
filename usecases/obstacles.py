"""What stands in the way of messages beside the facts that they are about: read once for a batch of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import outbox
from domain import reminding
from domain.about import Facts
from domain.appointments import Kind
from domain.facts import AboutAppointment
from domain.outbox import ABOUT_APPOINTMENT, ASKED_FOR, MERGED, Gates, Owed, Row, Subject, To, droppable
from domain.reminding import Skip
from usecases import progress
from usecases.service import Service

JUST_NOW = timedelta(hours=1)  # after a change was told, a reminder of the same date only repeats it
WEEK = timedelta(days=8)  # seven days of the calendar, wherever in the day they begin


@dataclass(frozen=True)
class Obstacles:
    """Orders whose hours are worked, dates whose change is told instead, and what people have been sent."""

    service: Service
    now: datetime
    hours_done: frozenset[int]
    changed: frozenset[tuple[Subject, int]]
    sent: Mapping[int, list[datetime]]  # grows with the messages of this batch
    merging: set[tuple[int | None, str]]  # who gets a message in this batch that others like it are merged into

    @staticmethod
    async def read(
        service: Service, tx: AsyncConnection, rows: Sequence[Row], known: Mapping[Subject, Facts], now: datetime
    ) -> "Obstacles":
        """Asks only about what some row of the batch depends on."""
        dated = {row.owed.subject: known[row.owed.subject] for row in rows if row.owed.kind in ABOUT_APPOINTMENT}
        about = {subject: one for subject, one in dated.items() if isinstance(one, AboutAppointment)}
        working = {one.order.id for one in about.values() if one.appointment.kind is Kind.UNPAID_WORK}
        moved = [subject for subject, one in about.items() if one.appointment.moved_at is not None]
        counted = {row.owed.individual_id for row in rows if droppable(row.owed) and row.owed.individual_id is not None}
        books = await progress.of_orders(service, tx, working) if working else {}
        changed = await outbox.news_of_change(tx, moved, now - JUST_NOW) if moved else set()
        sent = await outbox.unasked_since(tx, counted, now - WEEK, [row.id for row in rows]) if counted else {}
        return Obstacles(
            service,
            now,
            frozenset(id_ for id_, one in books.items() if one.done),
            frozenset(changed),
            {id_: [at or now for at in sent.get(id_, ())] for id_ in counted},
            set(),
        )

    def before(self, owed: Owed, about: Facts, gates: Gates) -> Gates:
        """The gates of a message with these as well."""
        counts = owed.individual_id in self.sent and not self._merges(owed)
        dated = about if isinstance(about, AboutAppointment) else None
        return replace(
            gates,
            cap_reached=counts and self._full(owed.individual_id or 0),
            hours_done=dated is not None and self._worked(dated),
            just_moved=dated is not None and (owed.subject, dated.appointment.revision) in self.changed,
        )

    def _worked(self, about: AboutAppointment) -> bool:
        return about.appointment.kind is Kind.UNPAID_WORK and about.order.id in self.hours_done

    def count(self, owed: Owed) -> None:
        """One more message to an individual, unless it is merged into another."""
        if owed.to is not To.INDIVIDUAL or owed.individual_id is None:
            return
        unasked = owed.kind not in ASKED_FOR and "edit" not in owed.params
        if unasked and owed.individual_id in self.sent and not self._merges(owed):
            self.sent[owed.individual_id].append(self.now)
        if owed.kind in MERGED:
            self.merging.add((owed.individual_id, MERGED[owed.kind]))

    def _merges(self, owed: Owed) -> bool:
        return owed.kind in MERGED and (owed.individual_id, MERGED[owed.kind]) in self.merging

    def _full(self, individual_id: int) -> bool:
        policy, calendar = self.service.policy, self.service.calendar
        caps = (policy.most_a_day, policy.most_a_week)
        return reminding.cap_reached(self.sent[individual_id], self.now, calendar, *caps)

    @property
    def off(self) -> frozenset[Skip]:
        """The rules that skip nothing here."""
        return self.service.policy.reminders.off
