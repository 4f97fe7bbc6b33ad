"""What an individual answers about a date, and who hears of it."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from db import dates, items, outbox, traces
from db.prepared import Reading, together
from domain import compliance, routing
from domain.appointments import Answer as Said
from domain.appointments import Reason, Reply
from domain.errors import NotKnown, Stale
from domain.facts import AboutAppointment
from domain.outbox import Answer, Owed, Subject, To, edit, send
from domain.people import Act
from usecases import (
    access,
    appointments,
    asking,
    awaiting,
    conversation,
    ladders,
    questions,
    rota,
    standing,
    taking_places,
)
from usecases import items as open_items
from usecases.service import Work, use_case

About = TypeVar("About", dates.InFull, AboutAppointment)
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
    if said is Said.CANNOT:
        known = await appointments.about(work.tx, [appointment_id])
        if await _cannot(work, known[appointment_id]):
            await awaiting.ask(work, "reason", appointment=appointment_id, revision=revision)
    if said is Said.WAS_THERE:
        await _dispute(work, appointment_id)
    if said is Said.COMING and work.said_at < about.appointment.over_at:
        await _take_back(work, cannot.found)
    return [_in_place(tapped, f"reply_{said.value}", subject)]


def _in_place(shown: traces.Trace | None, kind: str, subject: Subject, **params: str | int) -> Answer:
    """In place of the message that was tapped; below it, if that speaks of other dates as well."""
    several = shown is not None and shown.kind in questions.TOGETHER
    return send(kind, subject, **params) if several else edit(kind, subject, **params)


async def typed(work: Work, text: str) -> Sequence[Answer] | None:
    """1 to 4, yes or no, if our newest question in this chat is about a date; None if it is not."""
    question = await questions.last(work) if work.individual is not None else None
    if question is None:
        return None
    subject = Subject.parse(question.subject)
    if question.kind == questions.DECIDED:
        return await _below_what_was_decided(work, subject.id, text)
    return await answering(work, question.kind, subject, text) if question.kind in questions.ABOUT_A_DATE else None


async def of_several(work: Work, text: str) -> bool:
    """Whether this would answer a date, and our newest question in this chat is about several."""
    if work.chat is None or questions.meant("reminder", text) is None:
        return False
    question = await questions.last(work)
    return question is not None and question.kind in questions.TOGETHER


async def _below_what_was_decided(work: Work, item_id: int, text: str) -> Sequence[Answer] | None:
    """*Please still come*: yes or no is about that date. A number is below no buttons, and is for a person."""
    item = await items.item(work.tx, item_id)
    asked = item is not None and item.outcome == compliance.Ending.STILL_COME and questions.number_in(text) is None
    if item is None or item.appointment_id is None or not asked:
        return None
    return await answering(work, "reminder", Subject("appointment", item.appointment_id), text)


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
    about = _theirs(work, (await appointments.about(work.tx, [appointment_id])).get(appointment_id), revision)
    await dates.add_reply(work.tx, appointment_id, revision, Reply(Said.CANNOT, work.said_at, reason.value))
    await _cannot(work, about)
    item = await items.item_about(work.tx, compliance.Kind.CANNOT, appointment_id)
    if item is not None and item.withdrawn_at is None:
        await items.change_item(work.tx, item.id, reason=reason.value)
        await open_items.refresh(work.service, work.tx, item)
    return [edit("reason_given", Subject("appointment", appointment_id))]


async def _mine(
    work: Work, appointment_id: int, revision: int, *more: Reading[Any]
) -> tuple[dates.InFull, traces.Trace | None]:
    """The speaker's own date, and the message of ours that was tapped, with whatever else is to be read."""
    in_full = dates.reading_in_full([appointment_id])
    tapped = [traces.reading_ours(work.chat.id, work.tapped)] if work.chat and work.tapped else []
    await together(work.tx, in_full, *tapped, *more)
    about = _theirs(work, in_full.found.get(appointment_id), revision)
    return about, tapped[0].found if tapped else None


def _theirs(work: Work, about: About | None, revision: int) -> About:
    """The date, if it is the speaker's own; a button of an earlier date or time raises Stale."""
    speaker = work.as_individual()
    if about is None or about.individual.id != speaker.id:
        raise NotKnown
    if about.appointment.revision != revision or not about.appointment.booked:
        raise Stale
    return about


async def _raise(work: Work, about: AboutAppointment, once: str) -> tuple[compliance.Item, bool]:
    kind, one, whose = compliance.Kind.CANNOT, about.appointment, about.individual.id
    return await open_items.raise_item(work.service, work.tx, kind, once, whose, about.order, appointment_id=one.id)


async def _cannot(work: Work, about: AboutAppointment) -> bool:
    """Passes *I can't make it* on, or why; False if there is nothing to answer or to explain: nobody is expected, or it
    is on record already what became of the date."""
    if not about.passed(work.service.clock.now()):
        if not about.off:
            await _owe_an_answer(work, about)
        return not about.off
    if about.unexplained:
        await _told_after(work, about)
    return about.unexplained


async def _owe_an_answer(work: Work, about: AboutAppointment) -> None:
    """Whoever says it again, or says more, is owed another answer. It begins with their worker; a colleague who gave
    the last one hears of it, too."""
    once = items.cannot(about.appointment.id, about.appointment.revision)
    before = await items.named(work.tx, once)
    await items.may_open_again(work.tx, once, work.now)
    item, new = await _raise(work, about, once)
    if before is None or not new:
        return
    await outbox.cancel(work.tx, Subject("item", item.id), standing.TOLD, "raised_again", work.now)
    await open_items.refresh(work.service, work.tx, item)
    if before.claimed_by is not None and await _would_not_hear(work, about, item, before.claimed_by):
        news = Owed(
            kind="item_again",
            subject=Subject("item", item.id),
            to=To.STAFF,
            to_id=before.claimed_by,
            due_at=work.now,
            step=f"{work.update_id}",
            revision=item.round,
            individual_id=about.individual.id,
            params={"tapped": 1},
        )
        await outbox.owe(work.tx, news, work.now)


async def _would_not_hear(work: Work, about: AboutAppointment, item: compliance.Item, by: int) -> bool:
    """Whether whoever gave the last answer may still know of this person, and gets no new card at once: as all do whose
    step is due, and whoever comes after a step that finds nobody."""
    roster, found = await rota.roster(work.service, work.tx), list[int]()
    if not roster.reachable(by):
        return False
    for owed in await ladders.climb(work.service, work.tx, item, work.now):
        if found and owed.due_at > work.now:
            break
        found = routing.meant(owed.to, roster, about.individual, about.order)
        if by in found:
            return False
    staff, whose = roster.staff[by], about.individual
    return await access.reached_by(work.tx, staff, Act.CLAIM_ITEM, whose, item, work.now, work.today)


async def _told_after(work: Work, about: AboutAppointment) -> None:
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
