"""The first manager: somebody has to be there who can invite the others."""

from db import people
from domain.people import Role
from usecases import enrolment
from usecases.enrolment import Invitation
from usecases.service import Service


async def invite_first_manager(service: Service, name: str, ref: str) -> Invitation | None:
    """An invitation for a manager who has no chat yet, made known to the service if nobody is; None if one is linked.

    A staff reference that is somebody else's already is not turned into a manager's: raises RefTaken.
    """
    async with service.db.write() as tx:
        staff = await people.everybody_on_staff(tx)
        linked = await people.chats_of_staff(tx)
        today = service.calendar.day(service.clock.now())
        managers = [one for one in staff.values() if Role.MANAGER in one.roles and one.active_on(today)]
        if any(one.id in linked for one in managers):
            return None
        if not managers:
            if any(one.ref == ref for one in staff.values()):
                raise RefTaken(ref)
            await people.add_staff(tx, ref, name, [Role.MANAGER])
    return await enrolment.make_invite(service, managers[0].ref if managers else ref)


class RefTaken(Exception):
    """The reference belongs to somebody who is no manager."""
