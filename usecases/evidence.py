"""What individuals send to show why they missed a date: kept sealed, for the named worker who decides."""

from collections.abc import Awaitable, Callable, Sequence

from db import contacts, dates, evidence, items, people, said, traces
from domain import attendance, deciding
from domain import evidence as rules
from domain.attendance import Outcome
from domain.compliance import Item, Kind
from domain.evidence import Absence, Offered, Refusal
from domain.outbox import Answer, Subject, send
from domain.people import Individual
from usecases import asking, conversation, questions, talk
from usecases import deciding as decisions
from usecases.service import Service, Turn, Work, use_case
from usecases.talk import Sent

Fetch = Callable[[], Awaitable[bytes | None]]  # what was sent; None if it could not be had
MEGABYTE = 1024 * 1024


async def take_in(service: Service, turn: Turn, sent: Sent, offered: Offered, fetch: Fetch) -> None:
    """A photo or a file. What is evidence is fetched first, while no transaction is open: a crash before it is kept
    leaves the update in the inbox, and all of this runs again. The rest is talk."""
    if await _is_meant(service, turn, sent, offered):
        content = None if rules.too_large(offered) else await fetch()
        await keep(service, turn, sent, offered, content)
    elif offered.document:
        await talk.not_words(service, turn)
    else:
        await talk.hear(service, turn, sent)


async def _is_meant(service: Service, turn: Turn, sent: Sent, offered: Offered) -> bool:
    async with service.db.read() as tx:
        chat = await people.chat_by_hash(tx, service.db.keys.hashes(turn.chat_id))
        if chat is None or chat.individual_id is None:
            return False
        individual = await people.individual(tx, chat.individual_id)
        work = Work(service, tx, service.clock.now(), turn.update_id, turn.chat_id, chat, individual)
        return await _meant(work, sent, offered) is not None


@use_case
async def keep(work: Work, sent: Sent, offered: Offered, content: bytes | None) -> Sequence[Answer]:
    """Kept under the missed date that it is about, whose worker hears that there is something new; or refused kindly,
    with what was found and what can be taken. Words beside it are kept in any case."""
    individual, alert = work.as_individual(), await _meant(work, sent, offered)
    if alert is None or alert.appointment_id is None:  # it was withdrawn while this was on its way
        return await _not_evidence(work, individual, sent)
    if sent.words:
        await said.add(work.tx, individual.id, work.now, work.update_id, sent.words, item_id=alert.id)
    refused = rules.refusal(offered, content, await evidence.count(work.tx, alert.id))
    if refused is not None:
        if sent.words:
            await conversation.join(work, individual, alert)
        return [_refusal(individual, sent, refused, max(offered.size, len(content or b"")))]
    assert content is not None
    await _keep(work, alert.id, alert.appointment_id, content)
    if not alert.open:
        alert = await decisions.reopen(work, alert)
    alert = await conversation.join(work, individual, alert)
    promise = await asking.promise(work, alert)
    return [send("evidence_kept", Subject("individual", individual.id), **promise)]


async def _not_evidence(work: Work, individual: Individual, sent: Sent) -> Sequence[Answer]:
    if sent.media is not None or sent.words:
        return await talk.from_individual(work, individual, sent)
    return [send("only_words", Subject("individual", individual.id))]


async def _keep(work: Work, item_id: int, appointment_id: int, content: bytes) -> None:
    mime = rules.kind_of(content)
    assert mime is not None
    whose = (work.as_individual().id, item_id, appointment_id)
    await evidence.add(work.tx, *whose, work.now, work.update_id, mime, content)


def _refusal(individual: Individual, sent: Sent, why: Refusal, size: int) -> Answer:
    found = rules.MOST_FILES if why is Refusal.MANY else -(-size // MEGABYTE)
    told = {"why": why.value, "found": found, "words": int(bool(sent.words))}
    return send("evidence_refused", Subject("individual", individual.id), **told)


async def _meant(work: Work, sent: Sent, offered: Offered) -> Item | None:
    """The alert that something was sent about; None if it is no evidence."""
    alerts = await items.of_individual(work.tx, Kind.NON_ATTENDANCE, work.as_individual().id)
    alerts = [alert for alert in alerts if alert.appointment_id is not None and alert.withdrawn_at is None]
    if not alerts:
        return None
    absences = await _absences(work, alerts)
    chosen = rules.belongs_to(absences, await _replied_to(work, sent), await _asked_about(work), offered.document)
    return next((alert for alert in alerts if chosen is not None and alert.id == chosen.item_id), None)


async def _absences(work: Work, alerts: Sequence[Item]) -> list[Absence]:
    """The same dates, as the rule sees them."""
    done = await contacts.of_items(work.tx, [alert.id for alert in alerts])
    records = await dates.records(work.tx, [alert.appointment_id or 0 for alert in alerts])
    found = []
    for alert in alerts:
        record = attendance.standing(records.get(alert.appointment_id or 0, ()))
        refused = record is not None and record.outcome is Outcome.MISSED_NOT_ACCEPTED
        asked = deciding.waits_for_more(done.get(alert.id, ()))
        found.append(Absence(alert.id, alert.appointment_id or 0, alert.open, asked, refused))
    return found


async def _replied_to(work: Work, sent: Sent) -> int | None:
    """The date of the message of ours that this replies to."""
    if work.chat is None or sent.reply_to is None:
        return None
    about = await traces.subject_of(work.tx, work.chat.id, sent.reply_to)
    return about.id if about is not None and about.type == "appointment" else None


async def _asked_about(work: Work) -> int | None:
    """The date that our newest question in this chat is about, if that asks after a miss."""
    question = await questions.newest_button(work)
    if question is None or question.kind not in questions.AFTER_A_MISS:
        return None
    return Subject.parse(question.subject).id
