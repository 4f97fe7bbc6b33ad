"""`minder backup` and `minder restore`: one compressed file for either kind of database."""

import gzip
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot import lock, printing, settings
from bot.opening import ENV_FILE, do
from db.types import Keyring
from usecases import backups
from usecases.backups import Restored

ONLY_MINE = 0o600


def backup(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The file to write. Only you can read it.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Copies everything into one compressed file, while the bot runs. Sealed values stay sealed: keep the key apart."""
    found = settings.load(ENV_FILE)
    with writing(file, force) as write, printing.progress() as show:
        rows = do(found, lambda service: backups.make(service, write, partial(show, "backup")))
    typer.echo(f"{file}: {rows} rows.")


def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file made by `minder backup`.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Replace everything that is in the database now.")] = False,
    erased_in: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="Another backup, whose erased people stay erased as well."),
    ] = None,
) -> None:
    """Puts a backup in the place of the database. Stop the bot first. People who were erased since stay erased."""
    found = settings.load(ENV_FILE)
    also = erased_names_in(erased_in or [], Keyring(found.secret_key))
    with lock.held(found.database_url), reading(file) as lines, printing.progress() as show:
        step = partial(show, "restore")
        came_to = do(found, lambda service: backups.restore(service, lines, yes, also, step))
    _say_restored(came_to)


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


def erased_names_in(files: list[Path], keys: Keyring) -> list[str]:
    """Whoever had been erased when these other backups were made."""
    names: list[str] = []
    for file in files:
        with reading(file) as lines:
            names += backups.erased_names(lines, keys)
    return names


def _say_restored(came_to: Restored) -> None:
    """What came of it."""
    typer.echo(f"{came_to.rows} rows of {came_to.made_at} are back.")
    if came_to.erased:
        typer.echo(f"{came_to.erased} people who had been erased since were erased again.")
    if came_to.missed:
        typer.echo(f"{came_to.missed} messages that were due before now are not sent: their reason is `restored`.")
    if came_to.dropped:
        typer.echo(f"{came_to.dropped} updates that were being answered when the backup was made were dropped.")
    typer.echo("If anybody was erased after the last backup that is left, erase them once more from your own list.")
