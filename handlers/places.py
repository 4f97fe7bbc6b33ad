"""What is said about places and whole sessions: /offer, /standdown, /early, and *Yes please*."""

from telegram import Update

from handlers.door import Command, Context, Taps, service_of, turn_of
from messages.actions.places import (
    Down,
    DownLeave,
    DownPage,
    DownUndo,
    DownWhom,
    DownWhy,
    Early,
    LeaveOut,
    OfferDraft,
    OfferElsewhere,
    OfferLook,
    OfferOn,
    OfferPage,
    OfferSend,
    OfferSession,
    TakePlace,
    Tick,
    TickPage,
    TickPlaces,
)
from usecases import early, spare_places, standing_down, taking_places


async def offer(update: Update, context: Context) -> None:
    await spare_places.choose(service_of(context), turn_of(update))


async def turn_offers(update: Update, context: Context, tap: OfferPage) -> None:
    await spare_places.turn(service_of(context), turn_of(update), tap.page)


async def draft(update: Update, context: Context, tap: OfferSession) -> None:
    await spare_places.draft(service_of(context), turn_of(update), tap.session)


async def elsewhere(update: Update, context: Context, tap: OfferElsewhere) -> None:
    if tap.place:
        await spare_places.choose_day(service_of(context), turn_of(update), tap.place)
    else:
        await spare_places.choose_place(service_of(context), turn_of(update))


async def draft_on(update: Update, context: Context, tap: OfferOn) -> None:
    await spare_places.draft_on(service_of(context), turn_of(update), tap.place, tap.day)


async def turn_draft(update: Update, context: Context, tap: OfferDraft) -> None:
    await spare_places.turn_draft(service_of(context), turn_of(update), tap.offer, tap.page)


async def leave_out(update: Update, context: Context, tap: LeaveOut) -> None:
    turn = turn_of(update)
    await spare_places.leave_out(service_of(context), turn, tap.offer, tap.individual, tap.out == 1, tap.page)


async def send_out(update: Update, context: Context, tap: OfferSend) -> None:
    await spare_places.send_out(service_of(context), turn_of(update), tap.offer)


async def look(update: Update, context: Context, tap: OfferLook) -> None:
    await spare_places.look(service_of(context), turn_of(update), tap.offer)


async def tick_which(update: Update, context: Context, tap: TickPlaces) -> None:
    await spare_places.tick_which(service_of(context), turn_of(update))


async def tick_people(update: Update, context: Context, tap: TickPage) -> None:
    await spare_places.tick_people(service_of(context), turn_of(update), tap.place, tap.page)


async def tick(update: Update, context: Context, tap: Tick) -> None:
    turn = turn_of(update)
    await spare_places.tick(service_of(context), turn, tap.place, tap.individual, tap.on == 1, tap.page)


async def take(update: Update, context: Context, tap: TakePlace) -> None:
    say = taking_places.take if tap.wanted == 1 else taking_places.decline
    await say(service_of(context), turn_of(update), tap.offered)


async def stand_down(update: Update, context: Context) -> None:
    await standing_down.choose(service_of(context), turn_of(update))


async def turn_sessions(update: Update, context: Context, tap: DownPage) -> None:
    await standing_down.turn(service_of(context), turn_of(update), tap.page)


async def why_down(update: Update, context: Context, tap: DownWhy) -> None:
    await standing_down.ask_cause(service_of(context), turn_of(update), tap.session)


async def down(update: Update, context: Context, tap: Down) -> None:
    act = standing_down.stand_down if tap.sure == 1 else standing_down.preview
    await act(service_of(context), turn_of(update), tap.session, tap.cause, tap.place)


async def whom(update: Update, context: Context, tap: DownWhom) -> None:
    await standing_down.preview(service_of(context), turn_of(update), tap.session, tap.cause, tap.place, tap.page)


async def leave_out_indoors(update: Update, context: Context, tap: DownLeave) -> None:
    which = tap.session, tap.cause, tap.place
    await standing_down.leave_out(service_of(context), turn_of(update), *which, tap.out == 1, tap.page)


async def undo(update: Update, context: Context, tap: DownUndo) -> None:
    await standing_down.undo(service_of(context), turn_of(update), tap.session)


async def ask_early(update: Update, context: Context) -> None:
    await early.ask(service_of(context), turn_of(update))


async def agree_early(update: Update, context: Context, tap: Early) -> None:
    await early.agree(service_of(context), turn_of(update), tap.wanted == 1)


COMMANDS: dict[str, Command] = {"offer": offer, "standdown": stand_down, "early": ask_early}
TAPS: Taps = {
    OfferPage: turn_offers,
    OfferSession: draft,
    OfferElsewhere: elsewhere,
    OfferOn: draft_on,
    OfferDraft: turn_draft,
    LeaveOut: leave_out,
    OfferSend: send_out,
    OfferLook: look,
    TickPlaces: tick_which,
    TickPage: tick_people,
    Tick: tick,
    TakePlace: take,
    DownPage: turn_sessions,
    DownWhy: why_down,
    Down: down,
    DownWhom: whom,
    DownLeave: leave_out_indoors,
    DownUndo: undo,
    Early: agree_early,
}
