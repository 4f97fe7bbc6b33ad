"""What became of messages: sent, to be tried again, or passed on to somebody who can do something about it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db import following, outbox, traces, trouble
from domain import compliance, retrying
from domain.about import Facts
from domain.changes import NOT_TOLD
from domain.facts import AboutAppointment, AboutItem, AboutSaid
from domain.offering import How
from domain.outbox import (
    WIPE,
    Accepted,
    End,
    Later,
    Owed,
    Reception,
    Refused,
    Row,
    Status,
    Subject,
    To,
    Trouble,
    Unreachable,
    Wait,
    droppable,
)
from domain.talk import ANSWER
from domain.texting import Bar
from usecases import (
    between,
    changing,
    fading,
    glass,
    hiding,
    items,
    ladders,
    offering,
    passing,
    reaching,
    reminding,
    texting,
    watching,
)
from usecases.parcels import Addressee, Parcel, Result, Texted
from usecases.service import Service

UNTIL_IT_IS_BACK = (timedelta(seconds=0.5), timedelta(seconds=5))  # between two tries to reach the database
NOBODY_YET = timedelta(hours=1)  # until another try of what nobody could be told; whoever links meanwhile hears at once
WAITS = (compliance.LISTED, compliance.TO_TAKER, compliance.UNTIL_TOLD)  # families that wait until somebody can be told
PASSED_ON = (compliance.AGAIN, compliance.FOLLOW_UP)  # families that go to the next of staff if one cannot be told
TROUBLES = frozenset(one.reason for one in Trouble)  # why a message waits that was not taken
log = structlog.get_logger()


async def settle(service: Service, results: Sequence[Result]) -> None:
    """Writes down what Telegram said of each message, in one transaction. A database that is away is waited for: what
    was said and is not written down would be said again."""
    try:
        await _patiently(service, lambda: _settle(service, results))
    except Exception:
        for one in results:
            await _settle_alone(service, one)


async def note_one(service: Service, parcel: Parcel, whom: Addressee, outcome: Reception) -> None:
    """One of several whom a message is for has been told: on record before the next is called, or all would be told
    again after a crash. The last of them is noted with the message's end."""
    if not isinstance(outcome, Accepted):
        return
    try:
        await _patiently(service, lambda: _note_one(service, parcel, whom, outcome))
    except Exception as error:
        log.error("not_noted", outbox_id=parcel.row.id, kind=parcel.row.owed.kind, error=type(error).__name__)


async def _note_one(service: Service, parcel: Parcel, whom: Addressee, outcome: Accepted) -> None:
    async with service.db.write() as tx:
        ours = await _still_ours(tx, [(parcel, {whom: outcome})])
        await _note_taken(tx, [(one, whom, outcome.message_id) for one, _ in ours], service.clock.now())


async def _patiently(service: Service, write: Callable[[], Awaitable[None]]) -> None:
    tries = 0
    while True:
        try:
            return await write()
        except Exception as error:
            if not trouble.passing(error):
                raise
            tries += 1
            log.warning("settling_waits", error=type(error).__name__)
            await service.clock.sleep(retrying.growing(tries, *UNTIL_IT_IS_BACK, dice=0.5).total_seconds())


async def _settle_alone(service: Service, result: Result) -> None:
    """One that cannot be written down in full holds up no other; it ends all the same, or it would be said again for
    ever."""
    try:
        await _patiently(service, lambda: _settle(service, [result]))
    except Exception as error:
        row = result[0].row
        log.error("not_settled", outbox_id=row.id, kind=row.owed.kind, error=type(error).__name__)
        await _patiently(service, lambda: _end(service, result))


async def _end(service: Service, result: Result) -> None:
    parcel, outcomes = result
    status = Status.SENT if any(isinstance(one, Accepted) for one in outcomes.values()) else Status.FAILED
    async with service.db.write() as tx:
        ids = [part.row.id for part in parcel.parts]
        await outbox.settle(tx, ids, status, "not_settled", service.clock.now())


