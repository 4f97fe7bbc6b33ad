"""A case at a glance, the glass in front of one that is not the reader's, and the record of who looked."""

from domain import audit
from domain.compliance import Item
from domain.facts import AboutCase, AboutGlass, AboutLooks, AboutNothing, Look
from domain.orders import Order
from messages import words
from messages.actions import BreakGlass, BreakGlassFor, RecordFile, Show
from messages.compose import Button, Message, Voice, says
from messages.staff import date_line, outcome

MOST_OPEN = 10  # things that are open, on a case; /alerts has them all


@says("case")
def case(about: AboutCase, voice: Voice) -> Message:
    """The orders, the dates ahead and behind, and what is open, each with its *Show*."""
    lines = [about.individual.case_ref, *(_order(one, about, voice) for one in about.orders)]
    ahead = [f"· {date_line(one, voice)}" for one in about.ahead]
    lines += [voice.say("case.ahead" if ahead else "case.nothing_ahead"), *ahead]
    if about.open:
        lines += [voice.say("case.open"), *(_open(n, one, voice) for n, one in enumerate(about.open[:MOST_OPEN], 1))]
        if len(about.open) > MOST_OPEN:
            lines.append(voice.say("case.open_more", n=len(about.open) - MOST_OPEN))
    if about.behind:
        lines += [voice.say("item.history")]
        lines += [f"· {date_line(one, voice)} – {outcome(one, voice)}" for one in about.behind]
    buttons = tuple(
        (Button(voice.say("queue.show", n=n, case=about.individual.case_ref), Show(one.id)),)
        for n, one in enumerate(about.open[:MOST_OPEN], 1)
    )
    return Message("\n".join(lines), buttons)


def _order(one: Order, about: AboutCase, voice: Voice) -> str:
    """*Unpaid work, supervision; since 1 Sep 2026; Ola Shaw, Kirsty Muir.*"""
    asked = ", ".join(voice.say(f"requirement.{requirement}") for requirement in sorted(one.requirements))
    ids = [id_ for id_ in (one.officer_id, one.case_manager_id) if id_ is not None]
    named = ", ".join(about.workers[id_].name for id_ in dict.fromkeys(ids))
    since = voice.say("case.since", day=voice.on(one.imposed_on), year=one.imposed_on.year)
    parts = (asked, since, voice.say(f"order.{one.status}") if not one.active else "", named)
    return "; ".join(part for part in parts if part)


def _open(n: int, one: Item, voice: Voice) -> str:
    since = voice.when(one.raised_at)
    return voice.say("case.open_line", n=n, kind=voice.say(f"item.{one.kind}.short"), since=since)


@says("case_beyond")
def case_beyond(about: AboutNothing, voice: Voice) -> Message:
    """The same whether the person is somebody else's or nobody."""
    text = f"{voice.say('error_not_known')}\n\n{voice.say('glass.offer')}"
    return Message(text, ((voice.button("glass.break", BreakGlass(str(voice.params["asked"]))),),))


@says("glass_why")
def glass_why(about: AboutNothing, voice: Voice) -> Message:
    asked = str(voice.params["asked"])
    reasons = tuple((voice.button(f"why_look.{one}", BreakGlassFor(asked, one)),) for one in audit.Reason)
    return Message(voice.say("glass.why"), reasons)


@says("glass_open")
def glass_open(about: AboutGlass, voice: Voice) -> Message:
    return Message(voice.say("glass.open", case=about.individual.case_ref, until=voice.at(about.until)))


@says("glass_broken")
def glass_broken(about: AboutGlass, voice: Voice) -> Message:
    """To whoever works with the person: who looks, and why they say they must."""
    why = voice.say(f"why_look.{about.reason}")
    until, name = voice.when(about.until), about.staff.name
    return Message(voice.say("glass.told", case=about.individual.case_ref, name=name, why=why, until=until))


@says("looks")
def looks(about: AboutLooks, voice: Voice) -> Message:
    """Latest first. The reader's own question is the first line, always."""
    lines = [voice.say("looks.heading", case=about.individual.case_ref)]
    button = voice.button("button.record", RecordFile(about.individual.id))
    return Message("\n".join([*lines, *(f"· {_look(one, voice)}" for one in about.looks)]), ((button,),))


def _look(one: Look, voice: Voice) -> str:
    name = one.who.name if one.who else voice.say("looks.command_line")
    reason = f" ({voice.say(f'why_look.{one.entry.reason}')})" if one.entry.reason else ""
    return voice.say("looks.line", when=voice.when(one.entry.at), name=name, what=did(one.entry, voice)) + reason


def did(entry: audit.Entry, voice: Voice) -> str:
    """What somebody did, as precisely as the catalogue can say it: by the row's own word, else by its act."""
    key = f"looked.{entry.what.replace(' ', '_')}"
    return voice.say(key) if words.knows(key) else voice.say(f"act.{entry.act}")
