"""The `minder` command: each of its commands is thin, one use case. `python -m bot` is the same."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.progress import Progress

from bot import doctor as doctors
from bot import envfile, lock, logs, printing, probe, running, setting_up, settings
from bot.clock import SystemClock
from bot.settings import Settings
from db import migrate
from db.engine import Database
from db.types import Keyring
from domain import imports as exports
from domain.outcomes import Period
from usecases import enrolment, forms, imports, keys, reports
from usecases.service import Service

T = TypeVar("T")
ENV_FILE = Path(".env")
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks show values, and some of ours are personal
    help="Reminders, non-attendance alerts and exit questionnaires by chat, for justice social work services.",
    epilog="First `minder setup`, then `minder run`. Settings stand in .env or in the environment (MINDER_…), "
    "and the environment wins.",
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"minder {version('minder')}")
        raise typer.Exit


@app.callback()
def _minder(
    show: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    pass


@asynccontextmanager
async def _opened(found: Settings) -> AsyncIterator[Service]:
    db = Database(found.database_url, Keyring(found.secret_key))
    try:
        yield Service(db, SystemClock(), found.calendar(), found.policy(), forms.read())
    finally:
        await db.close()


def _do(found: Settings, work: Callable[[Service], Awaitable[T]], upgrade: bool = True) -> T:
    """Does something with the service, on a database that is brought up to date first."""
    if upgrade:
        migrate.upgrade(found.database_url)

    async def run() -> T:
        async with _opened(found) as service:
            return await work(service)

    return asyncio.run(run())


@app.command()
def setup(
    token: Annotated[str | None, typer.Option(help="The bot's token, from @BotFather.")] = None,
    service_name: Annotated[str | None, typer.Option(help="How the bot calls the service. Keep it discreet.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Such as Europe/London.")] = None,
    database: Annotated[str | None, typer.Option(help="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")] = None,
    phone: Annotated[str | None, typer.Option(help="The duty number that individuals may ring.")] = None,
    manager: Annotated[str | None, typer.Option(help="The first manager's name.")] = None,
    manager_ref: Annotated[str, typer.Option(help="The first manager's staff reference.")] = "manager",
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing: options, then what is set, then defaults.")
    ] = False,
) -> None:
    """Asks what is needed, writes .env, makes or upgrades the database, and invites the first manager.

    Safe to repeat: what is set already stays unless you change it.
    """
    given = setting_up.Given(token, service_name, timezone, database, phone, manager, manager_ref)
    answers = setting_up.answers(given, settings.as_set(ENV_FILE), ask=not yes)
    wanted = settings.check(answers.values)
    bot = asyncio.run(probe.identity(wanted.token, wanted.telegram_url))
    typer.echo(f"The token is @{bot.username}'s.")
    envfile.write(ENV_FILE, answers.values)
    typer.echo(f"{ENV_FILE} is written; only you can read it.")
    for name in setting_up.outvoted(answers, settings.in_environment()):
        typer.echo(f"{name} is set in the environment too, and differently: the environment wins over {ENV_FILE}.")
    found = settings.load(ENV_FILE)
    code = _do(found, lambda service: setting_up.first_manager(service, answers))
    typer.echo("The database is ready.")
    if code is None:
        typer.echo("A manager is linked already. Next: `minder run`.")
        return
    printing.invitation(bot.username, code, found.invite_days, f"For {answers.manager}, the first manager")
    typer.echo("Next: `minder run`, then open the link.")


@app.command()
def run() -> None:
    """Runs the bot until it is stopped (Ctrl-C, or SIGTERM). Makes or upgrades its own database."""
    found = settings.load(ENV_FILE)
    logs.to_stream()
    with lock.held(found.database_url):
        migrate.upgrade(found.database_url)
        asyncio.run(running.until_stopped(found, SystemClock()))
    typer.echo("Minder has stopped.")


@app.command()
def doctor() -> None:
    """Says in plain words what is wrong and what to do. Exit code 1 if anything is."""
    found = settings.load(ENV_FILE)
    findings = _do(found, lambda service: doctors.examine(found, service), upgrade=False)
    printing.findings(findings)
    if any(one.wrong for one in findings):
        raise typer.Exit(1)


@app.command("import")
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
    with Progress(transient=True) as bar:
        tasks = {}

        def show(phase: str, done: int, of: int) -> None:
            if phase not in tasks:
                tasks[phase] = bar.add_task(phase)
            bar.update(tasks[phase], completed=done, total=of)

        report = _do(found, lambda service: imports.run(service, files, dry_run, show))
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


@app.command()
def invite(
    ref: Annotated[str, typer.Argument(help="A case reference, or a staff reference.")],
) -> None:
    """Makes a single-use link and QR code that bind one chat to one person. An earlier unused one stops working."""
    found = settings.load(ENV_FILE)
    bot = asyncio.run(probe.identity(found.token, found.telegram_url))
    code = _do(found, lambda service: enrolment.make_invite(service, ref))
    printing.invitation(bot.username, code, found.invite_days, f"For {ref}")


@app.command()
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
    made = _do(found, lambda service: reports.draw_up(service, period))
    voice = printing.voice(found, made.as_of)
    printing.report(made, voice)
    if csv is not None:
        for file in printing.report_files(made, voice, csv):
            typer.echo(str(file))


@app.command("rotate-keys")
def rotate_keys() -> None:
    """Seals everything anew under the newest key, so that the older ones can go. Safe to stop and to repeat.

    First put the new key in front of the present one in MINDER_SECRET_KEY, with a comma between, and restart the bot.
    """
    found = settings.load(ENV_FILE)
    done = _do(found, keys.rotate)
    typer.echo(f"{done.rows} rows are sealed under the newest key.")
    if len(found.secret_key) == 1:
        typer.echo("MINDER_SECRET_KEY holds one key only, so nothing has changed hands.")
        return
    if done.open_invites:
        typer.echo(
            f"{done.open_invites} invitations are still open. Those made before the new key work only while the old "
            f"key is listed: keep it for {found.invite_days} days, or invite these people again."
        )
    typer.echo("The older keys can now be taken out of MINDER_SECRET_KEY, then restart the bot.")
