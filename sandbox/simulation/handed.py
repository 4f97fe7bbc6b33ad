"""The oracle of what goes from hand to hand: sessions given away, things passed on, private notes, and evidence."""

from sandbox.simulation.between import PRIVATE
from sandbox.simulation.books import Delivery
from sandbox.simulation.council import Case, Colleague
from sandbox.simulation.wire import Shown
from sandbox.simulation.world import World

JUDGED = ("missed_accepted", "missed_not_accepted")
EVIDENCE = """SELECT e.id, e.item_id, e.at, s.outcome, s.recorded_at, i.listed_at, i.closed_at FROM evidence e
    JOIN items i ON i.id = e.item_id LEFT JOIN stands s ON s.appointment_id = e.appointment_id
    WHERE i.withdrawn_at IS NULL"""
NOTES = """SELECT n.id, i.id, i.individual_id = n.individual_id FROM notes n
    LEFT JOIN items i ON i.kind = 'note' AND i.once = 'note:' || n.id WHERE n.kind = 'private'"""
PASSED = """SELECT o.subject, i.claimed_by FROM outbox o JOIN items i ON o.subject = 'item:' || i.id
    WHERE o.kind = 'item_passed' AND o.to_id = i.claimed_by AND json_extract(o.params, '$.to') = i.claimed_by
    AND o.status IN ('unreachable', 'failed') AND i.closed_at IS NULL AND i.withdrawn_at IS NULL"""


class Handed:
    """Looks at each record and each delivery, and at everything at the end."""

    def __init__(self, world: World) -> None:
        self.world = world

    def shown(self, case: Case, shown: Shown) -> None:
        kept = PRIVATE not in shown.text
        self.world.must(kept, "private_note", f"a note on the phone of {case.ref}: {shown.text!r}", "only for staff")

    def recorded(self, appointment_id: int, by: int | None, source: str) -> None:
        """Whoever gave a session away keeps its register no more."""
        before = self.world.given.get(appointment_id)
        ref = self.world.books.one("SELECT ref FROM staff WHERE id = ?", by) if by is not None else ""
        gone = before is not None and source == "chat" and ref == before.ref
        self.world.must(not gone, "given", f"a record of date {appointment_id} by {ref}", "one of who runs it now")

    def got(self, one: Delivery, reader: Colleague) -> None:
        """Whoever runs a session is asked about it; an alert goes to those who work with the person, and to no other
        supervisor than they have."""
        what = f"{one.kind} about {one.subject}:{one.subject_id} to {reader.ref}"
        if one.kind == "unrecorded" and one.subject == "unrecorded" and not one.edited:
            runner = self.world.bookings[one.subject_id].runner
            self.world.must(runner is reader, "given", what, f"{runner.ref}, who runs it now")
        if one.subject == "item" and one.kind == "item" and one.to == "worker" and one.individual_id is not None:
            case = self.world.cases[one.individual_id]
            self.world.must(self._works_with(reader, case), "routed", what, f"a worker of {case.ref}")

    def _works_with(self, reader: Colleague, case: Case) -> bool:
        named = [who for order in case.orders for who in (order.officer, order.manager) if who is not None]
        return reader in named or (case.youth and reader.role == "youth_team")

    # ── At the end ──────────────────────────────────────────────────────────────────────────────────────────────────

    def last_look(self) -> None:
        self._evidence_ends()
        self._notes_are_heard()
        nobodys = self.world.books.rows(PASSED)
        self.world.must(
            not nobodys, "passed", f"(item, staff) {nobodys[:3]}", "whoever cannot be told is given nothing"
        )

    def _evidence_ends(self) -> None:
        """With a decision that came after it, or with the manager."""
        for id_, item, at, outcome, recorded_at, listed_at, closed_at in self.world.books.rows(EVIDENCE):
            decided = outcome in JUDGED and max(recorded_at, closed_at or "") >= at  # anew, or what was decided stands
            listed = listed_at is not None and closed_at is None
            found = f"evidence {id_} (item {item}) of {at}: {outcome}, decided {recorded_at}"
            self.world.must(decided or listed, "evidence", found, "a decision after it, or the manager's list")

    def _notes_are_heard(self) -> None:
        for note, item, theirs in self.world.books.rows(NOTES):
            told = self.world.books.one(
                "SELECT 1 FROM deliveries d JOIN outbox o ON o.id = d.outbox_id WHERE o.subject = ?", f"item:{item}"
            )
            heard = item is not None and bool(theirs) and told is not None
            self.world.must(
                heard, "note_heard", f"note {note} (item {item})", "its worker, or whoever is next, was told"
            )
