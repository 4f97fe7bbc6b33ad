"""`minder backup` and `minder restore`: one compressed file for either kind of database."""

import gzip
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from db.types import Keyring
from usecases import backups
from usecases.backups import Restored

ONLY_MINE = 0o600


@contextmanager
def writing(file: Path, force: bool) -> Iterator[Callable[[str], object]]:
    """A new file that only its owner can read, and which is there only once it is whole."""
    if file.exists() and not force:
        raise backups.CannotRestore(f"{file} is there already. Choose another name, or --force to replace it.")
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        with (
            os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_MINE), "wb") as raw,
            gzip.open(raw, "wt", encoding="utf-8", compresslevel=6) as out,
        ):
            yield lambda line: out.write(f"{line}\n")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def reading(file: Path) -> Iterator[Iterator[str]]:
    """The lines of a backup."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield iter(lines)


def erased_in(files: list[Path], keys: Keyring) -> list[str]:
    """Whoever had been erased when these other backups were made."""
    names: list[str] = []
    for file in files:
        with reading(file) as lines:
            names += backups.erased_names(lines, keys)
    return names


def restored(came_to: Restored) -> None:
    """What came of it."""
    typer.echo(f"{came_to.rows} rows of {came_to.made_at} are back.")
    if came_to.erased:
        typer.echo(f"{came_to.erased} people who had been erased since were erased again.")
    if came_to.missed:
        typer.echo(f"{came_to.missed} messages that were due before now are not sent: their reason is `restored`.")
    if came_to.dropped:
        typer.echo(f"{came_to.dropped} updates that were being answered when the backup was made were dropped.")
    typer.echo("If anybody was erased after the last backup that is left, erase them once more from your own list.")
