"""What may be shown on a person's phone: their worker's name, and plain words, each only if they said so."""

from collections.abc import Sequence

from db import people
from domain.outbox import Answer, Subject, edit, send
from usecases.service import Work, use_case


@use_case
async def phone(work: Work) -> Sequence[Answer]:
    """/phone: the questions of the first day once more, and a way out for whoever this is not meant for."""
    return [send("ask_name", Subject("individual", work.as_individual().id), way_out=1)]


@use_case
async def show_name(work: Work, agreed: bool) -> Sequence[Answer]:
    """Whether the worker's first name may stand in this chat. Then: who else sees it?"""
    individual = work.as_individual()
    await people.change_individual(work.tx, individual.id, name_agreed=agreed)
    return [edit("ask_shared", Subject("individual", individual.id))]


@use_case
async def share_phone(work: Work, shared: bool) -> Sequence[Answer]:
    """Where somebody else sees the phone, words stay careful; where nobody does, the person chooses."""
    individual = work.as_individual()
    if not shared and individual.discreet:
        return [edit("phone_locked", Subject("individual", individual.id))]
    if not shared:
        return [edit("ask_plain", Subject("individual", individual.id))]
    await people.change_individual(work.tx, individual.id, plain=False)
    return [edit("phone_set", Subject("individual", individual.id))]


@use_case
async def choose_words(work: Work, plain: bool) -> Sequence[Answer]:
    """Plain words, or careful ones; careful ones always for whoever said that others see the phone."""
    individual = work.as_individual()
    if plain and individual.discreet:
        return [edit("phone_locked", Subject("individual", individual.id))]
    await people.change_individual(work.tx, individual.id, plain=plain)
    return [edit("phone_set", Subject("individual", individual.id))]
