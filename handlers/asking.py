"""What an individual asks for: a call, help, a change told, a complaint."""

from telegram import Update

from domain.compliance import Kind
from handlers.door import Command, Context, Taps, service_of, turn_of, words_of
from messages.actions.asking import AskAgain, AskFor, ForWhat, RingAt, RingOn, SomethingChanged, TellChange
from usecases import asking, complaints


async def call(update: Update, context: Context) -> None:
    await asking.ask(service_of(context), turn_of(update), Kind.CALL)


async def changed(update: Update, context: Context) -> None:
    await asking.something_changed(service_of(context), turn_of(update))


async def complain(update: Update, context: Context) -> None:
    words = "".join(words_of(update).split(maxsplit=1)[1:])
    await complaints.complain(service_of(context), turn_of(update), words)


async def ask(update: Update, context: Context, tap: AskFor) -> None:
    await asking.ask(service_of(context), turn_of(update), tap.kind)


async def want(update: Update, context: Context, tap: ForWhat) -> None:
    await asking.want(service_of(context), turn_of(update), tap.item, tap.want)


async def ring_on(update: Update, context: Context, tap: RingOn) -> None:
    await asking.ring_on(service_of(context), turn_of(update), tap.item, tap.where)


async def ring_at(update: Update, context: Context, tap: RingAt) -> None:
    await asking.ring_at(service_of(context), turn_of(update), tap.item, tap.safe)


async def ask_again(update: Update, context: Context, tap: AskAgain) -> None:
    await asking.ask_again(service_of(context), turn_of(update), tap.item)


async def something_changed(update: Update, context: Context, tap: SomethingChanged) -> None:
    await asking.something_changed(service_of(context), turn_of(update))


async def tell_change(update: Update, context: Context, tap: TellChange) -> None:
    await asking.tell_change(service_of(context), turn_of(update), tap.what)


COMMANDS: dict[str, Command] = {"call": call, "changed": changed, "complain": complain}
TAPS: Taps = {
    AskFor: ask,
    ForWhat: want,
    RingOn: ring_on,
    RingAt: ring_at,
    AskAgain: ask_again,
    SomethingChanged: something_changed,
    TellChange: tell_change,
}
