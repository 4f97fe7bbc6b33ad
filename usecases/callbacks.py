"""What the gateway of text messages brings: receipts, and what people text back. Each takes effect once, by the
gateway's own name for it; what is answered is owed in the same commit, and leaves by the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db import outbox, people, texts
from domain import texting
from domain.errors import NotKnown, Stale
from domain.facts import AboutAppointment
from domain.offering import How
from domain.outbox import Answer, Owed, Subject, To, send
from domain.texting import Word
from usecases import danger, facts, offering, questions, reminding, replies, talk
from usecases import texting as standings
from usecases.service import Service, Work

RECEIVED = "delivered"  # the receipts, as the gateway names them
NO_SUCH_NUMBER = "permanent-failure"
NOT_RECEIVED = frozenset({NO_SUCH_NUMBER, "temporary-failure", "technical-failure"})
RECEIPTS = NOT_RECEIVED | {RECEIVED}
NOTHING_SAID: tuple[Answer, ...] = ()


# ── Receipts ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def receipt(service: Service, reference: str, status: str) -> bool:
    """What became of a text message. False: no message of that name is known, perhaps not yet."""
    async with service.db.write() as tx:
        sent = await texts.sent(tx, reference)
        if not sent:
            return False
        if sent[0].receipt not in ("", *NOT_RECEIVED) or sent[0].receipt == status:
            return True
        now = service.clock.now()
        await texts.note_receipt(tx, reference, status, now)
        if status == NO_SUCH_NUMBER:
            await standings.wrong(tx, sent[0].individual_id, now)
        if status in NOT_RECEIVED and not sent[0].receipt:
            await _somebody_rings(service, tx, [one.row.owed for one in sent])
        if status == RECEIVED:
            for one in sent:
                if one.row.owed.kind == offering.TEXT:
                    await offering.made(service, tx, one.row.owed.subject.id, How.TEXT)
    service.wake()
    return True


async def _somebody_rings(service: Service, tx: AsyncConnection, owed: Sequence[Owed]) -> None:
    """About dates ahead, which the person has not heard of."""
    now = service.clock.now()
    known = await facts.load(service, tx, [one.saying for one in owed], now)
    for one in owed:
        about = known[one.subject]
        if isinstance(about, AboutAppointment) and about.appointment.booked and about.appointment.starts_at > now:
            await reminding.ask_to_ring(service, tx, one, about, "not_told")


# ── What people text ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Came:
    """One text: the gateway's name for it, the number that it came from (E.164), and its words."""

    reference: UUID
    number: str
    words: str

    @property
    def update_id(self) -> int:
        """A number of its own, as an update of Telegram has: below zero, where those have none."""
        return -1 - self.reference.int % 2**62


async def hear(service: Service, came: Came) -> Sequence[Answer]:
    """Acts on a text, once. What is to be said at once to a phone that is nobody's, and is in danger, is given back."""
    async with service.db.write() as tx:
        everybody = await texts.whose(tx, service.db.keys.hashes(came.number))
        if not everybody:
            return _to_a_stranger(came)
        if await texts.came_before(tx, str(came.reference)):
            return NOTHING_SAID
        who = await _who_speaks(tx, everybody)
        await texts.note_came(tx, everybody[0], str(came.reference), service.clock.now())
        await _act(service, tx, came, everybody, who)
    service.wake()
    return NOTHING_SAID


async def _who_speaks(tx: AsyncConnection, everybody: Sequence[int]) -> int | None:
    """Whose words they are: nobody's, where two share the number, or whoever holds it said that it is another's."""
    if len(everybody) > 1:
        return None
    standing = (await texts.standing(tx, everybody))[everybody[0]]
    return everybody[0] if standing.wrong_at is None else None


async def _act(service: Service, tx: AsyncConnection, came: Came, everybody: Sequence[int], who: int | None) -> None:
    """STOP and WRONG end it for everybody with this number, and nothing is answered. All else is somebody's words."""
    now = service.clock.now()
    match texting.word(came.words):
        case Word.STOP:
            for id_ in everybody:
                await people.change_individual(tx, id_, stopped_at=now, texts_stopped_at=now)
        case Word.WRONG:
            for id_ in everybody:
                await standings.wrong(tx, id_, now)
        case word if who is not None:
            work = await _work(service, tx, came, who)
            answers = await service.listen(work, await _answers(work, word))
            await _owe(work, came, _in_a_text(answers))
        case _ if danger.heard_in(came.words) is not None:
            await _in_danger(service, tx, came, everybody)


async def _in_danger(service: Service, tx: AsyncConnection, came: Came, everybody: Sequence[int]) -> None:
    """Nobody knows who of them it is: all that is done for one is done for each, and the phone is answered once. Of
    somebody whose phone it is not, nobody is told."""
    if len(everybody) == 1:
        work = await _work(service, tx, came, everybody[0])
        await _owe(work, came, _to_a_stranger(came))
        return
    for n, id_ in enumerate(everybody):
        work = await _work(service, tx, came, id_, n)
        answers = await service.listen(work, ())
        if n == 0:
            await _owe(work, came, _in_a_text(answers))


def _to_a_stranger(came: Came) -> Sequence[Answer]:
    """Nothing is kept of whoever is not known; in danger, they are told whom to ring."""
    return () if danger.heard_in(came.words) is None else (send("danger_stranger"),)


async def _work(service: Service, tx: AsyncConnection, came: Came, individual_id: int, n: int = 0) -> Work:
    """As if they spoke in a chat, which they have not: `n` tells several people of one text apart."""
    individual = await people.individual(tx, individual_id)
    return Work(service, tx, service.clock.now(), came.update_id - n, 0, individual=individual, words=came.words)


async def _owe(work: Work, came: Came, answers: Sequence[Answer]) -> None:
    """The answers go back as text messages."""
    whose = work.as_individual().id
    for one in answers:
        saying = one.saying
        about = (saying.kind, saying.subject, To.TEXT, work.now)
        owed = Owed(*about, step=str(came.reference), individual_id=whose, params=saying.params)
        await outbox.owe(work.tx, owed, work.now)


async def _answers(work: Work, word: Word | None) -> Sequence[Answer]:
    individual = work.as_individual()
    about = Subject("individual", individual.id)
    if word is Word.HELP:
        return [send("text_help", about)]
    if word is Word.NEXT:
        return [send("next_dates", about)]
    asked = await texts.newest_question(work.tx, individual.id, work.now - questions.LASTS)
    if asked is not None:
        try:
            found = await replies.answering(work, asked.owed.kind, asked.owed.subject, work.words)
        except (NotKnown, Stale):  # it has changed since: this is how it stands
            return [send("next_dates", about)]
        if found is not None:
            return found
    return await talk.from_individual(work, individual, talk.Sent(work.words))


def _in_a_text(answers: Sequence[Answer]) -> Sequence[Answer]:
    """One text in answer: whom to ring before all else. What the chat asks in buttons is not asked."""
    urgent = [one for one in answers if one.saying.kind == "danger"]
    return urgent or [one for one in answers if not one.saying.kind.startswith("ask_")][:1]
