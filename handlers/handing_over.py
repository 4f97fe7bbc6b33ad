"""What is said about whose people are whose: /handover, /leaver, and who is on duty: /duty."""

from telegram import Update

from handlers.cover import day_of
from handlers.door import Command, Context, Taps, argument_of, service_of, turn_of
from messages.actions.handing_over import DutyDay, DutyPut, DutySame, DutyWeek, Handed, HandTo, HandWhom, LastDay
from usecases import duty, handing_over, leaving


async def handover(update: Update, context: Context) -> None:
    await handing_over.begin(service_of(context), turn_of(update), argument_of(update))


async def whom(update: Update, context: Context, tap: HandWhom) -> None:
    asked = (tap.individual, tap.giver, tap.part)
    await handing_over.choose_colleague(service_of(context), turn_of(update), *asked, tap.page)


async def hand_to(update: Update, context: Context, tap: HandTo) -> None:
    act = handing_over.hand_over if tap.sure == 1 else handing_over.confirm
    await act(service_of(context), turn_of(update), tap.individual, tap.giver, tap.part, tap.taker)


async def handed(update: Update, context: Context, tap: Handed) -> None:
    await handing_over.show(service_of(context), turn_of(update), tap.handover, tap.page)


async def leaver(update: Update, context: Context) -> None:
    await leaving.ask(service_of(context), turn_of(update), argument_of(update))


async def last_day(update: Update, context: Context, tap: LastDay) -> None:
    await leaving.set_last_day(service_of(context), turn_of(update), tap.staff, day_of(tap.day))


async def show_duty(update: Update, context: Context) -> None:
    await duty.show(service_of(context), turn_of(update))


async def duty_week(update: Update, context: Context, tap: DutyWeek) -> None:
    await duty.show_week(service_of(context), turn_of(update), tap.week)


async def duty_day(update: Update, context: Context, tap: DutyDay) -> None:
    await duty.show_day(service_of(context), turn_of(update), day_of(tap.day))


async def duty_put(update: Update, context: Context, tap: DutyPut) -> None:
    await duty.put(service_of(context), turn_of(update), day_of(tap.day), tap.staff, tap.on == 1)


async def duty_same(update: Update, context: Context, tap: DutySame) -> None:
    await duty.until_friday(service_of(context), turn_of(update), day_of(tap.day))


COMMANDS: dict[str, Command] = {"handover": handover, "leaver": leaver, "duty": show_duty}
TAPS: Taps = {
    HandWhom: whom,
    HandTo: hand_to,
    Handed: handed,
    LastDay: last_day,
    DutyWeek: duty_week,
    DutyDay: duty_day,
    DutyPut: duty_put,
    DutySame: duty_same,
}
