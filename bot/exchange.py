"""`minder import` and `minder report`: what comes from the case system, and what goes to those who count."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import printing, settings
from bot.clock import SystemClock
from bot.opening import ENV_FILE, do
from domain import imports as exports
from domain.outcomes import Period
from usecases import imports, reports


def import_(
    paths: Annotated[list[Path], typer.Argument(exists=True, readable=True, help="CSV files, or folders of them.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would change; write nothing.")] = False,
) -> None:
    """Reads the case system's CSV exports. Any problem: every problem is printed, and nothing at all is written."""
    files = [exports.File(str(path), path.read_bytes()) for path in _csv_files(paths)]
    if not files:
        typer.echo("There is no CSV file here. Expected files whose names end in .csv, or folders of them.", err=True)
        raise typer.Exit(1)
    found = settings.load(ENV_FILE)
    with printing.progress() as show:
        report = do(found, lambda service: imports.run(service, files, dry_run, show))
    printing.imported(report, dry_run)
    if report.problems:
        raise typer.Exit(1)


def _csv_files(paths: list[Path]) -> list[Path]:
    """The files that were named, and every CSV in the folders that were, each once."""
    files: dict[Path, Path] = {}
    for path in paths:
        inside = sorted(one for one in path.iterdir() if one.suffix.lower() == ".csv") if path.is_dir() else [path]
        files.update((one.resolve(), one) for one in inside)
    return list(files.values())


def report(
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day [default: this quarter's].")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day [default: that quarter's].")
    ] = None,
    csv: Annotated[Path | None, typer.Option(file_okay=False, help="Also write one CSV file per table here.")] = None,
) -> None:
    """Appointments, reminders, alerts and exit questionnaires of a period, with small numbers hidden."""
    found = settings.load(ENV_FILE)
    start = (first or last or SystemClock().now()).date()
    quarter = Period.quarter(start)
    period = Period(first.date() if first else quarter.first, last.date() if last else quarter.last)
    if period.last < period.first:
        typer.echo(f"--from {period.first} is after --to {period.last}. Put the earlier day first.", err=True)
        raise typer.Exit(2)
    made = do(found, lambda service: reports.draw_up(service, period))
    voice = printing.voice(found, made.as_of)
    printing.report(made, voice)
    if csv is not None:
        for file in printing.report_files(made, voice, csv):
            typer.echo(str(file))
