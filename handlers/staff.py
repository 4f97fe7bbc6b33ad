"""What staff say about people and what is open: /invite, /consent, and the buttons of a card."""

from telegram import Update

from handlers.door import Command, Context, Taps, argument_of, service_of, turn_of
from messages.actions.staff import Claim, Close, CloseAs, CutOff, Fold, Show, Unclaim, YouthConsent
from usecases import consenting, cutting_off, enrolment, items, relieving


async def invite(update: Update, context: Context) -> None:
    await enrolment.invite(service_of(context), turn_of(update), argument_of(update))


async def consent(update: Update, context: Context) -> None:
    await consenting.show(service_of(context), turn_of(update), argument_of(update))


async def decide_consent(update: Update, context: Context, tap: YouthConsent) -> None:
    await consenting.decide(service_of(context), turn_of(update), tap.individual, tap.given == 1)


async def claim(update: Update, context: Context, tap: Claim) -> None:
    await items.claim(service_of(context), turn_of(update), tap.item)


async def unclaim(update: Update, context: Context, tap: Unclaim) -> None:
    await relieving.unclaim(service_of(context), turn_of(update), tap.item)


async def close(update: Update, context: Context, tap: Close) -> None:
    await items.close(service_of(context), turn_of(update), tap.item)


async def close_as(update: Update, context: Context, tap: CloseAs) -> None:
    await items.close(service_of(context), turn_of(update), tap.item, tap.outcome)


async def show(update: Update, context: Context, tap: Show) -> None:
    await items.show(service_of(context), turn_of(update), tap.item)


async def fold(update: Update, context: Context, tap: Fold) -> None:
    await items.fold(service_of(context), turn_of(update), tap.item)


async def cutoff(update: Update, context: Context) -> None:
    await cutting_off.ask(service_of(context), turn_of(update), argument_of(update))


async def cut_off(update: Update, context: Context, tap: CutOff) -> None:
    await cutting_off.cut_off(service_of(context), turn_of(update), tap.who, tap.id)


async def unlock(update: Update, context: Context) -> None:
    await cutting_off.unlock(service_of(context), turn_of(update), argument_of(update))


COMMANDS: dict[str, Command] = {
    "invite": invite,
    "consent": consent,
    "cutoff": cutoff,
    "unlock": unlock,
}
TAPS: Taps = {
    Claim: claim,
    Unclaim: unclaim,
    Close: close,
    CloseAs: close_as,
    Show: show,
    Fold: fold,
    CutOff: cut_off,
    YouthConsent: decide_consent,
}
