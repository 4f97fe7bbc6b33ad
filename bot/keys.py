"""`minder rotate-keys`: a new key takes over."""

import typer

from bot import settings
from bot.opening import ENV_FILE, do
from usecases import keys


def rotate() -> None:
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
