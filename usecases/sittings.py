"""Questionnaires in the chat: owed when an order ends, answered tap by tap, kept apart from the person."""

from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.facts import AboutSitting
from domain.outbox import Answer
from usecases.service import Service, Work


async def typed(work: Work, text: str) -> Sequence[Answer] | None:
    """What was typed, if a form of this person's is listening for words; None if none is. A photo is typed as ""."""
    return None


async def about_sittings(service: Service, tx: AsyncConnection, ids: Iterable[int]) -> dict[int, AboutSitting]:
    """What the one person who answers may see of each sitting."""
    return {}


async def owe_form(service: Service, tx: AsyncConnection, individual_id: int) -> None:
    """Owes the form that this person's ended orders owe, once; nothing while another order is open."""
