"""`minder import`: what comes from the case system."""

from pathlib import Path
from typing import Annotated

import typer

from bot import printing, settings
from bot.opening import ENV_FILE, do
from domain import imports as exports
from usecases import imports
from usecases.imports import Report


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
    _say(report, dry_run)
    if report.problems:
        raise typer.Exit(1)


def _csv_files(paths: list[Path]) -> list[Path]:
    """The files that were named, and every CSV in the folders that were, each once."""
    files: dict[Path, Path] = {}
    for path in paths:
        inside = sorted(one for one in path.iterdir() if one.suffix.lower() == ".csv") if path.is_dir() else [path]
        files.update((one.resolve(), one) for one in inside)
    return list(files.values())


def _say(report: Report, dry_run: bool) -> None:
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
    if report.unusual:
        typer.echo("Taken in as it stands; somebody should look at it:")
        for unusual in report.unusual:
            typer.echo(f"  {unusual}")
    if report.left_out:
        typer.echo(f"{report.left_out} row{'s' if report.left_out > 1 else ''} left out: erased.")
    if dry_run:
        typer.echo("Nothing was written: this was a dry run.")
    typer.echo(str(report.counts))
