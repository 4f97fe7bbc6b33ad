"""What staff do and decide about a missed date: two taps each, and only a named worker decides."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from db import tables
from domain.attendance import Outcome, Record
from domain.outbox import Subject
from tests.conversations.conftest import MONDAY, Phone, World
from tests.conversations.looking import id_of, looked_at, owed_about, rows
from usecases import register

MISSED = "C1: missed, reason not yet known."
CONTACTS = ["I rang", "I wrote", "I visited"]
DECISIONS = ["Accepted", "Not accepted", "Need more"]
ASKED = (
    "It is about Wed 25 Nov. Do you have something that shows what got in the way? A photo of a letter or a note will "
    "do. Send it here, or bring it with you. You can also just tell us."
)


@pytest.fixture
def begins() -> datetime:
    """On the morning of the date."""
    return datetime(2026, 11, 25, 9, tzinfo=UTC)


async def missed(world: World, ref: str = "A1", at: str = "2026-11-25 09:50") -> None:
    """Rab records on his register that Sam is not here (test_register.py tells how)."""
    await world.moves_to(at)
    service = world.town.app.service
    by, one = await id_of(world, tables.staff, "SUP1"), await id_of(world, tables.appointments, ref)
    async with service.db.write() as tx:
        miss = Record(Outcome.MISSED_REASON_UNKNOWN, service.clock.now(), recorded_by=by)
        await register.record(service, tx, one, miss, "chat")
    service.wake()
    await world.town.settle()


async def before(world: World, ref: str, day: str, outcome: str) -> None:
    """An earlier date of Sam's, with what the case system says of it. No alert was raised of it here."""
    order, one = await id_of(world, tables.orders, "O1"), await id_of(world, tables.individuals, "C1")
    id_ = await world.appointment(ref, order, one, f"{day} 09:30")
    async with world.town.app.service.db.write() as tx:
        seen = {"outcome": outcome, "recorded_at": world.town.clock.now(), "source": "import"}
        await tx.execute(insert(tables.attendance).values(appointment_id=id_, **seen))


async def records(world: World, ref: str = "A1") -> list[tuple[str, str, str, str]]:
    """What stands in the book about one date: outcome, cause, how they were heard, why it was changed."""
    one = await id_of(world, tables.appointments, ref)
    found = [row for row in await rows(world, tables.attendance) if row.appointment_id == one]
    return [(row.outcome, row.cause, row.heard, row.why) for row in found]


def card(phone: Phone) -> str:
    """The newest message that can be acted on."""
    return str([shown.text for shown in phone.person.chat if shown.buttons][-1])


def has(phone: Phone, *labels: str) -> bool:
    return set(labels) <= set(phone.buttons())


