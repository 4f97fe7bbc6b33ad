"""One file: bytes → rows of cells, each with the line on which it begins."""

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from domain.imports import cells
from domain.imports.problems import Wrong

_CSV = "a CSV file: text, in UTF-8 or Windows-1252 (in Excel: Save As, CSV UTF-8)"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx (any zip) and .xls
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SEPARATORS = ",;\t"
# Letters, £ and curly quotes as UTF-8 writes them: in Windows-1252 they would be Ã©, Â£ and â€™, which nobody types.
_UTF8_HABIT = re.compile(rb"\xc2[\xa0-\xbf]|\xc3[\x80-\xbf]|\xe2\x80[\x90-\xbf]")


class Unreadable(Wrong):
    """The file, or the row that begins on `line`, cannot be read at all."""

    def __init__(self, line: int, what: str, found: str, expected: str) -> None:
        super().__init__(what, expected)
        self.line = line
        self.found = found


@dataclass(frozen=True)
class Row:
    """The cells of one row and the line on which it begins, counted from 1."""

    line: int
    cells: list[str]


def rows(content: bytes, names: Collection[str]) -> Iterator[Row | Unreadable]:
    """The rows that are not blank, the header first. `names` are the columns by which the separator is known."""
    text = _text(content)
    declared = re.match(r"sep=([,;\t])(?:\r\n|\r|\n)", text)
    separator = declared[1] if declared else max(_SEPARATORS, key=lambda mark: _known(text, mark, names))
    for row in _split(text, separator):
        if not (declared and isinstance(row, Row) and row.line == 1):
            yield row


def _text(content: bytes) -> str:
    if content.startswith(_WORKBOOKS):
        raise Unreadable(1, "this looks like an Excel workbook", _start(content), _CSV)
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            text = _decoded(content[len(mark) :], encoding)
            break
    else:
        text = _unmarked(content)
    if "\0" in text:
        raise Unreadable(1, "this is not a text file", _start(content), _CSV)
    return text


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(error, f"this file is not the {encoding.upper()} that it says it is") from None


def _unmarked(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if b"\0" in content:
            raise Unreadable(1, "this is not a text file", _start(content), _CSV) from None
        if _UTF8_HABIT.search(content):
            raise _undecodable(error, "this file mixes UTF-8 with another encoding") from None
    try:
        return content.decode("windows-1252")
    except UnicodeDecodeError as error:
        raise _undecodable(error, "this file is neither UTF-8 nor Windows-1252") from None


def _undecodable(error: UnicodeDecodeError, what: str) -> Unreadable:
    before = error.object[: error.start].decode(error.encoding)
    line = before.count("\n") + before.count("\r") - before.count("\r\n") + 1
    return Unreadable(line, what, _start(error.object[error.start : error.end]), _CSV)


def _start(content: bytes) -> str:
    return content[:8].decode("latin-1")


def _known(text: str, separator: str, names: Collection[str]) -> int:
    first = next(_split(text, separator), None)
    return len(set(map(cells.fold, first.cells)) & set(names)) if isinstance(first, Row) else 0


def _split(text: str, separator: str) -> Iterator[Row | Unreadable]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Unreadable(
                line,
                f"the row cannot be told apart ({error})",
                _line(text, line),
                "quotation marks only in pairs around a whole cell, and doubled inside it",
            )
            continue
        if any(map(cells.clean, row)):
            yield Row(line, row)


def _line(text: str, number: int) -> str:
    for count, line in enumerate(io.StringIO(text, newline=""), 1):
        if count == number:
            return line.rstrip("\r\n")
    return ""
