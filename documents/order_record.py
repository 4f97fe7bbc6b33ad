"""The evidence record of one order, as a PDF that prints: what was told, answered, written down and decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from documents.printed import BOLD, FONT, GREY, MARGIN, made, numbered, register_fonts, style


@dataclass(frozen=True)
class Part:
    """One date: its heading, and what is known of it as lines under short headings."""

    heading: str
    lines: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Paper:
    """A whole record. `facts` stand at its top as pairs; `notes` say what the words mean; `page` has {n} and {of}."""

    title: str
    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    parts: Sequence[Part]
    foot: str
    page: str


def pdf(paper: Paper) -> bytes:
    """The record as a file. The same record makes the same file, to the byte."""
    from reportlab.platypus import (  # half a second to load, and few ever ask for it
        KeepTogether,
        Paragraph,
        Spacer,
        Table,
    )

    register_fonts()
    style = _styles()
    story: list[Any] = [Paragraph(escape(paper.title), style["title"])]
    pairs = [[_cell(name, style), _cell(text, style)] for name, text in paper.facts]
    story.append(Table(pairs, colWidths=[125, None], style=[("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    story += [Paragraph(escape(note), style["note"]) for note in paper.notes]
    for part in paper.parts:
        head, *rest = _part(part, style)
        story += [Spacer(1, 8), KeepTogether([head, *rest[:2]]), *rest[2:]]
    return made(story, paper.title, _numbering(paper), invariant=1)


def _part(part: Part, style: Any) -> list[Any]:
    from reportlab.platypus import Paragraph

    found = [Paragraph(escape(part.heading), style["date"])]
    for name, lines in part.lines:
        found.append(Paragraph(escape(name), style["name"]))
        found += [Paragraph(escape(line), style["line"], bulletText="•") for line in lines]
    return found


def _cell(text: str, style: Any) -> Any:
    from reportlab.platypus import Paragraph

    return Paragraph(escape(text), style["cell"])


def _styles() -> dict[str, Any]:
    return {
        "title": style("title", 17, BOLD, spaceAfter=8),
        "cell": style("cell", 9.5),
        "note": style("note", 9, textColor=GREY, spaceBefore=5),
        "date": style("date", 11, BOLD, spaceBefore=4, spaceAfter=2),
        "name": style("name", 9, textColor=GREY, spaceBefore=2),
        "line": style("line", 9.5, leftIndent=14, bulletIndent=4, bulletFontName=FONT),
    }


def _numbering(paper: Paper) -> Any:
    """*Page 2 of 5* under each page, and what it is of."""
    from reportlab.lib.pagesizes import A4

    def mark(canvas: Any, n: int, of: int) -> None:
        canvas.setFont(FONT, 8)
        canvas.setFillColor(GREY)
        canvas.drawString(MARGIN, MARGIN / 2, paper.foot)
        canvas.drawRightString(A4[0] - MARGIN, MARGIN / 2, paper.page.format(n=n, of=of))

    return numbered(mark)
