"""Who speaks, or is spoken about: an individual, somebody on staff, a chat, an invitation. Reads only."""

from db import dates, invites, people
from domain.facts import AboutChat, AboutIndividual, AboutInvite, AboutStaff
from domain.people import Staff
from usecases import appointments, items
from usecases.subjects import Source, loads_of_staff, loads_one


@loads_one("individual")
async def about_individual(source: Source, id_: int) -> AboutIndividual | None:
    """A person, their worker and their next dates."""
    individual = await people.individual(source.tx, id_)
    if individual is None:
        return None
    order = await items.order_to_speak_about(source.tx, id_)
    staff = await people.everybody_on_staff(source.tx)
    ids = await dates.appointments_ahead(source.tx, id_, source.now)
    ahead = await appointments.about(source.tx, ids)
    worker = staff.get(order.worker_id or 0) if order is not None else None
    return AboutIndividual(individual, worker, tuple(ahead[one] for one in ids if not ahead[one].off), order)


@loads_of_staff("staff")
async def about_staff(source: Source, staff: Staff) -> AboutStaff:
    """A member of staff."""
    return AboutStaff(staff)


@loads_one("chat")
async def about_chat(source: Source, id_: int) -> AboutChat:
    """Who speaks from a chat, by its row."""
    chat = await people.chat(source.tx, id_)
    if chat is None:
        return AboutChat()
    if chat.individual_id is not None:
        return AboutChat(individual=await people.individual(source.tx, chat.individual_id))
    return AboutChat(staff=(await people.everybody_on_staff(source.tx)).get(chat.staff_id or 0))


@loads_one("invite")
async def about_invite(source: Source, id_: int) -> AboutInvite | None:
    """Whom an invitation is for."""
    invite = await invites.invite(source.tx, id_)
    if invite is None:
        return None
    if invite.individual_id is not None:
        individual = await people.individual(source.tx, invite.individual_id)
        return AboutInvite(id_, individual, await items.order_to_speak_about(source.tx, invite.individual_id))
    return AboutInvite(id_, staff=(await people.everybody_on_staff(source.tx)).get(invite.staff_id or 0))
