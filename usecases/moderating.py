"""/moderate: own words at the end are read first by somebody outside the case, one text at a time and in no order.

Whose a text is decides who may read it, and nothing more of that is ever shown: a text of somebody whom the reader
works with is not offered to them, and its button answers as one that is gone. Nobody's name goes on the record of who
looked: it would say whose form was read, and when.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from db import outbox, people, sittings
from db import quotes as store
from domain import danger, moderating
from domain.errors import NotKnown, Stale
from domain.moderating import AboutQuote, AboutQuoting, Allowed, Quote, Status, Unread, Verdict
from domain.outbox import Answer, Owed, Subject, To, edit, send
from domain.people import Act, Role, Staff
from domain.questionnaires import Way
from usecases import access, awaiting, neutral, offering, questions
from usecases import danger as alarms
from usecases.service import Work, use_case
from usecases.subjects import Source, loads

LONGEST = 600  # characters of what a moderator leaves of a text: as much as the form takes


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def show(work: Work) -> Sequence[Answer]:
    """/moderate: one text that waits."""
    return [await _another(work, send)]


@use_case
async def next_(work: Work, quote_id: int) -> Sequence[Answer]:
    """*Next*: another one, and this one only if there is no other."""
    return [await _another(work, edit, but=quote_id)]


@use_case
async def judge(work: Work, quote_id: int, verdict: Verdict) -> Sequence[Answer]:
    """What the reader says of a text; then another one."""
    quote = await _readable(work, quote_id)
    if verdict is Verdict.DANGER:
        await _raise(work, quote)
    await _decide(work, quote, verdict, None)
    return [await _another(work, edit)]


@use_case
async def take_names_out(work: Work, quote_id: int) -> Sequence[Answer]:
    """*Take names out*: what the reader types next is what is left of it."""
    quote = await _readable(work, quote_id)
    await awaiting.ask(work, "quote_words", quote=quote.id)
    return [send("moderate_type", Subject("quote", quote.id))]


@awaiting.hears("quote_words")
async def hear_words(work: Work, text: str, ids: Mapping[str, int]) -> Sequence[Answer] | None:
    """The words as they may be printed; too many are asked for again."""
    quote = await _readable(work, ids["quote"])
    if not text or len(text) > LONGEST:
        await awaiting.ask(work, "quote_words", quote=quote.id)
        return [send("moderate_type", Subject("quote", quote.id), found=len(text), most=LONGEST)]
    await _decide(work, quote, Verdict.FINE, text)
    return [await _another(work, send)]


async def _another(work: Work, speak: Callable[..., Answer], but: int | None = None) -> Answer:
    staff = await access.require(work, Act.READ_EXIT_TEXT)
    found = await within_reach(work, staff)
    others = [one for one in found if one.id != but] or found
    if not others:
        return speak("moderate_none")
    return speak("moderate", Subject("quote", secrets.choice(others).id), n=len(found))


async def within_reach(source: Source, staff: Staff) -> list[Quote]:
    """What waits and is for this reader: nothing of a case that they have to do with."""
    found = await store.waiting(source.tx)
    behind = await store.behind(source.tx, [one.form_id for one in found])
    known = await people.individuals_by_id(source.tx, {one.individual_id for one in behind.values()})
    teams = await store.teams(source.tx, known)
    young = {id_: await access.youth_team(source.tx, one) for id_, one in known.items() if one.youth}

    def free(quote: Quote) -> bool:
        whose = behind.get(quote.form_id)
        if whose is None:
            return True
        team = teams.get(whose.individual_id, frozenset()) | young.get(whose.individual_id, frozenset())
        return moderating.outside(staff, team, source.today)

    return [quote for quote in found if free(quote)]


async def _readable(work: Work, quote_id: int) -> Quote:
    """A text that this reader may read and nobody has decided on; of any other nothing is said but that it is gone."""
    staff = await access.require(work, Act.READ_EXIT_TEXT)
    found = next((one for one in await within_reach(work, staff) if one.id == quote_id), None)
    if found is None:
        raise Stale
    return found


async def _decide(work: Work, quote: Quote, verdict: Verdict, words: str | None) -> None:
    status = moderating.after(verdict, quote.allowed)
    by = {"moderated_by": work.as_staff().id, "moderated_at": work.now}
    await store.change(work.tx, quote.id, status=status.value, words=words, **by)
    if status is Status.ASKED:
        await store.change(work.tx, quote.id, asked_at=work.now)
        await _ask(work, quote)


async def _ask(work: Work, quote: Quote) -> None:
    """Shows the person their words once, when all of them have been read. Who answered by phone or on paper and has no
    chat is asked in the same way."""
    whose = (await store.behind(work.tx, [quote.form_id])).get(quote.form_id)
    left = [one for one in await store.of_form(work.tx, quote.form_id) if one.status is Status.WAITING]
    if whose is None or left:
        return
    sitting = (await sittings.sittings_by_id(work.tx, [whose.sitting_id]))[whose.sitting_id]
    if _was_helped(sitting) and await offering.bar_to(work.service, work.tx, sitting):
        await neutral.ask_about_words(work, sitting)
    else:
        about = Subject("quoting", sitting.id)
        asks = Owed("quote_ask", about, To.INDIVIDUAL, work.now, individual_id=whose.individual_id)
        await outbox.owe(work.tx, asks, work.now)


async def _raise(work: Work, quote: Quote) -> None:
    """A reader sees danger where no list of words does: duty has it, beside the person."""
    whose = (await store.behind(work.tx, [quote.form_id])).get(quote.form_id)
    individual = await people.individual(work.tx, whose.individual_id) if whose is not None else None
    if individual is not None:
        found = danger.Found("", quote.text[: danger.LONGEST_QUOTE])
        await alarms.raise_from_form(work, individual, found)


# ── The person's own yes ────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def answer(work: Work, sitting_id: int, agreed: bool) -> Sequence[Answer]:
    """*Yes, use them* or *No*, below their own words."""
    await _answered(work, sitting_id, agreed)
    return [edit("quote_answered", Subject("quoting", sitting_id), agreed=int(agreed))]


async def typed(work: Work, text: str) -> Sequence[Answer] | None:
    """Yes or no, if our newest question in this chat is about their own words; None if it is not."""
    question = await questions.last(work) if work.individual is not None else None
    agreed = questions.yes_or_no(text, numbered=False)
    if question is None or question.kind != "quote_ask" or agreed is None:
        return None
    sitting_id = Subject.parse(question.subject).id
    await _answered(work, sitting_id, agreed)
    return [send("quote_answered", Subject("quoting", sitting_id), agreed=int(agreed))]


async def _answered(work: Work, sitting_id: int, agreed: bool) -> None:
    await _settle(work, await _mine(work, sitting_id), agreed)


async def _settle(work: Work, found: Iterable[Quote], agreed: bool) -> None:
    for quote in found:
        status = Status.AGREED if agreed else Status.REFUSED
        await store.change(work.tx, quote.id, status=status.value)


@use_case
async def ask_again(work: Work, sitting_id: int) -> Sequence[Answer]:
    """*Change my mind*: the same words and the same question."""
    await _mine(work, sitting_id)
    return [edit("quote_ask", Subject("quoting", sitting_id))]


async def _mine(work: Work, sitting_id: int) -> list[Quote]:
    """The speaker's own texts of which they are or were asked; raises Stale once the tie to them is cut."""
    individual = work.as_individual()
    row = (await sittings.sittings_by_id(work.tx, [sitting_id])).get(sitting_id)
    if row is None or row.individual_id != individual.id:
        raise NotKnown
    return await _asked_of(work, row)


