"""What an individual answers about a date, and who hears of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from db import dates, items, traces
from db.prepared import Reading, together
from domain import compliance
from domain.appointments import Answer as Said
from domain.appointments import Reason, Reply
from domain.errors import NotKnown, Stale
from domain.facts import AboutAppointment
from domain.outbox import Answer, Subject, edit, send
from usecases import appointments, asking, awaiting, conversation, questions, taking_places
from usecases import items as open_items
from usecases.service import Work, use_case

ASKS = {Said.HELP: compliance.Kind.HELP, Said.CALL: compliance.Kind.CALL}


@use_case
async def reply(work: Work, appointment_id: int, revision: int, said: Said) -> Sequence[Answer]:
    """A tap under a reminder or a caring message: kept with its moment, answered at once, passed on if it must be."""
    return await _reply(work, appointment_id, revision, said)


async def _reply(work: Work, appointment_id: int, revision: int, said: Said) -> Sequence[Answer]:
    cannot = items.reading_about(compliance.Kind.CANNOT, appointment_id)
    about, tapped = await _mine(work, appointment_id, revision, cannot)
    subject = Subject("appointment", appointment_id)
    await _reason_not_awaited(work)
    await dates.add_reply(work.tx, appointment_id, revision, Reply(said, work.said_at))
    given_back = await taking_places.give_back(work, appointment_id) if said is Said.CANNOT else None
    if given_back is not None:
        return given_back
    if said in ASKS:
        item = await asking.ask_about(work, ASKS[said], about)
        promise = await asking.promise(work, item)
        return [_in_place(tapped, f"reply_{said.value}", subject, **promise), await asking.question(work, item)]
    if said is Said.CANNOT and await _cannot(work, about):
        await awaiting.ask(work, "reason", appointment=appointment_id, revision=revision)
    if said is Said.WAS_THERE:
        await _dispute(work, appointment_id)
    if said is Said.COMING and work.service.clock.now() < about.appointment.over_at:
        await _take_back(work, cannot.found)
    return [_in_place(tapped, f"reply_{said.value}", subject)]


def _in_place(shown: traces.Trace | None, kind: str, subject: Subject, **params: str | int) -> Answer:
    """In place of the message that was tapped; below it, if that speaks of other dates as well."""
    several = shown is not None and shown.kind in questions.TOGETHER
    return send(kind, subject, **params) if several else edit(kind, subject, **params)


async def typed(work: Work, text: str) -> Sequence[Answer] | None:
    """1 to 4, yes or no, if our newest question in this chat is about a date; None if it is not."""
    question = await questions.newest(work) if work.individual is not None else None
    return await answering(work, question.kind, Subject.parse(question.subject), text) if question is not None else None


async def answering(work: Work, kind: str, subject: Subject, text: str) -> Sequence[Answer] | None:
    """1 to 4, yes or no below a message of this kind about a date; None if it is none of them."""
    said = questions.meant(kind, text)
    if said is None:
        return None
    about = (await dates.appointments_by_id(work.tx, [subject.id])).get(subject.id)
    if about is None:
        return None
    shown = await questions.revision_shown(work, subject) or about.revision
    return await _reply(work, subject.id, shown, said)


@awaiting.hears("reason")
async def hear_reason(work: Work, text: str, ids: Mapping[str, int]) -> Sequence[Answer] | None:
    """1 to 5 for the reason why they cannot come; other words are for a person."""
    number = questions.number_in(text)
    if number is not None and number <= len(Reason) and not await questions.overtaken(work):
        return await _because(work, ids["appointment"], ids["revision"], list(Reason)[number - 1])
    if number is None:
        await awaiting.ask(work, "reason", **ids)
    return None


async def _reason_not_awaited(work: Work) -> None:
    """A later answer about a date: a number is no reason any more. Anything else that is awaited still is."""
    awaits = work.chat.awaits if work.chat is not None else None
    if awaits is not None and awaits["what"] == "reason":
        await awaiting.stop(work)


@use_case
async def give_reason(work: Work, appointment_id: int, revision: int, reason: Reason) -> Sequence[Answer]:
    """Why somebody cannot come. The worker's card gains the reason; the date still stands."""
    return await _because(work, appointment_id, revision, reason)


