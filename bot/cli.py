"""The `minder` command: each of its commands is thin, one use case. `python -m bot` is the same.

A command's module is loaded when the command is given: all of them together are all that Minder is made of, and to load
it takes longer than most commands do. Cron asks one of them every minute.
"""

from importlib.metadata import version
from importlib.util import find_spec
from pkgutil import resolve_name
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class Command(NamedTuple):
    """Where a command, or a group of them, is found; and what `minder --help` says of it, which is how it begins
    itself."""

    where: str
    words: str


COMMANDS = {
    "setup": Command(
        "bot.setting_up:setup",
        "Asks what is needed, writes .env, makes or upgrades the database, and invites the first manager.",
    ),
    "run": Command(
        "bot.running:run",
        "Runs the bot until it is stopped (Ctrl-C, or SIGTERM). Makes or upgrades its own database.",
    ),
    "doctor": Command(
        "bot.silence:doctor", "Says in plain words what is wrong and what to do. Exit code 1 if anything is."
    ),
    "import": Command(
        "bot.exchange:import_",
        "Reads the case system's CSV exports. Any problem: every problem is printed, and nothing at all is written.",
    ),
    "invite": Command(
        "bot.inviting:invite",
        "Makes a single-use link and QR code that bind one chat to one person. An earlier unused one stops working.",
    ),
    "pause": Command(
        "bot.switch:pause",
        "Pauses all that is sent unasked: the kill switch. What people say is answered, and reaches staff, as before.",
    ),
    "resume": Command(
        "bot.switch:resume",
        "Starts sending again: alerts first, then what still helps. What is too late is on record as missed.",
    ),
    "rotate-keys": Command(
        "bot.keys:rotate",
        "Seals everything anew under the newest key, so that the older ones can go. Safe to stop and to repeat.",
    ),
    "legal-hold": Command(
        "bot.persons:legal_hold",
        "Stops deletion by age for one order and the person it is about, while proceedings may need it.",
    ),
    "retention": Command(
        "bot.persons:retention", "Prints how long each thing is kept and why, as docs/privacy.md has it."
    ),
    "evidence": Command(
        "bot.papers:evidence",
        "Writes the evidence record of one order: what was told, answered, written down and decided.",
    ),
    "letter-template": Command(
        "bot.papers:letter_template",
        "Writes the letter that `/letter` begins from, for you to edit. Name your own in MINDER_LETTER_FILE.",
    ),
    "backup": Command(
        "bot.backups:backup",
        "Copies everything into one compressed file, while the bot runs. "
        "Sealed values stay sealed: keep the key apart.",
    ),
    "restore": Command(
        "bot.backups:restore",
        "Puts a backup in the place of the database. Stop the bot first. People who were erased since stay erased.",
    ),
    "report": Command(
        "bot.reports:app",
        "Figures of a period, with small numbers hidden; and settled forms as rows, for an analyst.",
    ),
    "audit": Command("bot.audit:app", "The record of access: is it whole, and who looked at a person."),
    "staff": Command("bot.staff:app", "Staff phones, for when no manager can do it in the chat."),
    "person": Command("bot.persons:app", "One person's data: handed over, or erased."),
    "questionnaire": Command(
        "bot.questionnaires:app", "The questions that people are asked: check a form, try it, print it."
    ),
}
if find_spec("sandbox"):  # which production has no need of, and may lack
    COMMANDS["simulate"] = Command(
        "sandbox.simulate:simulate",
        "Plays a made-up council's time on the real bot, and looks at every event whether all that must hold does.",
    )


class Commands(TyperGroup):
    """Knows its commands by name and words, and loads the one that is given."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        for name, one in COMMANDS.items():
            self.add_command(TyperCommand(name, help=one.words))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, _, rest = super().resolve_command(ctx, args)
        return name, name and loaded(name), rest


def loaded(name: str) -> Any:
    """A command, or a group of them, with all that it takes and does."""
    found = resolve_name(COMMANDS[name].where)
    if isinstance(found, typer.Typer):
        return typer.main.get_group(found)
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return typer.main.get_command(alone)


app = typer.Typer(
    cls=Commands,
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
