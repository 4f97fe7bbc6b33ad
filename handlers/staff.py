"""What staff say about people and what is open: /alerts, /invite, /consent, and the buttons of a card."""

from telegram import Update

from handlers.door import Command, Context, Taps, argument_of, service_of, turn_of
from messages.actions import Claim, Close, Show
from usecases import enrolment, items


async def alerts(update: Update, context: Context) -> None:
    await items.show_queue(service_of(context), turn_of(update))


async def invite(update: Update, context: Context) -> None:
    await enrolment.invite(service_of(context), turn_of(update), argument_of(update))


async def consent(update: Update, context: Context) -> None:
    await enrolment.consent(service_of(context), turn_of(update), argument_of(update))


async def claim(update: Update, context: Context, tap: Claim) -> None:
    await items.claim(service_of(context), turn_of(update), tap.item)


async def close(update: Update, context: Context, tap: Close) -> None:
    await items.close(service_of(context), turn_of(update), tap.item)


async def show(update: Update, context: Context, tap: Show) -> None:
    await items.show(service_of(context), turn_of(update), tap.item)


COMMANDS: dict[str, Command] = {"alerts": alerts, "invite": invite, "consent": consent}
TAPS: Taps = {Claim: claim, Close: close, Show: show}
