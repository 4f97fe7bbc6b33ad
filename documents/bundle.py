"""The files of a pack as one ZIP: what staff read, what the public may read, and the figures for the next pack."""

import json
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from documents import pack, workbook
from documents.book import Book, Box, of_plain, plain
from domain.outcomes import Line
from domain.packs import Audience

DATA = "pack.json"


class Part(StrEnum):
    """What of a pack is handed out."""

    PDF = "pdf"
    SHEETS = "sheets"
    PUBLIC = "public"  # a ZIP of the public's files
    ALL = "all"  # the whole, as it was signed


WITH_REFERENCES = frozenset({Part.PDF, Part.SHEETS, Part.ALL})


def made(books: Mapping[Audience, Book]) -> bytes:
    """All files."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for who, book in books.items():
            for name, content in _files(book).items():
                archive.writestr(f"{who}/{name}", content)
        archive.writestr(DATA, json.dumps({who.value: plain(book) for who, book in books.items()}))
    return out.getvalue()


def _files(book: Book) -> dict[str, bytes]:
    alt = "\n\n".join(f"{one.title}\n{one.caption}\n{one.alt}" for one in book.charts())
    found = {f"{book.name}.pdf": pack.pdf(book), f"{book.name}.xlsx": workbook.xlsx(book), "alt.txt": alt.encode()}
    if book.boxes:
        found["narrative.docx"] = _narrative(book.boxes, book)
    return found


def _narrative(boxes: tuple[Box, ...], book: Book) -> bytes:
    """The headings, for people to write under in a word processor."""
    from docx import Document

    document = Document()
    document.add_heading(f"{book.title}. {book.subtitle}", 0)
    for box in boxes:
        document.add_heading(box.heading, 1)
        document.add_paragraph(box.hint).runs[0].italic = True
        document.add_paragraph()
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def books(content: bytes) -> dict[Audience, Book]:
    """What the files were made from."""
    with ZipFile(BytesIO(content)) as archive:
        found = json.loads(archive.read(DATA))
    return {Audience(who): of_plain(book) for who, book in found.items()}


def signed(content: bytes, signature: str) -> bytes:
    """The same words and figures, with a signature on them."""
    return made({who: replace(book, signed=signature) for who, book in books(content).items()})


def figures(content: bytes) -> dict[Audience, dict[str, Line]]:
    """The figures of each audience, by key."""
    return {
        who: {one.key: _line(one.key, one.raw, one.share) for one in book.figures()}
        for who, book in books(content).items()
    }


def _line(key: str, raw: tuple[float | None, ...], share: bool) -> Line:
    count, base, low, high, value = raw
    between = (int(low), int(high)) if low is not None and high is not None else None
    whole = (None if count is None else int(count), None if base is None else int(base))
    return Line(key.rpartition("|")[2], (), *whole, share=share, interval=between, value=value)


def refs(content: bytes) -> frozenset[str]:
    """Every reference that stands in it."""
    found = books(content)[Audience.STAFF]
    lists = {ref for one in found.figures() for ref in one.refs}
    return frozenset(lists | set(found.sample.items if found.sample is not None else ()))


def part(content: bytes, which: Part) -> tuple[str, bytes]:
    """One file to hand out, with its name."""
    with ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        if which in (Part.PDF, Part.SHEETS):
            ending = ".pdf" if which is Part.PDF else ".xlsx"
            name = next(one for one in names if one.startswith(f"{Audience.STAFF}/") and one.endswith(ending))
            return name.rpartition("/")[2], archive.read(name)
        stem = next(one for one in names if one.endswith(".pdf")).rpartition("/")[2].removesuffix(".pdf")
        if which is Part.ALL:
            return f"{stem}.zip", content
        return f"{stem}-public.zip", _zip({one: archive.read(one) for one in names if one.startswith(Audience.PUBLIC)})


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.rpartition("/")[2], content)
    return out.getvalue()


def unpacked(content: bytes, which: Part) -> dict[str, bytes]:
    """The files themselves, by path, without what only the next pack reads."""
    with ZipFile(BytesIO(content)) as archive:
        wanted = f"{Audience.PUBLIC}/" if which is Part.PUBLIC else ""
        return {name: archive.read(name) for name in archive.namelist() if name != DATA and name.startswith(wanted)}
