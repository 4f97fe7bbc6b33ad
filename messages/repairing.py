"""/repairs: counts by kind, and a page of each with the next step."""

from domain.facts import AboutRepairs
from domain.repairs import Broken, Repair
from messages.actions.telling import RepairsAll, RepairsOf
from messages.compose import Button, Message, Voice, says


@says("repairs")
def repairs(about: AboutRepairs, voice: Voice) -> Message:
    """How many of each kind; each opens its list."""
    counts = {kind: len(found) for kind, found in about.found.items() if found}
    if not counts:
        return Message(voice.say("repairs.none"))
    lines = [voice.say("repairs.heading"), *(f"· {_kind(kind, voice)}: {n}" for kind, n in counts.items())]
    buttons = tuple((Button(_kind(kind, voice), RepairsOf(kind, 0)),) for kind in counts)
    return Message("\n".join(lines), buttons)


@says("repairs_of")
def repairs_of(about: AboutRepairs, voice: Voice) -> Message:
    """One page: who, since when, and what to do next."""
    kind, first = Repair(str(voice.params["repair"])), int(voice.params["first"])
    found = about.found[kind]
    lines = [f"{_kind(kind, voice)}: {len(found)}", voice.say(f"repairs.next.{kind}"), ""]
    lines += [f"· {_line(one, kind, about, voice)}" for one in found[first : first + about.page]]
    page = first // about.page
    around = [("repairs.before", page - 1, first > 0), ("repairs.after", page + 1, first + about.page < len(found))]
    turn = tuple(voice.button(key, RepairsOf(kind, to)) for key, to, there in around if there)
    buttons = (turn, (voice.button("repairs.all", RepairsAll()),))
    return Message("\n".join(lines).strip(), tuple(row for row in buttons if row))


def _kind(kind: Repair, voice: Voice) -> str:
    return voice.say(f"repairs.{kind}")


def _line(one: Broken, kind: Repair, about: AboutRepairs, voice: Voice) -> str:
    case = one.contact.case_ref
    if kind is Repair.SHARED_NUMBER:
        return voice.say("repairs.line_shared", case=case, others=_others(one, about, voice))
    if one.since is None:
        return voice.say("repairs.line", case=case)
    return voice.say("repairs.line_since", case=case, day=voice.on(voice.calendar.day(one.since)))


def _others(one: Broken, about: AboutRepairs, voice: Voice) -> str:
    """Who else has the number: by reference as far as this reader may see them."""
    seen = {other.contact.individual_id: other.contact.case_ref for other in about.found[Repair.SHARED_NUMBER]}
    named = sorted(seen[id_] for id_ in one.contact.shares_with if id_ in seen)
    unseen = len(one.contact.shares_with) - len(named)
    return ", ".join([*named, *([voice.say("repairs.somebody_else")] if unseen else [])])
