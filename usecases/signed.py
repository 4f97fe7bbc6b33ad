"""The figures that were signed: they stay what they were, whatever is put right after them."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from db import packs
from documents import bundle
from domain.outcomes import Period
from domain.packs import Audience, Figures, Kind


async def figures(tx: AsyncConnection, kind: Kind, period: Period) -> Mapping[Audience, Figures]:
    """Those of the newest version that was signed, for each audience; none if none was."""
    newest = [one for one in await packs.versions(tx, kind, period) if one.signed][-1:]
    return {} if not newest else bundle.figures(await packs.content(tx, newest[0].id))
