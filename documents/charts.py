"""Charts that can be read in a committee: few colours that nobody confuses, and every bar labelled where it stands.

They are drawn onto the page as lines and letters: sharp at any size, and their words can be searched and read aloud.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from documents.book import Bar, Chart
from documents.printed import BOLD, FONT

# Okabe and Ito, 2008: told apart with any kind of colour vision, and in grey
BLUE, ORANGE, VERMILION, GREY, INK = "#0072B2", "#E69F00", "#D55E00", "#C8C8C8", "#222222"
AXIS, TICK, GRID, PAPER = "#999999", "#555555", "#E5E5E5", "white"
PARTS = (BLUE, GREY, VERMILION)
ON_PART = (PAPER, INK, PAPER)
WIDE, ROW, FRAME, KEY = 518.4, 25.92, 54.0, 21.6  # points: of the chart, of one bar, above and below, for the key
BELOW = 23.04  # points, for the numbers under the axis
LABELS, AXIS_ENDS = 0.36, 0.98  # shares of the width: up to where the labels stand, and the axis
FITS = 0.055  # share of the whole bar that a label inside a part needs
SMALL, TITLE = 8.5, 11.0  # points
UP, DOWN = 0.76, 0.24  # of a letter's size: the tallest above its line, the deepest below
MOST_TICKS = 9
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)  # between two ticks, times a power of ten


@dataclass(frozen=True)
class _Sheet:
    """Where things stand, in points from the lower left corner. A bar's row is named by its number, from 0."""

    canvas: Any
    chart: Chart
    end: float

    left = WIDE * LABELS
    right = WIDE * AXIS_ENDS
    bottom = BELOW

    @property
    def top(self) -> float:
        return self.bottom + ROW * len(self.chart.bars)

    def across(self, value: float) -> float:
        return self.left + (self.right - self.left) * value / self.end

    def row(self, at: float) -> float:
        return self.top - ROW * (at + 0.5)

    def text(self, x: float, y: float, words: str, colour: str = INK) -> None:
        """Words that begin there, with the middle of their letters at that height."""
        self.canvas.setFillColor(colour)
        self.canvas.setFont(FONT, SMALL)
        self.canvas.drawString(x, y - SMALL * (UP - DOWN) / 2, words)

    def middle(self, x: float, y: float, words: str, colour: str) -> None:
        self.text(x - _width(words) / 2, y, words, colour)

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> None:
        self.canvas.setStrokeColor(colour)
        self.canvas.setLineWidth(width)
        self.canvas.line(x1, y1, x2, y2)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Filled; `y` is its middle. Of one without a width a reader would see a hair."""
        if width > 0:
            self.canvas.setFillColor(colour)
            self.canvas.rect(x, y - height / 2, width, height, stroke=0, fill=1)

    def dot(self, x: float, y: float, size: float, colour: str, edge: str, width: float = 1.0) -> None:
        self._marked(colour, edge, width)
        self.canvas.circle(x, y, size / 2, stroke=1, fill=1)

    def square(self, x: float, y: float, size: float, colour: str, edge: str) -> None:
        self._marked(colour, edge, 1.0)
        self.canvas.rect(x - size / 2, y - size / 2, size, size, stroke=1, fill=1)

    def _marked(self, colour: str, edge: str, width: float) -> None:
        self.canvas.setFillColor(colour)
        self.canvas.setStrokeColor(edge)
        self.canvas.setLineWidth(width)


def drawing(chart: Chart, width: float) -> Any:
    """The chart as one thing on a page, so many points wide."""
    from reportlab.platypus import Flowable

    class Drawing(Flowable):
        def __init__(self) -> None:
            super().__init__()
            self.width, self.height = width, _height(chart) * width / WIDE

        def draw(self) -> None:
            self.canv.saveState()
            self.canv.scale(width / WIDE, width / WIDE)
            _draw(_Sheet(self.canv, chart, _end(chart)))
            self.canv.restoreState()

    return Drawing()


def _height(chart: Chart) -> float:
    return ROW * len(chart.bars) + FRAME + (KEY if chart.names or chart.marks else 0)


def _end(chart: Chart) -> float:
    """Where the axis ends: there is room for the words behind the longest bar."""
    if chart.kind == "parts":
        return 100.0
    if chart.most is not None:
        return chart.most * 1.32
    return max([bar.value or 0 for bar in chart.bars] + [bar.last or 0 for bar in chart.bars] + [1.0]) * 1.42


def _draw(sheet: _Sheet) -> None:
    {"bars": _bars, "dots": _dots, "parts": _parts}[sheet.chart.kind](sheet)
    for at, bar in enumerate(sheet.chart.bars):
        _label(sheet, sheet.row(at), _wrapped(bar.label))
    sheet.line(sheet.left, sheet.bottom, sheet.right, sheet.bottom, AXIS, 0.8)
    for value, words in ticks(sheet.chart, sheet.end):
        x = sheet.across(value)
        sheet.line(x, sheet.bottom, x, sheet.bottom - 3.5, TICK, 0.8)
        sheet.middle(x, sheet.bottom - 7 - SMALL / 2, words, TICK)
    sheet.canvas.setFillColor(INK)
    sheet.canvas.setFont(BOLD, TITLE)
    sheet.canvas.drawString(0.01 * WIDE, _height(sheet.chart) - 4.3 - TITLE * UP, sheet.chart.title)


# ── The axis and the labels ─────────────────────────────────────────────────────────────────────────────────────────


def ticks(chart: Chart, end: float) -> list[tuple[float, str]]:
    """The numbers under the axis: shares by quarters, anything else by round steps."""
    if chart.most == 100:
        return [(n, f"{n}%") for n in range(0, 101, 25)]
    power = 10.0 ** math.floor(math.log10(end / MOST_TICKS))
    step = next(power * one for one in STEPS if power * one * MOST_TICKS >= end)
    places = max(0, next(n for n in range(9) if round(step, n) == round(step, 9)))
    return [(n * step, f"{n * step:.{places}f}") for n in range(int(end / step + 1e-9) + 1)]


def _label(sheet: _Sheet, y: float, lines: Sequence[str]) -> None:
    """On the left of its bar, and its middle there."""
    for n, words in enumerate(lines):
        shift = (len(lines) - 1) / 2 - n
        sheet.text(sheet.left - 3.5 - _width(words), y - SMALL * 0.1 + shift * SMALL * 1.12, words)


def _wrapped(label: str, width: int = 38) -> Sequence[str]:
    """On two lines at most; words stay whole."""
    if len(label) <= width:
        return [label]
    cut = label.rfind(" ", 0, width)
    cut = cut if cut > 0 else width
    rest = label[cut:].strip()
    return [label[:cut], rest if len(rest) <= width else rest[: width - 1] + "…"]


def _width(words: str) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(words, FONT, SMALL))


# ── What is shown ───────────────────────────────────────────────────────────────────────────────────────────────────


def _bars(sheet: _Sheet) -> None:
    for at, bar in enumerate(sheet.chart.bars):
        y = sheet.row(at)
        if bar.value is not None:
            sheet.box(sheet.left, y, sheet.across(bar.value) - sheet.left, 0.62 * ROW, BLUE)
        if bar.last is not None:
            sheet.dot(sheet.across(bar.last), y, 6, PAPER, INK, 1.2)
        if bar.year_ago is not None:
            sheet.square(sheet.across(bar.year_ago), y, 5.5, ORANGE, INK)
        if bar.target is not None:
            x = sheet.across(bar.target)
            sheet.line(x, y - 0.42 * ROW, x, y + 0.42 * ROW, VERMILION, 2)
        marks = [one for one in (bar.last, bar.year_ago, bar.target) if one is not None]
        edge = max([bar.value or 0, *marks])
        sheet.text(sheet.across(edge + sheet.end * (0.03 if marks else 0.012)), y, bar.text)
    _key(sheet, [(mark, name) for mark, name in zip((_LAST, _AGO, _AIM), sheet.chart.marks, strict=False) if name])


def _dots(sheet: _Sheet) -> None:
    for value, _ in ticks(sheet.chart, sheet.end):
        sheet.line(sheet.across(value), sheet.bottom, sheet.across(value), sheet.top, GRID, 0.8)
    for at, bar in enumerate(sheet.chart.bars):
        y = sheet.row(at)
        edge = bar.high if bar.high is not None else bar.value or 0
        if bar.value is not None:
            if bar.low is not None and bar.high is not None:
                sheet.line(sheet.across(bar.low), y, sheet.across(bar.high), y, BLUE, 2.2)
            sheet.dot(sheet.across(bar.value), y, 8, BLUE, BLUE)
        sheet.text(sheet.across(edge + sheet.end * 0.02), y, bar.text)


def _parts(sheet: _Sheet) -> None:
    for at, bar in enumerate(sheet.chart.bars):
        if bar.parts:
            _divided(sheet, sheet.row(at), bar)
        else:
            sheet.text(sheet.across(1), sheet.row(at), bar.text)
    _key(sheet, list(zip(PARTS, sheet.chart.names, strict=False)))


def _divided(sheet: _Sheet, y: float, bar: Bar) -> None:
    whole, left = sum(bar.parts) or 1, 0.0
    for part, colour, ink in zip(bar.parts, PARTS, ON_PART, strict=False):
        share = 100 * part / whole
        sheet.box(sheet.across(left), y, sheet.across(share) - sheet.left, 0.66 * ROW, colour)
        if share >= 100 * FITS:
            sheet.middle(sheet.across(left + share / 2), y, f"{part:.0f}", ink)
        left += share


# ── The key ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_LAST, _AGO, _AIM = "last", "year_ago", "target"


def _key(sheet: _Sheet, entries: Sequence[tuple[str, str]]) -> None:
    """What marks or colours mean, above the bars and up to their right end. Each picture is two letters wide."""
    gap, between = 2.4 * SMALL, 1.2 * SMALL
    x = sheet.right - SMALL / 2 - sum(gap + _width(name) for _, name in entries) - between * (len(entries) - 1)
    y = sheet.top + SMALL * 1.1
    for look, name in entries:
        _mark(sheet, look, x + SMALL, y)
        sheet.text(x + gap, y, name)
        x += gap + _width(name) + between


def _mark(sheet: _Sheet, look: str, x: float, y: float) -> None:
    if look == _LAST:
        sheet.dot(x, y, 6, PAPER, INK)
    elif look == _AGO:
        sheet.square(x, y, 6, ORANGE, INK)
    elif look == _AIM:
        sheet.line(x, y - 5, x, y + 5, VERMILION, 2)
    else:
        sheet.box(x - SMALL, y, 2 * SMALL, 0.8 * SMALL, look)
