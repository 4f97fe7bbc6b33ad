"""What is said about leave: /away, /back, and taking over."""

from datetime import date

from telegram import Update

from domain.days import Span
from domain.errors import Stale
from handlers.door import Command, Context, Taps, argument_of, service_of, turn_of
from messages.actions.cover import AwayCover, AwayDays, AwayOther, Back, TakeOver
from usecases import cover


def day_of(ordinal: int) -> date:
    """The day that a button carries; raises Stale for what no button of ours would."""
    try:
        return date.fromordinal(ordinal)
    except (ValueError, OverflowError):
        raise Stale from None


async def away(update: Update, context: Context) -> None:
    await cover.away(service_of(context), turn_of(update), argument_of(update))


async def back(update: Update, context: Context) -> None:
    await cover.back(service_of(context), turn_of(update), argument_of(update))


async def choose_days(update: Update, context: Context, tap: AwayDays) -> None:
    span = Span(day_of(tap.first), day_of(tap.last))
    await cover.choose_days(service_of(context), turn_of(update), tap.staff, span, tap.page)


async def choose_other_days(update: Update, context: Context, tap: AwayOther) -> None:
    await cover.choose_other_days(service_of(context), turn_of(update), tap.staff)


async def choose_cover(update: Update, context: Context, tap: AwayCover) -> None:
    span = Span(day_of(tap.first), day_of(tap.last))
    await cover.choose_cover(service_of(context), turn_of(update), tap.staff, span, tap.cover)


async def back_by_tap(update: Update, context: Context, tap: Back) -> None:
    await cover.back_by_tap(service_of(context), turn_of(update), tap.staff)


async def take_over(update: Update, context: Context, tap: TakeOver) -> None:
    await cover.take_over(service_of(context), turn_of(update), tap.item)


COMMANDS: dict[str, Command] = {"away": away, "back": back}
TAPS: Taps = {
    AwayDays: choose_days,
    AwayOther: choose_other_days,
    AwayCover: choose_cover,
    Back: back_by_tap,
    TakeOver: take_over,
}
