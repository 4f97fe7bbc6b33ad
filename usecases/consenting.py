"""Under 18, nothing is sent without the youth team's yes: given and withdrawn in the chat, with who and when.

What was held back for the lack of it is not sent late: those rows have ended. What is still ahead is weighed when it is
due, so a yes or a no counts from that moment.
"""

from collections.abc import Sequence

from db import access as record
from db import people
from domain.errors import NotKnown
from domain.facts import AboutConsent
from domain.outbox import Answer, Subject, edit, send
from domain.people import Act, Individual
from usecases import access
from usecases.service import Work, use_case
from usecases.subjects import Source, loads_one

GIVEN, WITHDRAWN = "youth consent given", "youth consent withdrawn"


@use_case
async def show(work: Work, case_ref: str) -> Sequence[Answer]:
    """/consent CASE_REF: how it stands, and a button to change it."""
    individual = await _young(work, await people.individual_by_ref(work.tx, case_ref), "youth consent")
    return [send("consent", Subject("consent", individual.id))]


@use_case
async def decide(work: Work, individual_id: int, given: bool) -> Sequence[Answer]:
    """*Yes, messages may be sent*, or *No more messages*. The second tap on the same button changes nothing."""
    found = await people.individual(work.tx, individual_id)
    individual = await _young(work, found, GIVEN if given else WITHDRAWN)
    if individual.youth_consent is not given:
        who = {"youth_consent_by": work.as_staff().id, "youth_consent_at": work.now}
        await people.change_individual(work.tx, individual.id, **(who if given else dict.fromkeys(who)))
    return [edit("consent", Subject("consent", individual.id))]


async def _young(work: Work, individual: Individual | None, what: str) -> Individual:
    """Somebody under 18; raises NotKnown for everybody else, who need no yes."""
    await access.require(work, Act.CONSENT_YOUTH)
    if individual is None or not individual.youth:
        raise NotKnown
    await access.require_for(work, Act.CONSENT_YOUTH, individual, what)
    return individual


@loads_one("consent")
async def about(source: Source, individual_id: int) -> AboutConsent | None:
    """How it stands: who said yes and when, or who took it back."""
    individual = await people.individual(source.tx, individual_id)
    if individual is None:
        return None
    decided = (GIVEN, WITHDRAWN)
    last = next((one for one in await record.about(source.tx, individual_id, None) if one.what in decided), None)
    by, at = await people.youth_consent(source.tx, individual_id)
    if not individual.youth_consent and last is not None:
        by, at = last.staff_id, last.at
    staff = await people.everybody_on_staff(source.tx)
    return AboutConsent(individual, staff.get(by) if by is not None else None, at)
