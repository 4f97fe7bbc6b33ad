"""What people type: an individual's words reach a person, and they are told truthfully when."""

from collections.abc import Sequence

from db import people
from domain import compliance
from domain.outbox import Answer, Subject, send
from domain.people import Individual
from usecases import awaiting, items, sittings
from usecases.service import Work, use_case


@use_case
async def said(work: Work, text: str) -> Sequence[Answer]:
    """Any other words. An individual's are kept and passed on; staff are shown what can be said here."""
    if (answers := await awaiting.heard(work, text)) is not None:
        return answers
    if (answers := await sittings.typed(work, text)) is not None:
        return answers
    if work.individual is not None:
        return await _from_individual(work, work.individual, text)
    if work.staff is not None:
        return [send("help_staff", Subject("staff", work.staff.id), unclear=1)]
    return [send("error_stranger")]


@use_case
async def not_words(work: Work) -> Sequence[Answer]:
    """A photo, a voice note, a sticker: it cannot be passed on yet, and nobody should believe that it was."""
    if (answers := await sittings.typed(work, "")) is not None:
        return answers
    if work.individual is not None:
        return [send("only_words", Subject("individual", work.individual.id))]
    if work.staff is not None:
        return [send("help_staff", Subject("staff", work.staff.id), unclear=1)]
    return [send("error_stranger")]


async def _from_individual(work: Work, individual: Individual, text: str) -> Sequence[Answer]:
    about = Subject("individual", individual.id)
    wished = individual.language_wish == ""
    if wished:
        await people.change_individual(work.tx, individual.id, language_wish=text)
    order = await items.order_to_speak_about(work.tx, individual.id)
    await items.raise_item(
        work.service,
        work.tx,
        compliance.Kind.WORDS,
        f"words:{work.update_id}",
        individual.id,
        order,
        reason="language" if wished else "",
        words=text,
    )
    return [send("passed_on", about)]
