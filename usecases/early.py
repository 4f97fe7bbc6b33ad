"""/early: may we tell you from 6:30 if the day is off? Only the individual says so."""

from collections.abc import Sequence

from db import people
from domain.outbox import Answer, Subject, edit, send
from usecases.service import Work, use_case


@use_case
async def ask(work: Work) -> Sequence[Answer]:
    return [send("early_ask", Subject("individual", work.as_individual().id))]


@use_case
async def agree(work: Work, wanted: bool) -> Sequence[Answer]:
    """Yes or no, from the next day that is off."""
    individual = work.as_individual()
    await people.change_individual(work.tx, individual.id, early_agreed=wanted)
    return [edit("early_set", Subject("individual", individual.id))]
