"""What a messy export means, and every way in which it is refused. Each refusal is shown as the person sees it."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain import appointments, attendance, imports, orders, people

LONDON = ZoneInfo("Europe/London")

STAFF = (
    "staff_ref,name,roles,cover_ref,active_until\nS1,Ann Baird,officer+duty,S2,\nS2,Bo Carr,supervisor,,2026-12-31\n"
)
INDIVIDUALS = (
    "case_ref,first_name,language,mobile,youth,staff_contact_only,work_limits\n"
    "C1,Dee,pl,07700 900123,no,0,no ladders\n"
    "C2,Eli,,,yes,,\n"
)
ORDERS = (
    "order_ref,case_ref,imposed_on,requirements,hours,complete_by,officer_ref,case_manager_ref,status,ended_on\n"
    "O1,C1,2026-09-01,unpaid_work+supervision,180,2027-03-01,S1,,active,\n"
)
PLACES = (
    "place_ref,nickname,address,latitude,longitude,capacity,indoor,bring,work_type\n"
    "P1,The Yard,1 Mill Lane,55.95,-3.19,8,no,boots,gardening\n"
)
APPOINTMENTS = (
    "appointment_ref,order_ref,kind,date,start,end,place_ref,staff_ref,bring,status\n"
    "A1,O1,unpaid_work,2026-11-24,09:30,15:00,P1,S2,,booked\n"
    "A2,O1,supervision,2026-07-01,14:00,,,S1,,cancelled\n"
)
ATTENDANCE = (
    "appointment_ref,outcome,minutes,recorded_by,recorded_at,note\n"
    "A1,sent_home_service:weather,45,S2,2026-11-24T10:20:00+00:00,snow\n"
)
HOLDS = "hold_ref,order_ref,kind,from,until\nH1,O1,hospital,2026-10-01,\n"
ADJUSTMENTS = "adjustment_ref,order_ref,on,minutes,reason\nJ1,O1,2026-10-02,-30,counted twice\n"
MILESTONES = "order_ref,milestone,on,late_reason\nO1,received,2026-09-01,\nO1,extension_requested,2027-01-05,service\n"
EXPORT = {
    "staff.csv": STAFF,
    "individuals.csv": INDIVIDUALS,
    "orders.csv": ORDERS,
    "places.csv": PLACES,
    "appointments.csv": APPOINTMENTS,
    "attendance.csv": ATTENDANCE,
    "holds.csv": HOLDS,
    "adjustments.csv": ADJUSTMENTS,
    "milestones.csv": MILESTONES,
}


def read(**files: str | bytes) -> imports.Reading:
    return imports.read(
        [
            imports.File(f"{name}.csv", content if isinstance(content, bytes) else content.encode())
            for name, content in files.items()
        ],
        LONDON,
    )


def read_export(**changed: str) -> imports.Reading:
    """The clean export, with some of its files replaced."""
    return read(**({name.removesuffix(".csv"): text for name, text in EXPORT.items()} | changed))


def said(reading: imports.Reading) -> list[str]:
    return [str(problem) for problem in [*reading.problems, *(one for _, one in reading.misjudged({}))]]


def only(reading: imports.Reading, kind: str) -> imports.Record:
    assert said(reading) == []
    (record,) = reading.tables[kind]
    return record


def test_a_clean_export_is_read_whole() -> None:
    reading = read_export()
    assert said(reading) == []
    assert [len(reading.tables[name.removesuffix(".csv")]) for name in EXPORT] == [2, 2, 1, 1, 2, 1, 1, 1, 2]
    ann = reading.tables["staff"][0]
    assert (ann.kind, ann.file, ann.line, ann.ref) == ("staff", "staff.csv", 2, "S1")
    assert ann.values == {
        "staff_ref": "S1",
        "name": "Ann Baird",
        "roles": {people.Role.OFFICER, people.Role.DUTY},
        "cover_ref": "S2",
        "active_until": None,
    }
    order = reading.tables["orders"][0].values
    assert order["requirements"] == {orders.Requirement.UNPAID_WORK, orders.Requirement.SUPERVISION}
    assert (order["hours"], order["imposed_on"], order["status"]) == (
        180,
        date(2026, 9, 1),
        orders.Status.ACTIVE,
    )


def test_wall_times_become_moments_in_winter_and_in_summer() -> None:
    winter, summer = (record.values for record in read_export().tables["appointments"])
    assert winter["starts_at"] == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert winter["ends_at"] == datetime(2026, 11, 24, 15, tzinfo=UTC)
    assert summer["starts_at"] == datetime(2026, 7, 1, 13, tzinfo=UTC)
    assert summer["ends_at"] is None
    assert winter["kind"] is appointments.Kind.UNPAID_WORK
    assert summer["status"] is appointments.Status.CANCELLED


def test_an_outcome_brings_its_cause() -> None:
    record = read_export().tables["attendance"][0]
    assert record.values["outcome"] is attendance.Outcome.SENT_HOME_SERVICE
    assert record.values["cause"] == "weather"
    assert record.values["recorded_at"] == datetime(2026, 11, 24, 10, 20, tzinfo=UTC)
    assert record.raw["outcome"] == "sent_home_service:weather"


def test_columns_that_may_be_empty_may_be_missing_and_others_are_ignored() -> None:
    record = only(read(i="first_name;Shoe Size;Case Ref\nDee;7;C1\n"), "individuals")
    assert record.raw == {"first_name": "Dee", "case_ref": "C1"}
    assert record.values == {
        "case_ref": "C1",
        "first_name": "Dee",
        "language": "en",
        "mobile": None,
        "youth": False,
        "staff_contact_only": False,
        "work_limits": "",
    }


def test_an_orders_file_that_repeats_the_first_name_is_still_orders() -> None:
    reading = read(o="order_ref,case_ref,first_name,imposed_on,requirements\nO1,C1,Dee,2026-01-02,supervision\n")
    assert only(reading, "orders").values["status"] is orders.Status.ACTIVE
    assert reading.tables["individuals"] == []


def test_two_files_of_one_kind_are_one_table() -> None:
    reading = read(a="staff_ref,name,roles\nS1,Ann,officer\n", b="ROLES,Staff-Ref,Name\nduty,S2,Bo\n")
    assert [(r.file, r.ref) for r in reading.tables["staff"]] == [("a.csv", "S1"), ("b.csv", "S2")]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfcase_ref,first_name\r\nC1,Ren\xc3\xa9e\r\n",
        b"case_ref;first_name\nC1;Ren\xe9e\n",
        "\ufeffcase_ref\tfirst_name\r\nC1\tRenée\r\n".encode("utf-16-le"),
        "\ufeffcase_ref,first_name\rC1,Renée\r".encode("utf-16-be"),
        "case_ref,first_name,,\n\n,,,\nC1,Renée,,\n,,\n\n".encode(),
        "sep=;\r\ncase_ref;first_name\r\nC1;Renée\r\n".encode(),
        ' "case_ref",first_name \n="C1",\u00a0Rene\u0301e '.replace(' "', '"').encode(),
        "case_ref;first_name;notes\nC1;Renée;a, b, c, d\n".encode(),
    ],
)
def test_the_same_row_in_every_dialect(content: bytes) -> None:
    assert only(read(i=content), "individuals").raw == {"case_ref": "C1", "first_name": "Renée"}


def test_a_row_is_known_by_the_line_on_which_it_begins() -> None:
    text = 'case_ref,first_name,work_limits\r\n\r\nC1,Dee,"no ladders\r\nno  lifting"\r\nC2,,\r\n'
    reading = read(i=text)
    (record,) = reading.tables["individuals"]
    assert (record.line, record.values["work_limits"]) == (3, "no ladders\nno lifting")
    assert [problem.line for problem in reading.problems] == [5]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-04",
        "04/11/2026",
        "4/11/2026",
        "04-11-2026",
        "4.11.2026",
        "2026/11/04",
        "2026-11-4",
        "4 Nov 2026",
        "04-NOV-2026",
        "4 November 2026",
        "2026-11-04 00:00:00",
        "04/11/2026 00:00",
        '="2026-11-04"',
    ],
)
def test_dates_as_exports_write_them(text: str) -> None:
    record = only(read(h=f"hold_ref,order_ref,kind,from\nH1,O1,custody,{text}\n"), "holds")
    assert record.values["from"] == date(2026, 11, 4)
    assert record.raw["from"] == "2026-11-04"


@pytest.mark.parametrize(
    "text",
    [
        "11/24/2026",
        "31/02/2026",
        "24/11/26",
        "46350",
        "2026-11-24 09:00",
        "tomorrow",
        "24/11-2026",
        "2026-13-01",
        "00/01/2026",
        "4 Smarch 2026",
        "٢٤/١١/٢٠٢٦",
        "1026-11-24",
        "31/12/9999",
    ],
)
def test_dates_that_would_be_a_guess_are_refused(text: str) -> None:
    reading = read(h=f"hold_ref,order_ref,kind,from\nH1,O1,custody,{text}\n")
    (problem,) = reading.problems
    assert (problem.line, problem.column, problem.found) == (2, "from", text)
    assert reading.tables["holds"] == []


def appointment(day: str, start: str, end: str = "") -> imports.Reading:
    return read(a=f"appointment_ref,order_ref,kind,date,start,end\nA1,O1,review,{day},{start},{end}\n")


@pytest.mark.parametrize(
    "text", ["9:00", "09:00", "09:00:00", "9.00", "9am", "9:00 AM", "9.00 a.m.", "09:00:00.000", '="9:00"']
)
def test_times_as_exports_write_them(text: str) -> None:
    record = only(appointment("2026-11-24", text), "appointments")
    assert record.values["start"] == time(9)
    assert record.raw["start"] == "09:00"


def test_half_days() -> None:
    for text, expected in {"12am": "00:00", "12pm": "12:00", "2:30pm": "14:30", "2.30 pm": "14:30"}.items():
        assert only(appointment("2026-11-24", text), "appointments").raw["start"] == expected


@pytest.mark.parametrize(
    "text", ["9", "9.30", "9.5", "0900", "24:00", "9:60", "09:00:30", "14:00pm", "0am", "noon", "-9:00", "0.375"]
)
def test_times_that_would_be_a_guess_are_refused(text: str) -> None:
    assert said(appointment("2026-11-24", text)) == [
        f'a.csv:2 start: not a time, found "{text}", expected a time such as 09:00 or 14:30'
    ]


def test_the_night_on_which_the_clocks_change() -> None:
    assert said(appointment("29/03/2026", "01:30", "02:30")) == [
        "a.csv:2 start: this time does not exist on 2026-03-29: the clocks go forward, "
        'found "01:30", expected another time'
    ]
    assert said(appointment("2026-10-25", "00:30", "1:30")) == [
        'a.csv:2 end: this time occurs twice on 2026-10-25: the clocks go back, found "1:30", expected another time'
    ]
    assert said(appointment("2026-03-29", "10:30")) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-07-01 09:05", "2026-07-01T08:05:00+00:00"),
        ("01/07/2026 9:05", "2026-07-01T08:05:00+00:00"),
        ("1 Jul 2026 09:05:07", "2026-07-01T08:05:07+00:00"),
        ("2026-07-01T09:05:00+01:00", "2026-07-01T08:05:00+00:00"),
        ("2026-07-01T08:05Z", "2026-07-01T08:05:00+00:00"),
        ("2026-07-01 10:05:00 +0200", "2026-07-01T08:05:00+00:00"),
        ("2026-10-25T01:30:00+00:00", "2026-10-25T01:30:00+00:00"),
    ],
)
def test_moments_are_kept_in_utc(text: str, expected: str) -> None:
    record = only(read(a=f"appointment_ref,outcome,recorded_at\nA1,attended_full,{text}\n"), "attendance")
    assert record.raw["recorded_at"] == expected
    assert record.values["recorded_at"] == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text", ["2026-07-01", "09:05", "2026-07-01 25:00", "2026-07-01 09:05 BST", "2026-10-25 01:30"]
)
def test_moments_that_would_be_a_guess_are_refused(text: str) -> None:
    (problem,) = read(a=f"appointment_ref,outcome,recorded_at\nA1,attended_full,{text}\n").problems
    assert (problem.column, problem.found) == ("recorded_at", text)


def test_the_same_meaning_is_the_same_text() -> None:
    """Import compares these texts with those of last night: another spelling is not a change."""
    plain = read_export()
    other = read_export(
        staff="Staff Ref;NAME;roles;cover_ref;active_until\n"
        "S1; Ann   Baird;Duty + Officer;S2;\nS2;Bo Carr;SUPERVISOR;;31/12/2026\n",
        individuals=INDIVIDUALS.replace("07700 900123,no,0", "07700-900123,FALSE,").replace("yes", "1"),
        orders=ORDERS.replace("2026-09-01", "01/09/2026").replace("180", "180.0").replace("active", ""),
        places=PLACES.replace("55.95", "55.950").replace(",no,", ",,"),
        appointments=APPOINTMENTS.replace("09:30", "9:30").replace("2026-11-24", "24/11/2026").replace("booked", ""),
        attendance=ATTENDANCE.replace("2026-11-24T10:20:00+00:00", "24/11/2026 10:20").replace(":w", ": W"),
    )
    assert said(other) == []
    for kind in plain.tables:
        assert [(r.ref, r.raw) for r in plain.tables[kind]] == [(r.ref, r.raw) for r in other.tables[kind]]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("staff", "Ann Baird", "", "staff.csv:2 name: the value is missing, found nothing, expected text of 1 to 100"),
        (
            "staff",
            "officer+duty",
            "officer+boss",
            'roles: unknown role, found "officer+boss", expected one of officer, ',
        ),
        ("staff", "duty,S2", "duty,S1", 'staff.csv:2 cover_ref: nobody covers for themselves, found "S1", expected '),
        ("individuals", ",pl,", ",Polish,", 'individuals.csv:2 language: not a language code, found "Polish"'),
        ("individuals", "07700 900123", "4.47E+11", 'mobile: not a telephone number, found "4.47E+11"'),
        ("individuals", ",yes,", ",maybe,", 'individuals.csv:3 youth: neither yes nor no, found "maybe"'),
        ("orders", "supervision", "tagging", "orders.csv:2 requirements: unknown requirement"),
        ("orders", "supervision", "drug", "only unpaid work can be imposed without supervision"),
        ("orders", "180", "", "orders.csv:2 hours: unpaid work has no hours, found nothing"),
        ("orders", "180", "0", "orders.csv:2 hours: unpaid work has no hours"),
        ("orders", "180", "301", 'hours: the number is out of range, found "301", expected whole hours from 0 to 300'),
        ("orders", "180", "-5", 'hours: the number is out of range, found "-5"'),
        ("orders", "180", "180.5", 'hours: not a whole number, found "180.5"'),
        ("orders", "180", "180.000", 'hours: not a whole number, found "180.000"'),
        ("orders", "2027-03-01", "2026-08-31", "complete_by: this is before imposed_on"),
        ("orders", "active,", "active,2026-10-01", "ended_on: an active order has not ended"),
        ("orders", "active,", "completed,", "ended_on: the status is completed but not since when, found nothing"),
        ("orders", "active,", "died,2026-08-01", "ended_on: this is before imposed_on"),
        ("orders", "active,", "finished,", 'orders.csv:2 status: unknown status, found "finished", expected one of '),
        ("orders", ",C1,2026", ",C2,2026", None),
        ("places", "55.95", "91", 'places.csv:2 latitude: not a position on the map, found "91"'),
        ("places", "55.95", "", "places.csv:2 latitude: there is a longitude alone, found nothing"),
        (
            "places",
            "1 Mill Lane,",
            "1 Mill Lane, Leith,",
            'places.csv:2: there is a cell under no column, found "gardening"',
        ),
        ("appointments", "unpaid_work", "golf", 'appointments.csv:2 kind: unknown kind of appointment, found "golf"'),
        ("appointments", "15:00", "09:30", 'end: the end is not after the start, found "09:30", expected a time after'),
        ("appointments", "cancelled", "maybe", 'appointments.csv:3 status: unknown status, found "maybe"'),
        ("attendance", "weather", "boredom", 'unknown cause, found "sent_home_service:boredom", expected sent_home_'),
        ("attendance", "sent_home_service:", "attended_full:", "unknown cause"),
        ("attendance", "sent_home_service:weather", "absent", 'outcome: unknown outcome, found "absent"'),
        ("attendance", ",45,", ",-1,", 'attendance.csv:2 minutes: the number is out of range, found "-1"'),
        (
            "attendance",
            "sent_home_service:weather,45,S2",
            "missed_not_accepted,,",
            "recorded_by: missed_not_accepted is",
        ),
        ("attendance", "sent_home_service:weather,45", "missed_accepted:health,", "is not this person's to decide"),
        ("attendance", "sent_home_service:weather,45,S2", "missed_accepted:health,,S1", None),
        ("holds", "hospital", "holiday", 'holds.csv:2 kind: unknown kind of hold, found "holiday"'),
        ("holds", "2026-10-01,", "2026-10-01,30/09/2026", 'until: this is before from, found "30/09/2026"'),
        ("adjustments", "-30", "0", "adjustments.csv:2 minutes: an adjustment changes something"),
        ("milestones", "received", "recieved", 'milestones.csv:2 milestone: unknown milestone, found "recieved"'),
        ("milestones", "service", "weather", "milestones.csv:3 late_reason: unknown reason for an extension"),
    ],
)
def test_each_slip_is_one_problem_with_its_place(file: str, old: str, new: str, expected: str | None) -> None:
    text = EXPORT[f"{file}.csv"]
    assert old in text
    found = said(read_export(**{file: text.replace(old, new, 1)}))
    if expected is None:
        assert found == []
    else:
        assert any(expected in line for line in found), found
        assert len(found) == 1


def test_under_18_unpaid_work_implies_supervision() -> None:
    alone = ORDERS.replace("O1,C1", "O2,C2").replace("unpaid_work+supervision", "unpaid_work")
    assert said(read_export(orders2=alone)) == [
        "orders2.csv:2 requirements: under 18, unpaid work cannot be imposed without supervision, "
        'found "unpaid_work", expected supervision beside unpaid_work'
    ]
    assert said(read_export(orders2=alone.replace("C2", "C1"))) == []


def test_every_problem_is_told_at_once() -> None:
    reading = read_export(
        staff="staff_ref,name,roles\nS1,,boss\n,Bo,duty\n",
        appointments="appointment_ref,order_ref,kind,date,start,end\nA1,O1,golf,2026-02-30,25:00,\n",
    )
    assert [(p.file, p.line, p.column) for p in reading.problems] == [
        ("appointments.csv", 2, "kind"),
        ("appointments.csv", 2, "date"),
        ("appointments.csv", 2, "start"),
        ("staff.csv", 2, "name"),
        ("staff.csv", 2, "roles"),
        ("staff.csv", 3, "staff_ref"),
    ]


def test_one_ref_twice_is_refused_unless_both_say_the_same() -> None:
    same = read(
        a="staff_ref,name,roles\nS1,Ann,duty+officer\nS1,Ann,officer+duty\n",
        b=b"staff_ref,name,roles,cover_ref\nS1,Ann,officer+duty,\n",
    )
    record = only(same, "staff")
    assert (record.file, record.line) == ("a.csv", 2)
    assert record.raw["cover_ref"] == ""
    other = read(a="staff_ref,name,roles\nS1,Ann,duty\n", b="staff_ref,name,roles\nS1,Anne,duty\n")
    assert said(other) == [
        'b.csv:2 staff_ref: this stands differently in a.csv:2, found "S1", expected one row for each staff_ref'
    ]


def test_attendance_may_hold_a_correction_beside_what_it_corrects() -> None:
    header = "appointment_ref,outcome,recorded_by,recorded_at\n"
    first, later = "A1,missed_reason_unknown,S2,2026-11-24 10:00\n", "A1,attended_full,S2,2026-11-24 11:00\n"
    assert [r.ref for r in read(a=header + first + later).tables["attendance"]] == [
        "A1 / 2026-11-24T10:00:00+00:00",
        "A1 / 2026-11-24T11:00:00+00:00",
    ]
    assert len(read(a=header + first + later.replace("11:00", "10:00")).problems) == 1


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "x.csv:1: this file is empty, found nothing, expected a header"),
        (b"\xef\xbb\xbf\r\n ,,\r\n", "x.csv:1: this file is empty"),
        (
            b"PK\x03\x04\x14\x00",
            'this looks like an Excel workbook, found "PK\\x03\\x04\\x14\\x00", expected a CSV file',
        ),
        (b"\xd0\xcf\x11\xe0\xa1", "this looks like an Excel workbook"),
        (b"staff_ref,name,roles\nS1,A\x00n,duty\n", "this is not a text file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "this is not a text file"),
        (b"\xff\xfea", "x.csv:1: this file is not the UTF-16-LE that it says it is"),
        (b"case_ref,first_name\r\nC1,\x81\r\n", "x.csv:2: this file is neither UTF-8 nor Windows-1252"),
        (b"case_ref,first_name\nC1,Ren\xc3\xa9e\nC2,Ren\xe9e\n", "x.csv:3: this file mixes UTF-8 with another"),
        (
            b"case_ref,first_name,case_ref\n",
            'x.csv:1: two columns of this individuals file have one name, found "case_ref"',
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_one_problem(content: bytes, expected: str) -> None:
    (line,) = said(read(x=content))
    assert expected in line


def test_an_unknown_header_says_what_is_missing() -> None:
    (line,) = said(read(x="\nOrder Ref;Case Ref;Requirements;Colour\nO1;C1;supervision;red\n"))
    assert line.startswith("x.csv:2: no table has this header (nearest: orders, which lacks imposed_on), ")
    assert 'found "Order Ref, Case Ref, Requirements, Colour"' in line
    assert "staff: staff_ref, name, roles; individuals: case_ref, first_name; orders: " in line


def test_a_stray_quotation_mark_does_not_swallow_the_rows_below() -> None:
    reading = read(i='case_ref,first_name\nC1,Dee\nC2,"Eli\nC3,Flo\nC4,Gus\n')
    assert [(p.file, p.line) for p in reading.problems] == [("i.csv", 3)]
    reading = read(i='case_ref,first_name\nC1,"Dee"x\nC2,\n')
    assert [problem.line for problem in reading.problems] == [2, 3]


def test_a_cell_under_no_column_is_not_dropped_in_silence() -> None:
    (problem,) = read(p="place_ref,nickname,address\nP1,The Yard,1 Mill Lane, Leith\n").problems
    assert (problem.wrong, problem.found) == ("there is a cell under no column", " Leith")


def test_a_control_character_in_a_name_is_refused() -> None:
    assert said(read(s="staff_ref,name,roles\nS1,Ann\x07,duty\n")) == [
        's.csv:2 name: the text holds a control character, found "Ann\\x07", '
        "expected letters, figures and signs that can be read"
    ]


def test_what_is_shown_cannot_command_a_terminal() -> None:
    (line,) = said(read(s=f"staff_ref,name,roles\nS1,Ann,\x1b[31m\n{''}"))
    assert "\x1b" not in line
    assert "\\x1b[31m" in line
    (line,) = said(read(s=f"staff_ref,name,roles\nS1,{'x' * 9000},duty\n"))
    assert "9,000 characters" in line
    assert len(line) < 300


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+44 (0)7700 900123", "+447700900123"),
        ("(0131) 496-0123", "01314960123"),
        ("7700900123", "7700900123"),
    ],
)
def test_telephone_numbers_keep_their_digits(text: str, expected: str) -> None:
    record = only(read(i=f"case_ref,first_name,mobile\nC1,Dee,{text}\n"), "individuals")
    assert record.values["mobile"] == expected


def test_no_hours_are_read_from_a_nought() -> None:
    reading = read(o="order_ref,case_ref,imposed_on,requirements,hours\nO1,C1,2026-01-02,supervision,0\n")
    assert only(reading, "orders").values["hours"] is None


def test_references_are_told_and_those_answered_here_need_no_database() -> None:
    reading = read_export()
    assert {(r.record.kind, r.column, r.kind, r.ref) for r in reading.references()} >= {
        ("staff", "cover_ref", "staff", "S2"),
        ("orders", "case_ref", "individuals", "C1"),
        ("appointments", "place_ref", "places", "P1"),
        ("attendance", "recorded_by", "staff", "S2"),
        ("milestones", "order_ref", "orders", "O1"),
    }
    assert reading.sought() == {}
    assert reading.dangling({}) == []


def test_references_that_point_nowhere_are_the_same_kind_of_problem() -> None:
    reading = read(orders=ORDERS, holds=HOLDS.replace("O1", "O9"))
    assert reading.sought() == {"individuals": {"C1"}, "staff": {"S1"}, "orders": {"O9"}}
    assert [str(problem) for problem in reading.dangling({"staff": {"S1"}, "individuals": {"C1"}})] == [
        'holds.csv:2 order_ref: this points nowhere, found "O9", '
        "expected a ref of orders, in these files or imported before"
    ]


def test_a_row_that_is_refused_can_still_be_pointed_at() -> None:
    reading = read_export(orders=ORDERS.replace("180", "many"))
    assert reading.tables["orders"] == []
    assert reading.dangling({}) == []


def test_a_row_that_is_refused_still_tells_where_it_points() -> None:
    reading = read(orders=ORDERS.replace("180", "many"))
    assert reading.sought() == {"individuals": {"C1"}, "staff": {"S1"}}
    assert [problem.column for problem in reading.dangling({})] == ["case_ref", "officer_ref"]
