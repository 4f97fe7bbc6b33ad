"""The morning digest: what the day brings, in few lines. It shows case references, and stands for two days at most."""

from collections import Counter
from collections.abc import Sequence

from domain.appointments import Answer
from domain.desk import View, Waiting
from domain.facts import AboutAppointment, AboutDigest
from messages.actions.desk import Desk
from messages.compose import Message, Voice, says
from messages.desk import line
from messages.giving import vacant_buttons, vacant_lines
from messages.moderating import unread_line
from messages.standards import due_lines

MOST_DATES = 12  # lines of one list on the message, which holds 4,096 characters
MOST_OPEN = 6
MOST_NAMED = 8  # case references of those who said that they can't come to a session
SAID = {Answer.COMING: "coming", Answer.CANNOT: "cannot", None: "nothing"}


@says("digest")
def digest(about: AboutDigest, voice: Voice) -> Message:
    """Today's people and sessions, what is open, and for a manager the manager's list in numbers."""
    heading = voice.say("digest.heading", name=about.staff.first_name, day=voice.on(about.day))
    parts = [
        [heading],
        _dates(about.dates, voice),
        [_session(rows, voice) for rows in about.sessions],
        vacant_lines(about.vacant, voice),
        _open(about.waiting, voice),
        _listed(about.listed, voice),
        due_lines(about.due, voice),
        _unread(about, voice),
    ]
    buttons = vacant_buttons(about.vacant, voice)
    if about.listed:
        buttons.append((voice.button("desk.list", Desk(View.LIST, 0), n=len(about.listed)),))
    if about.waiting:
        buttons.append((voice.button("desk.all_open", Desk(View.ALL, 0)),))
    return Message("\n\n".join("\n".join(part) for part in parts if part), tuple(buttons))


def _dates(found: Sequence[AboutAppointment], voice: Voice) -> list[str]:
    """Whom they see today, and what each said. Saying nothing means nothing."""
    if not found:
        return []
    said = Counter(SAID[one.said] for one in found)
    counts = {name: said[name] for name in SAID.values()}
    lines = [voice.say("digest.dates", n=len(found), **counts)]
    lines += [f"· {_date(one, voice)}" for one in found[:MOST_DATES]]
    return lines + _more(len(found) - MOST_DATES, "digest.more", voice)


def _date(one: AboutAppointment, voice: Voice) -> str:
    said = voice.say(f"digest.said_{SAID[one.said]}")
    kind = voice.say(f"kind.{one.appointment.kind}")
    at = voice.at(one.appointment.starts_at)
    return voice.say("digest.date", at=at, case=one.individual.case_ref, kind=kind, said=said)


def _session(rows: Sequence[AboutAppointment], voice: Voice) -> str:
    """Where and when, how many, and who said that they can't come."""
    first, place = rows[0], rows[0].place.nickname if rows[0].place else voice.say("digest.no_place")
    text = voice.say("digest.session", place=place, at=voice.at(first.appointment.starts_at), n=len(rows))
    cannot = [one.individual.case_ref for one in rows if one.said is Answer.CANNOT]
    if not cannot:
        return f"{text} {voice.say('digest.all_may_come')}"
    more = len(cannot) - MOST_NAMED
    named = ", ".join(cannot[:MOST_NAMED]) + (f" {voice.say('digest.and_more', n=more)}" if more > 0 else "")
    return f"{text} {voice.say('digest.cannot_come', n=len(cannot), cases=named)}"


def _open(waiting: Sequence[Waiting], voice: Voice) -> list[str]:
    if not waiting:
        return []
    lines = [voice.say("digest.open", n=len(waiting)), *(f"· {line(one, voice)}" for one in waiting[:MOST_OPEN])]
    return lines + _more(len(waiting) - MOST_OPEN, "digest.more_open", voice)


def _listed(listed: Sequence[Waiting], voice: Voice) -> list[str]:
    """How many of each kind; the desk has them one by one."""
    if not listed:
        return []
    kinds = Counter(thing.open.item.kind for one in listed for thing in one.things)
    counts = [f"· {voice.say(f'item.{kind}.short')}: {n}" for kind, n in kinds.most_common()]
    return [voice.say("digest.listed", n=len(listed)), *counts]


def _unread(about: AboutDigest, voice: Voice) -> list[str]:
    """Own words on forms, for whoever reads them first: how many, and how to begin."""
    line = unread_line(about.unread, voice)
    return [f"{line}. {voice.say('moderate.how')}"] if line else []


def _more(n: int, key: str, voice: Voice) -> list[str]:
    return [voice.say(key, n=n)] if n > 0 else []
