"""The case card holds whatever it is given within one message, and says so where it had to be shortened."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from domain.appointments import Appointment, Kind, Place
from domain.appointments import Status as Booked
from domain.attendance import Outcome, Record
from domain.calendar import Calendar
from domain.compliance import Item
from domain.compliance import Kind as Open
from domain.facts import AboutAppointment, AboutCase, Handed
from domain.orders import Order, Requirement
from domain.people import Individual, Role, Staff
from domain.policy import Policy
from messages import casecard
from messages.compose import Voice

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MOST = 4096  # characters of one message (Bot API, sendMessage)
VOICE = Voice("en", NOW, Calendar(), Policy(), params={"more": 1})
SAM = Individual(1, "CASE-REF-OF-TWENTY-XX", "Sam")
KIRSTY = Staff(1, "CM1", "Kirsty-Anne Margaret Muir-Featherstonehaugh", frozenset({Role.CASE_MANAGER}))
ORDER = Order(1, "O1", 1, date(2026, 9, 1), frozenset(Requirement), hours=100, officer_id=1, case_manager_id=1)


def dated(n: int, days: int) -> AboutAppointment:
    at = NOW + timedelta(days=days)
    one = Appointment(n, f"A{n}", 1, Kind.UNPAID_WORK, at.date(), at, at + timedelta(hours=4), 1, 1, "", Booked.BOOKED)
    standing = Record(Outcome.MISSED_ACCEPTED, at, "bereavement", None, 1) if days < 0 else None
    return AboutAppointment(
        one, ORDER, SAM, Place(1, "P1", "The yard behind the old railway station" * 2), standing=standing
    )


def full(n: int) -> AboutCase:
    """Everything there may be, `n` of each."""
    held = {"claimed_by": 1, "claimed_at": NOW}
    records = [Record(Outcome.MISSED_REASON_UNKNOWN, NOW, recorded_by=1), Record(Outcome.ATTENDED_PART, NOW, minutes=9)]
    behind = tuple(dated(100 + one, -one - 1) for one in range(n))
    return AboutCase(
        SAM,
        orders=tuple(replace(ORDER, id=one, ref=f"O{one}") for one in range(n)),
        workers={1: KIRSTY},
        ahead=tuple(dated(one, one + 1) for one in range(n)),
        behind=behind,
        open=tuple(Item(one, Open.HELP, 1, 1, None, NOW, **held) for one in range(n)),  # type: ignore[arg-type]
        records={one.appointment.id: [*records, *records] for one in behind},
        handed=tuple(Handed(NOW, KIRSTY, KIRSTY) for _ in range(n)),
    )


def test_a_card_with_more_than_it_holds_is_shortened_and_says_so() -> None:
    card = casecard.case(full(20), VOICE)
    assert len(card.text) <= MOST
    assert card.text.splitlines()[0] == SAM.case_ref
    assert card.text.splitlines()[-1] == "Shortened. The buttons have all of it."
    assert "Next dates:" in card.text
    assert "The last dates:" in card.text
    page = casecard.case_dates(full(240), replace(VOICE, params={"page": 19}))
    assert len(page.text) <= MOST


def test_a_card_of_the_usual_length_is_whole() -> None:
    card = casecard.case(full(2), VOICE)
    assert "Shortened" not in card.text
