"""Who is at a place on a day, and who has been asked to come and may still say yes."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import offers as spare
from db.tables import appointments, offered, offers, orders
from domain.appointments import Status
from domain.places import Said


async def booked(tx: AsyncConnection, place_id: int, day: date) -> list[tuple[int, int | None]]:
    """Whose dates stand there on a day, and who runs each: whole days, because people meet at the door, too."""
    query = select(appointments.c.id, appointments.c.staff_id, orders.c.individual_id)
    there = (appointments.c.place_id == place_id, appointments.c.day == day)
    query = query.join(orders, orders.c.id == appointments.c.order_id)
    rows = list(await tx.execute(query.where(*there, appointments.c.status == Status.BOOKED.value)))
    off = await spare.stood_down(tx, {row.id for row in rows})
    return [(row.individual_id, row.staff_id) for row in rows if row.id not in off]


async def asked(tx: AsyncConnection, place_id: int, day: date) -> list[tuple[int, int | None]]:
    """Everybody with an open offer of a place there on a day who has not taken it, and who runs it. Whoever said no is
    among them: they may think again, and so nobody can see who said it."""
    query = select(offered.c.individual_id, offers.c.staff_id).join(offers, offers.c.id == offered.c.offer_id)
    open_ = (offers.c.places > 0, offers.c.closed_at.is_(None))
    may_come = offered.c.answer.not_in((Said.LEFT_OUT.value, Said.TAKEN.value))
    rows = await tx.execute(query.where(offers.c.place_id == place_id, offers.c.day == day, *open_, may_come))
    return [(row.individual_id, row.staff_id) for row in rows]