async def _because(work: Work, appointment_id: int, revision: int, reason: Reason) -> Sequence[Answer]:
    await _reason_not_awaited(work)
    about, _ = await _mine(work, appointment_id, revision)
    await dates.add_reply(work.tx, appointment_id, revision, Reply(Said.CANNOT, work.said_at, reason.value))
    known = await _as_it_stands(work, about)
    if known.passed(work.service.clock.now()) and known.unexplained:
        await _told_after(work, about)
    item = await items.item_about(work.tx, compliance.Kind.CANNOT, appointment_id)
    if item is not None and item.open:
        await items.change_item(work.tx, item.id, reason=reason.value)
        await open_items.refresh(work.service, work.tx, item)
    return [edit("reason_given", Subject("appointment", appointment_id))]


async def _mine(
    work: Work, appointment_id: int, revision: int, *more: Reading[Any]
) -> tuple[dates.InFull, traces.Trace | None]:
    """The speaker's own date as it stands, and the message of ours that was tapped, with whatever else is to be read;
    a button of an earlier date or time raises Stale."""
    individual = work.as_individual()
    in_full = dates.reading_in_full([appointment_id])
    tapped = [traces.reading_ours(work.chat.id, work.tapped)] if work.chat and work.tapped else []
    await together(work.tx, in_full, *tapped, *more)
    about = in_full.found.get(appointment_id)
    if about is None or about.individual.id != individual.id:
        raise NotKnown
    if about.appointment.revision != revision or not about.appointment.booked:
        raise Stale
    return about, tapped[0].found if tapped else None


async def _raise(work: Work, about: dates.InFull, once: str) -> None:
    kind, one, whose = compliance.Kind.CANNOT, about.appointment, about.individual.id
    await open_items.raise_item(work.service, work.tx, kind, once, whose, about.order, appointment_id=one.id)


async def _cannot(work: Work, about: dates.InFull) -> bool:
    """Passes *I can't make it* on; False if there is nothing to answer or to explain: nobody is expected, or it is on
    record already what became of the date."""
    one, known = about.appointment, await _as_it_stands(work, about)
    if not known.passed(work.service.clock.now()):
        if not known.off:
            once = items.cannot(one.id, one.revision)
            await items.may_open_again(work.tx, once, work.now)  # whoever says it again is owed another answer
            await _raise(work, about, once)
        return not known.off
    if known.unexplained:
        await _told_after(work, about)
    return known.unexplained


async def _as_it_stands(work: Work, about: dates.InFull) -> AboutAppointment:
    id_ = about.appointment.id
    return (await appointments.about(work.tx, [id_]))[id_]


async def _told_after(work: Work, about: dates.InFull) -> None:
    """What got in the way, said afterwards: whoever has been told of the date already has it, or else their worker."""
    one = about.appointment
    for kind in (compliance.Kind.NON_ATTENDANCE, compliance.Kind.CANNOT):
        item = await items.item_about(work.tx, kind, one.id)
        if item is not None and item.open:
            await conversation.join(work, about.individual, item, tapped=True)
            return
    await _raise(work, about, f"{items.cannot(one.id, one.revision)}:after")


async def _dispute(work: Work, appointment_id: int) -> None:
    item = await items.item_about(work.tx, compliance.Kind.NON_ATTENDANCE, appointment_id)
    if item is not None and item.withdrawn_at is None:
        await open_items.dispute(work.service, work.tx, item)


async def _take_back(work: Work, item: compliance.Item | None) -> None:
    """They can come after all: what was open about it is withdrawn, and those who saw it hear so."""
    if item is not None and item.open:
        await open_items.withdraw(work.service, work.tx, item)
