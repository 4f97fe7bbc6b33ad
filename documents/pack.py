"""A pack as a PDF for a meeting: plain sentences first, then charts, then every figure and what to read it against."""

from collections.abc import Sequence
from html import escape
from typing import Any

from documents import charts
from documents.book import Book, Box, Chart, Figure, Grid, Listed, Part, Triple, Value
from documents.printed import BOLD, FONT, GREY, MARGIN, made, numbered, register_fonts, style

BAND, RULE, ALARM = "#DCE9F3", "#BBBBBB", "#9A3A00"
BOX = 150  # points: room for some ten lines of writing
WIDTH = 595.27 - 2 * MARGIN - 12  # points: of A4 between the margins and within the frame
TARGET, NATIONAL = 52.0, 78.0  # points: their columns
WHOLE = 16  # rows that stay together on one page


def pdf(book: Book) -> bytes:
    """The pack as a file."""
    from reportlab.platypus import PageBreak

    register_fonts()
    style = _styles()
    story = _front(book, style)
    for part in book.parts:
        story += [PageBreak(), *_part(part, book, style)]
    story += [PageBreak(), *_listed(book.quotes, style)]
    if book.sample is not None:
        story += _listed(book.sample, style)
    if book.boxes:
        story += [PageBreak(), *_boxes(book.boxes, book, style)]
    return made(story, book.title, _numbering(book))


def _front(book: Book, style: Any) -> list[Any]:
    from reportlab.platypus import Paragraph, Spacer, Table

    story: list[Any] = [Paragraph(escape(book.title), style["title"]), Paragraph(escape(book.subtitle), style["intro"])]
    if book.preliminary:
        story.append(Paragraph(escape(book.preliminary), style["alarm"]))
    facts = [*book.facts, (book.words.signature, book.signed)]
    rows = [[Paragraph(escape(name), style["name"]), Paragraph(escape(text), style["cell"])] for name, text in facts]
    look = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
    story += [Spacer(1, 6), Table(rows, colWidths=[110, None], style=look)]
    for part in book.parts:
        if part.sentences:
            story.append(Paragraph(escape(part.title), style["lead"]))
            story += [Paragraph(escape(one), style["line"], bulletText="•") for one in part.sentences]
    story.append(Paragraph(escape(book.words.limits), style["lead"]))
    story += [Paragraph(escape(one), style["line"], bulletText="•") for one in book.limits]
    return story


def _part(part: Part, book: Book, style: Any) -> list[Any]:
    from reportlab.platypus import Paragraph

    story: list[Any] = [Paragraph(escape(part.title), style["part"])]
    story += [Paragraph(escape(one), style["line"], bulletText="•") for one in part.sentences]
    for chart in part.charts:
        story += _chart(chart, book, style)
    for grid in part.grids:
        story += _grid(grid, book, style)
    story += [Paragraph(escape(one), style["note"]) for one in part.notes]
    return story


def _chart(chart: Chart, book: Book, style: Any) -> list[Any]:
    """The picture, its base under it, and what it shows in words, for who cannot see it."""
    from reportlab.platypus import KeepTogether, Paragraph, Spacer

    words = Paragraph(escape(f"{book.words.in_words} {chart.alt}"), style["alt"])
    kept = [Spacer(1, 8), charts.drawing(chart, WIDTH), Paragraph(escape(chart.caption), style["caption"]), words]
    return [KeepTogether(kept)]


