"""What must be true after the last kill: nothing lost, no effect doubled, nothing said again but what had to be."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import tables
from db.engine import Database
from domain.outbox import Status
from messages import words
from tests.faults.crowd import Sam
from tests.faults.telegram import Call, Ledger

QUESTIONS = (words.say("reminder.question", words.SOURCE), words.say("reminder.each", words.SOURCE))
PASSED_ON = words.say("talk.passed_on", words.SOURCE)
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
    inbox = await tx.execute(select(tables.inbox))
    verdict.lost += [f"update {row.update_id}: still in the inbox, tries {row.attempts}" for row in inbox]


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
    if len(found) < len(sam.typed):
        verdict.lost.append(f"{sam.person.name} typed {len(sam.typed)} times and was answered {len(found)} times")
    unknown = [call for call in found if ledger.may_be_said_again(call)]
    again = len(found) - len(sam.typed)
    verdict.figures["said again"] += max(again, 0)
    if again > len(unknown):
        verdict.said_again.append(
            f"{sam.person.name}: {again} answers too many, of which {len(unknown)} may be; {ledger.told(found)}"
        )
    spoken = list(_without_repeats(_reply_in(call.text) for call in shown if _reply_in(call.text)))
    if spoken != sam.taps:
        verdict.lost.append(f"{sam.person.name} tapped {sam.taps}, and was answered {spoken}")


def _count_again(verdict: Verdict, ledger: Ledger, what: str, again: Sequence[Call]) -> None:
    verdict.figures["said again"] += len(again)
    without = [call for call in again if not ledger.may_be_said_again(call)]
    if without:
        verdict.said_again.append(f"{what}: {ledger.told(without)}")


def _reply_in(text: str) -> str:
    return next((said for said, sentence in REPLIES.items() if sentence[:20] in text), "")


def _without_repeats(found: Iterable[str]) -> Iterable[str]:
    last = ""
    for one in found:
        if one != last:
            yield one
        last = one
