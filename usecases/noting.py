"""What whoever runs a session notes: a word about one person for their worker, and somebody who is not on the list.

Neither is ever in an individual's chat, and on the register a note is shown to its author alone.
"""

from collections.abc import Mapping, Sequence

from db import dates, notes, outbox, people, traces
from domain import routing
from domain.appointments import Appointment
from domain.compliance import Kind
from domain.errors import NotAllowed, NotKnown
from domain.facts import AboutNote
from domain.notes import MOST, Note
from domain.notes import Kind as What
from domain.outbox import Answer, Owed, Subject, To, edit, send
from usecases import appointments, awaiting, marking, rota
from usecases import items as open_items
from usecases.service import Work, use_case
from usecases.subjects import Source, loads


@use_case
async def ask_note(work: Work, appointment_id: int) -> Sequence[Answer]:
    """*Note*: the next words typed here are one."""
    await marking.on_own_register(work, appointment_id, "register person")
    await awaiting.ask(work, "note", appointment=appointment_id)
    return [edit("note_ask", Subject("entry", appointment_id), reader=work.as_staff().id)]


@awaiting.hears("note")
async def note(work: Work, words: str, ids: Mapping[str, int]) -> Sequence[Answer] | None:
    """Kept, and owed to the worker of the person whom it is about, as something open."""
    about = await marking.on_own_register(work, ids["appointment"], "note")
    if len(words) > MOST:
        return await _too_long(work, "note", ids["appointment"])
    staff = work.as_staff()
    whose = about.individual.id
    id_ = await notes.add(work.tx, What.PRIVATE, about.appointment, staff.id, work.now, words, whose)
    once = f"note:{id_}"
    await open_items.raise_item(
        work.service, work.tx, Kind.NOTE, once, whose, about.order, about.appointment.id, words=words
    )
    return [send("note_kept", Subject("entry", about.appointment.id))]


@use_case
async def ask_not_listed(work: Work, appointment_id: int) -> Sequence[Answer]:
    """*Somebody not on my list*: the next words typed here are their name."""
    await marking.on_own_register(work, appointment_id, "register")
    await awaiting.ask(work, "not_listed", appointment=appointment_id)
    return [send("not_listed_ask")]


@awaiting.hears("not_listed")
async def not_listed(work: Work, words: str, ids: Mapping[str, int]) -> Sequence[Answer] | None:
    """Told to those who work with the people of the session; to managers if none of them can be told."""
    about = await marking.on_own_register(work, ids["appointment"], "register")
    if len(words) > MOST:
        return await _too_long(work, "not_listed", ids["appointment"])
    one = about.appointment
    id_ = await notes.add(work.tx, What.NOT_LISTED, one, work.as_staff().id, work.now, words)
    for to_id in await _who_hears(work, one):
        to, step = (To.STAFF, str(to_id)) if to_id else (To.MANAGER, "manager")
        news = Owed("not_listed", Subject("note", id_), to, work.now, step=step, to_id=to_id or None)
        await outbox.owe(work.tx, news, work.now)
    return [send("not_listed_kept")]


async def _too_long(work: Work, what: str, appointment_id: int) -> Sequence[Answer]:
    await awaiting.ask(work, what, appointment=appointment_id)
    return [send("note_too_long", most=MOST)]


async def _who_hears(work: Work, one: Appointment) -> Sequence[int]:
    """The reachable workers of the people on a session, or 0: managers."""
    members = await appointments.about(work.tx, await dates.session_members(work.tx, one.on_register))
    roster = await rota.roster(work.service, work.tx)
    workers = {
        id_ for about in members.values() for id_ in routing.meant(To.WORKER, roster, about.individual, about.order)
    }
    return sorted(workers - {work.as_staff().id}) or [0]


@use_case
async def take(work: Work, note_id: int) -> Sequence[Answer]:
    """*Got it*: the first tap has it, and everybody else who was told sees who."""
    note = await _told_to(work, note_id)
    if await notes.take(work.tx, note.id, work.as_staff().id, work.now):
        await _show_who_has_it(work, note)
    return [edit("not_listed", Subject("note", note.id))]


async def _told_to(work: Work, note_id: int) -> Note:
    """Only whoever was sent it may take it; for anybody else there is no such note."""
    staff = work.as_staff()
    if not staff.roles:
        raise NotAllowed
    note = (await notes.by_ids(work.tx, [note_id])).get(note_id)
    about = await traces.about(work.tx, Subject("note", note_id), ["not_listed"])
    if note is None or work.chat is None or work.chat.id not in {one.chat for one in about}:
        raise NotKnown
    return note


async def _show_who_has_it(work: Work, note: Note) -> None:
    """An edit, without a sound, of every other message about it."""
    subject = Subject("note", note.id)
    for one in await traces.about(work.tx, subject, ["not_listed"]):
        chat = await people.chat(work.tx, one.chat)
        if work.chat is not None and one.chat != work.chat.id and chat is not None and chat.staff_id is not None:
            step, params = f"{one.chat}-{one.message_id}", {"edit": one.message_id}
            again = Owed("not_listed", subject, To.STAFF, work.now, step=step, to_id=chat.staff_id, params=params)
            await outbox.owe(work.tx, again, work.now)


@loads("note")
async def about_notes(source: Source, ids: Sequence[int]) -> dict[int, AboutNote]:
    """Notes of somebody who is not on a list, with whoever wrote them and has them."""
    staff = await people.everybody_on_staff(source.tx)
    found = await notes.by_ids(source.tx, ids)
    places = await dates.places_by_id(source.tx, {one.place_id for one in found.values() if one.place_id is not None})
    return {
        id_: AboutNote(one, places.get(one.place_id or 0), staff[one.staff_id], staff.get(one.taken_by or 0))
        for id_, one in found.items()
    }
