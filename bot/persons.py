"""`minder person …`, `minder legal-hold`, `minder retention`: one person's data at the command line."""

import os
from datetime import datetime
from pathlib import Path

import typer

from documents import keeping, person
from domain.persons import Erased, Held
from domain.retention import Retention
from messages import words
from usecases import persons

ONLY_MINE = 0o600


def _say(key: str, **values: str | int) -> str:
    return words.say(key, words.SOURCE, **values)


def file_name(at: datetime) -> str:
    """A name that says nothing of whom it is about."""
    return f"copy-{at:%Y-%m-%d-%H%M}.html"


def write(held: Held, retention: Retention, file: Path) -> None:
    """Writes the copy so that only its owner can read it; raises FileExistsError rather than overwrite."""
    parts = [
        person.Part(
            _say(f"person.{section.name}"),
            _say(
                "person.why",
                period=retention.rules[section.rule].period,
                why=retention.rules[section.rule].why,
            ),
            section.rows,
        )
        for section in held.sections
    ]
    notes = [_say("person.made", case=held.case_ref, when=f"{held.at:%Y-%m-%d}"), _say("person.others")]
    if held.untied:
        notes.append(_say("person.untied"))
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_MINE), "w", encoding="utf-8") as out:
        out.write(person.page(_say("person.title"), notes, parts))


def exported(file: Path) -> None:
    """Says where the copy is, and what a machine cannot do."""
    typer.echo(str(file))
    typer.echo(
        "Read it before you hand it over: other people are left out of every column, "
        "but somebody may have named them in a note or a message."
    )


def erasure(case_ref: str, came_to: Erased, retention: Retention, done: bool) -> None:
    """What was erased (or would be), what stays, and why."""
    verb = "Erased" if done else "Would be erased"
    typer.echo(f"{verb}: the name, number, language and work limits of {case_ref}, and the link to their chat.")
    _counts("Deleted", came_to.deleted)
    _counts("Emptied of words", came_to.emptied)
    _counts("Stays, under a random reference", came_to.stays)
    for id_ in persons.STAYS:
        rule = retention.rules[id_]
        typer.echo(f"  {rule.what}: {rule.period}. {rule.why}.")
    if done:
        typer.echo("No import brings them back. Write down the reference and the day: should the machine and every")
        typer.echo("backup made from now on be lost, an older backup does not know of it.")


def _counts(heading: str, counts: dict[str, int]) -> None:
    rows = ", ".join(f"{name} {count}" for name, count in counts.items())
    typer.echo(f"{heading}: {rows or 'nothing'}.")


def agreed(case_ref: str) -> bool:
    """Whether the reference was typed once more."""
    return str(typer.prompt(f"This cannot be undone. Type {case_ref} to erase")).strip() == case_ref


def periods(retention: Retention) -> None:
    """The table of docs/privacy.md."""
    typer.echo(keeping.table(retention))
