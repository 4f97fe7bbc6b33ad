"""The desk: what is open, why it stands where it stands, how long it has waited, and who has it."""

from domain.asking import Want
from domain.compliance import Kind
from domain.desk import PAGE, Passed, Placed, View, Waiting, first_of_page, of_view
from domain.facts import AboutDesk, AboutPerson
from messages.actions.desk import Desk, PassOn, PassTo, Person, TakeAll
from messages.actions.staff import Show
from messages.compose import Button, Message, Voice, says
from messages.moderating import unread_line

Row = tuple[Button, ...]


@says("desk")
def desk(about: AboutDesk, voice: Voice) -> Message:
    """A page of it, the most urgent first. How much there is stands at the top."""
    view = View(str(voice.params.get("view", View.ALL)))
    waiting = of_view(about.waiting, about.listed, view)
    first = first_of_page(len(waiting), int(voice.params.get("page", 0)))
    shown = list(enumerate(waiting, 1))[first : first + PAGE]
    heading = voice.say(f"desk.heading_{view}" if waiting else f"desk.empty_{view}", n=len(waiting))
    turn = _turn(first, len(shown), len(waiting), view, voice)
    if turn:
        heading += f" {voice.say('queue.part', first=first + 1, last=first + len(shown))}"
    lines = [f"{n}. {line(one, voice)}" for n, one in shown]
    lines += [unread_line(about.unread, voice)] if view is View.LIST and about.unread.count else []
    buttons = [(_opens(n, one, voice),) for n, one in shown]
    rows: tuple[Row, ...] = (*buttons, turn, _other_list(about, view, voice))
    return Message("\n".join([heading, *lines]), tuple(row for row in rows if row))


def _turn(first: int, shown: int, total: int, view: View, voice: Voice) -> Row:
    page = first // PAGE
    around = [("repairs.before", page - 1, first > 0), ("repairs.after", page + 1, first + shown < total)]
    return tuple(voice.button(key, Desk(view, to)) for key, to, there in around if there)


def _other_list(about: AboutDesk, view: View, voice: Voice) -> Row:
    """A manager has two lists."""
    if about.listed is None:
        return ()
    if view is View.LIST:
        return (voice.button("desk.all", Desk(View.ALL, 0), n=len(about.waiting)),)
    return (voice.button("desk.list", Desk(View.LIST, 0), n=len(about.listed)),)


def _opens(n: int, one: Waiting, voice: Voice) -> Button:
    """One thing opens by itself; several about one person open together."""
    item, individual_id = one.lead.open.item, one.individual_id
    several = individual_id is not None and len(one.things) > 1
    action = Person(individual_id) if several and individual_id is not None else Show(item.id)
    return Button(voice.say("queue.show", n=n, case=_name(one.lead)), action)


def _name(one: Placed) -> str:
    """Whose case it is; of a session, where."""
    return one.open.place if one.open.item.kind is Kind.UNRECORDED and one.open.place else one.open.case_ref


def line(one: Waiting, voice: Voice) -> str:
    """*C1: asks for help: food; since today at 9:05 (Dee Gunn has it). And 2 more about C1.*"""
    more = len(one.things) - 1
    line = f"{_name(one.lead)}: {why(one.lead, voice)}"
    return f"{line} {voice.say('desk.more', n=more)}" if more else line


def why(one: Placed, voice: Voice) -> str:
    """Why it stands where it stands, since when, and who has it."""
    item, reason = one.open.item, one.reason
    values = {"when": voice.when(reason.at), "day": voice.day_within(voice.calendar.day(reason.at))}
    if item.kind is Kind.HELP and item.reason in set(Want):
        said = voice.say("desk.help_for", want=voice.say(f"want.{item.reason}").lower())
    elif f"desk.{reason.code}" in _OWN_WORDS:
        said = voice.say(f"desk.{reason.code}", **values, who=one.open.runner or voice.say("desk.nobody_named"))
    else:
        said = voice.say(f"item.{item.kind}.short")
    parts = [voice.say("desk.since", what=said, since=voice.when(item.raised_at))]
    if item.listed_at is not None and item.kind is not Kind.UNRECORDED:
        parts.append(voice.say("desk.on_list", since=voice.when(item.listed_at)))
    if one.open.holder and item.claimed_at is not None:
        parts.append(voice.say("desk.held", name=one.open.holder, since=voice.when(item.claimed_at)))
    return " ".join(parts)


