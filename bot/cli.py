"""The `minder` command: each of its commands is thin, one use case. `python -m bot` is the same."""

import asyncio
from importlib.metadata import version
from typing import Annotated

import typer

from bot import (
    audit,
    backups,
    envfile,
    exchange,
    lock,
    logs,
    papers,
    persons,
    printing,
    probe,
    profile,
    questionnaires,
    reports,
    running,
    setting_up,
    settings,
    simulating,
    staff,
    switch,
)
from bot import doctor as doctors
from bot.clock import SystemClock
from bot.opening import ENV_FILE, do
from usecases import keys

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
    made = do(found, lambda service: setting_up.first_manager(service, answers))
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
        asyncio.run(running.until_stopped(found, SystemClock()))
    typer.echo("Minder has stopped.")


@app.command()
def doctor(
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Only whether the last heartbeat is recent, for cron: silent if so.")
    ] = False,
) -> None:
    """Says in plain words what is wrong and what to do. Exit code 1 if anything is."""
    found = settings.load(ENV_FILE)
    if quiet:
        switch.say_if_silent(found)
        return
    findings = do(found, lambda service: doctors.examine(found, service), upgrade=False)
    printing.findings(findings)
    if any(one.wrong for one in findings):
        raise typer.Exit(1)


app.command("import")(exchange.import_)
app.command()(staff.invite)
app.add_typer(reports.app, name="report")


app.command()(switch.pause)
app.command()(switch.resume)


@app.command("rotate-keys")
def rotate_keys() -> None:
    """Seals everything anew under the newest key, so that the older ones can go. Safe to stop and to repeat.

    First put the new key in front of the present one in MINDER_SECRET_KEY, with a comma between, and restart the bot.
    """
    found = settings.load(ENV_FILE)
    done = do(found, keys.rotate)
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


app.command("legal-hold")(persons.legal_hold)
app.command()(persons.retention)
app.command()(papers.evidence)
app.command("letter-template")(papers.letter_template)
app.command()(backups.backup)
app.command()(backups.restore)
app.add_typer(audit.app, name="audit")
app.add_typer(staff.app, name="staff")
app.add_typer(persons.app, name="person")
app.add_typer(questionnaires.app, name="questionnaire")
simulating.offer(app)
