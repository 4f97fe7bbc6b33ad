"""What became of a month, in figures and words that a manager could read."""

from datetime import date

from sandbox.simulation.books import Books

Figures = tuple[tuple[str, int], ...]
STANDING = "SELECT count(*) FROM stands WHERE outcome"
ITEMS = "SELECT count(*) FROM items WHERE kind"
UNRECORDED = f"{ITEMS} = 'unrecorded' AND appointment_id IN (SELECT id FROM appointments WHERE day < '{{end}}')"
SHOWN = """SELECT count(*) FROM evidence e JOIN items i ON i.id = e.item_id
    LEFT JOIN stands s ON s.appointment_id = e.appointment_id
    AND s.outcome IN ('missed_accepted', 'missed_not_accepted') WHERE 1"""
AFTER = "coalesce(max(s.recorded_at, coalesce(i.closed_at, '')) >= e.at, 0)"
PASSED = "SELECT count(*) FROM outbox WHERE kind IN ('item_passed', 'passed')"
COUNTED = {
    "dates of which something stands on record": f"{STANDING} != 'taken_back'",
    "  came for all of it": f"{STANDING} = 'attended_full'",
    "  came for a part": f"{STANDING} = 'attended_part'",
    "  sent home by the service": f"{STANDING} = 'sent_home_service'",
    "  sent home for another reason": f"{STANDING} = 'sent_home_other'",
    "  stood down ahead": f"{STANDING} = 'stood_down_ahead'",
    "  moved": f"{STANDING} IN ('moved_by_service', 'moved_by_person')",
    "  not expected": f"{STANDING} = 'not_expected'",
    "  missed": f"{STANDING} LIKE 'missed%'",
    "    accepted": f"{STANDING} = 'missed_accepted'",
    "    not accepted": f"{STANDING} = 'missed_not_accepted'",
    "    reason not yet known, on the manager's list": """SELECT count(*) FROM items i
        JOIN stands s ON s.appointment_id = i.appointment_id WHERE s.outcome = 'missed_reason_unknown'
        AND i.kind = 'non_attendance' AND i.listed_at IS NOT NULL AND i.closed_at IS NULL""",
    "alerts raised": f"{ITEMS} = 'non_attendance'",
    "  withdrawn: it was no miss": f"{ITEMS} = 'non_attendance' AND withdrawn_at IS NOT NULL",
    "  disputed": f"{ITEMS} = 'non_attendance' AND disputed_at IS NOT NULL",
    "contacts put on record": "SELECT count(*) FROM contacts WHERE undone_at IS NULL",
    "people who said that they can't make a date": f"{ITEMS} = 'cannot'",
    "  answered by a named person": f"{ITEMS} = 'cannot' AND outcome IN ('no_need', 'still_come', 'new_date')",
    "  settled otherwise": f"""{ITEMS} = 'cannot' AND outcome NOT IN ('no_need', 'still_come', 'new_date')
        AND (closed_at IS NOT NULL OR withdrawn_at IS NOT NULL)""",
    "  open, with cover or duty": f"{ITEMS} = 'cannot' AND closed_at IS NULL AND withdrawn_at IS NULL",
    "  given a number to ring": "SELECT count(*) FROM outbox WHERE kind = 'still_waiting' AND status = 'sent'",
    "sessions that nobody recorded in time": UNRECORDED,
    "  recorded since": f"{UNRECORDED} AND closed_at IS NOT NULL",
    "records put right or taken back": "SELECT count(*) FROM attendance WHERE outcome = 'taken_back' OR why != ''",
    "time limits that ran out": f"{ITEMS} = 'deadline'",
    "  with their reason": "SELECT count(*) FROM lateness",
    "photos and files sent to show why": "SELECT count(*) FROM evidence",
    "  decided after that, or no miss": f"{SHOWN} AND (i.withdrawn_at IS NOT NULL OR {AFTER})",
    "  with a manager": f"{SHOWN} AND i.withdrawn_at IS NULL AND NOT {AFTER}",
    "private notes to whoever works with the person": "SELECT count(*) FROM notes WHERE kind = 'private'",
    "things passed to a colleague": f"{PASSED} AND step NOT LIKE '%-%'",
    "free places offered to people": "SELECT count(*) FROM outbox WHERE kind = 'place_offer' AND status = 'sent'",
}
LOST = """SELECT coalesce(sum((julianday(a.ends_at) - julianday(a.starts_at)) * 24 - coalesce(s.minutes, 0) / 60.0), 0)
    FROM stands s JOIN appointments a ON a.id = s.appointment_id
    WHERE a.kind IN ('unpaid_work', 'other_activity') AND s.outcome IN ('sent_home_service', 'stood_down_ahead')"""


def figures(books: Books, end: date, credited: int, told_of: Figures) -> Figures:
    """Each with its words, in the order in which they are read. `end`: the first day of which nothing is counted that
    nobody recorded; `credited` in minutes; `told_of`: what only the oracle knows."""
    counted = [(words, int(books.one(query.replace("{end}", end.isoformat())))) for words, query in COUNTED.items()]
    return (
        *counted,
        *told_of,
        ("hours lost to the service", round(books.one(LOST))),
        ("hours credited", credited // 60),
    )


def told(found: Figures) -> str:
    return "\n".join(f"{number:7,}  {words}" for words, number in found)
