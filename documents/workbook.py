"""A pack as a spreadsheet: a front sheet, a sheet for each theme, and behind each figure the list of what it counts."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from documents.book import Book, Figure, Listed, Part, Value

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

TITLE_ROW, NOTE_ROW, HEAD_ROW = 1, 2, 4
LABEL_WIDTH, TEXT_WIDTH, NUMBER_WIDTH, SOURCE_WIDTH, LINK_WIDTH = 46, 88, 11, 34, 10  # characters
LINE_HEIGHT = 15  # points, of one line of text
SHARE = "0%"
SHARES = frozenset({4, 5, 6, 7, 10, 13})  # columns that hold shares, from 1
FILL, HEAD = "DCE9F3", "0072B2"
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Look:
    """How a cell looks. `wrap`: its words stand at the top, within its width or not; None: as a cell stands anyway."""

    bold: bool = False
    italic: bool = False
    size: int | None = None
    colour: str = ""
    line: bool = False  # under the words
    fill: str = ""
    wrap: bool | None = None
    right: bool = False
    number: str = "General"
    boxed: bool = False


PLAIN, LABEL, WRAPPED = Look(), Look(bold=True), Look(wrap=True)
TITLE, REMARK, LINK = Look(bold=True, size=14), Look(italic=True, colour="444444"), Look(colour=HEAD, line=True)
COLUMN = Look(bold=True, colour="FFFFFF", fill=HEAD, wrap=True)
BAND, BAND_TITLE = Look(fill=FILL), Look(bold=True, fill=FILL, wrap=False)
NOTE, ROOM = Look(wrap=False), Look(wrap=True, boxed=True)
_WORN: WeakKeyDictionary[Any, dict[Look, Any]] = WeakKeyDictionary()  # what each look is in a workbook


def xlsx(book: Book) -> bytes:
    """The workbook as a file."""
    from openpyxl import Workbook

    workbook = Workbook()
    front = workbook.active
    assert front is not None
    workbook.remove(front)
    tabs = _list_tabs(book)
    _front(workbook.create_sheet(book.words.front_tab), book)
    for part in book.parts:
        _theme(workbook.create_sheet(part.tab), part, book, tabs)
    for listed in (book.quotes, *([book.sample] if book.sample is not None else [])):
        _listed(workbook.create_sheet(listed.tab), listed, book)
    if book.boxes:
        _boxes(workbook.create_sheet(book.words.narrative_tab), book)
    for figure, tab, home in _lists(book, tabs):
        _list(workbook.create_sheet(tab), figure, home, book)
    workbook.properties.title = book.title
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def _lists(book: Book, tabs: dict[str, str]) -> Iterator[tuple[Figure, str, str]]:
    for part in book.parts:
        for grid in part.grids:
            for figure in grid.figures:
                if figure.key in tabs:
                    yield figure, tabs[figure.key], part.tab


def _list_tabs(book: Book) -> dict[str, str]:
    """The sheet of each figure's list."""
    behind = [figure.key for figure in book.figures() if figure.refs] if book.lists else []
    return {key: book.words.list_tab.format(n=n) for n, key in enumerate(behind, 1)}


