"""Whatever the export program, the same rows; whatever the bytes, an answer."""

import codecs
import csv
import io
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from string import ascii_uppercase, digits
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from domain import imports

LONDON = ZoneInfo("Europe/London")
HEADER = ["staff_ref", "name", "roles", "cover_ref", "active_until"]
MOST = 8
NAMES = st.text("abcdé'O;,\"€ü –0", min_size=1, max_size=8).filter(lambda name: name.strip())
REFS = st.tuples(st.text(ascii_uppercase, min_size=1, max_size=2), st.text(digits, min_size=1, max_size=3))
DAYS = st.integers(date(2000, 1, 1).toordinal(), date(2100, 1, 1).toordinal()).map(date.fromordinal)
ROWS = st.dictionaries(
    REFS.map("/".join),
    st.tuples(NAMES, st.sampled_from(["duty", "manager+officer"]), DAYS),
    min_size=1,
    max_size=MOST,
)
# How many lines more each row has, up to three: the digits of one number, which is drawn faster than a list.
LIMITS = st.integers(0, 4**MOST - 1).map(lambda number: [number // 4**n % 4 for n in range(MOST)])


@dataclass(frozen=True)
class Dialect:
    """How one export program writes a table down."""

    separator: str
    encoding: str
    mark: bytes
    newline: str
    day: str
    quoted: bool
    trailing: int
    blanks: bool

    def write(self, rows: list[list[str]]) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.writer(
            out,
            delimiter=self.separator,
            lineterminator=self.newline,
            quoting=csv.QUOTE_ALL if self.quoted else csv.QUOTE_MINIMAL,
        )
        for row in rows:
            writer.writerow(row + [""] * self.trailing)
            if self.blanks:
                out.write(self.separator * 3 + self.newline)
        return self.mark + out.getvalue().encode(self.encoding)


TEXTS = [
    ("utf-8", b""),
    ("utf-8", codecs.BOM_UTF8),
    ("windows-1252", b""),
    ("utf-16-le", codecs.BOM_UTF16_LE),
    ("utf-16-be", codecs.BOM_UTF16_BE),
]
DIALECTS = st.sampled_from(
    [
        Dialect(separator, *text, *rest)
        for separator, text, *rest in product(
            ",;\t",
            TEXTS,
            ["\n", "\r\n", "\r"],
            ["%Y-%m-%d", "%d/%m/%Y"],
            [False, True],
            range(3),
            [False, True],
        )
    ]
)
Rows = Mapping[str, tuple[str, str, date]]


def lines(rows: Rows, day: str) -> list[list[str]]:
    return [[ref, name, roles, "", until.strftime(day)] for ref, (name, roles, until) in rows.items()]


def meaning(reading: imports.Reading) -> set[tuple[str, ...]]:
    return {tuple(record.raw.values()) for records in reading.tables.values() for record in records}


@given(ROWS, DIALECTS)
def test_a_table_reads_the_same_in_every_dialect(rows: Rows, dialect: Dialect) -> None:
    content = dialect.write([HEADER, *lines(rows, dialect.day)])
    reading = imports.read([imports.File("staff.csv", content)], LONDON)
    assert [str(problem) for problem in reading.problems] == []
    assert [record.values["name"] for record in reading.tables["staff"]] == [
        " ".join(name.split()) for name, _, _ in rows.values()
    ]
    assert [record.values["active_until"] for record in reading.tables["staff"]] == [
        until for _, _, until in rows.values()
    ]
    step = 2 if dialect.blanks else 1
    assert [record.line for record in reading.tables["staff"]] == [1 + step * n for n in range(1, len(rows) + 1)]


@given(ROWS, st.randoms(use_true_random=True), st.integers(1, 3))
def test_the_order_of_rows_and_files_does_not_matter(rows: Rows, chance: random.Random, files: int) -> None:
    plain = Dialect(",", "utf-8", b"", "\n", "%Y-%m-%d", False, 0, False)
    whole = imports.read([imports.File("a", plain.write([HEADER, *lines(rows, plain.day)]))], LONDON)
    shuffled = lines(rows, plain.day)
    chance.shuffle(shuffled)
    parts = [
        imports.File(f"{n}", plain.write([HEADER, *shuffled[n::files]])) for n in chance.sample(range(files), files)
    ]
    reading = imports.read(parts, LONDON)
    assert reading.problems == []
    assert meaning(reading) == meaning(whole)
    assert reading.refs == whole.refs


@given(ROWS, DIALECTS, LIMITS, st.integers(0, MOST - 1))
def test_a_slip_is_told_on_the_line_on_which_its_row_begins(
    rows: Rows, dialect: Dialect, limits: list[int], which: int
) -> None:
    """Work limits of several lines push the rows below them down."""
    wrong = which % len(rows)
    table, begins, line = [["case_ref", "first_name", "youth", "work_limits"]], [], 2 + dialect.blanks
    for index, (ref, more) in enumerate(zip(rows, limits, strict=False)):
        table.append([ref, "Dee", "perhaps" if index == wrong else "no", dialect.newline.join(["x"] * (more + 1))])
        begins.append(line)
        line += 1 + more + dialect.blanks
    reading = imports.read([imports.File("i.csv", dialect.write(table))], LONDON)
    assert [(p.line, p.column, p.found) for p in reading.problems] == [(begins[wrong], "youth", "perhaps")]


CELLS = st.one_of(
    st.text(max_size=8),
    st.tuples(
        st.text(digits, min_size=1, max_size=4),
        st.sampled_from("-/. :"),
        st.text(digits, min_size=1, max_size=4),
        st.sampled_from(["-", "/", ".", " ", ":", "T", ""]),
        st.text(digits, max_size=4),
    ).map("".join),
    st.sampled_from(
        ["A1", "attended_full", "missed_accepted:health", "unpaid_work", "2026-03-29", "01:30", '="', "9" * 5000]
    ),
)
HEADERS = st.sampled_from(
    [
        "staff_ref,name,roles,cover_ref",
        "appointment_ref,order_ref,kind,date,start,end",
        "appointment_ref,outcome,recorded_at,minutes",
        "place_ref,nickname,latitude,longitude,capacity",
        "order_ref,case_ref,imposed_on,requirements,hours",
    ]
)


@given(
    st.binary(max_size=200)
    | st.tuples(st.sampled_from([codecs.BOM_UTF8, codecs.BOM_UTF16_LE]), st.binary()).map(b"".join)
)
def test_any_bytes_get_an_answer(content: bytes) -> None:
    reading = imports.read([imports.File("x.csv", content)], LONDON)
    assert reading.problems
    assert all("\n" not in str(problem) and str(problem).startswith("x.csv:") for problem in reading.problems)


@given(HEADERS, st.lists(st.lists(CELLS, max_size=7), max_size=4))
def test_any_cells_get_an_answer(header: str, table: list[list[str]]) -> None:
    content = "\n".join([header, *map(",".join, table)]).encode("utf-8", "surrogatepass")
    reading = imports.read([imports.File("x.csv", content)], LONDON)
    for record in (record for records in reading.tables.values() for record in records):
        assert record.ref
        assert record.line > 1
    assert all("\n" not in str(problem) and problem.line >= 1 for problem in reading.problems)


def test_ten_thousand_appointments_take_well_under_a_second() -> None:
    content = "appointment_ref,order_ref,kind,date,start,end,place_ref,staff_ref,bring,status\n" + "".join(
        f"A{n},O{n % 500},unpaid_work,{n % 28 + 1:02}/11/2026,9:{n % 60:02},15:00,P{n % 9},S{n % 7},boots,booked\n"
        for n in range(10_000)
    )
    began = time.process_time()
    reading = imports.read([imports.File("a.csv", content.encode())], LONDON)
    taken = time.process_time() - began
    assert len(reading.tables["appointments"]) == 10_000
    assert taken < 2, "measured at 0.3 s; the margin is for a busy machine"
