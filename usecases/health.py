"""What the database says about whether the service is well."""

from dataclasses import dataclass
from datetime import datetime

from db import people, reports, runs, switches
from domain.pausing import SENDING
from domain.people import Role
from usecases import watching
from usecases.service import Service


@dataclass(frozen=True)
class Health:
    """Whether a manager can be reached, and how fresh the caseload is."""

    manager_linked: bool
    last_import: datetime | None
    import_old: bool
    last_heartbeat: datetime | None
    silent: bool  # the last heartbeat was too long ago
    paused_since: datetime | None


async def look(service: Service) -> Health:
    """How things are now. Opens sealed names, so that a wrong secret key shows itself."""
    now = service.clock.now()
    today = service.calendar.day(now)
    async with service.db.read() as tx:
        staff = await people.everybody_on_staff(tx)
        linked = await people.chats_of_staff(tx)
        last = await reports.last_import(tx)
        beat = await runs.last(tx, watching.HEARTBEAT)
        off = await switches.off(tx, SENDING)
    manager = any(Role.MANAGER in one.roles and one.active_on(today) and one.id in linked for one in staff.values())
    old = last is None or watching.import_old(service, last)
    silent = beat is not None and abs(now - beat) > watching.SILENT
    return Health(manager, last, old, beat, silent, off.at if off is not None else None)
