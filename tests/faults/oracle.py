"""What must be true after the last kill: nothing lost, no effect doubled, nothing said again but what had to be."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import tables
from db.engine import Database
from domain.appointments import Answer
from domain.compliance import Kind
from domain.outbox import Status, Trouble
from messages import words
from tests.faults.crowd import Sam
from tests.faults.telegram import Call, Ledger

QUESTIONS = (words.say("reminder.question", words.SOURCE), words.say("reminder.each", words.SOURCE))
PASSED_ON = words.say("talk.passed_on", words.SOURCE)
TROUBLES = {one.reason for one in Trouble}  # why a row waits that was tried and not taken
REPLIES = {said: words.say(f"reply.{said}", words.SOURCE) for said in ("coming", "cannot")}


@dataclass
class Verdict:
    """What was found wrong, one line each, and the figures."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    said_again: list[str] = field(default_factory=list)
    fell: list[str] = field(default_factory=list)
    last_words: list[str] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.said_again or self.fell)

    def __str__(self) -> str:
        found = [
            f"{name} {len(lines)}" for name, lines in
            (("lost", self.lost), ("effects doubled", self.doubled), ("said again without cause", self.said_again),
             ("ended by themselves", self.fell))
        ]  # fmt: skip
        lines = [", ".join(found), ", ".join(f"{name} {count}" for name, count in self.figures.items())]
        return "\n".join(
            [
                *lines,
                *self.fell[:5],
                *self.doubled[:10],
                *self.said_again[:10],
                *self.lost[:15],
                *(self.last_words if self.lost else ()),
            ]
        )


async def on_record(database: Database) -> set[tuple[int, int]]:
    """Every new message (chat, message id) that is on record."""
    async with database.read() as tx:
        chats = {row.id: int(row.chat_id) for row in await tx.execute(select(tables.chats))}
        ours = select(tables.traces.c.chat, tables.traces.c.message_id).where(tables.traces.c.ours)
        found = await tx.execute(ours.union(select(tables.deliveries.c.chat, tables.deliveries.c.message_id)))
        return {(chats[row.chat], row.message_id) for row in found}


async def waiting(tx: AsyncConnection, now: datetime) -> list[str]:
    """What somebody is at, or is due by now, or is to be tried again after trouble; and any reminder."""
    o = tables.outbox
    soon = (o.c.due_at <= now) | o.c.reason.in_(TROUBLES) | (o.c.kind == "reminder")
    unsent = (o.c.status == Status.SENDING.value) | ((o.c.status == Status.PLANNED.value) & soon)
    rows = await tx.execute(select(o).where(unsent).order_by(o.c.id))
    found = [f"{row.kind} {row.id} of {row.subject}: still {row.status} {row.reason}, to {row.to}" for row in rows]
    inbox = await tx.execute(select(tables.inbox))
    return found + [f"update {row.update_id}: still in the inbox, tries {row.attempts}" for row in inbox]


async def judge(database: Database, ledger: Ledger, sams: Sequence[Sam], now: datetime) -> Verdict:
    """Reads the database and the ledger once everything is quiet."""
    verdict = Verdict()
    said = defaultdict[int, list[Call]](list)
    for call in ledger.accepted("sendMessage"):
        said[call.chat].append(call)
    shown = defaultdict[int, list[Call]](list)
    for call in ledger.accepted("sendMessage", "editMessageText"):
        shown[call.chat].append(call)
    async with database.read() as tx:
        await _judge_outbox(tx, verdict, sams, now)
        await _judge_effects(tx, verdict, sams)
        await _judge_raised(tx, verdict, sams)
        await _judge_staff(tx, verdict, ledger, said)
    for sam in sams:
        _judge_reminder(verdict, ledger, sam, said[sam.person.id])
        _judge_answers(verdict, ledger, sam, said[sam.person.id], shown[sam.person.id])
    verdict.figures["calls"] = len(ledger.calls)
    verdict.figures["answers lost"] = sum(call.lost for call in ledger.calls)
    verdict.figures["in flight at a kill"] = sum(
        call.accepted and not call.lost and ledger.in_flight_at_a_kill(call) for call in ledger.calls
    )
    verdict.figures["taps and words"] = sum(len(sam.did) for sam in sams)
    return verdict


