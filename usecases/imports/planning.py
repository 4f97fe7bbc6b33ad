"""The export against what stands here: what is new, what has changed, and what follows from that. Reads only."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from datetime import date, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, rung, told
from db import imports as store
from domain import attendance, changes, imports, orders, places
from domain.appointments import Appointment, Status
from domain.attendance import OFF, standing
from domain.changes import Shown, Turn
from domain.imports import Change, Clash, Reading, Record
from domain.outbox import Row
from usecases.imports import checks, columns, erased, outcomes
from usecases.imports.aside import Aside, begun, came, held
from usecases.imports.plan import Dated, New, Plan, Standing
from usecases.imports.report import Counts
from usecases.service import Service

Progress = Callable[[str, int, int], None]  # what is being done, how many rows of how many
BREATH = 500  # rows between two moments at which others have their turn
MOVES = frozenset({"date", "start", "place_ref"})  # what an individual was told about a date
TURNS = MOVES | {"status"}  # what somebody who was told of it has to hear
RESCHEDULES = TURNS | {"order_ref", "kind"}  # what its reminders follow from
SOON = timedelta(minutes=15)  # longer than any import is planned: what is due later cannot go out meanwhile

Texts = Mapping[str, str]


async def make(service: Service, tx: AsyncConnection, reading: Reading, progress: Progress) -> Plan:
    """Reads only. A plan with problems holds nothing else."""
    reading, left_out = await erased.leave_out(tx, service.db.keys, reading)
    ids = await _ids(tx, reading)
    planner = _Planner(service, tx, reading, progress, Plan(ids, left_out=left_out, first=await store.first(tx)))
    remembered = await store.remembered(tx, "attendance", [row.ref for row in reading.tables["attendance"]])
    known = checks.Known(ids, await store.roles(tx), await store.young(tx), await store.unsupervised(tx))
    as_before = {row.ref for row in reading.tables["attendance"] if planner.same(row, remembered.get(row.ref))}
    planner.plan.problems += [*reading.problems, *checks.against(reading, known, as_before)]
    planner.plan.warnings += checks.indiscreet(reading)
    if not planner.plan.problems:
        planner.said = _said(row for row in reading.tables["attendance"] if row.ref not in as_before)
        await planner.read_aside()
        for kind in columns.KEPT:
            await planner.compare(kind)
        await planner.attendance(remembered)
        await planner.used_again()
        await planner.finish()
    return planner.plan


async def _ids(tx: AsyncConnection, reading: Reading) -> dict[str, dict[str, int]]:
    """The ids of all that the export names. The small tables are read whole."""
    found = {kind: await store.ids(tx, kind) for kind in ("staff", "individuals", "orders", "places")}
    sought = reading.sought().get("appointments", set())
    found["appointments"] = await store.ids(tx, "appointments", reading.refs["appointments"] | sought)
    for kind in ("holds", "adjustments"):
        found[kind] = await store.ids(tx, kind, reading.refs[kind])
    named = {row.values["order_ref"] for row in reading.tables["milestones"]}
    found["milestones"] = await store.milestone_ids(
        tx, {ref: id_ for ref, id_ in found["orders"].items() if ref in named}
    )
    return found


def _said(rows: Iterable[Record]) -> dict[str, list[attendance.Record]]:
    """Lines of the register by the date (ref) under which the export has them."""
    found: dict[str, list[attendance.Record]] = {}
    for values in (row.values for row in rows):
        line = attendance.Record(values["outcome"], values["recorded_at"])
        found.setdefault(values["appointment_ref"], []).append(line)
    return found


class _Planner:
    """Goes through the export, kind by kind, and fills the plan."""

    def __init__(self, service: Service, tx: AsyncConnection, reading: Reading, progress: Progress, plan: Plan) -> None:
        self.service, self.tx, self.reading, self.plan = service, tx, reading, plan
        self.zone = service.calendar.zone
        self.now = service.clock.now()
        self.progress = progress
        self.done, self.total = 0, sum(map(len, reading.tables.values()))
        self.defaults = {kind: imports.empty(kind, self.zone) for kind in reading.tables}
        self.names = {kind: {id_: ref for ref, id_ in known.items()} for kind, known in plan.ids.items()}
        self.told: Mapping[int, Sequence[Row]] = {}  # what individuals were told of the dates that are compared now
        self.shown: Collection[int] = ()  # those of them (ids) that an answer showed
        self.others: Collection[int] = ()  # those that are another person's from now on
        self.were: Mapping[int, bool] = {}  # those that have begun, and whether it is on record who came, or did not
        self.said: Mapping[str, Sequence[attendance.Record]] = {}  # what the export says anew of dates (by ref)
        self.aside = Aside()  # the days that were
        self.redated: dict[str, Record] = {}  # appointments (by ref) at another day, which has begun
        self.brought: Set[str] = frozenset()  # the appointments (refs) of which this export says who came, or did not

    async def breathe(self, rows: int) -> None:
        """Shows how far it is, and lets others have their turn."""
        self.done += rows
        self.progress("compare", self.done, self.total)
        await asyncio.sleep(0)

    def same(self, record: Record, last: Texts | None) -> bool:
        """Whether the export says of a row what it said last time."""
        defaults = self.defaults[record.kind]
        return last is not None and all(last.get(name, defaults[name]) == text for name, text in record.raw.items())

    def remember(self, record: Record, last: Texts | None) -> None:
        whole = {**(last or {}), **record.raw}
        if whole == last:
            return
        row = {"kind": record.kind, "ref": record.ref, "row": whole}
        to = self.plan.memory_new if last is None else self.plan.memory_changed
        to.append(store.sealed(self.service.db.keys, store.MEMORY, row))

    async def compare(self, kind: str) -> None:
        """Sorts the rows of one kind into new, changed and unchanged."""
        records, known = self.reading.tables[kind], self.plan.ids[kind]
        self.plan.added[kind], self.plan.changed[kind] = [], []
        before = len(self.plan.changes)
        for start in range(0, len(records), BREATH):
            part = records[start : start + BREATH]
            remembered = await store.remembered(self.tx, kind, [record.ref for record in part])
            moved = [record for record in part if not self.same(record, remembered.get(record.ref))]
            here = await store.rows(self.tx, kind, [known[record.ref] for record in moved if record.ref in known])
            if kind == "appointments":
                self.told = await rung.heard(self.tx, await told.rows(self.tx, here))
                self.shown = await told.shown(self.tx, here)
                self.others = await self.another_persons(moved, here)
                self.were = await self.days_that_were(moved, here)
            for record in part:
                self.remember(record, remembered.get(record.ref))
                if record.ref not in known:
                    self.add(record)
                    self.plan.changes.append(Change(kind, record.ref, {}))
            for record in moved:
                if record.ref in known:
                    self.change(record, remembered.get(record.ref), here[known[record.ref]])
            await self.breathe(len(part))
        changed = sum(bool(change.columns) for change in self.plan.changes[before:])
        added = len(self.plan.changes) - before - changed
        self.plan.counts[kind] = Counts(added, changed, len(records) - added - changed)

    def kept(self, record: Record) -> dict[str, Any]:
        return columns.kept(record, self.reading.links[record.kind], self.service.db.keys.hash)

    def seal(self, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
        return store.sealed(self.service.db.keys, store.TABLES[kind], values)

    def add(self, record: Record, turned: Dated | None = None) -> None:
        """`turned`: a date that stands in for one that was."""
        values = self.kept(record)
        if record.kind == "appointments":
            new = turned or Dated.of(record, None if self.plan.first else self.now)
            values |= {"revision": new.appointment.revision, "booked_at": new.appointment.booked_at}
            values["moved_at"] = self.now if turned else None
            values["retimed_at"] = self.now if record.ref in self.plan.retimed else None
            self.plan.rescheduled.append(new)
        if record.kind == "orders":
            self.add_order(record)
        self.plan.added[record.kind].append(New(record.ref, self.seal(record.kind, values)))

    def add_order(self, record: Record) -> None:
        case_ref, status = record.values["case_ref"], record.values["status"]
        self.plan.standing[record.ref] = Standing(status is orders.Status.ACTIVE, case_ref)
        if status is orders.Status.DIED:
            self.plan.died.add(case_ref)
        if status is orders.Status.ACTIVE and case_ref in self.plan.ids["individuals"]:
            self.plan.reconsidered.add(case_ref)

    def change(self, record: Record, last: Texts | None, row: Any) -> None:
        links = self.reading.links[record.kind]
        here = columns.texts(record.kind, row, links, self.names, self.service.calendar)
        before = None if last is None else {**self.defaults[record.kind], **last}
        merged = imports.merge(record.raw, before, here)
        self.plan.clashes += [
            Clash(record.kind, record.ref, name, record.raw[name], here[name]) for name in merged.clashes
        ]
        if not merged.changed:
            return
        whole = {**here, **{name: new for name, (_, new) in merged.changed.items()}}
        values, problems = imports.reread(record, whole, self.zone)
        if problems:
            self.plan.problems += problems
            return
        became = Record(record.kind, record.file, record.line, record.ref, whole, values)
        self.plan.changes.append(Change(record.kind, record.ref, merged.changed))
        if became.kind == "appointments" and self.another_date(became, row):
            return
        written = columns.decided(record.kind, merged.changed)
        kept = {name: value for name, value in self.kept(became).items() if name in written}
        self.follow(became, frozenset(merged.changed), here, row, kept)
        self.plan.changed[record.kind].append((row.id, self.seal(record.kind, kept)))

    def another_date(self, became: Record, row: Any) -> bool:
        """Whether the reference is that of another date from now on; then that is what is written."""
        values = became.values
        starts_at, ahead, on = values["starts_at"], row.starts_at > self.now, values["status"] is Status.BOOKED
        if row.id in self.others and (ahead or starts_at > self.now):
            self.hand_over(became, row)
        elif row.id in self.were and on and starts_at > self.now and values["date"] != row.day:
            self.begin_anew(became, row)
        elif ahead and (day := self.aside.at(became.ref, starts_at, self.order_of(became))) is not None:
            self.give_back(became, row, day)
        else:
            return False
        return True

    def hand_over(self, became: Record, row: Any) -> None:
        """A date that is another person's from now on is a new one to them."""
        kept_as = self.set_aside(became, row, self.off(row))
        if became.values["starts_at"] > self.now:
            self.plan.retimed[became.ref] = became
        self.plan.unusual.append(checks.of_another(became, kept_as))
        self.add(became)

    def begin_anew(self, became: Record, row: Any) -> None:
        """A day that has begun stays what it was: its new day is a date of its own, of which its individual hears as of
        any that was moved. What was still to be said of the old one is not any more."""
        turn = self.turn_date(became, row)
        kept_as = self.set_aside(became, row, Turn(row.revision))
        self.plan.unusual.append(checks.begun_anew(became, kept_as, self.were[row.id]))
        self.add(became, Dated.of(became, row.booked_at, revision=turn.revision, turn=turn))

    def give_back(self, became: Record, row: Any, day: Appointment) -> None:
        """The reference is that of a day that was again: the date ahead, which was a slip, is off."""
        self.set_aside(became, row, self.off(row))
        self.aside.give_back(became.ref, day)
        self.plan.renamed("appointments", day.ref, became.ref)
        self.plan.changed["appointments"].append((day.id, self.seal("appointments", self.kept(became))))

    def order_of(self, became: Record) -> int | None:
        return self.plan.ids["orders"].get(became.values["order_ref"])

    def off(self, row: Any) -> Turn | None:
        """What follows when a date is off; nothing if it has begun."""
        after = Shown(row.starts_at, row.place_id or 0, on=False)
        return self.turned(row, after) if row.starts_at > self.now else None

    def set_aside(self, became: Record, row: Any, turn: Turn | None) -> str:
        """Whoever had the date that stood under a reference keeps it, with all that was said and recorded of it, under
        one of its own, which is returned: as the day that it was, or as one that is off if it was still to come.
        `turn` is what follows for whoever was told of it."""
        kept = self.aside.keep(became.ref, row, self.now, turn)
        if turn is not None:
            self.plan.rescheduled.append(Dated(kept.one, self.names["orders"][row.order_id], turn))
        self.plan.handed_over.append((row.id, kept.values))
        self.plan.renamed("appointments", became.ref, kept.one.ref)
        return kept.one.ref

    def follow(self, became: Record, changed: frozenset[str], here: Texts, row: Any, kept: dict[str, Any]) -> None:
        """What else follows from a change."""
        values = became.values
        if became.kind == "appointments":
            turn = self.turn_date(became, row) if changed & TURNS else None
            if turn is not None:
                kept |= {"revision": turn.revision, "moved_at": self.now}
            if became.ref in self.plan.retimed or (became.ref in self.redated and row.starts_at > self.now):
                kept["retimed_at"] = self.now
            if changed & RESCHEDULES:
                revision = kept.get("revision", row.revision)
                self.plan.rescheduled.append(Dated.of(became, row.booked_at, row.id, revision, turn))
        if became.kind == "orders":
            named = {"officer": "officer_ref", "case_manager": "case_manager_ref"}
            whom = ((part, here[column], became.raw[column]) for part, column in named.items() if column in changed)
            self.plan.handed += [(row.id, part, before, after) for part, before, after in whom if after]
        if became.kind == "orders" and changed & {"status", "ended_on", "case_ref"}:
            self.turn(became, here, row.id)
        if became.kind == "individuals" and "language" in changed:
            self.plan.watched[0].append(row.id)
            if values["language"] in self.service.policy.languages:
                self.plan.speaks[row.id] = values["language"]

    def turn_date(self, became: Record, row: Any) -> Turn:
        """A date that was moved, cancelled, or is on again. A place that is new in this export has no id yet."""
        values = became.values
        place = self.plan.ids["places"].get(values["place_ref"], -1) if values["place_ref"] else 0
        after = Shown(values["starts_at"], place, values["status"] is Status.BOOKED)
        booked = row.status == Status.BOOKED
        if ((after.on and not booked) or row.starts_at != after.starts_at) and after.starts_at > self.now:
            self.plan.retimed[became.ref] = became
        elif values["date"] != row.day and after.starts_at <= self.now:
            self.redated[became.ref] = became
            if row.starts_at > self.now and booked and after.on:
                self.plan.unusual.append(checks.put_into_the_past(became))
        return self.turned(row, after)

    def turned(self, row: Any, after: Shown) -> Turn:
        """What follows for whoever was told of a date as it stands now."""
        rows = self.told.get(row.id, ())
        before = Shown(row.starts_at, row.place_id or 0, row.status == Status.BOOKED, row.revision)
        self.plan.overtaken |= {one.id: before for one in rows if changes.may_go_out(one, self.now + SOON)}
        return changes.turn(before, after, rows, row.id, self.now, row.id in self.shown)

    async def read_aside(self) -> None:
        days = await dates.kept_aside(self.tx)
        self.aside = Aside(days)
        self.plan.ids["appointments"] |= {one.ref: one.id for one in days}

    async def days_that_were(self, moved: Sequence[Record], here: Mapping[int, Any]) -> dict[int, bool]:
        """The dates (ids) that have begun, and are ahead by this export; and whether it is on record who came, or did
        not, or is from now on."""
        known = self.plan.ids["appointments"]
        found = {
            record.ref: row
            for record in moved
            if (row := here.get(known.get(record.ref, 0))) is not None
            and row.starts_at <= self.now < record.values["starts_at"]
        }
        self.plan.watched[1].extend(row.id for row in found.values())
        return await begun(self.tx, found, self.said)

    async def another_persons(self, moved: Sequence[Record], here: Mapping[int, Any]) -> set[int]:
        """The dates (ids) that an order of another person has from now on."""
        known, orders_ = self.plan.ids["appointments"], self.plan.ids["orders"]
        turned = {
            row.id: (row.order_id, record.values["order_ref"])
            for record in moved
            if (row := here.get(known.get(record.ref, 0))) is not None
            and self.names["orders"][row.order_id] != record.values["order_ref"]
        }
        if not turned:
            return set()
        new = {record.ref: record.values["case_ref"] for record in self.reading.tables["orders"]}
        ids = {orders_[ref] for _, ref in turned.values() if ref in orders_} | {order for order, _ in turned.values()}
        whose = {id_: order.individual_id for id_, order in (await dates.orders_by_id(self.tx, ids)).items()}
        return {
            id_
            for id_, (order, ref) in turned.items()
            if whose[order] != (self.plan.ids["individuals"].get(new[ref], 0) if ref in new else whose[orders_[ref]])
        }

    def turn(self, became: Record, here: Texts, order_id: int) -> None:
        """An order that ends, goes on after all, ended otherwise, or is somebody else's."""
        person, status = became.values["case_ref"], became.values["status"]
        if here["case_ref"] != person:
            self.plan.unusual.append(checks.gone_to_another(became))
        self.plan.turned.append(order_id)
        self.plan.standing[became.ref] = Standing(status is orders.Status.ACTIVE, person)
        was_active = here["status"] == orders.Status.ACTIVE
        owes = was_active and status is not orders.Status.ACTIVE
        (self.plan.ended if owes else self.plan.reconsidered).add(person)
        if status is orders.Status.DIED:
            self.plan.died.add(person)

    async def attendance(self, remembered: Mapping[str, Texts]) -> None:
        """Outcomes are never changed: what the export says differently now stands beside what it said."""
        rows = self.reading.tables["attendance"]
        moved = [row for row in rows if not self.same(row, remembered.get(row.ref))]
        for row in moved:
            self.remember(row, remembered.get(row.ref))
        known = self.plan.ids["appointments"]
        refs = {row.values["appointment_ref"] for row in moved}
        refs |= {day.ref for ref in refs for day in self.aside.of(ref)}
        names = {known[ref]: ref for ref in refs if ref in known}
        records, here = await store.recorded(self.tx, names), await store.rows(self.tx, "appointments", names)
        days = {names[id_]: row.day for id_, row in here.items()}
        since = {names[id_]: row.retimed_at for id_, row in here.items() if row.retimed_at is not None and held(row)}
        since |= dict.fromkeys(self.plan.retimed, self.now)
        starts = {names[id_]: row.starts_at for id_, row in here.items()}
        starts |= {row.ref: row.values["starts_at"] for row in self.reading.tables["appointments"]}
        of_each = {names[id_]: [one.record for one in lines] for id_, lines in records.items()}
        lines, after_they_came = self.aside.of_their_days(moved, starts, of_each)
        self.plan.unusual += map(checks.missed_after_all, after_they_came)
        found = outcomes.plan(
            lines,
            outcomes.Known(
                records={names[id_]: lines for id_, lines in records.items()},
                remembered=remembered,
                days={**days, **{row.ref: row.values["date"] for row in self.reading.tables["appointments"]}},
                recent=self.recent(),
                today=self.service.calendar.day(self.now),
                since=since,
                alerted=frozenset(names[id_] for id_ in await store.with_alert(self.tx, names)),
            ),
        )
        self.plan.heard = [line for line in found.lines if line.heard]
        self.plan.history = [self.past(line) for line in found.lines if not line.heard]
        self.plan.off_before = {ref: since[ref] for ref in found.late}
        self.plan.unusual += map(checks.of_another_time, found.late.values())
        self.brought = {line.appointment_ref for line in found.lines if line.row.values["outcome"] not in OFF}
        self.plan.clashes += found.clashes
        self.plan.changes += found.changes
        self.plan.watched[1].extend(names)
        added = sum(not change.columns for change in found.changes)
        unchanged = len(rows) - len(found.changes)
        self.plan.counts["attendance"] = Counts(added, len(found.changes) - added, unchanged)
        await self.breathe(len(rows))

    def past(self, line: outcomes.Line) -> dict[str, Any]:
        values = columns.outcome(line.row, self.reading.links["attendance"])
        return self.seal("attendance", values)

    def recent(self) -> date:
        calendar = self.service.calendar
        return calendar.working_days_back(calendar.day(self.now), self.service.policy.absence_alerts_days)

    async def used_again(self) -> None:
        """Says of which dates that are at another time it is on record already who came, or did not, or is from now
        on. (That they were off is told of by itself.)"""
        known = self.plan.ids["appointments"]
        moved = {**self.plan.retimed, **self.redated}
        ids = {ref: known[ref] for ref in moved if ref in known}  # the others are new: nothing is recorded
        records = await dates.records(self.tx, ids.values())
        stands = {ref: standing(records.get(id_, ())) for ref, id_ in ids.items()}
        brought = self.brought & self.plan.retimed.keys()  # of a day that is over, the first word may come with it
        again = brought | {ref for ref, one in stands.items() if came(one)}
        self.plan.unusual += [checks.used_again(record) for ref, record in moved.items() if ref in again]

    async def finish(self) -> None:
        """What the export does not have any more, and what must not move until it is written."""
        if "appointments" in self.reading.present:
            ahead = await store.booked_after(self.tx, self.now)
            gone = (ref for ref in ahead if ref not in self.reading.refs["appointments"])
            self.plan.missing = [ref for ref in gone if not ref.startswith(places.REF)]  # of our own offers
            dates = self.plan.counts["appointments"]
            self.plan.counts["appointments"] = dates + Counts(missing=len(self.plan.missing))
        self.plan.mark = await store.mark(self.tx, *self.plan.watched)