async def _asked_of(work: Work, row: sittings.Sitting) -> list[Quote]:
    found = [one for one in await store.of_form(work.tx, row.form_id) if _asked_about(one)]
    if not found:
        raise Stale
    return found


def _was_helped(row: sittings.Sitting) -> bool:
    """Whether somebody who was named for it typed the answers."""
    return row.helper_id is not None and row.way not in ("", Way.CHAT)


@use_case
async def answer_for(work: Work, sitting_id: int, agreed: bool) -> Sequence[Answer]:
    """What the person said when their words were read out to them."""
    row = await _helped(work, sitting_id)
    await _settle(work, await _asked_of(work, row), agreed)
    await offering.conclude_asking(work.service, work.tx, row)
    return [edit("quote_noted", Subject("quoting", sitting_id), agreed=int(agreed))]


@use_case
async def ask_for_again(work: Work, sitting_id: int) -> Sequence[Answer]:
    """*Put it right*: the same words and the same question."""
    await _asked_of(work, await _helped(work, sitting_id))
    return [edit("quote_ask_for", Subject("quoting", sitting_id))]


async def _helped(work: Work, sitting_id: int) -> sittings.Sitting:
    """A form that the speaker was named to ask about, by phone or on paper."""
    staff = work.as_staff()
    row = (await sittings.sittings_by_id(work.tx, [sitting_id])).get(sitting_id)
    if row is None or row.helper_id != staff.id or not _was_helped(row) or not staff.active_on(work.today):
        raise NotKnown
    await access.note(work, Act.FORMS, [row.individual_id], "own words asked about")
    return row


def _asked_about(quote: Quote) -> bool:
    decided = (Status.ASKED, Status.AGREED, Status.REFUSED)
    return quote.allowed is Allowed.ASK and quote.asked_at is not None and quote.status in decided


# ── What messages need ──────────────────────────────────────────────────────────────────────────────────────────────


@loads("quote")
async def about_quotes(source: Source, ids: Iterable[int]) -> dict[int, AboutQuote]:
    """Texts with the question that they answer."""
    found = await store.by_ids(source.tx, ids)
    refs = await store.refs(source.tx, [one.form_id for one in found.values()])
    forms = source.service.forms.definitions
    keys = {
        (ref, question.id): question.text_key
        for ref in set(refs.values()) & set(forms)
        for question in forms[ref].questions
    }
    return {id_: AboutQuote(one, keys.get((refs.get(one.form_id, ""), one.question), "")) for id_, one in found.items()}


@loads("quoting")
async def about_quoting(source: Source, ids: Iterable[int]) -> dict[int, AboutQuoting]:
    """Their own words, for the one person who wrote them."""
    rows = await sittings.sittings_by_id(source.tx, ids)
    known = await people.individuals_by_id(source.tx, {row.individual_id for row in rows.values()})
    return {
        id_: AboutQuoting(
            known[row.individual_id],
            id_,
            tuple(one for one in await store.of_form(source.tx, row.form_id) if _asked_about(one)),
        )
        for id_, row in rows.items()
    }


async def unread(source: Source) -> Unread:
    """How many texts wait and for how long, in whole weeks: a count, for managers."""
    number, oldest = await store.unread(source.tx)
    return Unread(number, _weeks(source, oldest))


async def waiting_for(source: Source, staff: Staff) -> Unread:
    """The same of what waits for one reader; nothing for anybody who is no moderator."""
    if Role.MODERATOR not in staff.roles:
        return Unread()
    found = await within_reach(source, staff)
    behind = await store.behind(source.tx, [one.form_id for one in found])
    sent = [one.finished_at for one in behind.values() if one.finished_at is not None]
    return Unread(len(found), _weeks(source, min(sent, default=None)))


def _weeks(source: Source, since: datetime | None) -> int:
    return (source.now - since).days // 7 if since is not None else 0
