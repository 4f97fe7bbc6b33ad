"""One invitation, spent at once from two chats: one is linked, the other hears how to come by a link."""

import asyncio

import pytest
from structlog.testing import capture_logs

from db import invites, tables
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, rows

ROUNDS = 3
REFUSALS = ("works with a link", "link does not work")


async def linked_chats(world: World, individual_id: int) -> int:
    chats = [one for one in await rows(world, tables.chats) if one.individual_id == individual_id]
    return sum(1 for one in chats if one.unlinked_at is None)


@pytest.mark.parametrize("together", ["link and digits", "digits alone"])
async def test_two_strangers_with_one_link(world: World, together: str) -> None:
    await world.staff("CM1", "Kirsty Muir", "case_manager")
    with capture_logs() as logs:
        for turn in range(ROUNDS):
            one = await world.individual(f"R{turn}", "Robin")
            made = await world.invited(f"R{turn}")
            phones = [world.phone(f"{name}{turn}") for name in ("Robin", "Partner")]
            for phone in phones if turn % 2 else reversed(phones):
                phone.person.say(f"/start {made.code}")
            if together == "digits alone":
                await world.town.settle()
            for phone in phones:
                phone.person.say(made.digits)
            await world.town.settle()
            assert await linked_chats(world, one) == 1
            greeted = [phone for phone in phones if "Hi Robin" in said(phone)]
            assert len(greeted) == 1, [said(phone) for phone in phones]
            (other,) = set(map(phones.index, phones)) - {phones.index(greeted[0])}
            assert any(words in said(phones[other]) for words in REFUSALS), said(phones[other])
    assert not [line for line in logs if line["event"] in ("update_failed", "serving_trouble", "answer_not_spoken")]


def said(phone: Phone) -> str:
    return "\n".join(shown.text for shown in phone.new)


@pytest.mark.parametrize("who", ["a stranger who was asked for the digits", "its own person who opens it again"])
async def test_whoever_comes_while_it_is_being_spent_waits_and_is_refused(world: World, sam: Phone, who: str) -> None:
    """The moment that the rounds above may miss: the other chat has been found, and nothing is committed yet."""
    made, service = await world.invited("C1"), world.town.app.service
    phone = sam if who.startswith("its own") else world.phone("Jo")
    if phone is not sam:
        await phone.says(f"/start {made.code}")
    phone.reads_all()
    async with service.db.write() as tx:
        invite = await invites.with_code(tx, service.db.keys.hashes(made.code), service.clock.now())
        assert invite is not None
        assert await invites.spend(tx, invite.id, service.clock.now())
        phone.person.say(f"/start {made.code}" if phone is sam else made.digits)
        served = asyncio.create_task(world.town.settle())
        done, _ = await asyncio.wait({served}, timeout=0.2)
        assert not done
    await served
    assert any(words in said(phone) for words in REFUSALS), said(phone)
    assert await linked_chats(world, await id_of(world, tables.individuals, "C1")) == 1
