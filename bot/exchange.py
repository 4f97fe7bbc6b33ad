"""`minder import`: what comes from the case system."""

from pathlib import Path
from typing import Annotated

import typer

from bot import printing, settings
from bot.opening import ENV_FILE, do
from domain import imports as exports
from usecases import imports


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
