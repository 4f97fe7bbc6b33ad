"""`minder audit …`: whether the record of access is whole, and who looked at one person."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot import printing, settings
from bot.clock import SystemClock
from bot.opening import ENV_FILE, do
from domain.audit import Anchor, Broken, Reason, Walked
from domain.facts import AboutLooks
from messages import access, files
from messages.compose import Voice
from usecases import audits

app = typer.Typer(no_args_is_help=True, help="The record of access: is it whole, and who looked at a person.")

LAST = 20  # rows on the screen
_SHAPE = re.compile(r"(\d+):([0-9a-f]{64}|)")


@app.command("verify")
def verify(
    expect: Annotated[
        str | None,
        typer.Option(metavar="ROW:CHAIN", help="A head that was written down earlier: it must still be there."),
    ] = None,
) -> None:
    """Says whether the record of access is unbroken. Exit code 1 and the first broken row if it is not.

    Write down elsewhere the head that it prints: --expect shows later that nothing up to it was replaced or cut off.
    """
    written = _head(expect) if expect is not None else None
    found = settings.load(ENV_FILE)
    with printing.progress() as show:
        walked = do(found, lambda service: audits.verify(service, written, partial(show, "rows")))
    _say_whether_whole(walked)


@app.command("who")
def who(
    case_ref: Annotated[str, typer.Argument(help="A case reference.")],
    csv: Annotated[Path | None, typer.Option(dir_okay=False, help="Also write every row to this CSV file.")] = None,
    reason: Annotated[Reason, typer.Option(help="Why: it goes on record too.")] = Reason.AUDIT,
) -> None:
    """Who looked at or changed one person, when and why. Asking is itself put on record."""
    found = settings.load(ENV_FILE)
    looks = do(found, lambda service: audits.all_looks(service, case_ref, reason))
    say_who_looked(looks, printing.voice(found, SystemClock().now()), csv)


def _head(text: str) -> tuple[int, str]:
    """The row and its chain, as `minder audit verify` printed them; raises typer.BadParameter."""
    found = _SHAPE.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter(f'expected ROW:CHAIN as `minder audit verify` prints it; found "{text}"')
    return int(found[1]), found[2]


def _say_whether_whole(walked: Walked) -> None:
    """One line; exit code 1 and the first broken row if it is not."""
    if walked.broken is not None:
        typer.echo(_broken(walked.broken, walked.anchor), err=True)
        raise typer.Exit(1)
    older = f" ({walked.unchained} of them older than the chain)" if walked.unchained else ""
    typer.echo(f"{walked.rows} rows{older}, unbroken, head {walked.head}")
    if walked.anchor.gone:
        typer.echo(f"{_gone(walked.anchor)}.")


def _gone(anchor: Anchor) -> str:
    on = f" on {anchor.at:%Y-%m-%d}" if anchor.at else ""
    return f"The {anchor.gone} rows before, up to row {anchor.row}, were kept long enough and went, the last{on}"


def _broken(broken: Broken, anchor: Anchor) -> str:
    found = broken.found or "nothing"
    if broken.row < anchor.row:
        return (
            f"Row {broken.row} is not here. {_gone(anchor)}.\nWas it written down later than `minder retention` keeps "
            "rows for? Then it should be here: keep the database as it is and tell your data protection officer. "
            "Otherwise write down the head of today."
        )
    return (
        f"Row {broken.row} is broken: found {found}, expected {broken.expected}.\n"
        "This row or one before it was changed, put in or taken out outside Minder. Keep the database as it is and "
        "tell your data protection officer."
    )


def say_who_looked(about: AboutLooks, voice: Voice, file: Path | None) -> None:
    """The last looks, as in the chat; all of them in a file."""
    typer.echo(access.looks(replace(about, looks=about.looks[:LAST]), voice).text)
    if file is not None:
        file.write_text(files.record(about, voice), encoding="utf-8", newline="")
        typer.echo(f"{len(about.looks)} rows are in {file}.")