async def _settle(service: Service, results: Sequence[Result]) -> None:
    now = service.clock.now()
    async with service.db.write() as tx:
        ours = await _still_ours(tx, results)
        await _note_accepted(tx, ours, now)
        for parcel, outcomes in ours:
            await _note_otherwise(service, tx, parcel, outcomes, now)
            for part in parcel.parts:
                await _follow_up(service, tx, parcel, part, list(outcomes.values()), now)
        await changing.after_sending(service, tx, ours, now)
        await between.after_sending(service, tx, ours)


async def _still_ours(tx: AsyncConnection, results: Sequence[Result]) -> list[Result]:
    """Without those that took longer than their lease: whoever claimed them next settles them."""
    claimed = await outbox.still_claimed(tx, [part.row for parcel, _ in results for part in parcel.parts])
    for parcel, _ in results:
        if parcel.row.id not in claimed:
            log.warning("claim_lost", outbox_id=parcel.row.id)
    return [one for one in results if one[0].row.id in claimed]


async def _note_accepted(tx: AsyncConnection, results: Sequence[Result], now: datetime) -> None:
    """What nearly all of them come to, with few statements for all: who has what, what stands where, and the end."""
    taken = [
        (parcel, whom, outcome.message_id)
        for parcel, outcomes in results
        for whom, outcome in outcomes.items()
        if isinstance(outcome, Accepted) and whom not in parcel.recipients[:-1]  # those have been noted
    ]
    await _note_taken(tx, taken, now)
    sent = [part.row.id for parcel, said in results if _sent(said.values()) for part in parcel.parts]
    await outbox.settle(tx, sent, Status.SENT, "", now)


async def _note_taken(tx: AsyncConnection, taken: Iterable[tuple[Parcel, Addressee, int]], now: datetime) -> None:
    """Who has what (the message's id), and what stands where."""
    accepted = [
        (parcel, whom, id_)
        for parcel, whom, id_ in taken
        if not isinstance(whom, Texted) and parcel.row.owed.kind != WIPE
    ]
    had = [(part.row.id, whom.chat, id_) for parcel, whom, id_ in accepted for part in parcel.parts]
    await outbox.note_deliveries(tx, had, now)
    for earlier, chat, id_ in [(one, whom.chat, id_) for parcel, whom, id_ in accepted for one in parcel.takes_in]:
        await following.move_to(tx, earlier, chat, id_)
        await hiding.take_away(tx, chat, now, only=earlier.message_id)
    new = [one for one in accepted if "edit" not in one[0].row.owed.params]
    said = [fading.Said(whom.chat, whom.staff, id_, parcel.row.owed.saying) for parcel, whom, id_ in new]
    await fading.remember(tx, said, now)


def _sent(said: Iterable[Reception]) -> bool:
    """Whether it has been said, to all who can be told: one of them heard it, and none has still to be told."""
    outcomes = list(said)
    return any(isinstance(one, Accepted) for one in outcomes) and not any(isinstance(one, Later) for one in outcomes)


async def _note_otherwise(
    service: Service, tx: AsyncConnection, parcel: Parcel, outcomes: Mapping[Addressee, Reception], now: datetime
) -> None:
    """What a chat or a phone came to that is no accepted message of the chat."""
    for recipient, outcome in outcomes.items():
        if isinstance(recipient, Texted):
            await texting.settled(tx, recipient, [part.row.id for part in parcel.parts], outcome, now)
        elif isinstance(outcome, Accepted) and parcel.row.owed.kind == WIPE:
            await traces.gone(tx, recipient.chat, parcel.takes)
        elif isinstance(outcome, Unreachable):
            await reaching.lost(service, tx, recipient.chat)


