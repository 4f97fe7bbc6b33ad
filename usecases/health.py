"""What the database says about whether the service is well."""

from dataclasses import dataclass
from datetime import datetime

from db import people, reports, runs, switches
from db import watching as db_watching
from domain.pausing import SENDING
from usecases import heartbeat, leaving, watching
from usecases.service import Service


@dataclass(frozen=True)
class Health:
    """Whether a manager can be reached, and how fresh the caseload is."""

    manager_linked: bool  # and neither gone nor away
    last_import: datetime | None
    import_old: bool
    last_heartbeat: datetime | None
    silent: bool  # the last heartbeat was too long ago
    paused_since: datetime | None
    without_worker: int = 0  # individuals on orders that run with whom nobody at the service works


async def look(service: Service) -> Health:
    """How things are now. Opens sealed names, so that a wrong secret key shows itself."""
    now = service.clock.now()
    today = service.calendar.day(now)
    async with service.db.read() as tx:
        await people.everybody_on_staff(tx)
        last = await reports.last_import(tx)
        beat = await runs.last(tx, heartbeat.NAME)
        off = await switches.off(tx, SENDING)
        manager = await db_watching.managers_linked(tx, today) > 0
        alone = len(await leaving.without_worker(tx, today))
    old = last is None or watching.import_old(service, last)
    silent = beat is not None and abs(now - beat) > heartbeat.SILENT
    return Health(manager, last, old, beat, silent, off.at if off is not None else None, alone)
