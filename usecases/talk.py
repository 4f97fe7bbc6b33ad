"""What people type and send: an individual's words reach a person, who answers by replying to the card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db import items, outbox, people, said, traces
from domain import talk
from domain.compliance import Item, Kind
from domain.errors import NotKnown
from domain.outbox import Answer, Owed, Subject, To, send
from domain.people import Act, Individual
from domain.talk import Media
from usecases import (
    access,
    asking,
    awaiting,
    conversation,
    danger,
    enrolment,
    moderating,
    registering,
    replies,
    sittings,
    taking_places,
)
from usecases import items as open_items
from usecases.service import Work, use_case

ANSWERABLE = (*open_items.CARDS, "item_faded", "item_now", "talk_page", "said_media", "answer_ended")

BETWEEN_STAFF = frozenset({Kind.NOTE, Kind.UNRECORDED})  # a reply to it is meant for a colleague, not for the person


@dataclass(frozen=True)
class Sent:
    """What came in one message: words, a photo or a voice note, and which message it replies to."""

    words: str = ""
    media: Media | None = None
    reply_to: int | None = None
    at: datetime | None = None  # when it was sent: it may have waited on the phone


@use_case
async def hear(work: Work, sent: Sent) -> Sequence[Answer]:
    """Anything that is no command. An individual's is kept and passed on; staff's answers whoever the card is about."""
    if work.chat is None:
        return await enrolment.prove(work, sent.words)
    card = await _card_replied_to(work, sent)
    if card is not None:
        return await _answer(work, card, sent)
    if sent.media is None and (answers := await awaiting.heard(work, sent.words)) is not None:
        return answers
    if (answers := await sittings.typed(work, sent.words if sent.media is None else "", sent.reply_to)) is not None:
        return answers
    if sent.media is None and (answers := await replies.typed(work, sent.words)) is not None:
        return answers
    if sent.media is None and (answers := await taking_places.typed(work, sent.words)) is not None:
        return answers
    if sent.media is None and (answers := await moderating.typed(work, sent.words)) is not None:
        return answers
    if work.individual is not None:
        passed_on = await from_individual(work, work.individual, sent)
        return [*passed_on, *await sittings.open_again(work)] if passed_on else []
    if sent.media is None and (answers := await registering.typed(work, sent.words, sent.at or work.now)) is not None:
        return answers
    return _not_understood(work)


@use_case
async def not_words(work: Work) -> Sequence[Answer]:
    """A sticker, a video, a file: it cannot be passed on, and nobody should believe that it was."""
    if (answers := await sittings.typed(work, "")) is not None:
        return answers
    if work.individual is not None:
        return [send("only_words", Subject("individual", work.individual.id))]
    return _not_understood(work)


def _not_understood(work: Work) -> Sequence[Answer]:
    if work.staff is not None:
        return [send("help_staff", Subject("staff", work.staff.id), unclear=1)]
    return [send("error_stranger")]


# ── From an individual ──────────────────────────────────────────────────────────────────────────────────────────────


async def from_individual(work: Work, individual: Individual, sent: Sent) -> Sequence[Answer]:
    """Kept with its moment. Words of danger go to whoever is on duty instead (`danger.listen`, which answers)."""
    await said.add(work.tx, individual.id, work.now, work.update_id, sent.words, sent.media)
    wished = individual.language_wish == "" and bool(sent.words)
    if wished:
        await people.change_individual(work.tx, individual.id, language_wish=sent.words)
    if danger.heard_in(sent.words) is not None:
        return []
    which = await replies.of_several(work, sent.words)
    item = await conversation.pass_on(work, individual, sent.words, reason="language" if wished else "")
    await said.belongs_to(work.tx, work.update_id, item.id)
    told = {**await asking.promise(work, item), **({"which": 1} if which else {})}
    return [send("passed_on", Subject("individual", individual.id), **told)]


# ── From staff ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def _card_replied_to(work: Work, sent: Sent) -> traces.Trace | None:
    """The card, or other message about a conversation, that a member of staff replies to."""
    if work.staff is None or work.chat is None or sent.reply_to is None:
        return None
    trace = await traces.ours(work.tx, work.chat.id, sent.reply_to)
    return trace if trace is not None and trace.kind in ANSWERABLE else None


async def _answer(work: Work, card: traces.Trace, sent: Sent) -> Sequence[Answer]:
    """Kept in the conversation, owed to the individual at once, and whoever answers has the item. What becomes of it
    on the way is told by whoever sends it (`outgoing`)."""
    item = await _item_of(work, Subject.parse(card.subject))
    individual = await people.individual(work.tx, item.individual_id)
    staff = await access.require_for(work, Act.ANSWER, individual, "answered", item)
    if item.kind in BETWEEN_STAFF:
        return [send("answer_nobody", Subject("item", item.id))]
    if talk.too_long(sent.words, sent.media):
        return [send("answer_too_long", Subject("item", item.id))]
    id_ = await said.add(
        work.tx, item.individual_id, work.now, work.update_id, sent.words, sent.media, staff.id, item.id
    )
    about = Subject("said", id_)
    answer = Owed(talk.ANSWER, about, To.INDIVIDUAL, work.now, individual_id=item.individual_id)
    await outbox.owe(work.tx, answer, work.now)
    await open_items.take(work, item)
    await open_items.seen(work, item)
    return []


async def _item_of(work: Work, about: Subject) -> Item:
    """The item that a card, or a thing that was said, belongs to."""
    id_: int | None = about.id
    if about.type == "said":
        remark = (await said.by_ids(work.tx, [about.id])).get(about.id)
        id_ = remark.item_id if remark is not None else None
    item = await items.item(work.tx, id_) if id_ is not None else None
    if item is None:
        raise NotKnown
    return item


@use_case
async def read(work: Work, item_id: int, page: int) -> Sequence[Answer]:
    """An earlier page of the conversation that an item belongs to; the newest is 0."""
    item = await open_items.within_reach(work, item_id, "conversation read")
    await open_items.seen(work, item)
    return [send("talk_page", Subject("item", item.id), page=page)]