async def _follow_up(
    service: Service, tx: AsyncConnection, whole: Parcel, parcel: Parcel, said: Sequence[Reception], now: datetime
) -> None:
    """What comes after, for one part of a message: of one that was sent, whoever waits for word of it hears; one that
    was not is tried again or ends. One that somebody had at an earlier try has been sent."""
    row = parcel.row
    later = [one for one in said if isinstance(one, Later)]
    refused = [one for one in said if isinstance(one, Refused)]
    if later:
        await _again(service, tx, whole, parcel, said, now)
    elif _sent(said):
        await _told(service, tx, parcel, now)
    elif parcel.had:
        await outbox.settle(tx, [row.id], Status.SENT, "", now)
        await _told(service, tx, parcel, now)
    elif refused:
        await _fail(service, tx, parcel, refused[0].why[:200], now)
    elif row.owed.to is To.NEAREST:  # each time one chat fewer is left to be tried
        await outbox.postpone(tx, row.id, now, "blocked")
    else:
        texted = _texted(parcel)
        await go_unheard(service, tx, row, parcel.facts, Bar.WRONG if texted else "blocked", now)
        if texted:
            await pass_to_staff(service, tx, parcel.row, parcel.facts, now, "texts")


async def _told(service: Service, tx: AsyncConnection, parcel: Parcel, now: datetime) -> None:
    row = parcel.row
    await watching.note_late(tx, row, now)
    await tell_who_answered(tx, row, parcel.facts, "", now)
    if row.owed.kind == "form_offer" and not _texted(parcel):  # of a text message its receipt says so
        await offering.made(service, tx, row.owed.subject.id, How.TELEGRAM)


async def _again(
    service: Service, tx: AsyncConnection, whole: Parcel, parcel: Parcel, said: Sequence[Reception], now: datetime
) -> None:
    """Some of those that it is for have still to be told: later, if that helps them. What was one message waits as one,
    or a lost answer would make several of it; the part that was tried least says for how long."""
    row = parcel.row
    later = [one for one in said if isinstance(one, Later)]
    worst = max(later, key=lambda one: (one.trouble is Trouble.UNKNOWN, one.seconds))
    tries = min(part.row.attempts for part in whole.parts)
    if worst.trouble is Trouble.STOPPING:
        await outbox.postpone(tx, row.id, row.owed.due_at, row.reason)
        return
    since = watching.put_off_first(row, now)
    tried = retrying.Tried(
        whole.row.id, tries, watching.due_first(row), since, row.owed.expires_at, row.owed.kind == ANSWER
    )
    match retrying.after(worst, tried, now):
        case End() if parcel.had or any(isinstance(one, Accepted) for one in said):
            await outbox.settle(tx, [row.id], Status.SENT, "", now)
            await _told(service, tx, parcel, now)
        case Wait(until):
            may = worst.trouble in (Trouble.UNKNOWN, Trouble.TEXTS)
            await outbox.postpone(tx, row.id, until, worst.trouble.reason, may, watching.remembering_due(row, now))
        case End(Status.FAILED, reason):
            await _fail(service, tx, parcel, reason, now)
        case End(status, reason):
            await outbox.settle(tx, [row.id], status, reason, now)
            await tell_who_answered(tx, row, parcel.facts, reason, now)
            await pass_to_staff(service, tx, parcel.row, parcel.facts, now, _late(reason))


def _late(reason: str) -> str:
    """What staff are told of a message that trouble held back for too long."""
    return reason if reason == retrying.NO_ANSWER else "late"


async def _fail(service: Service, tx: AsyncConnection, parcel: Parcel, reason: str, now: datetime) -> None:
    """It will never be taken as it is, or has been tried for long enough. What staff are owed goes on to the next of
    them; of the rest staff are told."""
    row = parcel.row
    known = reason == retrying.NO_ANSWER or reason in TROUBLES
    why = reason if known else "refused"  # what Telegram wrote is for the record alone
    if row.owed.family in ("ladder", *PASSED_ON):
        await go_unheard(service, tx, row, parcel.facts, why, now)
        return
    await outbox.settle(tx, [row.id], Status.FAILED, reason, now)
    await tell_who_answered(tx, row, parcel.facts, why, now)
    await offering.not_made(service, tx, row, why)
    say = _late(reason) if known else "refused"
    await pass_to_staff(service, tx, row, parcel.facts, now, "texts" if _texted(parcel) else say)


