"""`minder pause` and `minder resume`: whether sending goes on."""

from typing import Annotated

import typer

from bot import settings
from bot.opening import ENV_FILE, do
from usecases import pausing


def pause(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Pauses all that is sent unasked: the kill switch. What people say is answered, and reaches staff, as before."""
    found = settings.load(ENV_FILE)
    if not yes:
        typer.confirm("Nobody is reminded of a date while it lasts. Pause sending?", abort=True)
    if do(found, pausing.pause_from_command_line):
        typer.echo("Sending is paused. Managers are told in the chat. `minder resume` starts it again.")
    else:
        typer.echo("Sending is paused already. `minder resume` starts it again.")


def resume() -> None:
    """Starts sending again: alerts first, then what still helps. What is too late is on record as missed."""
    if do(settings.load(ENV_FILE), pausing.resume_from_command_line):
        typer.echo("Sending goes on.")
    else:
        typer.echo("Sending is not paused.")
