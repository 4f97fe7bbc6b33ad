"""Settled forms of a quarter, one a row, for an analyst or an independent reader.

No name, reference, chat, day or own word is in a row, and its number is drawn anew for each file. It is no anonymous
data all the same: who knows somebody's answers may find their row. docs/privacy.md says so.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db import outcomes as store
from domain.outcomes import SKIPPED, Period
from domain.questionnaires import Definition, Question, Type
from domain.wording import paired
from usecases.service import Service


class CannotExport(Exception):
    """Why there are no rows of a quarter, in words."""


@dataclass(frozen=True)
class Column:
    """One column. `question`: which one of which form it holds the answers to, if it is one."""

    name: str
    form: str = ""
    question: Question | None = None


@dataclass(frozen=True)
class Rows:
    """The rows, and every column that they have; what was skipped is *skipped*, what was not asked is empty."""

    period: Period
    as_of: datetime
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, str], ...]


PLAIN = ("row", "form", "quarter", "requirements", "way", "ending", "start")


async def export(service: Service, period: Period) -> Rows:
    """The rows of one quarter that is over, and that has enough of them; raises CannotExport."""
    now, least = service.clock.now(), service.policy.hide_under
    if not period.is_quarter or period.last >= service.calendar.day(now):
        raise CannotExport(f"{period.name} has not ended yet. Rows are given of a quarter that is over.")
    async with service.db.read() as tx:
        found = await store.rows(tx, period.first)
    if len(found) < least:
        raise CannotExport(
            f"{period.name} has fewer than {least} settled forms: too few to be given out row by row. "
            "A form is settled 14 days after it was sent, or once it was declined, taken back or closed."
        )
    secrets.SystemRandom().shuffle(found)
    columns = tuple(_columns(service, found))
    return Rows(period, now, columns, tuple(_row(n, one, columns) for n, one in enumerate(found, 1)))


def _columns(service: Service, found: Sequence[store.Form]) -> Iterator[Column]:
    """The plain ones, then what was answered at the start and at the end, as the definitions have it."""
    yield from (Column(name) for name in PLAIN)
    definitions = service.forms.definitions
    for side, refs in (("start", {one.start for one in found}), ("end", {one.ref for one in found})):
        for ref in sorted(refs & set(definitions)):
            for question in _asked(side, definitions[ref]):
                yield Column(f"{side}_{_name(side, question)}", ref, question)


def _asked(side: str, definition: Definition) -> Sequence[Question]:
    return paired(definition) if side == "start" else definition.questions


def _name(side: str, question: Question) -> str:
    return str(question.pair) if side == "start" else question.id


def _row(number: int, form: store.Form, columns: Sequence[Column]) -> dict[str, str]:
    plain = {
        "row": str(number),
        "form": form.ref,
        "quarter": Period.quarter(form.quarter).name,
        "requirements": form.requirements,
        "way": form.way,
        "ending": form.ending,
        "start": form.start,
    }
    asked = [column for column in columns if column.form in (form.ref, form.start)]
    return (
        dict.fromkeys((column.name for column in columns), "") | plain | {one.name: _value(form, one) for one in asked}
    )


def _value(form: store.Form, column: Column) -> str:
    """The options' codes; of own words only that there were some."""
    side, _, name = column.name.partition("_")
    answers = form.starts if side == "start" else form.answers
    if column.question is None or name not in answers:
        return ""
    value = answers[name]
    if column.question.type is Type.TEXT and value is not None:
        return "answered"
    return SKIPPED if value is None else value