_OWN_WORDS = {
    f"desk.{code}"
    for code in (
        *("cannot_soon", "cannot", "cannot_over", "undecided", "follow_up", "follow_up_late"),
        *("ring", "complaint", "unrecorded"),
    )
}


@says("person")
def person(about: AboutPerson, voice: Voice) -> Message:
    """All that is open about one person, each with its *Show*, so that one call answers all."""
    shown = _shown(about, voice)
    case = about.individual.case_ref
    if not shown:
        return Message(voice.say("desk.nothing_about", case=case))
    worker = voice.say("desk.worker", name=about.worker.name) if about.worker is not None else ""
    lines = [voice.say("desk.person", case=case, n=len(shown)), worker]
    lines += [f"{n}. {why(one, voice)}" for n, one in enumerate(shown, 1)]
    rows: list[Row] = []
    if any(one.open.item.unclaimed for one in shown):
        rows.append((voice.button("desk.take_all", TakeAll(about.individual.id)),))
    rows.append((voice.button("desk.pass_all", PassOn(Passed.PERSON, about.individual.id)),))
    rows += [(_show(n, one, voice),) for n, one in enumerate(shown, 1)]
    return Message("\n".join(line for line in lines if line), tuple(rows))


@says("passed")
def passed(about: AboutPerson, voice: Voice) -> Message:
    """Several things about one person at once, to whoever has them now."""
    shown = _shown(about, voice)
    by = about.staff[int(voice.params["by"])].name
    lines = [voice.say("desk.passed", case=about.individual.case_ref, n=len(shown), by=by)]
    lines += [f"{n}. {why(one, voice)}" for n, one in enumerate(shown, 1)]
    return Message("\n".join(lines), tuple((_show(n, one, voice),) for n, one in enumerate(shown, 1)))


@says("pass_to")
def pass_to(about: AboutPerson, voice: Voice) -> Message:
    """To whom? First of all, why somebody who was picked was not given it."""
    what, id_ = Passed(str(voice.params["what"])), int(voice.params["id"])
    offered = [one.split(":") for one in str(voice.params["colleagues"]).split(",") if one]
    lines = [voice.say("desk.pass_to" if offered else "desk.nobody_to_pass_to", case=about.individual.case_ref)]
    if "not_told" in voice.params:
        name = about.staff[int(voice.params["not_told"])].name
        lines.insert(0, voice.say(f"desk.not_passed_{voice.params['why']}", name=name))
    rows = [(_colleague(int(staff_id), code, what, id_, about, voice),) for staff_id, code in offered]
    back = voice.button("desk.back", Show(id_) if what is Passed.ITEM else Person(id_))
    return Message("\n".join(lines), (*rows, (back,)))


def _colleague(staff_id: int, code: str, what: Passed, id_: int, about: AboutPerson, voice: Voice) -> Button:
    label = voice.say(f"desk.colleague_{code}", name=about.staff[staff_id].name)
    return Button(label, PassTo(what, id_, staff_id))


def _show(n: int, one: Placed, voice: Voice) -> Button:
    return Button(
        voice.say("desk.show", n=n, kind=voice.say(f"item.{one.open.item.kind}.short")), Show(one.open.item.id)
    )


def _shown(about: AboutPerson, voice: Voice) -> list[Placed]:
    """What this reader may know of and is still open."""
    ids = {int(id_) for id_ in str(voice.params.get("items", "")).split("+") if id_}
    return [one for one in about.waiting.things if one.open.item.id in ids] if about.waiting is not None else []