# ── Sheets ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _front(sheet: "Worksheet", book: Book) -> None:
    """What it is, as of when, which version, who signed it, how numbers are hidden, what it cannot show."""
    _heading(sheet, book.title, book.preliminary)
    row = NOTE_ROW + 1
    for name, text in (*book.facts, (book.words.signature, book.signed)):
        _put(sheet.cell(row, 1), name, LABEL)
        _put(sheet.cell(row, 2), text)
        row += 1
    for name, lines in ((book.words.limits, book.limits), (book.words.contents, ())):
        row += 1
        _put(sheet.cell(row, 1), name, LABEL)
        for line in lines:
            _put(sheet.cell(row, 2), line)
            sheet.row_dimensions[row].height = LINE_HEIGHT * -(-len(line) // TEXT_WIDTH)
            row += 1
    for part in book.parts:
        _link(sheet.cell(row, 2), part.title, part.tab)
        row += 1
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, TEXT_WIDTH
    _prints(sheet, book)


def _theme(sheet: "Worksheet", part: Part, book: Book, tabs: dict[str, str]) -> None:
    """Every figure of a theme, under one row of headings that stays in sight."""
    _heading(sheet, part.title, " ".join(filter(None, (book.preliminary, book.hiding))))
    columns = [*_columns(book), *(["list"] if book.lists else [])]
    _head(sheet, columns, book)
    row = HEAD_ROW + 1
    for grid in part.grids:
        _band(sheet, row, grid.title, len(columns))
        row += 1
        for figure in grid.figures:
            _figure(sheet, row, figure, book, tabs)
            row += 1
        if grid.note:
            _put(sheet.cell(row, 1), grid.note, NOTE)
            row += 1
    for note in part.notes:
        row += 1
        _put(sheet.cell(row, 1), note, NOTE)
    sheet.freeze_panes = f"B{HEAD_ROW + 1}"
    _prints(sheet, book)
    sheet.print_title_rows = f"{TITLE_ROW}:{HEAD_ROW}"


def _columns(book: Book) -> list[str]:
    """The columns of a theme; a year is not compared with an earlier quarter."""
    return [name for at, name in enumerate(book.words.columns) if not (book.yearly and at in range(10, 13))]


def _head(sheet: "Worksheet", columns: Sequence[str], book: Book) -> None:
    from openpyxl.utils import get_column_letter

    last = len(columns)
    names = [*columns[:-1], book.words.list_tab.format(n="").strip()] if book.lists else columns
    for at, name in enumerate(names, 1):
        _put(sheet.cell(HEAD_ROW, at), name, COLUMN)
        text = at > last - (3 if book.lists else 2)
        width = LABEL_WIDTH if at == 1 else SOURCE_WIDTH if text else NUMBER_WIDTH
        sheet.column_dimensions[get_column_letter(at)].width = width
    if book.lists:
        sheet.column_dimensions[get_column_letter(last)].width = LINK_WIDTH
    sheet.row_dimensions[HEAD_ROW].height = 5 * LINE_HEIGHT


def _band(sheet: "Worksheet", row: int, title: str, columns: int) -> None:
    """The heading of a table, across its columns but in one cell: nothing is merged, so that it can be sorted."""
    for at in range(2, columns + 1):
        _put(sheet.cell(row, at), None, BAND)
    _put(sheet.cell(row, 1), title, BAND_TITLE)


def _figure(sheet: "Worksheet", row: int, figure: Figure, book: Book, tabs: dict[str, str]) -> None:
    values: list[Value] = [figure.label, *figure.now, figure.low, figure.high, figure.target, *figure.last]
    values += [] if book.yearly else figure.year_ago
    values += [figure.national, figure.source]
    for at, value in enumerate(values, 1):
        number = _format(at, value) if isinstance(value, int | float) else PLAIN.number
        _put(sheet.cell(row, at), value, Look(wrap=True, right=1 < at <= len(values) - 2, number=number))
    if figure.key in tabs:
        text = book.words.list_link.format(n=len(figure.refs))
        _link(sheet.cell(row, len(values) + 1), text, tabs[figure.key])


def _format(column: int, value: Value) -> str:
    if column in SHARES:
        return SHARE
    return "0.0" if isinstance(value, float) else "#,##0"


def _listed(sheet: "Worksheet", listed: Listed, book: Book) -> None:
    _heading(sheet, listed.title, " ".join(filter(None, (book.preliminary, listed.note))))
    for row, text in enumerate(listed.items, HEAD_ROW):
        _put(sheet.cell(row, 1), text, WRAPPED)
    sheet.column_dimensions["A"].width = TEXT_WIDTH
    _prints(sheet, book)


def _list(sheet: "Worksheet", figure: Figure, home: str, book: Book) -> None:
    """What one figure counts: references, one to a row."""
    _heading(sheet, book.words.list_title.format(label=figure.label, n=len(figure.refs)), book.preliminary)
    _link(sheet.cell(NOTE_ROW + 1, 1), book.words.back, home)
    for row, ref in enumerate(figure.refs, HEAD_ROW + 1):
        _put(sheet.cell(row, 1), ref)
    sheet.column_dimensions["A"].width = LABEL_WIDTH
    sheet.freeze_panes = f"A{HEAD_ROW + 1}"
    _prints(sheet, book)


def _boxes(sheet: "Worksheet", book: Book) -> None:
    """Headings that people write under."""
    _heading(sheet, book.words.narrative_tab, book.preliminary)
    row = HEAD_ROW
    for box in book.boxes:
        _put(sheet.cell(row, 1), box.heading, LABEL)
        _put(sheet.cell(row + 1, 1), box.hint, WRAPPED)
        _put(sheet.cell(row + 2, 1), None, ROOM)
        sheet.row_dimensions[row + 2].height = 90
        row += 4
    sheet.column_dimensions["A"].width = 120
    _prints(sheet, book)


# ── Cells and pages ─────────────────────────────────────────────────────────────────────────────────────────────────


def _heading(sheet: "Worksheet", title: str, note: str) -> None:
    _put(sheet.cell(TITLE_ROW, 1), title, TITLE)
    _put(sheet.cell(NOTE_ROW, 1), note, REMARK)


def _put(cell: Any, value: Value, look: Look = PLAIN) -> None:
    """A text that a spreadsheet would take for a formula is a text."""
    cell.value = value
    if isinstance(value, str) and value.startswith(_FORMULA):
        cell.data_type = "s"
    if look is PLAIN and isinstance(value, str) and len(value) > LABEL_WIDTH and cell.column > 1:
        look = WRAPPED
    _dress(cell, look)


def _link(cell: Any, text: str, tab: str) -> None:
    from openpyxl.worksheet.hyperlink import Hyperlink

    cell.value = text
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{tab}'!A1", display=text)
    _dress(cell, LINK)


def _dress(cell: Any, look: Look) -> None:
    """Each font and colour that is set openpyxl compares with all that it has, which took longer than all the rest of a
    workbook: the first cell of a look is dressed so, and the others wear what it has."""
    if look is PLAIN:
        return
    worn = _WORN.setdefault(cell.parent.parent, {})
    if look not in worn:
        for name, style in _styles(look).items():
            setattr(cell, name, style)
        worn[look] = cell._style
    cell._style = copy(worn[look])


def _styles(look: Look) -> dict[str, Any]:
    """What openpyxl calls them."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    found: dict[str, Any] = {"number_format": look.number}
    if look.bold or look.italic or look.colour:
        found["font"] = Font(
            bold=look.bold or None,
            italic=look.italic or None,
            size=look.size,
            color=look.colour or None,
            underline="single" if look.line else None,
        )
    if look.fill:
        found["fill"] = PatternFill("solid", fgColor=look.fill)
    if look.wrap is not None:
        side = "right" if look.right else None
        found["alignment"] = Alignment(wrap_text=look.wrap, vertical="top", horizontal=side)
    if look.boxed:
        thin = Side(style="thin", color="999999")
        found["border"] = Border(left=thin, right=thin, top=thin, bottom=thin)
    return found


def _prints(sheet: "Worksheet", book: Book) -> None:
    """On A4, across, as wide as the page, with what it is and which version on each."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    properties: Any = sheet.sheet_properties
    properties.pageSetUpPr.fitToPage = True
    head: Any = sheet.oddHeader
    foot: Any = sheet.oddFooter
    head.left.text, head.right.text = _plain(f"{book.title}. {book.subtitle}"), _plain(book.preliminary)
    foot.left.text, foot.right.text = _plain(book.hiding), book.words.page.format(n="&P", of="&N")
    sheet.sheet_view.showGridLines = False


def _plain(text: str) -> str:
    """In the head and foot of a page & begins a code."""
    return text.replace("&", "&&")[:200]
