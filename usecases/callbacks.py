"""What the gateway of text messages brings: receipts, and what people text back. Each takes effect once, by the
gateway's own name for it; what is answered is owed in the same commit, and leaves by the outbox. What was not brought
is asked for, and counts as what it was when it was said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from db import awaited, dates, outbox, people, runs, said, texts
from domain import texting, truth
from domain.compliance import Kind
from domain.errors import NotKnown, Stale
from domain.facts import AboutSaid
from domain.offering import How
from domain.outbox import NOBODYS_CALL, Answer, End, Gates, Owed, Row, Status, Subject, To, Trouble, decide, send
from domain.texting import NOT_RECEIVED, Bar, Word
from usecases import danger, facts, items, offering, questions, replies, settling, talk
from usecases import texting as standings
from usecases.service import Service, Work

RECEIVED = "delivered"  # the receipts, as the gateway names them
NO_SUCH_NUMBER = "permanent-failure"
RECEIPTS = NOT_RECEIVED | {RECEIVED}
LATE = timedelta(minutes=1)  # of two clocks, and until it is written down that a message was taken
KEPT = timedelta(days=7)  # by Notify, both what came in and what became of a message
CAUGHT_UP = "texts_caught_up"  # the moment up to which nothing is missing, among the jobs of the clock
OVERLAP = timedelta(minutes=10)  # of two looks: what has just come in may not be shown at once
TOLD_AFTER = (timedelta(hours=1), timedelta(hours=73))  # a receipt mostly comes at once; networks try for three days
WHY_NOT = {NO_SUCH_NUMBER: Bar.WRONG.value}  # as of a message that was not taken at once


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
            await standings.wrong(tx, sent[0].individual_id, sent[0].number, now)
        if status in NOT_RECEIVED and not sent[0].receipt:
            await _not_received(service, tx, [one.row for one in sent], WHY_NOT.get(status, Trouble.TEXTS.reason))
        if status == RECEIVED:
            for one in sent:
                if one.row.owed.kind == offering.TEXT:
                    await offering.made(service, tx, one.row.owed.subject.id, How.TEXT)
    service.wake()
    return True


async def _not_received(service: Service, tx: AsyncConnection, rows: Sequence[Row], why: str) -> None:
    """As where it is refused at once: whoever wrote it learns so, or somebody rings if it would be said now."""
    now = service.clock.now()
    known = await facts.load(service, tx, [row.owed.saying for row in rows], now)
    died = await dates.reading_died(row.owed.individual_id or 0 for row in rows).alone(tx)
    for row in rows:
        owed, about = row.owed, known[row.owed.subject]
        if isinstance(about, AboutSaid) and about.by is not None:
            params = {"reason": why}  # they have been told already that it was sent
            step = f"receipt-{row.id}"
            news = Owed("answer_ended", owed.subject, To.STAFF, now, step=step, to_id=about.by.id, params=params)
            await outbox.owe(tx, news, now)
            continue
        gates = truth.gates(owed, about, linked=True, died=owed.individual_id in died)
        if _would_not_be_said(service, owed, gates, now):
            continue
        await settling.tell_who_answered(tx, row, about, why, now)
        ahead = gates.starts_at is not None and gates.starts_at > now
        if ahead or owed.expires_at is None or now < owed.expires_at:
            await settling.pass_to_staff(service, tx, row, about, now)


def _would_not_be_said(service: Service, owed: Owed, gates: Gates, now: datetime) -> bool:
    """By the rules of the outbox. Late as it is, a person can still say it, and to whoever wants no messages, too."""
    verdict = decide(replace(owed, expires_at=None), gates, now, service.calendar, off=NOBODYS_CALL)
    return isinstance(verdict, End) and verdict.status is not Status.MISSED


# ── What was not brought ────────────────────────────────────────────────────────────────────────────────────────────


async def caught_up(service: Service) -> datetime | None:
    """The moment up to which nothing is missing of what the gateway has; none if it was never asked."""
    async with service.db.read() as tx:
        return await runs.last(tx, CAUGHT_UP)


async def note_caught_up(service: Service, at: datetime) -> None:
    async with service.db.write() as tx:
        await runs.note(tx, CAUGHT_UP, at)


def texted_since(since: datetime | None, now: datetime) -> datetime:
    """From when on the gateway is asked what people texted."""
    return since - OVERLAP if since is not None else now - KEPT


async def unheard(service: Service, all_: Sequence["Came"]) -> list["Came"]:
    """Those of them that have not been acted on, in the same order."""
    async with service.db.read() as tx:
        known = await awaited.known(tx, [str(came.reference) for came in all_])
    return [came for came in all_ if str(came.reference) not in known]


async def without_receipt(service: Service, since: datetime | None, now: datetime) -> list[str]:
    """The messages, by the gateway's names, whose receipt should have come since the last look: each is asked about
    once then, and once when nobody tries any more."""
    async with service.db.read() as tx:
        return await awaited.without_receipt(tx, [((since or now - KEPT) - one, now - one) for one in TOLD_AFTER])


# ── What people text ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Came:
    """One text: the gateway's name for it, the number that it came from (E.164), its words, and when the gateway
    received it, if that is known: what cannot be brought at once is brought later, perhaps after the next. What was
    `found`, as it was asked for, may be days old; only then is `at` by the gateway's own clock, and no network's."""

    reference: UUID
    number: str
    words: str
    at: datetime | None = None
    found: bool = False

    @property
    def update_id(self) -> int:
        """A number of its own, as an update of Telegram has: below zero, where those have none."""
        return -1 - self.reference.int % 2**62

    def answers(self, now: datetime) -> datetime:
        """The moment by which it was said whatever it answers: what is brought is heard as things stand."""
        return min(self.at, now) if self.found and self.at is not None else now


@dataclass(frozen=True)
class _Phone:
    """Whose a phone is, as far as is known: who has its number on record (an answer finds its way there by the record
    alone), whom our messages to it were for (of the last one first), who may be speaking (nobody whose it is said not
    to be; several, where nobody can tell), and who may be in danger: of them, nobody is left out for a doubt."""

    holders: Sequence[int]
    told: Sequence[int]
    speakers: Sequence[int]
    endangered: Sequence[int]

    @staticmethod
    async def read(service: Service, tx: AsyncConnection, came: "Came") -> "_Phone":
        """Whoever had been told last speaks, while what they were told is no older than a question; unless somebody who
        has the number has agreed to texts there since."""
        number, at = came.number, came.answers(service.clock.now())
        hashes = service.db.keys.hashes(number)
        holders, told = await texts.whose(tx, hashes), await texts.told(tx, hashes, at + LATE)
        standing = await texts.standing(tx, [*holders, *list(told)[:1]])
        theirs = [id_ for id_, one in standing.items() if not one.denied(number)]
        agreed = [(id_, standing[id_].agreed_at) for id_ in holders if standing[id_].agreed_number == number]
        since = at - questions.LASTS
        last = [
            id_
            for id_, then in list(told.items())[:1]
            if id_ in theirs
            and then >= since
            and not any(yes and then < yes <= at for one, yes in agreed if one != id_)
        ]
        holding = [id_ for id_ in holders if id_ in theirs]
        either = list(dict.fromkeys((*last, *holding)))
        return _Phone(holders, list(told), last or holding, either or holders or list(told)[:1])

    @property
    def known(self) -> Sequence[int]:
        """Everybody of whom there is something on record."""
        return [*self.speakers, *self.holders, *self.told]


async def hear(service: Service, came: Came) -> Sequence[Answer]:
    """Acts on a text, once. What is to be said at once to a phone that no record has, and is in danger, is given back,
    each time that the text is brought."""
    async with service.db.write() as tx:
        phone = await _Phone.read(service, tx, came)
        now = service.clock.now()
        if phone.known and await texts.note_came(tx, phone.known[0], str(came.reference), now):
            await _act(service, tx, came, phone)
    service.wake()
    return () if phone.holders else _to_a_stranger(came, phone)


async def _act(service: Service, tx: AsyncConnection, came: Came, phone: _Phone) -> None:
    """STOP and WRONG end it at this number, and nothing is answered. All else is somebody's words; and so are words of
    danger, whatever stands beside them."""
    in_danger = danger.heard_in(came.words) is not None
    word = texting.word_beside(came.words) if in_danger else texting.word(came.words)
    if in_danger or word not in (Word.STOP, Word.WRONG):
        await _pass_on(service, tx, came, phone, word, in_danger)
    if word is Word.STOP:
        await _stop(service, tx, came, phone, passed_on=in_danger)
    if word is Word.WRONG:
        await _wrong(service, tx, came, phone)
    if not in_danger and (at := came.answers(service.clock.now())) < service.clock.now() - LATE:
        most = len(phone.speakers) + len(phone.holders)
        await awaited.said_then(tx, [came.update_id - n for n in range(most)], at)


async def _pass_on(
    service: Service, tx: AsyncConnection, came: Came, phone: _Phone, word: Word | None, in_danger: bool
) -> None:
    """To whoever works with the one who speaks. If nobody knows which of several it is, to duty, for each of them; in
    danger, for everybody whom it may be. The phone is answered once."""
    answered = False
    for n, id_ in enumerate(phone.endangered if in_danger else phone.speakers):
        work = await _work(service, tx, came, id_, n)
        answers: Sequence[Answer] = ()
        if phone.speakers == [id_]:
            answers = await _answers(work, came, word)
        elif came.words and not in_danger:
            once = f"words:{work.update_id}"
            item, _ = await items.raise_item(service, tx, Kind.WORDS, once, id_, None, words=came.words)
            await said.add(tx, id_, work.now, work.update_id, came.words, item_id=item.id)
        answers = _in_a_text(await service.listen(work, answers))
        if answers and not answered and id_ in phone.holders:
            await _owe(work, came, answers)
            answered = True


def _to_a_stranger(came: Came, phone: _Phone) -> Sequence[Answer]:
    """To a number that nobody has on record: in danger, they are told whom to ring, and whether it was passed on."""
    if danger.heard_in(came.words) is None:
        return ()
    return (send("danger_stranger", heard=int(bool(phone.endangered))),)


async def _stop(service: Service, tx: AsyncConnection, came: Came, phone: _Phone, passed_on: bool) -> None:
    """No more texts to this number, for whoever has it. Where it is one person's, who agreed to texts and has no chat,
    it is their STOP to all; a chat goes on, and their worker reads what they texted."""
    now = service.clock.now()
    chats = await people.chats_of_individuals(tx, phone.holders)
    standing = await texts.standing(tx, phone.holders)
    for n, id_ in enumerate(phone.holders):
        await people.change_individual(tx, id_, texts_stopped_at=now)
        if id_ in chats and not passed_on:
            work = await _work(service, tx, came, id_, n)
            await talk.from_individual(work, work.as_individual(), talk.Sent(came.words))
        elif id_ not in chats and len(phone.holders) == 1 and standing[id_].agreed_at is not None:
            await people.change_individual(tx, id_, stopped_at=now)
    await _no_longer(service, tx, came, phone)


async def _wrong(service: Service, tx: AsyncConnection, came: Came, phone: _Phone) -> None:
    """The number is not theirs, says whoever holds it: what is texted from there is not theirs either. It is not that
    of the one whom our last message was for; if there was none, of nobody who has it on record."""
    whose = phone.told[:1] or phone.holders
    for id_ in whose:
        await standings.wrong(tx, id_, came.number, service.clock.now(), said=True)
    await _no_longer(service, tx, came, phone)
    others = [id_ for id_ in phone.told if id_ in whose or id_ not in phone.holders]
    await texts.forget(tx, service.db.keys.hashes(came.number), others)


async def _no_longer(service: Service, tx: AsyncConnection, came: Came, phone: _Phone) -> None:
    """Of those who had this number an old yes to it counts no more, should it come on record again."""
    before = [id_ for id_ in phone.told if id_ not in phone.holders]
    for id_, one in (await texts.standing(tx, before)).items():
        if one.agreed_number == came.number:
            await people.change_individual(tx, id_, texts_stopped_at=service.clock.now())


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


async def _answers(work: Work, came: Came, word: Word | None) -> Sequence[Answer]:
    individual = work.as_individual()
    about = Subject("individual", individual.id)
    if not came.words:
        return [send("text_empty", about)]
    if word is Word.HELP:
        return [send("text_help", about)]
    if word is Word.NEXT:
        return [send("next_dates", about)]
    by = came.answers(work.now)
    asked = await texts.newest_question(work.tx, individual.id, by - questions.LASTS, by + LATE)
    if asked is not None:
        kind, about_date, spoken = asked.owed.kind, asked.owed.subject, replace(work, sent_at=came.at)
        if questions.meant(kind, work.words) is not None and await _answered_since(spoken, about_date.id):
            return []
        try:
            if await _told_since(spoken, about_date):
                raise Stale
            found = await replies.answering(spoken, kind, about_date, work.words)
        except (NotKnown, Stale):  # it has changed since: this is how it stands
            return [send("next_dates", about)]
        if found is not None:
            return found
    return await talk.from_individual(work, individual, talk.Sent(work.words))


async def _answered_since(spoken: Work, appointment_id: int) -> bool:
    """Whether they have said something later about this date, which stands."""
    said_of_it = (await dates.reading_replies([appointment_id]).alone(spoken.tx)).get(appointment_id, [])
    return any(one.at > spoken.said_at for one in said_of_it)


async def _told_since(spoken: Work, about_date: Subject) -> bool:
    """Whether they have been told of another time for this date since they spoke."""
    if spoken.now - spoken.said_at < LATE:
        return False
    then = replace(spoken, now=spoken.said_at)
    return await questions.revision_shown(spoken, about_date) != await questions.revision_shown(then, about_date)


def _in_a_text(answers: Sequence[Answer]) -> Sequence[Answer]:
    """One text in answer: whom to ring before all else. What the chat asks in buttons is not asked."""
    urgent = [one for one in answers if one.saying.kind == "danger"]
    return urgent or [one for one in answers if not one.saying.kind.startswith("ask_")][:1]
