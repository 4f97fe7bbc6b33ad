"""A message that comes while somebody answers a form does not bury it: the open question follows below, and its older
screen goes. One that asks for their own words stays the last: they answer it first, and the question follows then."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import offering as store
from db import outbox, sittings, traces
from domain import questionnaires
from domain.offering import END
from domain.outbox import Accepted, Owed, Row, Subject, To
from usecases import hiding, questions
from usecases.parcels import Recipient, Result
from usecases.service import Service

BACK = "form_back"
SHOWN_ANEW = ("form", "form_offer", "form_again")  # because of something that its person did, or on its own days
SCREENS = (*SHOWN_ANEW, BACK)  # kinds under which a form stands in its person's chat
LEFT_LYING = timedelta(days=2)  # of silence: then the form is asked about on its own days, and not at every reminder


async def after_sending(service: Service, tx: AsyncConnection, results: Sequence[Result]) -> None:
    """Of each chat into which something else went, the form that is under way follows; of each form that did, the older
    screen is taken out."""
    told: dict[int, Row] = {}
    for parcel, outcomes in results:
        for whom, outcome in outcomes.items():
            if not isinstance(outcome, Accepted) or not isinstance(whom, Recipient) or whom.staff:
                continue
            owed = parcel.row.owed
            if owed.kind == BACK and "edit" not in owed.params:
                await _take_older(tx, whom.chat, owed.subject, outcome.message_id, service)
            elif owed.to is To.INDIVIDUAL and owed.kind not in SCREENS and "edit" not in owed.params:
                told[owed.individual_id or 0] = parcel.row
    if told:
        await _show_again(service, tx, told)


async def _show_again(service: Service, tx: AsyncConnection, told: dict[int, Row]) -> None:
    now = service.clock.now()
    begun = await store.begun_in_chat(tx, told)
    states = await sittings.reading_states(one.form_id for one in begun).alone(tx) if begun else {}
    for one in begun:
        row, state = told[one.individual_id], states.get(one.form_id)
        if questions.asks_for_words(row.owed.kind, at_the_end=one.occasion == END):
            continue
        if state is None or not questionnaires.Sitting.from_row(state).under_way:
            continue
        shown = await traces.about(tx, Subject("sitting", one.id), SHOWN_ANEW)
        last = max([one.started_at or one.owed_at, *(trace.at for trace in shown)])
        if now - last < LEFT_LYING:
            about, step = Subject("sitting", one.id), str(row.id)
            owed = Owed(BACK, about, To.INDIVIDUAL, now, step=step, individual_id=one.individual_id)
            await outbox.owe(tx, owed, now)


async def _take_older(tx: AsyncConnection, chat: int, about: Subject, newest: int, service: Service) -> None:
    shown = [one for one in await traces.about(tx, about, SCREENS) if one.chat == chat and one.message_id < newest]
    if shown:
        await hiding.take_away(tx, chat, service.clock.now(), only=shown[-1].message_id)
