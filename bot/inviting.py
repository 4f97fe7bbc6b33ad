"""`minder invite`: a chat is bound to a person."""

import asyncio
from typing import Annotated

import typer

from bot import probe, settings
from bot.opening import ENV_FILE, do
from documents import qr
from messages import chat
from usecases import enrolment
from usecases.enrolment import Invitation


def invite(
    ref: Annotated[str, typer.Argument(help="A case reference, or a staff reference.")],
) -> None:
    """Makes a single-use link and QR code that bind one chat to one person. An earlier unused one stops working."""
    found = settings.load(ENV_FILE)
    bot = asyncio.run(probe.identity(found.token, found.telegram_url))
    made = do(found, lambda service: enrolment.make_invite(service, ref))
    show(bot.username, made, found.invite_days, f"For {ref}")


def show(bot: str, made: Invitation, days: int, whom: str) -> None:
    """A link, and the same as a picture to hold up to a phone; and the digits, which go another way."""
    link = chat.link(bot, made.code)
    typer.echo(f"{whom}. The link works once, for {days} days:\n\n{qr.terminal(link)}\n{link}\n")
    typer.echo(f"The chat will ask for 4 digits: {made.digits}. Tell them aloud; never write them beside the link.\n")
