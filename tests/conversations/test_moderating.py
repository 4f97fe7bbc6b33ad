"""Own words at the end are read first by somebody outside the case; then the answers lose their person for good."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text

from db import packs, tables
from domain.moderating import Verdict
from messages.actions.moderating import AnswerQuoteFor, Judge, TakeNamesOut
from messages.actions.offering import NameOne
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import rows
from tests.conversations.test_exit_questionnaire import restarts, stored
from tests.conversations.test_heeding import SKIP, answers, ends, items_of, offers
from usecases import offering, parting, persons

FINE, UNFIT = "Nothing to change, may be quoted", "Not for a report"
READ = "I have read it"


async def says_at_the_end(phone: Phone, words: str, quote: str) -> None:
    """The short form of an order that was breached, with own words and what may be done with them."""
    await answers(phone, "Begin", "1. Bus fare or getting there", "That is all", "2. No", "5. Yes, fully", words, quote)
    await phone.taps("Send")


async def goes_to(world: World, moment: str) -> None:
    await world.moves_to(moment)
    world.everybody_reads_all()


async def night(world: World, moment: str) -> None:
    """The jobs of one night that have to do with forms, without all that lies between."""
    world.town.clock.move_to(datetime.fromisoformat(moment).replace(tzinfo=UTC))
    await offering.each_night(world.town.app.service)
    await parting.each_night(world.town.app.service)


async def quotes(world: World) -> list[tuple[str, str | None]]:
    return [(row.status, row.words) for row in await rows(world, tables.quotes)]


async def printed(world: World) -> list[str]:
    """What a pack of the quarter may print."""
    async with world.town.app.service.db.read() as tx:
        return await packs.permitted(tx, date(2026, 10, 1), date(2026, 10, 1))


async def answered_alike(world: World, *numbers: int) -> None:
    """The people and orders of these numbers answered at the start what the only one until now did."""
    [sitting], [form] = await rows(world, tables.sittings), await stored(world, tables.forms)
    given = await rows(world, tables.answers)
    async with world.at_once():
        for n in numbers:
            id_ = f"{form.form_id}{n}"
            async with world.writing() as tx:
                await tx.execute(tables.forms.insert().values(**form._asdict() | {"form_id": id_}))
            theirs = {"form_id": id_, "individual_id": n, "order_id": n}
            await world.row(tables.sittings, **as_new(sitting) | theirs)
            for one in given:
                await world.row(tables.answers, **as_new(one) | {"form_id": id_})


def as_new(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if name != "id"}


async def raw(world: World) -> dict[str, list[tuple[str, ...]]]:
    """Every row of every table as the database holds it."""
    async with world.town.app.service.db.read() as tx:
        return {
            name: [tuple(map(str, row)) for row in await tx.execute(text(f'SELECT * FROM "{name}"'))]
            for name in tables.metadata.tables
        }


@pytest.fixture
async def mo(world: World, sam: Phone) -> Phone:
    await world.staff("MOD1", "Mo Bell", "moderator")
    return await world.linked("Mo", "MOD1")


async def test_mo_reads_one_text_at_a_time_and_learns_nothing_of_whose_it_is(
    world: World, sam: Phone, mo: Phone
) -> None:
    world.sends_digests(True)
    await mo.says("/moderate")
    assert mo.newest() == "Nothing waits for you to read."
    await ends(world, 1, "breached")
    await says_at_the_end(sam, "Rab never rang me.", "1. Yes")
    await goes_to(world, "2026-11-24 08:29")
    await world.moves_to("2026-11-24 08:31")
    mo.sees("Own words from forms that wait to be read: 1. /moderate shows them one by one.")
    await mo.says("/moderate")
    shown = mo.newest()
    assert shown.startswith("Own words, quarter 4 of 2026. Waiting: 1.")
    assert "“Rab never rang me.”" in shown
    for secret in ("C1", "Sam", "O1", "Nov", "2026-"):
        assert secret not in shown
    await mo.taps("Next")
    assert mo.newest() == shown
    await mo.taps("Take names out")
    await mo.says("x" * 601)
    assert "That had 601 characters; expected 1 to 600." in mo.newest()
    await mo.says("My worker never rang me.")
    assert mo.newest() == "Nothing waits for you to read."
    assert await quotes(world) == [("agreed", "My worker never rang me.")]
    assert [row.act for row in await rows(world, tables.access) if row.act == "read_exit_text"] == []
    world.everybody_reads_all()
    await world.moves_to("2026-11-25 08:31")
    assert all("Own words" not in shown.text for shown in mo.new)


async def test_who_has_to_do_with_the_case_is_offered_nothing_of_it_and_is_told_nothing_of_why(
    world: World, sam: Phone, mo: Phone
) -> None:
    """Kirsty works with Sam, Rab ran a day, Cal covers Kirsty: each is a moderator too."""
    cal = await world.staff("CM2", "Cal Orr", "case_manager+moderator")
    await world.change(tables.staff, "CM1", roles="case_manager+moderator", cover_id=cal)
    await world.change(tables.staff, "SUP1", roles="supervisor+moderator")
    phones = [await world.linked(name, ref) for name, ref in (("Kirsty", "CM1"), ("Rab", "SUP1"), ("Cal", "CM2"))]
    await ends(world, 1, "breached")
    await says_at_the_end(sam, "More vans.", "1. Yes")
    for phone in phones:
        await phone.says("/moderate")
        assert phone.newest() == "Nothing waits for you to read."
        for button in (Judge(1, Verdict.FINE), TakeNamesOut(1)):
            phone.person.press(button.pack(), phone.person.chat[-1].id)
            await world.town.settle()
            assert "changed since" in phone.newest()
    morag = await world.linked("Morag", "MGR1")
    await morag.says("/moderate")
    assert "More vans" not in morag.newest()
    await night(world, "2026-12-09 03:10")
    await morag.says("/desk")
    assert "Own words from forms that wait to be read: 1, the oldest for this many weeks: 2" in morag.newest()
    await mo.says("/moderate")
    await mo.taps(UNFIT)
    assert await quotes(world) == [("unfit", None)]


async def test_who_wants_to_see_their_words_is_asked_once_and_may_change_their_mind(
    world: World, sam: Phone, mo: Phone
) -> None:
    await ends(world, 1, "breached")
    await says_at_the_end(sam, "Rab never rang me.", "2. Yes, but show me first")
    await mo.says("/moderate")
    await mo.taps("Take names out")
    sam.reads_all()
    await mo.says("My worker never rang me.")
    sam.sees("May we put these words in a report?", "“My worker never rang me.”")
    await sam.taps("Yes, use them")
    assert await quotes(world) == [("agreed", "My worker never rang me.")]
    await sam.taps("Change my mind")
    await sam.says("no thanks")
    assert sam.newest() == "That is fine. We will not use these words."
    assert (await quotes(world))[0][0] == "refused"
    await sam.taps("Change my mind")
    await sam.taps("Yes, use them")
    await night(world, "2026-12-07 03:10")
    await sam.taps("Change my mind")
    await sam.taps("Yes, use them")
    await night(world, "2026-12-08 03:10")
    await sam.taps("Change my mind")
    assert "changed since" in sam.newest()
    assert len([row for row in await rows(world, tables.outbox) if row.kind == "quote_ask"]) == 1


async def test_who_answered_by_phone_is_asked_by_phone_before_their_words_are_used(
    world: World, sam: Phone, mo: Phone
) -> None:
    """The promise was read out to somebody without a chat: whoever read it out asks; if they have left, another."""
    morag, dee = await world.linked("Morag", "MGR1"), await world.linked("Dee", "DUTY1")
    await sam.says("STOP")
    await ends(world, 1, "breached")
    await morag.opens()
    await answers(morag, "Name somebody …", "Dee Gunn")
    await dee.taps("Ask them now, by phone")
    await says_at_the_end(dee, "Rab never rang me.", "2. Yes, but show me first")
    dee.reads_all()
    await mo.says("/moderate")
    await mo.taps("Nothing to change, show them")
    dee.sees("C1: this person answered the questions at the end by phone or on paper", "“Rab never rang me.”")
    assert "If they have said nothing by Mon 7 Dec, the words are not used." in dee.newest()
    await answers(dee, "They say no")
    assert "“" not in dee.newest()
    assert await quotes(world) == [("refused", None)]
    await answers(dee, "Put it right", "They say yes")
    assert dee.newest() == "C1: noted. They said yes, so a report may use the words, without a name."
    assert await quotes(world) == [("agreed", None)]
    for phone in (morag, mo, sam):
        phone.person.press(AnswerQuoteFor(1, 0).pack(), phone.person.chat[-1].id)
        await world.town.settle()
    assert await quotes(world) == [("agreed", None)], "nobody else says what they said"

    for n, name in ((2, "Ali"), (3, "Bo")):
        await ends(world, await world.order(f"O{n}", await world.individual(f"C{n}", name)), "breached")
        morag.sees(f"C{n}: questions at the end: who asks?")
        await morag.opens()
        await answers(morag, "Name somebody …", "Dee Gunn")
        await dee.taps("Ask them now, by phone")
        await says_at_the_end(dee, f"More vans, {name} said.", "2. Yes, but show me first")
    await world.change(tables.staff, "DUTY1", active_until=date(2026, 11, 22))
    await world.staff("CT1", "Ann Other", "court_team")
    ann = await world.linked("Ann", "CT1")
    dee.reads_all()
    morag.reads_all()
    for _ in range(2):
        await mo.says("/moderate")
        await mo.taps("Nothing to change, show them")
    dee.sees_nothing_new()
    await morag.says("/desk")
    assert morag.newest().count("who asks?") == 2
    ali, _ = sorted(
        (one for one in await items_of(world, "ask") if one.reason == "words"), key=lambda one: one.order_id
    )
    morag.person.press(NameOne(ali.id, (await rows(world, tables.staff))[-1].id).pack(), morag.person.chat[-1].id)
    await world.town.settle()
    ann.sees("C2: this person answered", "“More vans, Ali said.”")
    await ann.taps("They say yes")
    await night(world, "2026-12-07 03:10")
    assert sorted(status for status, _ in await quotes(world)) == ["agreed", "agreed", "asked"]
    await night(world, "2026-12-08 03:10")
    await morag.says("/desk")
    assert "who asks?" not in morag.newest(), "silence is a no, and nobody has to be named for it"
    assert (await items_of(world, "ask"))[-1].closed_at is not None
    assert await printed(world) == ["More vans, Ali said.", "Rab never rang me."]


async def test_silence_is_a_no_and_danger_that_mo_sees_goes_to_duty_and_what_nobody_may_quote_is_read_all_the_same(
    world: World, sam: Phone, mo: Phone
) -> None:
    dee, kirsty = await world.linked("Dee", "DUTY1"), await world.linked("Kirsty", "CM1")
    await ends(world, 1, "breached")
    await says_at_the_end(sam, "He waits for me at the yard each day.", "2. Yes, but show me first")
    await mo.says("/moderate")
    await mo.taps("Danger in it")
    dee.sees("C1: URGENT")
    assert "“He waits for me at the yard each day.”" in await dee.opens()
    kirsty.sees_nothing_new()
    assert len(await items_of(world, "danger")) == 1
    assert await quotes(world) == [("unfit", None)]

    async with world.at_once():
        orders = [await world.order(f"O{n}", await world.individual(f"C{n}", f"Sam{n}")) for n in (2, 3)]
        ali, bo = await world.linked("Ali", "C2"), await world.linked("Bo", "C3")
    for order in orders:
        await ends(world, order, "breached")
    await says_at_the_end(ali, "More vans.", "2. Yes, but show me first")
    await mo.says("/moderate")
    await mo.taps("Nothing to change, show them")
    await says_at_the_end(bo, "I want to die. More vans.", "1. Yes")
    await mo.says("/moderate")
    assert "They are not to be quoted." in mo.newest()
    assert FINE not in mo.buttons()
    await mo.taps(READ)
    ali.reads_all()
    await night(world, "2026-12-07 03:10")
    assert sorted(await quotes(world)) == [("asked", None), ("refused", None), ("unfit", None)]
    await night(world, "2026-12-08 03:10")
    assert await quotes(world) == []
    assert {row.words for row in await rows(world, tables.answers)} == {None}


# ── Losing the person ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_before_it_is_settled_the_tie_lives_and_after_it_nothing_can_be_joined(
    world: World, sam: Phone, mo: Phone
) -> None:
    await offers(world, 1, "start", "baseline")
    await answers(sam, "Begin", "2. Bad", SKIP, "4. Good", *[SKIP] * 3)
    await answers(sam, "1. Bus fare or getting there", "That is all", *[SKIP] * 4, "To see my boy", "Send")
    await goes_to(world, "2026-11-24 10:00")
    await ends(world, 1, "breached", date(2026, 11, 24))
    await says_at_the_end(sam, "More vans.", "1. Yes")
    await mo.says("/moderate")
    await mo.taps(FINE)
    [start, end] = await rows(world, tables.sittings)
    assert {row.form_id for row in await stored(world, tables.forms)} == {start.form_id, end.form_id}
    await night(world, "2026-12-08 03:10")
    assert await printed(world) == []
    assert len(await stored(world, tables.forms)) == 2, "for fourteen days they may take it back"
    await restarts(world)
    await goes_to(world, "2026-12-09 04:00")

    [form] = await stored(world, tables.forms)
    assert (form.form, form.ending, form.start, form.way) == ("early_end", "finished", "baseline@1", "chat")
    assert (form.requirements, form.ended_on, form.sent_on) == ("unpaid_work", date(2026, 10, 1), date(2026, 10, 1))
    paired = {row.pair: row.value for row in await rows(world, tables.starts)}
    assert paired["home"] == "2"
    assert paired["money"] is None
    assert paired["hard"] == "travel"
    assert paired["goal"] == "answered"
    given = {row.question: (row.value, row.words) for row in await rows(world, tables.answers)}
    assert given["hard"] == ("travel", None)
    assert given["better"] == ("answered", None)
    [quote] = await rows(world, tables.quotes)
    assert (quote.status, quote.words, quote.moderated_at, quote.asked_at) == ("agreed", "More vans.", None, None)

    assert await printed(world) == ["More vans."]

    cells = await raw(world)
    keep = {"forms", "answers", "starts", "quotes"}
    for secret in (start.form_id, end.form_id, form.form_id):
        assert {name for name, found in cells.items() if any(secret in row for row in found)} <= keep
    assert not any(start.form_id in row or end.form_id in row for name in keep for row in cells[name])
    for name in keep:
        for row in await stored(world, tables.metadata.tables[name]):
            assert not any(isinstance(cell, datetime) for cell in row), name
    kept = [
        row for name in ("answers", "starts", "quotes") for row in await stored(world, tables.metadata.tables[name])
    ]
    assert all(row.id < 0 for row in kept), "numbers in the order of writing would tell the night"
    first = datetime(2026, 9, 30, 23, tzinfo=UTC)  # of the quarter, on a clock in Scotland
    assert {row.settled_at for row in await rows(world, tables.sittings)} == {first}
    [need] = await items_of(world, "need")
    assert (need.words, need.reason) == (None, "later")


async def test_a_no_a_silence_and_answers_taken_back_leave_the_count_and_a_form_not_over_is_left(
    world: World, sam: Phone, mo: Phone
) -> None:
    phones = {}
    async with world.at_once():
        for n, name in enumerate(("Ali", "Bo", "Cy", "Di", "Eve"), 2):
            await world.order(f"O{n}", await world.individual(f"C{n}", name))
            phones[name] = await world.linked(name, f"C{n}")
    await offers(world, 2, "start", "baseline")
    await answers(phones["Ali"], "Begin", "2. Bad", *[SKIP] * 11, "Send")
    await answered_alike(world, 3, 4, 5, 6)
    await goes_to(world, "2026-11-24 10:00")
    await world.order("O7", await world.individual("C7", "Flo"))  # has no chat
    for n in range(2, 8):
        await ends(world, n, "breached", date(2026, 11, 24))
    await phones["Ali"].taps("I do not want to do this")
    await says_at_the_end(phones["Cy"], "More vans.", "1. Yes")
    await phones["Cy"].taps("Take my answers back")
    await answers(phones["Cy"], *[one for one in phones["Cy"].buttons() if one.startswith("Yes")][:1])
    await says_at_the_end(phones["Di"], "Fewer forms.", "1. Yes")  # nobody reads it
    await world.change(tables.orders, "O6", legal_hold_at=datetime(2026, 11, 1, tzinfo=UTC))
    await says_at_the_end(phones["Eve"], "Tea.", "3. No")
    await mo.says("/moderate")
    await night(world, "2026-12-26 03:10")
    settled = {row.ending: row for row in await stored(world, tables.forms) if row.ending}
    assert set(settled) == {"declined", "silent", "withdrawn", "not_offered"}
    withdrawn = settled["withdrawn"].form_id
    with_form = {name: {row.form_id for row in await stored(world, tables.metadata.tables[name])} for name in KEPT}
    assert not any(withdrawn in found for found in with_form.values())
    assert settled["withdrawn"].start == ""
    for how in ("declined", "silent"):
        assert settled[how].form_id in with_form["starts"]
        assert settled[how].start == "baseline@1"
        assert settled[how].sent_on is None
    tied = {row.form_id for row in await rows(world, tables.sittings) if row.settled_at is None}
    open_ = {row.form_id for row in await stored(world, tables.forms) if not row.ending}
    assert open_ <= tied
    assert len(open_) == 4, "two that nobody may settle yet, each with its start"
    await night(world, "2027-02-24 03:10")
    assert len([row for row in await stored(world, tables.forms) if row.ending == "finished"]) == 1, (
        "unread for a quarter"
    )
    assert "Fewer forms." not in str(await quotes(world))


KEPT = ("answers", "starts", "quotes")


async def test_erasing_somebody_before_and_after_leaves_no_tie_and_harms_no_run(world: World, sam: Phone) -> None:
    house = world.town.app.service
    await ends(world, 1, "breached", date(2026, 11, 20))
    await says_at_the_end(sam, "More vans.", "1. Yes")
    await persons.erase(house, "C1")
    await night(world, "2026-12-09 10:10")
    assert all(row.settled_at is not None for row in await rows(world, tables.sittings))
    assert [row.words for row in await rows(world, tables.answers) if row.question == "better"] == [None]
    one = await world.individual("C2", "Ali")
    order = await world.order("O2", one)
    ali = await world.linked("Ali", "C2")
    await ends(world, order, "breached", date(2026, 12, 9))
    await ali.taps("I do not want to do this")
    await night(world, "2026-12-10 03:10")
    before = [row.ending for row in await stored(world, tables.forms)]
    assert "declined" in before
    await persons.erase(house, "C2")
    assert [row.ending for row in await stored(world, tables.forms)] == before
    assert await parting.each_night(house) == {}
