"""The figures of a report, as tables in the terminal and as files."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table as Grid

from documents import sheets
from domain.outcomes import Line, Report, Table
from domain.trend import Change
from messages import outcomes as changed
from messages import report as figures
from messages.compose import Voice

COLUMNS = ("from", "to", "about", "title", "line", "label", "count", "base", "percent")


def report(made: Report, words: Voice) -> None:
    """One table after another."""
    console = Console()
    console.print(words.say("report.heading", first=str(made.period.first), last=str(made.period.last)), style="bold")
    for table in made.tables:
        grid = Grid("", "", title=figures.heading(table, words), title_justify="left", show_header=False, min_width=60)
        for line in table.lines:
            grid.add_row(figures.label(line, words), figures.figure(line, words))
        if table.name == "alerts":
            grid.add_row(words.say("report.median"), figures.median(made, words))
        console.print()
        console.print(grid)
    if not made.named("answers"):
        console.print(f"\n{words.say('report.no_answers')}")
    if any(table.hides for table in made.tables):
        console.print(f"\n{figures.note(made, words)}")


def report_files(made: Report, words: Voice, folder: Path) -> list[Path]:
    """The same as CSV, one file for each kind of table; says which."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in (*figures.FIGURES, figures.STANDARDS, figures.ANSWERS):
        rows = [row for table in made.named(name) for row in _rows(made, table, words)]
        if name == "alerts":
            rows.append(_median_row(made, words))
        file = folder / f"{name}.csv"
        sheets.write(file, COLUMNS, rows)
        written.append(file)
    return written


def _rows(made: Report, table: Table, words: Voice) -> list[Sequence[object]]:
    return [
        (
            made.period.first,
            made.period.last,
            table.about,
            figures.heading(table, words),
            line.code,
            figures.label(line, words),
            *_figures(line, words),
        )
        for line in table.lines
    ]


def _figures(line: Line, words: Voice) -> Sequence[object]:
    hidden = words.say("report.hidden")
    count = hidden if line.count is None else line.count
    if not line.share:
        return count, None, None
    return count, hidden if line.base is None else line.base, line.percent


def _median_row(made: Report, words: Voice) -> Sequence[object]:
    wait = made.acknowledged_after
    minutes = figures.median(made, words) if wait is None else round(wait.total_seconds() / 60)
    days = (made.period.first, made.period.last)
    return (
        *days,
        "",
        words.say("report.alerts"),
        "median_minutes",
        words.say("report.median"),
        minutes,
        "",
        "",
    )


OUTCOME_COLUMNS = (*COLUMNS, "mean", "low", "high")
TREND_COLUMNS = (
    *("from", "to", "against_from", "against_to", "about", "title", "line", "label"),
    *("count", "base", "percent", "mean", "earlier_count", "earlier_base", "earlier_percent", "earlier_mean"),
    *("change", "change_low", "change_high"),
)


def outcomes(made: Report, words: Voice) -> None:
    """What changed, as a table for each area of life, with what it cannot show; nothing if there is nothing."""
    if not made.tables:
        return
    console = Console()
    for table in made.tables:
        grid = Grid("", "", title=figures.heading(table, words), title_justify="left", show_header=False, min_width=60)
        for line in table.lines:
            grid.add_row(figures.label(line, words), figures.figure(line, words))
        console.print()
        console.print(grid)
    console.print("\n" + "\n".join(changed.limits(words)))


def outcome_files(made: Report, trend: Iterable[Change], words: Voice, folder: Path) -> list[Path]:
    """What changed, and how that compares with earlier quarters or years; says which files."""
    rows = [
        (*row, *_sure(line))
        for table in made.tables
        for row, line in zip(_rows(made, table, words), table.lines, strict=True)
    ]
    sheets.write(folder / "outcomes.csv", OUTCOME_COLUMNS, rows)
    sheets.write(folder / "trend.csv", TREND_COLUMNS, [_compared(one, words) for one in trend])
    return [folder / "outcomes.csv", folder / "trend.csv"]


def _sure(line: Line) -> Sequence[object]:
    return line.value, *(line.interval or (None, None))


def _compared(one: Change, words: Voice) -> Sequence[object]:
    return (
        *(one.period.first, one.period.last, one.against.first, one.against.last, one.table.about),
        *(figures.heading(one.table, words), one.line.code, figures.label(one.line, words)),
        *(*_figures(one.line, words), one.line.value),
        *((*_figures(one.earlier, words), one.earlier.value) if one.earlier is not None else (None,) * 4),
        *(one.by, *(one.interval or (None, None))),
    )