async def _judge_outbox(tx: AsyncConnection, verdict: Verdict, sams: Sequence[Sam], now: datetime) -> None:
    """Every reminder has ended, as it must: sent, unless no message to that chat can be taken."""
    o = tables.outbox
    rows = {row.subject: row for row in await tx.execute(select(o).where(o.c.kind == "reminder"))}
    for sam in sams:
        wanted = {"": "sent", "Forb": "unreachable", "Bad ": "failed"}[sam.owing.refusal[:4]]
        for row in (rows[f"appointment:{id_}"] for id_ in sam.owing.appointments):
            if row.status != wanted:
                left = f"{row.status} ({row.reason}), not {wanted}; {row.attempts} tries"
                verdict.lost.append(f"reminder {row.id}: {left}")
    left = (o.c.status == Status.SENDING.value) & (o.c.leased_until <= now)
    sending = await tx.execute(select(o.c.id, o.c.kind).where(left))
    verdict.lost += [f"{row.kind} {row.id}: left while it was being sent" for row in sending]


async def _judge_effects(tx: AsyncConnection, verdict: Verdict, sams: Sequence[Sam]) -> None:
    """Each tap is one reply and each message one remark, in the order in which they were made."""
    replies = defaultdict[int, list[str]](list)
    for row in await tx.execute(select(tables.replies).order_by(tables.replies.c.id)):
        replies[row.appointment_id].append(row.answer)
    remarks = defaultdict[int, list[str]](list)
    for row in await tx.execute(select(tables.said).order_by(tables.said.c.id)):
        remarks[row.individual_id].append(row.words)
    for sam in sams:
        _compare(verdict, f"taps of {sam.person.name}", sam.taps, replies[sam.owing.appointment_id])
        _compare(verdict, f"words of {sam.person.name}", sam.typed, remarks[sam.owing.individual_id])


async def _judge_raised(tx: AsyncConnection, verdict: Verdict, sams: Sequence[Sam]) -> None:
    """Whoever cannot come, and whatever was typed, has one item, of which staff were told; of what was taken back, at
    least why they were not."""
    rungs = await _rungs(tx)
    items = {row.id: row for row in await tx.execute(select(tables.items))}
    cannot = {row.appointment_id: row for row in items.values() if row.kind == Kind.CANNOT}
    words = defaultdict[int, set[int | None]](set)
    for row in await tx.execute(select(tables.said.c.individual_id, tables.said.c.item_id)):
        words[row.individual_id].add(row.item_id)
    for sam in sams:
        if times := sam.taps.count(Answer.CANNOT):
            item, back = cannot.get(sam.owing.appointment_id), sam.taps[-1] == Answer.COMING
            _judge_item(verdict, rungs, f"{sam.person.name} cannot come", item, times, back)
        for id_ in words[sam.owing.individual_id]:
            item = items.get(id_ or 0)
            theirs = item is not None and (item.individual_id, item.kind) == (sam.owing.individual_id, Kind.WORDS)
            _judge_item(verdict, rungs, f"words of {sam.person.name}", item if theirs else None, 1, False)
        verdict.figures["raised"] += bool(times) + len(words[sam.owing.individual_id])


Rungs = dict[tuple[str, int], list[Any]]


async def _rungs(tx: AsyncConnection) -> Rungs:
    """Of each item (subject), each time that it was raised: what became of its ladder, and which rows of it are
    in a chat of staff, on record."""
    o, d, c = tables.outbox, tables.deliveries, tables.chats
    told = select(d.c.outbox_id).join(c, c.c.id == d.c.chat).where(c.c.staff_id.is_not(None))
    query = select(o.c.subject, o.c.revision, o.c.status, o.c.reason, o.c.id.in_(told).label("told"))
    found: Rungs = defaultdict(list)
    for row in await tx.execute(query.where(o.c.family == "ladder")):
        found[row.subject, row.revision].append(row)
    return found


