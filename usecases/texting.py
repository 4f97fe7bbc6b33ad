"""Text messages to people whom the chat does not reach: who agreed to them and to which number, and who wants no more.

Staff put a yes on record; nobody else can. It ends with STOP, with a wrong number, with another number on record, and
when the person leaves the chat (see `domain.texting`).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import people, texts
from domain.errors import Stale
from domain.facts import AboutTexts
from domain.outbox import Accepted, Answer, Reception, Subject, Unreachable, edit, send
from domain.people import Act, Individual
from domain.texting import Bar
from usecases import access
from usecases.parcels import Texted
from usecases.service import Work, use_case
from usecases.subjects import Source, loads_one

AGREED, NO_MORE = "texts agreed", "texts stopped"


@use_case
async def show(work: Work, case_ref: str) -> Sequence[Answer]:
    """/texts CASE_REF: how it stands, and what can be put on record."""
    individual = await people.individual_by_ref(work.tx, case_ref)
    return [await _shown(work, individual, "texts")]


async def _shown(work: Work, individual: Individual | None, what: str, kind: str = "texts") -> Answer:
    await access.require_for(work, Act.TEXTS, individual, what)
    assert individual is not None
    return send(kind, Subject("texts", individual.id))


@use_case
async def ask(work: Work, individual_id: int) -> Sequence[Answer]:
    """*They agreed to text messages at …123*: is it so? The number may not be theirs alone."""
    answer = await _shown(work, await people.individual(work.tx, individual_id), "texts", "texts_confirm")
    return [edit(answer.saying.kind, answer.saying.subject)]


@use_case
async def agree(work: Work, individual_id: int, ending: str, bar: Bar) -> Sequence[Answer]:
    """*Yes, they did*: from now on, to the number that was shown, which ends so. Raises Stale if something else stands
    in the way by now than was shown: the person may have said STOP since."""
    individual = await people.individual(work.tx, individual_id)
    answer = await _shown(work, individual, AGREED)
    standing = (await texts.standing(work.tx, [individual_id]))[individual_id]
    as_shown = standing.number.endswith(ending) and standing.bar is bar
    if not as_shown or bar in (Bar.NOT_LINKED, Bar.SHARED):
        raise Stale
    values: dict[str, object] = {
        "texts_agreed_at": work.now,
        "texts_agreed_by": work.as_staff().id,
        "texts_number": standing.number,
        "texts_stopped_at": None,
        "texts_wrong_at": None,
        "texts_wrong_number": None,
        "texts_wrong_said": False,
    }
    if not await people.chats_of_individuals(work.tx, [individual_id]):  # in a chat only they themselves start it again
        values["stopped_at"] = None
    await people.change_individual(work.tx, individual_id, **values)
    return [edit(answer.saying.kind, answer.saying.subject)]


@use_case
async def stop(work: Work, individual_id: int) -> Sequence[Answer]:
    """*No more text messages*: the chat, if they have one, goes on."""
    answer = await _shown(work, await people.individual(work.tx, individual_id), NO_MORE)
    await people.change_individual(work.tx, individual_id, texts_stopped_at=work.now)
    return [edit(answer.saying.kind, answer.saying.subject)]


@loads_one("texts")
async def about(source: Source, individual_id: int) -> AboutTexts | None:
    """How it stands."""
    individual = await people.individual(source.tx, individual_id)
    if individual is None:
        return None
    standing = (await texts.standing(source.tx, [individual_id]))[individual_id]
    by = (await people.everybody_on_staff(source.tx)).get(standing.agreed_by or 0)
    return AboutTexts(individual, standing, source.service.policy.texts, by)


# ── What the gateway said at once ───────────────────────────────────────────────────────────────────────────────────


async def settled(
    tx: AsyncConnection, whom: Texted, outbox_ids: Sequence[int], outcome: Reception, now: datetime
) -> None:
    """Writes down that a message was taken, or that its number is none."""
    if isinstance(outcome, Accepted):
        await texts.note_accepted(tx, outbox_ids, whom.individual_id, whom.number, outcome.reference, now)
    elif isinstance(outcome, Unreachable):
        await wrong(tx, whom.individual_id, whom.number, now)


async def wrong(tx: AsyncConnection, individual_id: int, number: str, now: datetime, said: bool = False) -> None:
    """The number is not theirs, as somebody `said`, or is none: it is on the repair list until staff put another yes on
    record. If another one is on record by now, nothing is known against that."""
    standing = (await texts.standing(tx, [individual_id]))[individual_id]
    if number and standing.number == number:
        values = {"texts_wrong_at": now, "texts_wrong_number": number, "texts_wrong_said": said}
        await people.change_individual(tx, individual_id, **values)