async def test_from_a_missed_day_to_a_photo_and_a_yes(world: World, sam: Phone) -> None:
    """Rang, no answer → wrote → need more → a photo → accepted. Whoever acts has it; nobody decides but the worker."""
    kirsty, duty = await world.linked("Kirsty", "CM1"), await world.linked("Dee", "DUTY1")
    await missed(world)
    card = await kirsty.opens()
    assert "Next that is usual here: a phone call." in card
    assert "Missed and not accepted in the last 12 months: none." in card
    assert has(kirsty, *CONTACTS, *DECISIONS)
    await kirsty.taps("I rang")
    await kirsty.taps("No answer")
    kirsty.person.press("did:1:rang_no_answer", kirsty.person.chat[-1].id)
    await world.town.settle()
    assert kirsty.newest().count("Rang, no answer (today at 9:50, Kirsty Muir)") == 1  # the tap came twice
    assert "Next that is usual here: a letter." in kirsty.newest()
    assert "Kirsty Muir is dealing with it" in kirsty.newest()
    await world.moves_to("2026-11-25 15:00")
    duty.sees_nothing_new()
    await kirsty.taps("I wrote")
    assert "· Wrote (today at 15:00, Kirsty Muir)\nNext that is usual here: a visit." in kirsty.newest()
    await world.moves_to("2026-11-25 16:00")
    sam.sees("Are you OK?")
    world.everybody_reads_all()
    await kirsty.taps("Need more")
    assert kirsty.newest().endswith(f"They will be sent this:\n\n{ASKED}")
    sam.sees_nothing_new()
    await kirsty.taps("Yes, ask them")
    assert sam.sees("It is about Wed 25 Nov.") == ASKED
    assert not has(kirsty, "Need more")
    sam.person.send_photo("I was at the hospital")
    await world.town.settle()
    assert sam.newest() == "Thank you. We have it, and it is kept safe. Someone has this in hand."
    (photo,) = await rows(world, tables.evidence)
    assert (photo.mime, photo.size) == ("image/png", len(photo.content))
    assert photo.content.startswith(b"\x89PNG")
    kirsty.sees("C1 wrote again.")
    card = await kirsty.opens()
    assert "Asked for something that shows why (today at 16:00, Kirsty Muir): accepted by Telegram" in card
    assert "“I was at the hospital”" in card
    assert "They sent 1 to show why, the last today at 16:00." in card
    assert "usual here" not in card  # they are in touch
    await kirsty.taps("See what they sent (1)")
    shown = kirsty.person.chat[-1]
    assert shown.media is not None
    assert kirsty.person.bot.files[shown.media["file_id"]].content == photo.content
    assert ("C1", "evidence seen") in await looked_at(world, "CM1")
    sam.reads_all()
    await kirsty.taps("Accepted")
    await kirsty.taps("Health")
    assert "missed, accepted" in kirsty.newest()
    assert "Accepted: health (today at 16:00, Kirsty Muir)" in kirsty.newest()
    folded = next(shown.text for shown in kirsty.person.chat if shown.text.startswith(MISSED))
    assert folded == f"{MISSED} Done. Accepted: health."
    assert await records(world) == [("missed_reason_unknown", "", "", ""), ("missed_accepted", "health", "", "")]
    assert ("C1", "decided missed_accepted") in await looked_at(world, "CM1")
    await world.moves_to("2026-11-27 12:00")
    sam.sees_nothing_new()  # what was decided is said by a person


@pytest.mark.parametrize("begins", [MONDAY])
async def test_not_accepted_asks_how_they_were_heard_and_can_be_undone_and_changed(world: World, sam: Phone) -> None:
    kirsty, morag = await world.linked("Kirsty", "CM1"), await world.linked("Morag", "MGR1")
    await before(world, "B1", "2026-10-14", "missed_not_accepted")
    dee = await world.linked("Dee", "DUTY1")
    await missed(world)
    sam.reads_all()
    await dee.says("/help")
    dee.person.press("item:1", dee.person.chat[-1].id)
    await world.town.settle()
    assert has(dee, *CONTACTS)  # duty may ring
    assert not set(DECISIONS) & set(dee.buttons())  # and decides nothing
    await kirsty.opens()
    await kirsty.taps("Not accepted")
    assert "How were they heard before? To say that they could not be reached, first put on record" in card(kirsty)
    assert has(kirsty, "We spoke on the phone", "In writing, here or on paper", "On a visit or at the office", "Back")
    assert not any("reached" in label for label in kirsty.buttons())
    kirsty.person.press("refuse:1:not_reached:", kirsty.person.chat[-1].id)  # nor with a button of one's own making
    await world.town.settle()
    assert len(await records(world)) == 1
    await kirsty.opens("Back")
    await kirsty.taps("I visited")
    await kirsty.taps("Nobody in")
    await kirsty.taps("Not accepted")
    assert "Tried: Visited, nobody in, Wed 25 Nov." in card(kirsty)
    await kirsty.taps("Could not be reached, tries: 1")
    page = card(kirsty)
    assert "Heard before: Could not be reached, tries: 1 (Visited, nobody in, Wed 25 Nov)." in page
    assert "Missed and not accepted in the last 12 months: 2 (Wed 14 Oct, Wed 25 Nov)." in page
    assert "By our example (example-1), until your council puts in its own procedure, comes next: a final" in page
    undo = kirsty.person.chat[-1].id
    await kirsty.taps("Undo: Not accepted")
    assert "missed, reason not yet known" in card(kirsty)
    assert has(kirsty, *CONTACTS, *DECISIONS, "Undo: Visited, nobody in")
    kirsty.person.press("undone:1:0:3", undo)
    await world.town.settle()
    assert "Visited, nobody in" in card(kirsty)  # a tap that came twice takes back nothing else
    assert (await records(world))[1:] == [
        ("missed_not_accepted", "", "not_reached", ""),
        ("taken_back", "", "", ""),
        ("missed_reason_unknown", "", "", "as_before"),
    ]
    (alert,) = await rows(world, tables.items)
    assert alert.closed_at is None
    assert alert.follow_up_at > world.town.clock.now()
    await kirsty.taps("Not accepted")
    await kirsty.taps("We spoke on the phone")
    await world.moves_to("2026-11-26 10:00")
    await kirsty.says("/absences C1")
    assert "O1: Missed and not accepted in the last 12 months: 2" in card(kirsty)
    await kirsty.taps("1. Wed 25 Nov")
    await kirsty.taps("Change: accepted")
    await kirsty.taps("Caring for somebody")
    assert "A decision stands already, and stays on record. Why is it changed?" in card(kirsty)
    await kirsty.taps("They told us more")
    assert "Accepted: care" in card(kirsty)
    assert "Changed: They told us more." in card(kirsty)
    assert (await records(world))[-1] == ("missed_accepted", "care", "", "later")
    await kirsty.says("/absences C1")
    await kirsty.taps("2. Wed 14 Oct")  # the case system's word, without an alert here
    assert "from the case system" in card(kirsty)
    assert has(kirsty, "Change: accepted")
    await morag.says("/absences C1")
    await morag.taps("1. Wed 25 Nov")
    assert "Accepted: care" in morag.newest()  # a manager reads it, and decides nothing
    assert not morag.person.chat[-1].buttons
    about = Subject("appointment", await id_of(world, tables.appointments, "A1"))
    assert {kind for kind, status, _ in await owed_about(world, about) if status == "sent"} == {"reminder"}


