"""What the database says about whether the service is well."""

from dataclasses import dataclass
from datetime import datetime

from db import people, reports
from domain.people import Role
from usecases.service import Service

IMPORT_DAYS = 2  # working days after which an export is old: an absence alert reaches no further back either


@dataclass(frozen=True)
class Health:
    """Whether a manager can be reached, and how fresh the caseload is."""

    manager_linked: bool
    last_import: datetime | None
    import_old: bool


async def look(service: Service) -> Health:
    """How things are now. Opens sealed names, so that a wrong secret key shows itself."""
    now = service.clock.now()
    today = service.calendar.day(now)
    async with service.db.read() as tx:
        staff = await people.everybody_on_staff(tx)
        linked = await people.chats_of_staff(tx)
        last = await reports.last_import(tx)
    manager = any(Role.MANAGER in one.roles and one.active_on(today) and one.id in linked for one in staff.values())
    oldest = service.calendar.working_days_back(today, IMPORT_DAYS)
    return Health(manager, last, last is None or service.calendar.day(last) < oldest)
