"""What the command line shows: links, findings, what an import came to, and the figures of a report."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table as Grid

from bot import profile
from bot.doctor import Finding
from bot.profile import Profile
from bot.settings import Settings
from documents import qr, sheets
from domain.outcomes import Line, Report, Table
from domain.trend import Change
from messages import chat
from messages import outcomes as changed
from messages import report as figures
from messages.compose import Tongue, Voice
from usecases.enrolment import Invitation
from usecases.imports import Report as Imported

COLUMNS = ("from", "to", "about", "title", "line", "label", "count", "base", "percent")


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Bars that show how far each phase is: (phase, done, of). Beside what is printed, and gone when it is done."""
    tasks: dict[str, TaskID] = {}
    with Progress(transient=True, console=Console(stderr=True)) as bar:

        def show(phase: str, done: int, of: int) -> None:
            if phase not in tasks:
                tasks[phase] = bar.add_task(phase)
            bar.update(tasks[phase], completed=done, total=of)

        yield show


def invitation(bot: str, made: Invitation, days: int, whom: str) -> None:
    """A link, and the same as a picture to hold up to a phone; and the digits, which go another way."""
    link = chat.link(bot, made.code)
    typer.echo(f"{whom}. The link works once, for {days} days:\n\n{qr.terminal(link)}\n{link}\n")
    typer.echo(f"The chat will ask for 4 digits: {made.digits}. Tell them aloud; never write them beside the link.\n")


def on_show(shown: Profile, described: bool, service_name: str) -> None:
    """What a glance at the phone shows, where it gives something away, and what has still to be done by hand."""
    if not described:
        typer.echo("Telegram did not take the bot's description just now: run `minder setup` again in an hour.")
    for fault in profile.faults(shown, service_name):
        typer.echo(f"Warning: {fault.what.lower()}: {fault.found}. {fault.advice}")
    typer.echo("The bot's picture: a plain one, without a crest, a name or words (/setuserpic at @BotFather).")


def findings(several: Iterable[Finding]) -> None:
    """One line for each thing looked at, and below it what to do where it is wrong."""
    for one in several:
        typer.echo(f"{'wrong' if one.wrong else 'ok':6}{one.what}: {one.found}.")
        if one.wrong:
            typer.echo(f"      {one.advice}")


def imported(report: Imported, dry_run: bool) -> None:
    """Every problem; else what changed, what clashed, and one line over all rows."""
    for problem in report.problems:
        typer.echo(str(problem), err=True)
    if report.problems:
        typer.echo(f"Nothing was written: {len(report.problems)} problems.", err=True)
        return
    if dry_run:
        for change in report.changes:
            typer.echo(str(change))
    if report.clashes:
        typer.echo("Changed in the chat and in the export; the chat's word stands:")
        for clash in report.clashes:
            typer.echo(f"  {clash}")
    if report.warnings:
        typer.echo("Too telling for a phone that others may see; reminders leave it out until it is mended:")
        for warning in report.warnings:
            typer.echo(f"  {warning}")
    if report.left_out:
        typer.echo(f"{report.left_out} row{'s' if report.left_out > 1 else ''} left out: erased.")
    if dry_run:
        typer.echo("Nothing was written: this was a dry run.")
    typer.echo(str(report.counts))


def voice(settings: Settings, now: datetime) -> Voice:
    """The catalogue's words, as the chat says them."""
    return Tongue(settings.calendar(), settings.policy()).voice("en", now)


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
