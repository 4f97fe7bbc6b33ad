"""Charts that can be read in a committee: few colours that nobody confuses, and every bar labelled where it stands."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from documents.book import Bar, Chart

# Okabe and Ito, 2008: told apart with any kind of colour vision, and in grey
BLUE, ORANGE, VERMILION, GREY, INK = "#0072B2", "#E69F00", "#D55E00", "#C8C8C8", "#222222"
PARTS = (BLUE, GREY, VERMILION)
ON_PART = ("white", INK, "white")
WIDE, ROW, FRAME = 7.2, 0.36, 0.75  # inches: of the page, of one bar, above and below
LABELS = 0.36  # share of the width that the labels take
FITS = 0.055  # share of the whole bar that a label inside a part needs
SMALL, TEXT = 8.5, 9.5  # points


def png(chart: Chart) -> bytes:
    """The chart as a picture, sharp in print."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    height = ROW * len(chart.bars) + FRAME + (0.3 if chart.names or chart.marks else 0)
    figure = Figure(figsize=(WIDE, height), dpi=200)
    FigureCanvasAgg(figure)
    axes = figure.add_axes(
        (LABELS, 0.32 / height, 0.98 - LABELS, 1 - (FRAME + (0.3 if chart.names or chart.marks else 0)) / height)
    )
    {"bars": _bars, "dots": _dots, "parts": _parts}[chart.kind](axes, chart)
    _frame(figure, axes, chart)
    out = BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def _frame(figure: Any, axes: Any, chart: Chart) -> None:
    axes.set_yticks(range(len(chart.bars)), [_wrapped(bar.label) for bar in chart.bars], fontsize=SMALL, color=INK)
    axes.set_ylim(len(chart.bars) - 0.5, -0.5)
    axes.set_xlim(0, _end(chart))
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=SMALL, colors="#555555")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#999999")
    if chart.most == 100:
        axes.set_xticks(range(0, 101, 25), [f"{n}%" for n in range(0, 101, 25)])
    figure.text(0.01, 1 - 0.06 / figure.get_figheight(), chart.title, fontsize=11, weight="bold", color=INK, va="top")


def _wrapped(label: str, width: int = 38) -> str:
    """On two lines at most; words stay whole."""
    if len(label) <= width:
        return label
    cut = label.rfind(" ", 0, width)
    cut = cut if cut > 0 else width
    rest = label[cut:].strip()
    return f"{label[:cut]}\n{rest if len(rest) <= width else rest[: width - 1] + '…'}"


def _end(chart: Chart) -> float:
    """Where the axis ends: there is room for the words behind the longest bar."""
    if chart.kind == "parts":
        return 100.0
    if chart.most is not None:
        return chart.most * 1.32
    return max([bar.value or 0 for bar in chart.bars] + [bar.last or 0 for bar in chart.bars] + [1.0]) * 1.42


def _bars(axes: Any, chart: Chart) -> None:
    end = _end(chart)
    for at, bar in enumerate(chart.bars):
        if bar.value is not None:
            axes.barh(at, bar.value, height=0.62, color=BLUE)
        marks = [one for one in (bar.last, bar.year_ago, bar.target) if one is not None]
        edge = max([bar.value or 0, *marks])
        axes.text(edge + end * (0.03 if marks else 0.012), at, bar.text, va="center", fontsize=SMALL, color=INK)
        if bar.last is not None:
            axes.plot(bar.last, at, marker="o", ms=6, mfc="white", mec=INK, mew=1.2, ls="", clip_on=False)
        if bar.year_ago is not None:
            axes.plot(bar.year_ago, at, marker="s", ms=5.5, mfc=ORANGE, mec=INK, mew=1.0, ls="", clip_on=False)
        if bar.target is not None:
            axes.plot([bar.target, bar.target], [at - 0.42, at + 0.42], color=VERMILION, lw=2)
    _key(axes, chart)


def _key(axes: Any, chart: Chart) -> None:
    """What the marks mean, above the bars."""
    from matplotlib.lines import Line2D

    looks: list[dict[str, Any]] = [
        {"marker": "o", "mfc": "white", "mec": INK, "ls": ""},
        {"marker": "s", "mfc": ORANGE, "mec": INK, "ls": ""},
        {"marker": "|", "mec": VERMILION, "mew": 2, "ms": 10, "ls": ""},
    ]
    shown = [(look, name) for look, name in zip(looks, chart.marks, strict=False) if name]
    if shown:
        handles = [Line2D([], [], **look) for look, _ in shown]
        _legend(axes, handles, [name for _, name in shown])


def _legend(axes: Any, handles: Sequence[Any], names: Sequence[str]) -> None:
    axes.legend(
        handles,
        names,
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=len(names),
        frameon=False,
        fontsize=SMALL,
        handletextpad=0.4,
        columnspacing=1.2,
        borderaxespad=0.1,
    )


def _dots(axes: Any, chart: Chart) -> None:
    end = _end(chart)
    for at, bar in enumerate(chart.bars):
        edge = bar.high if bar.high is not None else bar.value or 0
        if bar.value is not None:
            if bar.low is not None and bar.high is not None:
                axes.plot([bar.low, bar.high], [at, at], color=BLUE, lw=2.2, solid_capstyle="butt")
            axes.plot(bar.value, at, marker="o", ms=8, color=BLUE)
        axes.text(edge + end * 0.02, at, bar.text, va="center", fontsize=SMALL, color=INK)
    axes.grid(axis="x", color="#E5E5E5", lw=0.8)
    axes.set_axisbelow(True)


def _parts(axes: Any, chart: Chart) -> None:
    from matplotlib.patches import Patch

    for at, bar in enumerate(chart.bars):
        if bar.parts:
            _divided(axes, at, bar)
        else:
            axes.text(1, at, bar.text, va="center", fontsize=SMALL, color=INK)
    _legend(axes, [Patch(color=colour) for colour in PARTS], chart.names)


def _divided(axes: Any, at: int, bar: Bar) -> None:
    whole, left = sum(bar.parts) or 1, 0.0
    for part, colour, ink in zip(bar.parts, PARTS, ON_PART, strict=False):
        share = 100 * part / whole
        axes.barh(at, share, left=left, height=0.66, color=colour)
        if share >= 100 * FITS:
            axes.text(left + share / 2, at, f"{part:.0f}", ha="center", va="center", fontsize=SMALL, color=ink)
        left += share
