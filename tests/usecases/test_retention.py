"""How long things are kept: the file, the arithmetic, and what the night takes with it. On both databases."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, update

from db import tables
from db.engine import Database
from domain.calendar import Calendar
from domain.policy import Policy
from domain.retention import Event, Rule, due, latest
from sandbox.clock import MovableClock
from usecases import forms, keeping
from usecases.service import Service

NOW = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)
LONG = NOW - timedelta(days=400)
SHORT = NOW - timedelta(hours=3)


# ── The arithmetic ──────────────────────────────────────────────────────────────────────────────────────────────────


def rule(**period: int) -> Rule:
    return Rule("case", "what", Event.ORDER_ENDED, "why", **period)


@pytest.mark.parametrize(
    ("period", "event", "today", "goes"),
    [
        ({"days": 90}, date(2026, 1, 1), date(2026, 4, 1), False),  # the 90th day is still kept
        ({"days": 90}, date(2026, 1, 1), date(2026, 4, 2), True),
        ({"days": 0}, date(2026, 1, 1), date(2026, 1, 2), True),
        ({"years": 5}, date(2021, 1, 1), date(2026, 12, 31), False),  # the current year plus five
        ({"years": 5}, date(2021, 12, 31), date(2027, 1, 1), True),
        ({}, date(1990, 1, 1), date(2026, 1, 1), False),
        ({"days": 1}, None, date(2026, 1, 1), False),  # what has not ended yet is not due
    ],
)
def test_when_a_thing_is_due(period: dict[str, int], event: date | None, today: date, goes: bool) -> None:
    assert due(rule(**period), event, today) is goes


@given(st.integers(0, 4000), st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.dates(date(2020, 1, 1)), st.booleans())
def test_the_last_day_due_is_exactly_that(days: int, event: date, today: date, in_years: bool) -> None:
    one = rule(years=days % 90) if in_years else rule(days=days)
    if today.year - 91 < 1:
        return
    until = latest(one, today)
    assert until is not None
    assert due(one, event, today) == (event <= until)


def test_a_legal_hold_keeps_everything() -> None:
    assert not due(rule(days=1), date(1990, 1, 1), date(2026, 1, 1), legal_hold=True)


# ── The file ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_file_that_comes_with_the_bot_names_every_deleter() -> None:
    assert set(keeping.read().rules) == set(keeping.DELETERS)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("- id: nonsense\n  what: a\n  days: 3\n  after: said\n  why: b", "mine.yaml:1: id: found 'nonsense'"),
        ("- id: traces\n  what: a\n  days: many\n  after: said\n  why: b", "mine.yaml:1: days: found 'many'; expected"),
        ("- id: traces\n  what: a\n  days: 3\n  after: noon\n  why: b", "mine.yaml:1: after: found 'noon'; traces"),
        ("- id: traces\n  what: a\n  after: said\n  why: b", "mine.yaml:1: found none; expected one of days, years"),
        ("- id: traces\n  days: 3\n  after: said\n  why: b", "mine.yaml:1: what is missing"),
        ("- id: traces\n  what: a\n  dyas: 3\n  after: said\n  why: b", "mine.yaml:1: found dyas"),
        ("- id: traces\n  what: a\n  days: 3\n  after: said\n  why: b", "mine.yaml: there is no entry access"),
        ("traces: 3", "mine.yaml:1: expected a list"),
        ("- id: [", "mine.yaml:1: not YAML"),
        ("- just words", "mine.yaml:1: expected an entry"),
    ],
)
def test_a_wrong_entry_is_told_with_its_place(tmp_path: Path, entry: str, told: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(entry)
    with pytest.raises(keeping.WrongRetention) as refused:
        keeping.read(file)
    assert told in str(refused.value)


# ── The night ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def service(database: Database) -> Service:
    policy = Policy(retention=keeping.read())
    return Service(database, MovableClock(NOW), Calendar(), policy, forms.read())


async def put(service: Service, table: Any, **values: Any) -> Any:
    async with service.db.write() as tx:
        key = next(iter(table.primary_key.columns))
        return (await tx.execute(insert(table).values(**values).returning(key))).scalar_one()


async def count(service: Service, table: Any, *which: Any) -> int:
    async with service.db.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(table).where(*which))).scalar_one())


async def person(service: Service, ref: str, **order: Any) -> int:
    id_ = await put(service, tables.individuals, case_ref=ref, first_name="Sam")
    full = {"imposed_on": date(2020, 1, 1), "requirements": "unpaid_work", "status": "active", **order}
    await put(service, tables.orders, ref=f"O-{ref}", individual_id=id_, **full)
    return id_


async def chat_of(service: Service, individual_id: int, **values: Any) -> int:
    full = {"chat_id": "77", "chat_hash": f"h{individual_id}", "linked_at": LONG, **values}
    return int(await put(service, tables.chats, individual_id=individual_id, **full))


async def test_words_go_and_what_they_were_about_stays(service: Service) -> None:
    one = await person(service, "C1")
    item = {"kind": "words", "individual_id": one, "raised_at": LONG, "words": "hello"}
    done = await put(service, tables.items, once="a", closed_at=LONG, **item)
    open_ = await put(service, tables.items, once="b", **item)
    await put(service, tables.items, once="c", closed_at=SHORT, **item)
    for item_id in (done, open_, None):
        await put(service, tables.said, individual_id=one, at=LONG, words="hi", item_id=item_id)
    await put(service, tables.said, individual_id=one, at=SHORT, words="hi")
    assert await keeping.tidy(service) == {"words": 3}
    assert await count(service, tables.items) == 3
    assert await count(service, tables.items, tables.items.c.words.is_(None)) == 1
    assert await count(service, tables.said) == 2


async def test_the_link_survives_stop_for_a_while_and_goes_after_the_end(service: Service) -> None:
    stopped, ended, stays = [
        await person(service, "C1"),
        await person(service, "C2", status="completed", ended_on=date(2026, 8, 1)),
        await person(service, "C3"),
    ]
    lately = await person(service, "C4", status="completed", ended_on=date(2026, 11, 1))
    async with service.db.write() as tx:
        people = tables.individuals
        await tx.execute(update(people).where(people.c.id == stopped).values(stopped_at=NOW - timedelta(days=92)))
        await tx.execute(update(people).where(people.c.id == stays).values(stopped_at=NOW - timedelta(days=80)))
    for one in (stopped, ended, stays, lately):
        await chat_of(service, one)
    assert await keeping.tidy(service) == {"link_after_stop": 1, "link_after_end": 1}
    async with service.db.read() as tx:
        linked = select(tables.chats.c.individual_id).where(tables.chats.c.unlinked_at.is_(None))
        assert set((await tx.execute(linked)).scalars()) == {stays, lately}
    service.clock.move_to(NOW + timedelta(days=4))  # type: ignore[attr-defined]
    assert (await keeping.tidy(service))["old_links"] == 2
    async with service.db.read() as tx:
        assert sorted((await tx.execute(select(tables.chats.c.chat_id))).scalars()) == ["0", "0", "77", "77"]


async def test_a_whole_record_goes_after_the_current_year_plus_five_and_does_not_come_back(service: Service) -> None:
    gone = await person(service, "C1", status="completed", ended_on=date(2020, 12, 31))
    await person(service, "C2", status="completed", ended_on=date(2021, 1, 1))
    order = (await find(service, tables.orders, tables.orders.c.individual_id == gone))[0].id
    day = {"kind": "other", "day": date(2020, 5, 1), "starts_at": LONG, "status": "booked"}
    date_ = await put(service, tables.appointments, ref="A1", order_id=order, **day)
    await put(service, tables.evidence, individual_id=gone, appointment_id=date_, **photo(1))
    kept = (await find(service, tables.individuals, tables.individuals.c.case_ref == "C2"))[0].id
    await put(service, tables.evidence, individual_id=kept, **photo(2))
    assert (await keeping.tidy(service))["case"] == 1
    assert [row.ref for row in await find(service, tables.orders)] == ["O-C2"]
    assert [row.individual_id for row in await find(service, tables.evidence)] == [kept]
    assert await count(service, tables.appointments) == 0
    assert [row.case_ref for row in await find(service, tables.erased)] == ["C1", "orders\nO-C1", "appointments\nA1"]
    assert [row.act for row in await find(service, tables.access)] == ["erase"]


def photo(n: int) -> dict[str, Any]:
    """What somebody sent to show why they missed a date."""
    return {"at": LONG, "mime": "image/png", "size": 4, "content": b"\x89PNG", "update_id": n}


async def find(service: Service, table: Any, *which: Any) -> list[Any]:
    async with service.db.read() as tx:
        return list(await tx.execute(select(table).where(*which).order_by(next(iter(table.primary_key.columns)))))


async def test_nothing_goes_of_somebody_under_a_legal_hold(service: Service) -> None:
    held = await person(service, "C1", status="completed", ended_on=date(2010, 1, 1), legal_hold_at=LONG)
    chat = await chat_of(service, held)
    await put(service, tables.said, individual_id=held, at=LONG, words="hi")
    await put(service, tables.traces, chat=chat, message_id=1, ours=True, at=LONG)
    times = {"made_at": LONG, "expires_at": LONG}
    await put(service, tables.invites, code_hash="x", individual_id=held, **times)
    old = NOW - timedelta(days=3000)
    await put(service, tables.access, at=old, individual_id=held, act="a", what="b")
    raw = {"update_id": 1}
    await put(service, tables.inbox, update_id=1, chat_hash=f"h{held}", raw=raw, received_at=LONG, parked_at=LONG)
    await put(service, tables.evidence, individual_id=held, **photo(2))
    assert await keeping.tidy(service) == {}
    assert await count(service, tables.evidence) == 1
    await keeping.set_legal_hold(service, "O-C1", False)
    went = await keeping.tidy(service)
    assert await count(service, tables.evidence) == 0
    assert {"words", "traces", "invitations", "access", "parked_updates", "case"} <= set(went)


async def free_places(service: Service, staff: int) -> None:
    """Three were offered one on a day that is over; one took it. Of a day ahead nothing goes."""
    place = await put(service, tables.places, ref="P", nickname="The yard")
    order = {"imposed_on": date(2026, 9, 1), "requirements": "unpaid_work", "status": "active"}
    for start in (LONG, NOW + timedelta(days=3)):
        hours = {"day": start.date(), "starts_at": start, "ends_at": start + timedelta(hours=4)}
        offer = await put(service, tables.offers, place_id=place, places=2, offered_by=staff, at=start, **hours)
        for n, answer in enumerate(("taken", "no_thanks", "")):
            one = await put(service, tables.individuals, case_ref=f"S{offer}{n}", first_name="Sam")
            theirs = await put(service, tables.orders, ref=f"S{offer}{n}", individual_id=one, **order)
            date_ = {"kind": "unpaid_work", "status": "booked", "order_id": theirs, **hours}
            id_ = await put(service, tables.appointments, ref=f"S{offer}{n}", **date_) if answer == "taken" else None
            who = {"offer_id": offer, "individual_id": one, "order_id": theirs, "answer": answer}
            await put(service, tables.offered, appointment_id=id_, **who)


async def test_the_rest_of_the_night(service: Service) -> None:
    await put(service, tables.wrong_codes, chat_hash="x", at=NOW - timedelta(days=3))
    await put(service, tables.wrong_codes, chat_hash="x", at=SHORT)
    await put(service, tables.answered, update_id=1, at=NOW - timedelta(days=3))
    await put(service, tables.answered, update_id=2, at=SHORT)
    await put(service, tables.imports, at=LONG, counts={})
    owed = {"kind": "k", "subject": "nothing:0", "to": "manager", "params": {}, "due_at": LONG, "planned_at": LONG}
    done = await put(service, tables.outbox, key="a", status="sent", settled_at=LONG, **owed)
    await put(service, tables.outbox, key="b", status="planned", **owed)
    staff = await put(service, tables.staff, ref="M", name="M", roles="manager")
    chat = await put(service, tables.chats, chat_id="5", chat_hash="m", staff_id=staff, linked_at=LONG)
    await put(service, tables.deliveries, outbox_id=done, chat=chat, message_id=1, accepted_at=LONG)
    await free_places(service, staff)
    went = {"answered": 1, "service_messages": 1, "wrong_codes": 1, "imports": 1, "offers_not_taken": 2}
    assert await keeping.tidy(service) == went
    assert await keeping.tidy(service) == {}


async def test_nobody_can_say_whose_answers_they_are_any_more_and_own_words_go(service: Service) -> None:
    one = await person(service, "C1", status="completed", ended_on=date(2026, 1, 1))
    order = (await find(service, tables.orders))[0].id
    for name, at in (("f1", LONG),):
        await put(service, tables.forms, form_id=name, form="exit", version="1", ended_on=at.date(), sent_on=at.date())
        await put(service, tables.answers, form_id=name, question="more", words="more buses")
        await put(service, tables.answers, form_id=name, question="better", value="yes")
        sat = {"individual_id": one, "order_id": order, "owed_at": at, "finished_at": at}
        await put(service, tables.sittings, form_id=name, form="exit", version="1", **sat)
    assert (await keeping.tidy(service))["own_answers"] == 2
    assert [row.form_id == "f1" for row in await find(service, tables.sittings)] == [False]
    assert [(row.value, row.words) for row in await find(service, tables.answers)] == [(None, None), ("yes", None)]


async def test_a_pack_goes_when_the_record_behind_its_figures_may_have_gone(service: Service) -> None:
    quarter = {
        "kind": "quarter",
        "first": date(2020, 10, 1),
        "last": date(2020, 12, 31),
        "content": b"zip",
        "digest": "0",
    }
    for version, made in enumerate((datetime(2020, 12, 31, tzinfo=UTC), datetime(2021, 1, 12, tzinfo=UTC)), 1):
        await put(service, tables.packs, version=version, made_at=made, **quarter)
    assert await keeping.tidy(service) == {"packs": 1}
    assert [row.version for row in await find(service, tables.packs)] == [2]