async def test_slips_of_the_worker_do_not_ask_a_second_time_whether_they_are_ok(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await missed(world)
    await world.moves_to("2026-11-25 16:00")
    sam.sees("Are you OK?")
    sam.reads_all()
    await kirsty.opens()
    for label in ("I'm dealing with it", "Undo: I'm dealing with it", "Accepted", "Health", "Undo: Accepted: health"):
        await kirsty.taps(label)
    await world.moves_to("2026-11-26 12:00")
    sam.sees_nothing_new()


async def test_a_decision_that_stands_again_can_be_undone_and_its_alert_is_open_with_a_new_clock(
    world: World, sam: Phone
) -> None:
    """Accepted; then Rab says that Sam came, and takes that back; then Kirsty takes back what she decided."""
    kirsty = await world.linked("Kirsty", "CM1")
    await missed(world)
    await kirsty.opens()
    await kirsty.taps("I rang")
    await kirsty.taps("Spoke with them")
    await kirsty.taps("Accepted")
    await kirsty.taps("Health")
    service, one = world.town.app.service, await id_of(world, tables.appointments, "A1")
    by = await id_of(world, tables.staff, "SUP1")
    await world.moves_to("2026-11-25 15:30")
    async with service.db.write() as tx:
        came = Record(Outcome.ATTENDED_FULL, service.clock.now(), recorded_by=by, minutes=240)
        ids = await register.record(service, tx, one, came, "chat")
    await world.moves_to("2026-11-25 15:31")
    async with service.db.write() as tx:
        await register.take_back(service, tx, [one], ids, by)
    await world.town.settle()
    (alert,) = await rows(world, tables.items)
    assert (alert.withdrawn_at, alert.closed_at) == (None, service.clock.now())

    await world.moves_to("2026-11-26 09:00")
    await kirsty.says("/absences C1")
    await kirsty.taps("1. Wed 25 Nov")
    await kirsty.taps("Undo: Accepted: health")
    assert "missed, reason not yet known" in card(kirsty)
    assert [one[0] for one in await records(world)][-1] == "missed_reason_unknown"
    (alert,) = await rows(world, tables.items)
    assert (alert.withdrawn_at, alert.closed_at) == (None, None)
    assert f"{alert.follow_up_at:%d %H:%M}" == "01 17:00"
    kirsty.reads_all()
    await world.moves_to("2026-12-01 17:00")  # she spoke with him before she decided: that was another clock
    kirsty.sees("neither a contact nor a decision is on record")