def _judge_item(verdict: Verdict, rungs: Rungs, what: str, item: Any, times: int, back: bool) -> None:
    """`times`: how often it was raised; `back`: that it was taken back the last time. Each time but those staff were
    told of it, or somebody on its ladder was not, for a reason; if it stands, they were told."""
    if item is None:
        verdict.lost.append(f"{what}: nothing was raised")
        return
    if (item.round, item.withdrawn_at is not None) != (times, back):
        line = f"{what}: raised {item.round} times, withdrawn {item.withdrawn_at}; not {times} times, {back}"
        (verdict.doubled if item.round > times else verdict.lost).append(line)
    for time in range(1, item.round + 1):
        rows = rungs[f"item:{item.id}", time]
        stands = time == item.round and not back
        ended = [row for row in rows if row.reason and row.status not in (Status.PLANNED, Status.SENDING)]
        if not any(row.told for row in rows) and (stands or not ended):
            became = ", ".join(f"{row.status} ({row.reason})" for row in rows) or "nothing"
            verdict.lost.append(f"{what}: staff were not told, time {time} of {times}; owed: {became}")


def _compare(verdict: Verdict, whose: str, did: list[str], found: list[str]) -> None:
    if did == found:
        return
    line = f"{whose}: did {did}, on record {found}"
    if len(found) > len(did):
        verdict.doubled.append(line)
    else:
        verdict.lost.append(line)


async def _judge_staff(tx: AsyncConnection, verdict: Verdict, ledger: Ledger, said: dict[int, list[Call]]) -> None:
    """What the outbox says was accepted was accepted, and nothing more than that without a cause."""
    d, c = tables.deliveries, tables.chats
    query = select(c.c.chat_id, d.c.message_id).join(c, c.c.id == d.c.chat).where(c.c.staff_id.is_not(None))
    recorded = defaultdict[int, set[int]](set)
    for row in await tx.execute(query):
        recorded[int(row.chat_id)].add(row.message_id)
    for chat, ids in recorded.items():
        sent = {call.message_id for call in said[chat]}
        edited = {call.message_id for call in ledger.accepted("editMessageText") if call.chat == chat}
        verdict.lost += [f"staff chat {chat}: message {id_} is on record, and not in it" for id_ in ids - sent - edited]
        again = [call for call in said[chat] if call.message_id not in ids]
        _count_again(verdict, ledger, f"staff chat {chat}", again)
    verdict.figures["staff messages"] = sum(map(len, recorded.values()))


def _judge_reminder(verdict: Verdict, ledger: Ledger, sam: Sam, said: Sequence[Call]) -> None:
    """The reminder came once, of all dates in one message; again only if the bot cannot have known that it had come."""
    found = [call for call in said if any(one in call.text for one in QUESTIONS)]
    if sam.owing.refusal:
        return
    verdict.figures["reminders"] += 1
    untold = [time for time in sam.owing.times if not any(time in call.text for call in found)]
    if untold:
        verdict.lost.append(f"{sam.person.name} was never reminded of {' and '.join(untold)}")
    _count_again(verdict, ledger, f"reminder of {sam.person.name}", found[:-1])


def _judge_answers(verdict: Verdict, ledger: Ledger, sam: Sam, said: Sequence[Call], shown: Sequence[Call]) -> None:
    """Each message typed was answered; each tap was, in order: in place of its message, or below one of two dates."""
    found = [call for call in said if PASSED_ON in call.text]
    known = [call for call in found if ledger.recorded(call)]
    if len(known) != len(sam.typed):
        line = f"{sam.person.name} typed {len(sam.typed)} times, and {len(known)} answers are on record"
        (verdict.lost if len(known) < len(sam.typed) else verdict.doubled).append(line)
    again = [call for call in found if not ledger.recorded(call)]
    _count_again(verdict, ledger, f"answers to what {sam.person.name} typed", again)
    replies = [call for call in shown if _reply_in(call.text)]
    runs = [list(run) for _, run in groupby(replies, lambda call: _reply_in(call.text))]
    spoken = [_reply_in(run[0].text) for run in runs]
    if spoken != sam.taps:
        verdict.lost.append(f"{sam.person.name} tapped {sam.taps}, and was answered {spoken}")
    again = [call for run in runs for call in run[:-1]]
    _count_again(verdict, ledger, f"answers to taps of {sam.person.name}", again)


def _count_again(verdict: Verdict, ledger: Ledger, what: str, again: Sequence[Call]) -> None:
    verdict.figures["said again"] += len(again)
    without = [call for call in again if not ledger.may_be_said_again(call)]
    if without:
        verdict.said_again.append(f"{what}: {ledger.told(without)}")


def _reply_in(text: str) -> str:
    return next((said for said, sentence in REPLIES.items() if sentence[:20] in text), "")
