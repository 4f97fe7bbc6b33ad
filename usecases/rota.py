"""Who can be told something now: staff who are at the service, with a chat, and whom the council names out of hours."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db import cover, people
from db.people import Chat
from db.prepared import Reading, together
from domain.people import Role
from domain.routing import Roster
from usecases.service import Service

MAY_BE_ON_CALL = frozenset({Role.DUTY, Role.MANAGER})  # whoever else is named could not act on what they are sent


async def roster(service: Service, tx: AsyncConnection) -> Roster:
    """As things stand at this moment."""
    found, _ = await with_chats(service, tx)
    return found


async def with_chats(service: Service, tx: AsyncConnection, *beside: Reading[Any]) -> tuple[Roster, dict[int, Chat]]:
    """The same with staff's chats, by whose they are. Whatever stands `beside` it is read in the same exchange."""
    now = service.clock.now()
    today = service.calendar.day(now)
    everybody, named = people.reading_staff(), cover.reading_rota(today)
    chats, lost = people.reading_chats_of_staff(), people.reading_staff_not_reached()
    await together(tx, everybody, named, chats, lost, *beside)
    staff, on_call = everybody.found, None
    if not service.calendar.open_at(now):
        ref = service.policy.out_of_hours
        on_call = next((one.id for one in staff.values() if one.ref == ref and one.roles & MAY_BE_ON_CALL), None)
    return Roster(staff, frozenset(chats.found), today, on_call, named.found, lost.found), chats.found
