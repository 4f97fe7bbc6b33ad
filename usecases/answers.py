"""What a person answered at the start and at reviews, for those who work with them: so that they can help.

What was answered at the end is no part of it, whoever asks.
"""

from collections.abc import Sequence

from db import answers as store
from db import people, traces
from domain.heeding import AboutAnswers, Given
from domain.outbox import Answer, Subject, edit, send
from domain.people import Act, Individual
from usecases import access
from usecases.service import Work, use_case
from usecases.subjects import Source, loads_one


async def to_be_read(work: Work, individual: Individual) -> bool:
    """Whether there are any, and the speaker may read them."""
    return await access.reaches(work, Act.READ_ANSWERS, individual) and bool(await store.given(work.tx, individual.id))


@use_case
async def show(work: Work, individual_id: int, later: int) -> Sequence[Answer]:
    """*Answers* on the case card: those at the start beside one of the later ones."""
    individual = await people.individual(work.tx, individual_id)
    await access.require_for(work, Act.READ_ANSWERS, individual, "answers")
    tapped = await traces.ours(work.tx, work.chat.id, work.tapped) if work.chat and work.tapped else None
    speak = edit if tapped is not None and tapped.kind == "answers" else send
    return [speak("answers", Subject("answers", individual_id), later=later)]


@loads_one("answers")
async def about(source: Source, individual_id: int) -> AboutAnswers | None:
    """All of the order about which they last answered; versions of forms that are not there any more are left out."""
    individual = await people.individual(source.tx, individual_id)
    if individual is None:
        return None
    definitions, calendar = source.service.forms.definitions, source.service.calendar
    found = await store.given(source.tx, individual_id)
    return AboutAnswers(
        individual,
        tuple(
            Given(one.occasion, calendar.day(one.finished_at), definitions[one.ref].questions, one.answers)
            for one in found
            if one.ref in definitions
        ),
    )
