"""`minder person …`, `minder legal-hold`, `minder retention`: one person's data at the command line."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bot import settings
from bot.opening import ENV_FILE, do
from documents import keeping as tables
from domain.persons import Erased, Held
from domain.retention import Retention
from messages import files
from usecases import keeping, persons

ONLY_MINE = 0o600
CaseRef = Annotated[str, typer.Argument(help="The case reference.")]
app = typer.Typer(no_args_is_help=True, help="One person's data: handed over, or erased.")


@app.command("export")
def export(
    case_ref: CaseRef,
    file: Annotated[Path | None, typer.Option("--file", help="Where to write it (default: copy-DATE.html).")] = None,
) -> None:
    """Writes one file of all that is held on a person, other people left out."""
    found = settings.load(ENV_FILE)
    held = do(found, lambda service: persons.export(service, case_ref))
    to = file or Path(files.name_of_copy(held.at))
    write(held, found.policy().retention, to)
    exported(to)


@app.command("erase")
def erase(
    case_ref: CaseRef,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go and what would stay.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask to type the reference.")] = False,
) -> None:
    """Erases everything on a person that nothing obliges you to keep, and says what stays and why."""
    found = settings.load(ENV_FILE)
    rules = found.policy().retention
    would = do(found, lambda service: persons.plan_erasure(service, case_ref))
    if dry_run or not yes:
        erasure(case_ref, would, rules, done=False)
    if dry_run:
        return
    if not yes and not agreed(case_ref):
        typer.echo("Nothing was erased: that was another reference.", err=True)
        raise typer.Exit(1)
    erasure(case_ref, do(found, lambda service: persons.erase(service, case_ref)), rules, done=True)


@app.command("readmit")
def readmit(case_ref: CaseRef) -> None:
    """Lets imports bring in somebody again who was erased and is subject to an order anew."""
    found = settings.load(ENV_FILE)
    if not do(found, lambda service: persons.readmit(service, case_ref)):
        typer.echo(f"{case_ref} is not among those who were erased.", err=True)
        raise typer.Exit(1)
    typer.echo(f"The next import takes {case_ref} in again.")


def legal_hold(
    order_ref: Annotated[str, typer.Argument(help="The reference of the order.")],
    on: Annotated[bool, typer.Option("--on/--off", help="Begin it, or lift it.")],
) -> None:
    """Stops deletion by age for one order and the person it is about, while proceedings may need it."""
    found = settings.load(ENV_FILE)
    do(found, lambda service: keeping.set_legal_hold(service, order_ref, on))
    typer.echo(f"{order_ref} is {'under a legal hold' if on else 'under no legal hold any more'}.")


def retention() -> None:
    """Prints how long each thing is kept and why, as docs/privacy.md has it."""
    periods(settings.load(ENV_FILE).policy().retention)


def write(held: Held, retention: Retention, file: Path) -> None:
    """Writes the copy, as `keep_private` does."""
    keep_private(file, files.copy(held, retention).encode())


def keep_private(file: Path, content: bytes) -> None:
    """Writes a file about a person so that only its owner can read it; raises FileExistsError rather than overwrite."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_MINE), "wb") as out:
        out.write(content)


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
    typer.echo(tables.table(retention))
