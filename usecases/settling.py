"""What became of messages: sent, to be tried again, or passed on to somebody who can do something about it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db import following, outbox, traces, trouble
from domain import compliance, retrying
from domain.about import Facts
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
WAITS = (compliance.LISTED, compliance.TO_TAKER)  # families that are kept until somebody can be told
PASSED_ON = (compliance.AGAIN, compliance.FOLLOW_UP)  # families that go to the next of staff if one cannot be told
log = structlog.get_logger()


async def settle(service: Service, results: Sequence[Result]) -> None:
    """Writes down what Telegram said of each message, in one transaction. A database that is away is waited for: what
    was said and is not written down would be said again."""
    try:
        await _patiently(service, lambda: _settle(service, results))
    except Exception:
        for one in results:
            await _settle_alone(service, one)


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
                await _follow_up(service, tx, part, list(outcomes.values()), now)
        await changing.after_sending(tx, ours, now)
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
    accepted = [
        (parcel, whom, outcome.message_id)
        for parcel, outcomes in results
        for whom, outcome in outcomes.items()
        if isinstance(outcome, Accepted) and not isinstance(whom, Texted) and parcel.row.owed.kind != WIPE
    ]
    had = [(part.row.id, whom.chat, id_) for parcel, whom, id_ in accepted for part in parcel.parts]
    await outbox.note_deliveries(tx, had, now)
    for earlier, chat, id_ in [(one, whom.chat, id_) for parcel, whom, id_ in accepted for one in parcel.takes_in]:
        await following.move_to(tx, earlier, chat, id_)
        await hiding.take_away(tx, chat, now, only=earlier.message_id)
    new = [one for one in accepted if "edit" not in one[0].row.owed.params]
    said = [fading.Said(whom.chat, whom.staff, id_, parcel.row.owed.saying) for parcel, whom, id_ in new]
    await fading.remember(tx, said, now)
    sent = [part.row.id for parcel, said in results if _sent(said.values()) for part in parcel.parts]
    await outbox.settle(tx, sent, Status.SENT, "", now)


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
    service: Service, tx: AsyncConnection, parcel: Parcel, said: Sequence[Reception], now: datetime
) -> None:
    """What comes after: of one that was sent, whoever waits for word of it hears; one that was not is tried again or
    ends."""
    row = parcel.row
    later = [one for one in said if isinstance(one, Later)]
    refused = [one for one in said if isinstance(one, Refused)]
    if later:
        await _again(service, tx, parcel, later, now)
    elif _sent(said):
        await watching.note_late(tx, row, now)
        await tell_who_answered(tx, row, parcel.facts, "", now)
        if row.owed.kind == "form_offer" and not _texted(parcel):  # of a text message its receipt says so
            await offering.made(service, tx, row.owed.subject.id, How.TELEGRAM)
    elif refused:
        await _fail(service, tx, parcel, refused[0].why[:200], now)
    else:
        texted = _texted(parcel)
        await go_unheard(service, tx, row, parcel.facts, Bar.WRONG if texted else "blocked", now)
        if texted:
            await _pass_to_staff(service, tx, parcel, now)


async def _again(service: Service, tx: AsyncConnection, parcel: Parcel, later: Sequence[Later], now: datetime) -> None:
    """Some of those that it is for have still to be told: later, if that helps them."""
    row = parcel.row
    worst = max(later, key=lambda one: (one.trouble is Trouble.UNKNOWN, one.seconds))
    match retrying.after(worst, row.id, row.attempts, row.owed.expires_at, now):
        case Wait(until):
            tried = worst.trouble in (Trouble.UNKNOWN, Trouble.TEXTS)
            await outbox.postpone(tx, row.id, until, worst.trouble.reason, tried, watching.remembering_due(row))
        case End(Status.FAILED, reason):
            await _fail(service, tx, parcel, reason, now)
        case End(status, reason):
            await outbox.settle(tx, [row.id], status, reason, now)
            await tell_who_answered(tx, row, parcel.facts, reason, now)
            await _pass_to_staff(service, tx, parcel, now)


async def _fail(service: Service, tx: AsyncConnection, parcel: Parcel, reason: str, now: datetime) -> None:
    """It will never be taken as it is. What staff are owed goes on to the next of them; of the rest staff are told."""
    row = parcel.row
    if row.owed.family in ("ladder", *PASSED_ON):
        await go_unheard(service, tx, row, parcel.facts, "refused", now)
        return
    await outbox.settle(tx, [row.id], Status.FAILED, reason, now)
    await tell_who_answered(tx, row, parcel.facts, "refused", now)
    await offering.not_made(service, tx, row, "refused")
    await _pass_to_staff(service, tx, parcel, now)


async def _pass_to_staff(service: Service, tx: AsyncConnection, parcel: Parcel, now: datetime) -> None:
    """What a person could not be told: of a date somebody rings them, of the rest somebody on duty is told."""
    owed, id_ = parcel.row.owed, parcel.row.owed.individual_id
    if owed.to is not To.INDIVIDUAL or id_ is None or owed.kind == ANSWER or droppable(owed):
        return
    if isinstance(parcel.facts, AboutAppointment):
        await reminding.ask_to_ring(service, tx, owed, parcel.facts, "not_told")
    else:
        news = Owed("not_sent", Subject("individual", id_), To.DUTY, now, step=str(parcel.row.id))
        await outbox.owe(tx, news, now)


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
        step = f"{row.owed.step}-{next_.value}"
        await outbox.owe(tx, replace(row.owed, to=next_, due_at=now, step=step), now)
        return
    if reason != "left" and (row.owed.family in WAITS or (row.owed.family in PASSED_ON and row.owed.to is To.MANAGER)):
        await outbox.postpone(tx, row.id, _once_more(service, now), reason)
        return
    if row.owed.family != "ladder" or not isinstance(about, AboutItem):
        await outbox.settle(tx, [row.id], Status.UNREACHABLE, reason, now)
        await tell_who_answered(tx, row, about, reason, now)
        await offering.not_made(service, tx, row, reason)
        if row.owed.kind == "was_there_question" and isinstance(about, AboutItem):
            await items.tell_those_who_saw(service, tx, about.item, "item_unasked")
        if row.owed.kind == "glass_broken" and row.owed.to is not To.MANAGER:
            await outbox.owe(tx, replace(row.owed, to=To.MANAGER, to_id=None, step="manager"), now)
        return
    rung = service.policy.ladders.after(about.item, row.owed.to)
    if rung is None:
        await outbox.postpone(tx, row.id, _once_more(service, now, about.item.kind), reason)
        return
    await outbox.settle(tx, [row.id], Status.UNREACHABLE, reason, now)
    wanted = await ladders.climb(service, tx, about.item, now, rung)
    await outbox.plan(tx, [row.owed.subject], "ladder", wanted, now, "skipped")
