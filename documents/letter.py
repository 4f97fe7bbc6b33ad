"""A letter as DOCX: a template that a council edits in its word processor, and its merge fields filled.

A field is a name between « and ». What a council types around the fields is its own; a field that it leaves out is not
missed, and one that nobody knows is named in the error.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

_FIELD = re.compile(r"«\s*([a-z_]+)\s*»")


class WrongTemplate(Exception):
    """The template cannot be used: what was found, and what is expected."""


def template(paragraphs: Sequence[str]) -> bytes:
    """A plain template of these paragraphs, to begin from."""
    from docx import Document
    from docx.shared import Pt

    document = Document()
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(12)
    for text in paragraphs:
        document.add_paragraph(text)
    return _saved(document)


def fields(content: bytes) -> frozenset[str]:
    """The fields of a template; raises WrongTemplate if it is no DOCX file."""
    return frozenset(name for one in _paragraphs(_opened(content)) for name in _FIELD.findall(one.text))


def check(content: bytes, known: Sequence[str]) -> None:
    """Raises WrongTemplate for a file that is no DOCX, or has a field that nobody can fill."""
    unknown = sorted(fields(content) - set(known))
    if unknown:
        found = ", ".join(f"«{name}»" for name in unknown)
        raise WrongTemplate(f"found {found}; expected only {', '.join(f'«{name}»' for name in known)}")


def read(file: str, known: Sequence[str]) -> bytes:
    """A council's own template, checked; empty if none is named. Raises WrongTemplate with the name of the file."""
    if not file:
        return b""
    try:
        content = Path(file).read_bytes()
        check(content, known)
    except OSError as error:
        raise WrongTemplate(f"{file}: {error.strerror}; expected a DOCX file") from None
    except WrongTemplate as error:
        raise WrongTemplate(f"{Path(file).name}: {error}") from None
    return content


def filled(content: bytes, values: Mapping[str, str]) -> bytes:
    """The letter. A field keeps the looks of the words in which it begins."""
    document = _opened(content)
    for paragraph in _paragraphs(document):
        if _FIELD.search(paragraph.text):
            _fill(paragraph, values)
    return _saved(document)


def _fill(paragraph: Any, values: Mapping[str, str]) -> None:
    """A word processor may break one field into several runs: the run in which it begins takes the value."""
    runs = paragraph.runs
    text = "".join(run.text for run in runs)
    starts = [sum(len(run.text) for run in runs[:n]) for n in range(len(runs))]
    pieces = [""] * len(runs)
    at = 0
    for start, end, put in _replacements(text, values):
        for n, (begin, run) in enumerate(zip(starts, runs, strict=True)):
            pieces[n] += text[max(at, begin) : max(max(at, begin), min(start, begin + len(run.text)))]
            if begin <= start < begin + len(run.text):
                pieces[n] += put
        at = end
    for n, (begin, run) in enumerate(zip(starts, runs, strict=True)):
        run.text = pieces[n] + text[max(at, begin) : max(max(at, begin), begin + len(run.text))]


def _replacements(text: str, values: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    for found in _FIELD.finditer(text):
        yield found.start(), found.end(), values.get(found.group(1), found.group(0))


def _paragraphs(document: Any) -> Iterator[Any]:
    """Those of the letter itself, of its tables, and of what stands at the head and foot of each page."""
    places = [document, *(part for one in document.sections for part in (one.header, one.footer))]
    for place in places:
        yield from place.paragraphs
        for table in place.tables:
            for cell in (cell for row in table.rows for cell in row.cells):
                yield from cell.paragraphs


def _opened(content: bytes) -> Any:
    from docx import Document

    try:
        return Document(BytesIO(content))
    except Exception as error:  # its own package raises whatever the archive below it raises
        raise WrongTemplate(f"found {type(error).__name__} on opening it; expected a DOCX file") from error


def _saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()
