"""The `minder` command: each of its commands is thin, one use case. `python -m bot` is the same."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot import audit, envfile, lock, logs, printing, probe, profile, running, setting_up, settings
from bot import backups as backup_files
from bot import doctor as doctors
from bot import persons as person_files
from bot.clock import SystemClock
from bot.settings import Settings
from db import migrate
from db.engine import Database
from db.types import Keyring
from domain import imports as exports
from domain.audit import Reason
from domain.outcomes import Period
from usecases import audits, backups, cutting_off, enrolment, forms, imports, keeping, keys, persons, reports
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

audits_app = typer.Typer(no_args_is_help=True, help="The record of access: is it whole, and who looked at a person.")
app.add_typer(audits_app, name="audit")
staff_app = typer.Typer(no_args_is_help=True, help="Staff phones, for when no manager can do it in the chat.")
app.add_typer(staff_app, name="staff")


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
    printing.on_show(*asyncio.run(profile.make_neutral(found)), found.service_name)
    made = _do(found, lambda service: setting_up.first_manager(service, answers))
    typer.echo("The database is ready.")
    if made is None:
        typer.echo("A manager is linked already. Next: `minder run`.")
        return
    printing.invitation(bot.username, made, found.invite_days, f"For {answers.manager}, the first manager")
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
    with printing.progress() as show:
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
    made = _do(found, lambda service: enrolment.make_invite(service, ref))
    printing.invitation(bot.username, made, found.invite_days, f"For {ref}")


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


@audits_app.command("verify")
def audit_verify(
    expect: Annotated[
        str | None,
        typer.Option(metavar="ROW:CHAIN", help="A head that was written down earlier: it must still be there."),
    ] = None,
) -> None:
    """Says whether the record of access is unbroken. Exit code 1 and the first broken row if it is not.

    Write down elsewhere the head that it prints: --expect shows later that nothing up to it was replaced or cut off.
    """
    written = audit.head(expect) if expect is not None else None
    found = settings.load(ENV_FILE)
    with printing.progress() as show:
        walked = _do(found, lambda service: audits.verify(service, written, partial(show, "rows")))
    audit.say_whether_whole(walked)


@audits_app.command("who")
def audit_who(
    case_ref: Annotated[str, typer.Argument(help="A case reference.")],
    csv: Annotated[Path | None, typer.Option(dir_okay=False, help="Also write every row to this CSV file.")] = None,
    reason: Annotated[Reason, typer.Option(help="Why: it goes on record too.")] = Reason.AUDIT,
) -> None:
    """Who looked at or changed one person, when and why. Asking is itself put on record."""
    found = settings.load(ENV_FILE)
    looks = _do(found, lambda service: audits.all_looks(service, case_ref, reason))
    audit.say_who_looked(looks, printing.voice(found, SystemClock().now()), csv)


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


# ── One person, and how long things are kept ────────────────────────────────────────────────────────────────────────

CaseRef = Annotated[str, typer.Argument(help="The case reference.")]
person = typer.Typer(no_args_is_help=True, help="One person's data: handed over, or erased.")
app.add_typer(person, name="person")


@person.command("export")
def person_export(
    case_ref: CaseRef,
    file: Annotated[Path | None, typer.Option("--file", help="Where to write it [default: copy-DATE.html].")] = None,
) -> None:
    """Writes one file of all that is held on a person, other people left out."""
    found = settings.load(ENV_FILE)
    held = _do(found, lambda service: persons.export(service, case_ref))
    to = file or Path(person_files.file_name(held.at))
    person_files.write(held, found.policy().retention, to)
    person_files.exported(to)


@person.command("erase")
def person_erase(
    case_ref: CaseRef,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go and what would stay.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask to type the reference.")] = False,
) -> None:
    """Erases everything on a person that nothing obliges you to keep, and says what stays and why."""
    found = settings.load(ENV_FILE)
    retention = found.policy().retention
    would = _do(found, lambda service: persons.plan_erasure(service, case_ref))
    if dry_run or not yes:
        person_files.erasure(case_ref, would, retention, done=False)
    if dry_run:
        return
    if not yes and not person_files.agreed(case_ref):
        typer.echo("Nothing was erased: that was another reference.", err=True)
        raise typer.Exit(1)
    person_files.erasure(case_ref, _do(found, lambda service: persons.erase(service, case_ref)), retention, done=True)


@person.command("readmit")
def person_readmit(case_ref: CaseRef) -> None:
    """Lets imports bring in somebody again who was erased and is subject to an order anew."""
    found = settings.load(ENV_FILE)
    if not _do(found, lambda service: persons.readmit(service, case_ref)):
        typer.echo(f"{case_ref} is not among those who were erased.", err=True)
        raise typer.Exit(1)
    typer.echo(f"The next import takes {case_ref} in again.")


@app.command("legal-hold")
def legal_hold(
    order_ref: Annotated[str, typer.Argument(help="The reference of the order.")],
    on: Annotated[bool, typer.Option("--on/--off", help="Begin it, or lift it.")],
) -> None:
    """Stops deletion by age for one order and the person it is about, while proceedings may need it."""
    found = settings.load(ENV_FILE)
    _do(found, lambda service: keeping.set_legal_hold(service, order_ref, on))
    typer.echo(f"{order_ref} is {'under a legal hold' if on else 'under no legal hold any more'}.")


@app.command()
def retention() -> None:
    """Prints how long each thing is kept and why, as docs/privacy.md has it."""
    person_files.periods(settings.load(ENV_FILE).policy().retention)


# ── Backups ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The file to write. Only you can read it.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Copies everything into one compressed file, while the bot runs. Sealed values stay sealed: keep the key apart."""
    found = settings.load(ENV_FILE)
    with backup_files.writing(file, force) as write, printing.progress() as show:
        rows = _do(found, lambda service: backups.make(service, write, partial(show, "backup")))
    typer.echo(f"{file}: {rows} rows.")


@app.command()
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
    also = backup_files.erased_in(erased_in or [], Keyring(found.secret_key))
    with lock.held(found.database_url), backup_files.reading(file) as lines, printing.progress() as show:
        restored = partial(show, "restore")
        came_to = _do(found, lambda service: backups.restore(service, lines, yes, also, restored))
    backup_files.restored(came_to)


# ── Staff phones ────────────────────────────────────────────────────────────────────────────────────────────────────

StaffRef = Annotated[str, typer.Argument(help="A staff reference.")]


@staff_app.command("unlock")
def staff_unlock(ref: StaffRef) -> None:
    """Lets a colleague who forgot the PIN, or typed it wrong too often, choose a new one. First speak with them."""
    found = settings.load(ENV_FILE)
    name = _do(found, lambda service: cutting_off.unlock_by_ref(service, ref))
    typer.echo(f"{name} ({ref}) can now choose a new PIN in the chat.")


@staff_app.command("cutoff")
def staff_cutoff(ref: StaffRef) -> None:
    """Cuts off a lost staff phone: its chat is closed at once, and its messages of the last 48 hours are deleted."""
    found = settings.load(ENV_FILE)
    name, had = _do(found, lambda service: cutting_off.cut_off_by_ref(service, ref))
    if not had:
        typer.echo(f"{name} ({ref}) has no phone linked. Open invitations have ended.")
        return
    typer.echo(f"The phone of {name} ({ref}) is cut off. The running bot deletes its messages within half a minute.")
    typer.echo(
        f"Those older than 48 hours stay: single lines with a case reference. For a new phone: minder invite {ref}"
    )
