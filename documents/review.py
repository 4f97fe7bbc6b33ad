"""A review pack as DOCX: what is known of one order since it began, and room for what is said and decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

ROOM = 6  # empty lines under a heading that is there to be written under


@dataclass(frozen=True)
class Section:
    """A heading with its lines; without any, room to write."""

    heading: str
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Pack:
    """`facts` stand at the top as pairs; `note` says what the figures are not; `foot` stands on each page."""

    title: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    note: str
    foot: str


def docx(pack: Pack) -> bytes:
    """The pack as a file that a word processor opens."""
    from docx import Document  # a third of a second to load, and few ever ask for it
    from docx.shared import Cm, Pt

    document = Document()
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(11)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2)
    page.footer.paragraphs[0].text = pack.foot
    document.add_heading(pack.title, level=1)
    table = document.add_table(rows=0, cols=2)
    for name, text in pack.facts:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, text
    for section in pack.sections:
        document.add_heading(section.heading, level=2)
        for line in section.lines:
            document.add_paragraph(line, style="List Bullet")
        for _ in range(0 if section.lines else ROOM):
            document.add_paragraph()
    document.add_paragraph(pack.note)
    out = BytesIO()
    document.save(out)
    return out.getvalue()