def _grid(grid: Grid, book: Book, style: Any) -> list[Any]:
    from reportlab.platypus import KeepTogether, Paragraph, Spacer, Table

    head = [book.words.now, book.words.last, *([] if book.yearly else [book.words.year_ago])]
    aimed = any(one.target is not None for one in grid.figures)
    abroad = any(one.national for one in grid.figures)
    head += [*([book.words.target] if aimed else []), *([book.words.national] if abroad else [])]
    rows = [[Paragraph(escape(one), style["head"]) for one in (grid.title, *head)]]
    rows += [_row(one, book, aimed, abroad, style) for one in grid.figures]
    narrow = [*([TARGET] if aimed else []), *([NATIONAL] if abroad else [])]
    widths = _widths(len(head) - len(narrow), narrow)
    look: list[Any] = [
        ("BACKGROUND", (0, 0), (-1, 0), BAND),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    table = Table(rows, colWidths=widths, style=look, repeatRows=1)
    made = [Spacer(1, 9), table, *([Paragraph(escape(grid.note), style["note"])] if grid.note else [])]
    return [KeepTogether(made)] if len(rows) <= WHOLE else made


def _widths(figures: int, narrow: Sequence[float]) -> list[float]:
    """In points, to the width between the margins: the label takes what the others leave."""
    each = 88.0 if narrow else 96.0
    return [WIDTH - each * figures - sum(narrow), *([each] * figures), *narrow]


def _row(figure: Figure, book: Book, aimed: bool, abroad: bool, style: Any) -> list[Any]:
    from reportlab.platypus import Paragraph

    between = _between(figure.low, figure.high)
    now = escape(_said(figure.now)) + (f'<br/><font color="{GREY}">{between}</font>' if between else "")
    said = [_said(figure.last), *([] if book.yearly else [_said(figure.year_ago)])]
    said += [_value(figure.target, share=True)] if aimed else []
    said += [figure.national] if abroad else []
    cells = (escape(figure.label), now, *map(escape, said))
    return [Paragraph(text, style["small"]) for text in cells]


def _between(low: Value, high: Value) -> str:
    """*53–70%*, the range in which the true share lies."""
    if isinstance(low, int | float) and isinstance(high, int | float):
        return f"{low * 100:.0f}–{high * 100:.0f}%"
    return ""


def _said(triple: Triple) -> str:
    """*74 / 120 (62%)*; of a mean *2.5 (n = 41)*."""
    count, base, share = triple
    if isinstance(count, float) and base is not None:
        return f"{count:.1f} (n = {_value(base)})"
    if base is None or isinstance(count, str):
        return _value(count)
    text = f"{_value(count)} / {_value(base)}"
    return f"{text} ({_value(share, share=True)})" if share is not None else text


def _value(value: Value, share: bool = False) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if share:
        return f"{value * 100:.0f}%"
    return f"{value:,.1f}" if isinstance(value, float) and not value.is_integer() else f"{value:,.0f}"


def _listed(listed: Listed, style: Any) -> list[Any]:
    from reportlab.platypus import Paragraph

    story = [Paragraph(escape(listed.title), style["part"]), Paragraph(escape(listed.note), style["intro"])]
    return [*story, *(Paragraph(escape(one), style["quote"], bulletText="•") for one in listed.items)]


def _boxes(boxes: Sequence[Box], book: Book, style: Any) -> list[Any]:
    from reportlab.platypus import KeepTogether, Paragraph, Spacer, Table

    story: list[Any] = [Paragraph(escape(book.words.narrative_tab), style["part"])]
    for box in boxes:
        empty = Table([[""]], colWidths=[WIDTH], rowHeights=[BOX], style=[("BOX", (0, 0), (-1, -1), 0.6, GREY)])
        words = [Paragraph(escape(box.heading), style["lead"]), Paragraph(escape(box.hint), style["note"])]
        story.append(KeepTogether([*words, Spacer(1, 4), empty]))
    return story


def _styles() -> dict[str, Any]:
    bullet: dict[str, Any] = {"leftIndent": 14, "bulletIndent": 4, "bulletFontName": FONT, "spaceAfter": 2}
    return {
        "title": style("title", 20, BOLD, spaceAfter=4),
        "intro": style("intro", 10.5, spaceAfter=4),
        "alarm": style("alarm", 12, BOLD, textColor=ALARM, spaceBefore=4, spaceAfter=4),
        "name": style("name", 9, textColor=GREY),
        "cell": style("cell", 9.5),
        "lead": style("lead", 11, BOLD, spaceBefore=8, spaceAfter=3, keepWithNext=1),
        "part": style("part", 15, BOLD, spaceBefore=6, spaceAfter=6, keepWithNext=1),
        "line": style("line", 9.5, **bullet),
        "quote": style("quote", 11, spaceBefore=4, **bullet),
        "caption": style("caption", 8.5, textColor=GREY, spaceBefore=2),
        "alt": style("alt", 8.5, textColor=GREY, spaceAfter=6),
        "note": style("note", 8.5, textColor=GREY, spaceBefore=3),
        "head": style("head", 8.5, BOLD),
        "small": style("small", 8),
    }


def _numbering(book: Book) -> Any:
    """What it is, on each page, and that it is preliminary, if it is."""
    from reportlab.lib.pagesizes import A4

    def mark(canvas: Any, n: int, of: int) -> None:
        right = A4[0] - MARGIN
        canvas.setFont(FONT, 7.5)
        canvas.setFillColor(GREY)
        canvas.drawString(MARGIN, MARGIN / 2 + 9, f"{book.title}. {book.subtitle}")
        canvas.drawString(MARGIN, MARGIN / 2 - 1, book.hiding)
        canvas.drawRightString(right, MARGIN / 2 + 9, book.words.page.format(n=n, of=of))
        if book.preliminary:
            canvas.setFillColor(ALARM)
            canvas.setFont(BOLD, 9)
            canvas.drawRightString(right, A4[1] - MARGIN / 2, book.preliminary)

    return numbered(mark)
