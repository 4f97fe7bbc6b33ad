"""`minder report …`: the figures of a period in the terminal and as files, and rows for an analyst."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import figures, packs, persons, printing, settings
from bot.clock import SystemClock
from bot.opening import ENV_FILE, do
from documents import sheets
from domain.outcomes import Period, Report
from domain.trend import Change
from messages import pseudonyms as words
from usecases import outcomes, pseudonyms, reports
from usecases.service import Service

app = typer.Typer(help="Figures of a period, with small numbers hidden; and settled forms as rows, for an analyst.")


@app.callback(invoke_without_command=True)
def report(
    context: typer.Context,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day (default: this quarter's).")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day (default: that quarter's).")
    ] = None,
    csv: Annotated[Path | None, typer.Option(file_okay=False, help="Also write one CSV file per table here.")] = None,
) -> None:
    """Appointments, reminders, alerts, exit questionnaires and what changed in a period, with small numbers hidden."""
    if context.invoked_subcommand is not None:
        return
    found = settings.load(ENV_FILE)
    start = (first or last or SystemClock().now()).date()
    quarter = Period.quarter(start)
    period = Period(first.date() if first else quarter.first, last.date() if last else quarter.last)
    if period.last < period.first:
        typer.echo(f"--from {period.first} is after --to {period.last}. Put the earlier day first.", err=True)
        raise typer.Exit(2)
    made, changed, trend = do(found, lambda service: _drawn(service, period))
    voice = printing.voice(found, made.as_of)
    figures.report(made, voice)
    figures.outcomes(changed, voice)
    if csv is not None:
        for file in (*figures.report_files(made, voice, csv), *figures.outcome_files(changed, trend, voice, csv)):
            typer.echo(str(file))


async def _drawn(service: Service, period: Period) -> tuple[Report, Report, tuple[Change, ...]]:
    return await reports.draw_up(service, period), *await outcomes.draw_up(service, period)


def _quarter(name: str) -> Period:
    try:
        return Period.named(name)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


@app.command()
def rows(
    quarter: Annotated[Period, typer.Option(parser=_quarter, metavar="2026Q3", help="A quarter that is over.")],
    out: Annotated[Path, typer.Option(file_okay=False, help="The folder to write rows.csv and dictionary.csv into.")],
) -> None:
    """Writes the settled forms of a quarter, one a row without a person, and a dictionary of every column."""
    found = settings.load(ENV_FILE)
    made = do(found, lambda service: pseudonyms.export(service, quarter))
    voice = printing.voice(found, made.as_of)
    names = [one.name for one in made.columns]
    unique = list(dict.fromkeys(names))
    columns = [(one.name, one.form, one.question) for one in made.columns]
    out.mkdir(parents=True, exist_ok=True)
    tables = {
        "rows.csv": sheets.table(unique, [[one[name] for name in unique] for one in made.rows]),
        "dictionary.csv": sheets.table(words.HEADER, words.dictionary(columns, voice)),
    }
    for name, text in tables.items():
        persons.keep_private(out / name, text.encode())
        typer.echo(str(out / name))
    typer.echo("Without names, and still about people: who knows somebody's answers may find their row. Keep it close.")


app.command()(packs.pack)
