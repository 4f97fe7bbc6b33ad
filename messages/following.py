"""What staff are told when nobody has spoken to a person in time, and of several missed dates at once."""

from domain.facts import AboutItem, AboutItems
from messages.actions.staff import Claim, Show
from messages.compose import Button, Message, Voice, says
from messages.staff import folded, named
from messages.standing import why_listed

Rows = tuple[tuple[Button, ...], ...]


@says("follow_up")
def follow_up(about: AboutItem, voice: Voice) -> Message:
    """Once, to whoever has it: neither a contact nor a decision is on record."""
    asks = voice.say("item.follow_up_over", case=about.individual.case_ref)
    return Message(asks, ((voice.button("button.show", Show(about.item.id)),),))


@says("listed")
def listed(about: AboutItem | AboutItems, voice: Voice) -> Message:
    """What is new on the manager's list, and why."""
    shown = list(enumerate(about.items if isinstance(about, AboutItems) else [about], 1))
    lines = [f"{n}. {folded(one, voice)} {why_listed(one, voice)}" for n, one in shown]
    return Message("\n".join([voice.say("item.listed_news"), *lines]), tuple(_show(n, one, voice) for n, one in shown))


@says("items_together", "items_now")
def items_together(about: AboutItems, voice: Voice) -> Message:
    """Several missed dates, each with its own *I'm dealing with it*."""
    lines = [f"{n}. {folded(one, voice)}{_when(one, voice)}" for n, one in enumerate(about.items, 1)]
    buttons = tuple(_act(n, one, voice) for n, one in enumerate(about.items, 1) if one.item.open)
    return Message("\n".join([voice.say("item.together", n=len(lines)), *lines]), buttons)


def _when(one: AboutItem, voice: Voice) -> str:
    """Which date it is: one person may have missed two."""
    if one.about is None:
        return ""
    date = one.about.appointment
    return f" {voice.on(date.day)}, {voice.at(date.starts_at)}."


def _show(n: int, one: AboutItem, voice: Voice) -> tuple[Button, ...]:
    return (Button(voice.say("queue.show", n=n, case=named(one)), Show(one.item.id)),)


def _act(n: int, one: AboutItem, voice: Voice) -> tuple[Button, ...]:
    take = (Button(voice.say("item.take", n=n), Claim(one.item.id)),) if one.item.unclaimed else ()
    return _show(n, one, voice) + take
