"""Who can be told something now: staff who are at the service, with a chat, and whom the council names out of hours."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from db import cover, people
from db.people import Chat
from domain.people import Role
from domain.routing import Roster
from usecases.service import Service

MAY_BE_ON_CALL = frozenset({Role.DUTY, Role.MANAGER})  # whoever else is named could not act on what they are sent


async def roster(service: Service, tx: AsyncConnection, chats: Mapping[int, Chat] | None = None) -> Roster:
    """As things stand at this moment; `chats` are staff's, where they have been read already."""
    now, staff = service.clock.now(), await people.everybody_on_staff(tx)
    on_call = None
    if not service.calendar.open_at(now):
        named = service.policy.out_of_hours
        on_call = next((one.id for one in staff.values() if one.ref == named and one.roles & MAY_BE_ON_CALL), None)
    linked = frozenset(chats if chats is not None else await people.chats_of_staff(tx))
    today = service.calendar.day(now)
    lost = await people.staff_not_reached(tx)
    return Roster(staff, linked, today, on_call, await cover.on_rota(tx, today), lost)
