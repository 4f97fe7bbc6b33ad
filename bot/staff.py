"""`minder staff …`: staff phones that must not be linked any more."""

from typing import Annotated

import typer

from bot import settings
from bot.opening import ENV_FILE, do
from usecases import cutting_off

StaffRef = Annotated[str, typer.Argument(help="A staff reference.")]
app = typer.Typer(no_args_is_help=True, help="Staff phones, for when no manager can do it in the chat.")


@app.command("unlock")
def unlock(ref: StaffRef) -> None:
    """Lets a colleague who forgot the PIN, or typed it wrong too often, choose a new one. First speak with them."""
    found = settings.load(ENV_FILE)
    name = do(found, lambda service: cutting_off.unlock_by_ref(service, ref))
    typer.echo(f"{name} ({ref}) can now choose a new PIN in the chat.")


@app.command("cutoff")
def cutoff(ref: StaffRef) -> None:
    """Cuts off a lost staff phone: its chat is closed at once, and its messages of the last 48 hours are deleted."""
    found = settings.load(ENV_FILE)
    name, had = do(found, lambda service: cutting_off.cut_off_by_ref(service, ref))
    if not had:
        typer.echo(f"{name} ({ref}) has no phone linked. Open invitations have ended.")
        return
    typer.echo(f"The phone of {name} ({ref}) is cut off. The running bot deletes its messages within half a minute.")
    typer.echo(
        f"Those older than 48 hours stay: single lines with a case reference. For a new phone: minder invite {ref}"
    )
