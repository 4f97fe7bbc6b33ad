"""What `minder audit` reads and prints: whether the record of access is whole, and who looked at one person."""

import re
from dataclasses import replace
from pathlib import Path

import typer

from documents import sheets
from domain.audit import Broken, Walked
from domain.facts import AboutLooks, Look
from messages import access
from messages.compose import Voice

COLUMNS = ("row", "at", "staff_ref", "staff_name", "act", "what", "in_words", "reason", "chain")
LAST = 20  # rows on the screen
_HEAD = re.compile(r"(\d+):([0-9a-f]{64}|)")


def head(text: str) -> tuple[int, str]:
    """The row and its chain, as `minder audit verify` printed them; raises typer.BadParameter."""
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter(f'expected ROW:CHAIN as `minder audit verify` prints it; found "{text}"')
    return int(found[1]), found[2]


def say_whether_whole(walked: Walked) -> None:
    """One line; exit code 1 and the first broken row if it is not."""
    if walked.broken is not None:
        typer.echo(_broken(walked.broken), err=True)
        raise typer.Exit(1)
    older = f" ({walked.unchained} of them older than the chain)" if walked.unchained else ""
    typer.echo(f"{walked.rows} rows{older}, unbroken, head {walked.head}")


def _broken(broken: Broken) -> str:
    found = broken.found or "nothing"
    return (
        f"Row {broken.row} is broken: found {found}, expected {broken.expected}.\n"
        "This row or one before it was changed, put in or taken out outside Minder. Keep the database as it is and "
        "tell your data protection officer."
    )


def say_who_looked(about: AboutLooks, voice: Voice, file: Path | None) -> None:
    """The last looks, as in the chat; all of them in a file."""
    typer.echo(access.looks(replace(about, looks=about.looks[:LAST]), voice).text)
    if file is not None:
        sheets.write(file, COLUMNS, [_row(one, voice) for one in about.looks])
        typer.echo(f"{len(about.looks)} rows are in {file}.")


def _row(one: Look, voice: Voice) -> tuple[object, ...]:
    entry, who = one.entry, one.who
    reason = voice.say(f"why_look.{entry.reason}") if entry.reason else ""
    ref, name = (who.ref, who.name) if who else ("", voice.say("looks.command_line"))
    at = voice.calendar.wall(entry.at).isoformat()
    return entry.id, at, ref, name, entry.act, entry.what, access.did(entry, voice), reason, entry.chain