async def pass_to_staff(
    service: Service, tx: AsyncConnection, row: Row, about: Facts, now: datetime, why: str = "texts"
) -> None:
    """What a person was not told, or nobody knows whether they were: of a date somebody rings them, of the rest
    somebody on duty is told. `why`: refused by Telegram, late, no_answer, or a text message that did not arrive."""
    owed, id_ = row.owed, row.owed.individual_id
    if owed.to is not To.INDIVIDUAL or id_ is None or owed.kind == ANSWER or droppable(owed):
        return
    if "edit" in owed.params:  # the words of a screen that is gone: whoever deleted it is asked again on its own day
        return
    if isinstance(about, AboutAppointment):
        await reminding.ask_to_ring(service, tx, owed, about, why if why == retrying.NO_ANSWER else NOT_TOLD)
    else:
        news = Owed("not_sent", Subject("individual", id_), To.DUTY, now, step=str(row.id), params={"why": why})
        await outbox.owe(tx, replace(news, family=compliance.AGAIN), now)


async def tell_who_answered(tx: AsyncConnection, row: Row, about: Facts, reason: str, now: datetime) -> None:
    """Whoever wrote to an individual learns that it was sent, or why it was not; whoever answered that they need not
    come, only the latter."""
    if row.owed.kind == "cannot_answered" and isinstance(about, AboutItem) and reason:
        params = {"reason": reason}
        news = Owed("answer_untold", row.owed.subject, To.STAFF, now, to_id=about.item.claimed_by, params=params)
        await outbox.owe(tx, news, now)
    if row.owed.kind == ANSWER and isinstance(about, AboutSaid) and about.by is not None:
        news = Owed("answer_ended", row.owed.subject, To.STAFF, now, to_id=about.by.id, params={"reason": reason})
        await outbox.owe(tx, news, now)


def _texted(parcel: Parcel) -> bool:
    return any(isinstance(one, Texted) for one in parcel.recipients)


def _once_more(service: Service, now: datetime, kind: compliance.Kind | None = None) -> datetime:
    """Whoever is back from leave is at work when they can be told; words of danger are tried at any hour."""
    again = now + NOBODY_YET
    return again if kind is compliance.Kind.DANGER else service.calendar.next_opening(again)


async def go_unheard(service: Service, tx: AsyncConnection, row: Row, about: Facts, reason: str, now: datetime) -> None:
    """A message that nobody could be told. On a ladder the next rung hears of it at once; the last rung waits."""
    if passing.to_whoever_has_it(row):
        await passing.came_back(service, tx, row, reason)
        return
    if row.owed.family in PASSED_ON and (next_ := compliance.rung_after(row.owed.to)) is not None:
        await outbox.settle(tx, [row.id], Status.UNREACHABLE, reason, now)
        step, params = f"{row.owed.step}-{next_.value}", watching.due_anew(row)
        await outbox.owe(tx, replace(row.owed, to=next_, due_at=now, step=step, params=params), now)
        return
    for_good = reason == "left" and row.owed.to is To.STAFF  # a role may be another's by then
    waits = row.owed.family in WAITS or (row.owed.family in PASSED_ON and row.owed.to is To.MANAGER)
    if waits and not for_good:
        await outbox.postpone(tx, row.id, _once_more(service, now), reason)
        return
    if row.owed.family != "ladder" or not isinstance(about, AboutItem):
        await outbox.settle(tx, [row.id], Status.UNREACHABLE, reason, now)
        await tell_who_answered(tx, row, about, reason, now)
        await offering.not_made(service, tx, row, reason)
        if row.owed.kind == "was_there_question" and isinstance(about, AboutItem):
            await items.tell_those_who_saw(service, tx, about.item, "item_unasked")
        if row.owed.kind == "glass_broken" and row.owed.to is not To.MANAGER:
            await outbox.owe(tx, glass.to_managers(row.owed), now)
        return
    rung = service.policy.ladders.after(about.item, row.owed.to)
    if rung is None:
        await outbox.postpone(tx, row.id, _once_more(service, now, about.item.kind), reason)
        return
    await outbox.settle(tx, [row.id], Status.UNREACHABLE, reason, now)
    await ladders.go_on(service, tx, about.item, {rung}, now, "skipped")
