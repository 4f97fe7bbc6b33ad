"""Several files of one export → its tables, and every problem that stands between them and being imported."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from domain import attendance, people
from domain.imports import headers, rows, sheets, tables
from domain.imports.problems import Problem
from domain.imports.tables import Table


@dataclass(frozen=True)
class File:
    """A file as it was found; `name` is what problems call it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Record:
    """One row that could be read.

    `ref` is its key (several columns joined with " / "). `raw` holds each column that the file has, the same meaning
    always as the same text. `values` holds every column of the table, typed, and what follows from them: for an
    appointment `starts_at` and `ends_at` (aware, UTC), for attendance `outcome` and `cause`.
    """

    kind: str
    file: str
    line: int
    ref: str
    raw: Mapping[str, str]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Reference:
    """A cell that names a row of another table, by that row's ref."""

    record: Record
    column: str
    kind: str
    ref: str


@dataclass(frozen=True)
class Reading:
    """What an export says. Nothing of it may be written while there are problems.

    Every kind is in `tables` and in `refs`, in an order in which rows point only at kinds before their own.
    """

    tables: Mapping[str, list[Record]]
    problems: list[Problem]
    refs: Mapping[str, frozenset[str]]  # every ref that was seen, those of refused rows too
    links: Mapping[str, Mapping[str, str]]  # for each kind, the columns that point and at which kind
    present: frozenset[str] = frozenset()  # the kinds that the export has a file of, if only a header
    refused: tuple[Record, ...] = ()  # rows with problems, as far as they could be read: they may have more
    whole: bool = True  # False: some file could not be read at all, and nobody knows what stands in it

    def references(self) -> Iterator[Reference]:
        """Every cell that names a row, whether or not the reading holds that row."""
        for record in self._records():
            for column, target in self.links[record.kind].items():
                if ref := record.values.get(column):
                    yield Reference(record, column, target, ref)

    def _records(self) -> Iterator[Record]:
        """Every row, so that one problem does not hide another."""
        for of_kind in self.tables.values():
            yield from of_kind
        yield from self.refused

    def sought(self) -> dict[str, set[str]]:
        """The refs that are named and stand nowhere in the reading, by kind: what to look up in the database."""
        sought: dict[str, set[str]] = {}
        for reference in self._outward():
            sought.setdefault(reference.kind, set()).add(reference.ref)
        return sought

    def dangling(self, known: Mapping[str, Collection[str]]) -> list[Problem]:
        """The references that point nowhere: neither into the reading nor at one of the refs `known` by kind."""
        return [
            Problem(
                reference.record.file,
                reference.record.line,
                reference.column,
                "this points nowhere",
                reference.ref,
                f"a ref of {reference.kind}, in these files or imported before",
            )
            for reference in self._outward()
            if reference.ref not in known.get(reference.kind, ())
        ]

    def misjudged(self, roles: Mapping[str, Collection[people.Role]]) -> Iterator[tuple[Record, Problem]]:
        """Decisions about an absence by somebody who may not decide. `roles`, by staff_ref, are those held until now.

        Kept apart from `problems`: what was imported once stays true when its judge takes another post.
        """
        held = {**roles, **{record.ref: record.values["roles"] for record in self.tables["staff"]}}
        for record in self._records():
            outcome, judge = record.values.get("outcome"), record.values.get("recorded_by")
            if outcome and judge in held and not attendance.may_record(outcome, held[judge]):
                yield (
                    record,
                    Problem(
                        record.file,
                        record.line,
                        "recorded_by",
                        f"{outcome} is not this person's to decide",
                        judge,
                        f"the staff_ref of one who is {', '.join(sorted(attendance.JUDGES))}",
                    ),
                )

    def _outward(self) -> Iterator[Reference]:
        return (each for each in self.references() if each.ref not in self.refs[each.kind])


def read(files: Sequence[File], zone: ZoneInfo) -> Reading:
    """Reads all files as one export; wall times are those of `zone`. Never raises: what is wrong is a problem."""
    known = tables.of(zone)
    found: dict[str, list[rows.Row]] = {kind: [] for kind in known}
    problems: list[Problem] = []
    present: list[str] = []
    for file in sorted(files, key=lambda file: file.name):
        for row in _rows(file, known):
            if isinstance(row, Problem):
                problems.append(row)
            elif isinstance(row, headers.Header):
                present.append(row.table.kind)
            else:
                found[row.table.kind].append(row)
    found = {kind: rows.once(of_kind) for kind, of_kind in found.items()}
    rows.compare(found)
    problems += [problem for of_kind in found.values() for row in of_kind for problem in row.problems]
    return Reading(
        {kind: [_record(row) for row in of_kind if not row.problems] for kind, of_kind in found.items()},
        sorted(problems, key=lambda problem: (problem.file, problem.line)),
        {kind: frozenset(row.ref for row in of_kind if row.ref) for kind, of_kind in found.items()},
        {kind: table.links for kind, table in known.items()},
        frozenset(present),
        refused=tuple(_record(row) for of_kind in found.values() for row in of_kind if _legible(row)),
        whole=len(present) == len(files),
    )


def reread(record: Record, texts: Mapping[str, str], zone: ZoneInfo) -> tuple[Mapping[str, Any], list[Problem]]:
    """The values of a row that is made of this record and of what stood before, and what is wrong with the mixture."""
    row = rows.reread(record.file, record.line, tables.of(zone)[record.kind], texts)
    return row.values, row.problems


def empty(kind: str, zone: ZoneInfo) -> Mapping[str, str]:
    """What each column says that a file does not have; nothing for those that every file must have."""
    return {column.name: column.empty[0] for column in tables.of(zone)[kind].columns}


def _rows(file: File, known: Mapping[str, Table]) -> Iterator[rows.Row | headers.Header | Problem]:
    """The header and the rows of one file; a file whose text or header cannot be read is one problem."""
    names = {column.name for table in known.values() for column in table.columns}
    header: headers.Header | None = None
    try:
        for row in sheets.rows(file.content, names):
            if header is None:
                if isinstance(row, sheets.Unreadable):
                    raise row
                header = headers.read(row, known)
                yield header
            elif isinstance(row, sheets.Unreadable):
                yield _problem(file, row)
            else:
                yield rows.read(file.name, header, row)
    except sheets.Unreadable as unreadable:
        yield _problem(file, unreadable)
    else:
        if header is None:
            yield Problem(file.name, 1, "", "this file is empty", "", "a header, and rows below it")


def _problem(file: File, unreadable: sheets.Unreadable) -> Problem:
    return Problem(file.name, unreadable.line, "", unreadable.what, unreadable.found, unreadable.expected)


def _legible(row: rows.Row) -> bool:
    """Whether a row has problems, and all of them in single cells: the others mean what they say."""
    return bool(row.problems) and all(problem.column for problem in row.problems)


def _record(row: rows.Row) -> Record:
    raw = {column: text for column, text in row.texts.items() if column in row.present}
    return Record(row.table.kind, row.file, row.line, row.ref, raw, row.values)
