"""What all PDFs share: letters of every language, paragraphs, and pages that know how many they are."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

FONT, BOLD = "DejaVu", "DejaVu-Bold"  # has every letter of the languages that names here come in
FONTS = Path(__file__).parent / "fonts"
MARGIN = 54  # points: 19 mm, which every printer leaves
GREY = "#444444"


def register_fonts() -> None:
    """Both lie beside this module, so that every machine prints the same pages."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in ((FONT, "DejaVuSans.ttf"), (BOLD, "DejaVuSans-Bold.ttf")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, FONTS / file))


def style(name: str, size: float, font: str = FONT, **more: Any) -> Any:
    """A paragraph's looks; `size` in points."""
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle(name, fontName=font, fontSize=size, leading=size * 1.4, **more)


def made(story: list[Any], title: str, canvas: Any, **more: Any) -> bytes:
    """The file: A4 with our margins. `invariant=1`: the same story makes the same file, to the byte."""
    from reportlab import rl_config
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    rl_config.useA85 = 0  # letters instead of bytes, for mail of forty years ago: a third larger, and made in Python
    out = BytesIO()
    sides: dict[str, Any] = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN)
    document = SimpleDocTemplate(out, pagesize=A4, title=title, lang="en-GB", **sides, **more)
    document.build(story, canvasmaker=canvas)
    return out.getvalue()


def numbered(mark: Callable[[Any, int, int], None]) -> Any:
    """A canvas that lets `mark` write on each page (canvas, page, of how many) once it is known how many there are."""
    from reportlab.pdfgen.canvas import Canvas

    class Numbered(Canvas):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:
            self._pages.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]

        def save(self) -> None:
            for n, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                mark(self, n, len(self._pages))
                super().showPage()
            super().save()

    return Numbered
