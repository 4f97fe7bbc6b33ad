"""A form on paper, as a PDF that prints: big letters, a big box for each answer, lines to write on."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from documents.printed import BOLD, FONT, GREY, MARGIN, made, numbered, register_fonts, style

BOX = 17  # points: 6 mm, which a shaking hand can hit
LINE = 30  # points between two lines to write on


@dataclass(frozen=True)
class Asked:
    """One question: what stands small under it, its options with the numbers they are keyed in with, or how many lines
    there are to write on."""

    text: str
    small: Sequence[str] = ()
    options: Sequence[str] = ()
    lines: int = 0


@dataclass(frozen=True)
class PaperForm:
    """A whole form. `staff` is a line that staff fill in; `page` has {n} and {of}."""

    title: str
    intro: Sequence[str]
    questions: Sequence[Asked]
    thanks: str
    staff: str
    page: str


def pdf(form: PaperForm) -> bytes:
    """The form as a file. The same form makes the same file, to the byte."""
    from reportlab.platypus import KeepTogether, Paragraph, Spacer  # half a second to load, and few ever ask for it

    register_fonts()
    style = _styles()
    story: list[Any] = [Paragraph(escape(form.title), style["title"])]
    story += [Paragraph(escape(line), style["intro"]) for line in form.intro]
    for number, asked in enumerate(form.questions, start=1):
        story += [Spacer(1, 14), KeepTogether(_question(number, asked, style))]
    story += [Spacer(1, 18), Paragraph(escape(form.thanks), style["question"])]
    story += [Spacer(1, 18), Paragraph(escape(form.staff), style["small"])]
    return made(story, form.title, _numbering(form.page), invariant=1)


def _question(number: int, asked: Asked, style: Any) -> list[Any]:
    from reportlab.platypus import HRFlowable, Paragraph, Table

    found: list[Any] = [Paragraph(f"{number}.&nbsp; {escape(asked.text)}", style["question"])]
    found += [Paragraph(escape(line), style["small"]) for line in asked.small]
    if asked.options:
        rows = [[_box(), Paragraph(escape(option), style["option"])] for option in asked.options]
        place = [("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("TOPPADDING", (0, 0), (-1, -1), 3)]
        found.append(Table(rows, colWidths=[BOX + 22, None], style=[*place, ("BOTTOMPADDING", (0, 0), (-1, -1), 3)]))
    found += [HRFlowable(width="100%", color=GREY, spaceBefore=LINE, thickness=0.7) for _ in range(asked.lines)]
    return found


def _box() -> Any:
    from reportlab.graphics.shapes import Drawing, Rect
    from reportlab.lib.colors import black, white

    drawing = Drawing(BOX, BOX)
    square: Any = Rect(0, 0, BOX, BOX)
    square.strokeColor, square.fillColor, square.strokeWidth = black, white, 1.4
    drawing.add(square)
    return drawing


def _styles() -> dict[str, Any]:
    return {
        "title": style("title", 20, BOLD, spaceAfter=10),
        "intro": style("intro", 13, spaceAfter=6),
        "question": style("question", 14, BOLD, spaceAfter=4),
        "small": style("small", 12, textColor=GREY, leftIndent=4, spaceAfter=4),
        "option": style("option", 13),
    }


def _numbering(page: str) -> Any:
    """*Page 2 of 5* under each page."""
    from reportlab.lib.pagesizes import A4

    def mark(canvas: Any, n: int, of: int) -> None:
        canvas.setFont(FONT, 10)
        canvas.drawCentredString(A4[0] / 2, MARGIN / 2, page.format(n=n, of=of))

    return numbered(mark)
