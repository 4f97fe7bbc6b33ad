"""What only the database can tell of an export: who is pointed at, who may judge, who is under 18, what can be rung."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import phonenumbers

from domain import discreet
from domain.imports import Problem, Reading, Record
from domain.orders import Requirement
from domain.people import Role

REGION = "GB"  # where a number without a country code is rung from


@dataclass(frozen=True)
class Known:
    """What stands here of all that an export may point at."""

    ids: Mapping[str, Mapping[str, int]]  # by kind and ref
    roles: Mapping[str, frozenset[Role]]  # by staff_ref
    young: frozenset[str]  # the case_ref of everybody under 18
    alone: Mapping[str, str]  # active orders of unpaid work and nothing else: order_ref → case_ref


def ringable(reading: Reading) -> tuple[Reading, list[Problem]]:
    """The same reading with every mobile in its international form, and those that nobody can ring."""
    people = reading.tables["individuals"]
    every = [*people, *(record for record in reading.refused if record.kind == "individuals")]
    problems = [
        _nobody_there(record)
        for record in every
        if (number := record.values.get("mobile")) and not international(number)
    ]
    return replace(reading, tables={**reading.tables, "individuals": list(map(_dialled, people))}), problems


def _dialled(record: Record) -> Record:
    if not record.values["mobile"]:
        return record
    full = {"mobile": international(record.values["mobile"])}
    return replace(record, values={**record.values, **full}, raw={**record.raw, **full})


def international(number: str) -> str:
    """A number as it is dialled from anywhere (E.164); empty if there can be no such number."""
    try:
        parsed = phonenumbers.parse(number, REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number_for_type(parsed, phonenumbers.PhoneNumberType.MOBILE):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _nobody_there(record: Record) -> Problem:
    return Problem(
        record.file,
        record.line,
        "mobile",
        "no telephone has this number",
        record.raw["mobile"],
        "a number such as 07700 900123, or one that begins with + and a country code",
    )


def indiscreet(reading: Reading) -> Iterator[Problem]:
    """What would stand on an individual's phone and tell somebody else what it is about: it is not shown until it is
    mended. The same words are named once."""
    seen = set()
    for kind, column in (("places", "nickname"), ("places", "bring"), ("appointments", "bring")):
        for record in reading.tables[kind]:
            text = record.raw.get(column) or ""
            found = discreet.faults(text)
            if found and (kind == "places" or text not in seen):
                seen.add(text)
                wrong = f"not shown on phones, because of {', '.join(dict.fromkeys(found))}"
                yield Problem(record.file, record.line, column, wrong, text, "words that say nothing of why they come")


def of_another(record: Record, kept_as: str) -> Problem:
    """A date that is another person's now; `kept_as` is the reference under which the first one's history stays."""
    wrong = f"is another person's date now: it is off for whoever had it, and stays on their record as {kept_as}"
    return Problem(record.file, record.line, "order_ref", wrong, record.raw["order_ref"], "an order of the same person")


def used_again(record: Record) -> Problem:
    """A date of which it is on record who came, or did not, and that is booked again for another time."""
    return _at_another_time(record, "has an outcome on record, and is at another time now")


def begun_anew(record: Record, kept_as: str, recorded: bool) -> Problem:
    """A date that has begun, and whose reference is at another day ahead now; `kept_as` is that of the day that was, of
    which it may be `recorded` already who came, or did not."""
    if recorded:
        wrong = f"has an outcome on record, and is at another time now; the day that was stays on record as {kept_as}"
    else:
        wrong = "has begun with nothing on record, and is at another time now; "
        wrong += f"the day that was stays booked as {kept_as}"
    return _at_another_time(record, wrong)


def _at_another_time(record: Record, wrong: str) -> Problem:
    return Problem(record.file, record.line, "date", wrong, record.raw["date"], "a new reference for the new date")


def missed_after_all(record: Record) -> Problem:
    """A line of the register, under the reference of the day that it is taken to be about: they missed it, recorded
    after they came, where the reference was that of several days."""
    wrong = "is a miss, recorded after they came; it is taken to be of the day that is on record as "
    wrong += record.values["appointment_ref"]
    return Problem(record.file, record.line, "outcome", wrong, record.raw["outcome"], "a new reference for each date")


def put_into_the_past(record: Record) -> Problem:
    """A date ahead that is at a time now that is over."""
    wrong = "is at a day that is over, and was ahead: whoever knew of it is told that it is off"
    return Problem(record.file, record.line, "date", wrong, record.raw["date"], "a day ahead, or a cancelled date")


def gone_to_another(record: Record) -> Problem:
    """An order that is another person's now."""
    wrong = "is another person's order now, with its dates and all that was said and recorded of them: nobody is told"
    return Problem(record.file, record.line, "case_ref", wrong, record.raw["case_ref"], "a new reference for the order")


def of_another_time(record: Record) -> Problem:
    """That a date is off, recorded before the export brought the time at which it is now, or with it."""
    wrong = "is taken to be of the time before its date was moved, and the date is on"
    later = "a time after that import, if the date is off as it is booked now"
    return Problem(record.file, record.line, "recorded_at", wrong, record.raw["recorded_at"], later)


def against(reading: Reading, known: Known, imported: Collection[str]) -> Iterator[Problem]:
    """Every problem between an export and what stands here. `imported`: the refs of attendance that is in already."""
    if reading.whole:  # what a file that cannot be read would have named is not "nowhere"
        yield from reading.dangling(known.ids)
    yield from (problem for record, problem in reading.misjudged(known.roles) if record.ref not in imported)
    yield from _young_and_alone(reading, known)


def _young_and_alone(reading: Reading, known: Known) -> Iterator[Problem]:
    """Under 18, unpaid work comes with supervision: an order read and a person here, and the other way round."""
    for record in reading.tables["orders"]:
        person, requirements = record.values["case_ref"], record.values["requirements"]
        young = person in known.young and person not in reading.refs["individuals"]
        if young and requirements == {Requirement.UNPAID_WORK}:
            yield _unsupervised(record, "requirements", "supervision beside unpaid_work")
    alone = {person: order for order, person in known.alone.items() if order not in reading.refs["orders"]}
    for record in reading.tables["individuals"]:
        if record.values["youth"] and record.ref in alone:
            yield _unsupervised(record, "youth", f"no, or supervision in order {alone[record.ref]}")


def _unsupervised(record: Record, column: str, expected: str) -> Problem:
    wrong = "under 18, unpaid work cannot be imposed without supervision"
    return Problem(record.file, record.line, column, wrong, record.raw[column], expected)
