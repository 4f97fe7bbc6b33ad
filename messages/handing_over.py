"""What staff read of people who are handed over, of colleagues who leave or join; and what each individual reads."""

from collections import Counter
from datetime import date, timedelta

from domain import days
from domain.caseload import HELD_PAGE, Part, first_of_page, may_take_over
from domain.facts import AboutCaseload, AboutHandover, AboutIndividual, AboutLeaver, AboutStaff, OpenAbout
from domain.people import Role, Staff
from messages.actions.handing_over import Handed, HandTo, HandWhom, LastDay
from messages.compose import Button, Message, Voice, says

PAGE = 8  # colleagues on one message
DAY = timedelta(days=1)

Row = tuple[Button, ...]


# ── To whom ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@says("hand_part")
def hand_part(about: AboutCaseload, voice: Voice) -> Message:
    """Whose part? Several people are named, or one in two ways."""
    one = about.individual.id if about.individual is not None else 0
    parts = [part.split(":") for part in str(voice.params["parts"]).split(",")]
    rows = [
        (Button(_part(about, int(giver), Part(part), voice), HandWhom(one, int(giver), Part(part), 0)),)
        for giver, part in parts
    ]
    return Message(voice.say("hand.part", whom=_whom(about, voice)), tuple(rows))


def _part(about: AboutCaseload, giver: int, part: Part, voice: Voice) -> str:
    return voice.say(f"hand.part_{part}", name=_name(about, giver, voice))


def _name(about: AboutCaseload, giver: int, voice: Voice) -> str:
    return about.everybody[giver].name if giver in about.everybody else voice.say("hand.nobody")


def _whom(about: AboutCaseload, voice: Voice) -> str:
    return about.individual.case_ref if about.individual is not None else voice.say("hand.all")


def _asked(about: AboutCaseload, voice: Voice) -> tuple[int, int, Part]:
    return int(voice.params["one"]), int(voice.params["giver"]), Part(str(voice.params["part"]))


@says("hand_whom")
def hand_whom(about: AboutCaseload, voice: Voice) -> Message:
    """To whom? A page of colleagues with the fitting role, and whether they can be told."""
    one, giver, part = _asked(about, voice)
    today = voice.calendar.day(voice.now)
    could = may_take_over(about.everybody, part, giver or None, today)
    first = first_of_page(len(could), int(voice.params["page"]), PAGE)
    lines = [
        voice.say(
            "hand.whom" if could else "hand.nobody_could", whom=_whom(about, voice), name=_name(about, giver, voice)
        )
    ]
    if int(voice.params.get("not_", 0)) in about.everybody:
        lines.insert(0, voice.say("hand.cannot", name=about.everybody[int(voice.params["not_"])].name))
    rows: list[Row] = [
        (Button(_colleague(about, other, voice), HandTo(one, giver, part, other.id, 0)),)
        for other in could[first : first + PAGE]
    ]
    page = first // PAGE
    around = [("repairs.before", page - 1, first > 0), ("repairs.after", page + 1, first + PAGE < len(could))]
    rows.append(tuple(voice.button(key, HandWhom(one, giver, part, to)) for key, to, there in around if there))
    return Message("\n".join(lines), tuple(row for row in rows if row))


def _colleague(about: AboutCaseload, other: Staff, voice: Voice) -> str:
    today = voice.calendar.day(voice.now)
    if other.away_on(today):
        return voice.say("hand.is_away", name=other.name)
    return other.name if other.id in about.linked else voice.say("hand.no_chat", name=other.name)


@says("hand_sure")
def hand_sure(about: AboutCaseload, voice: Voice) -> Message:
    """How many people that is, before it is done."""
    one, giver, part = _asked(about, voice)
    taker = about.everybody[int(voice.params["taker"])]
    people = int(voice.params["people"])
    values: dict[str, str | int] = {"giver": _name(about, giver, voice), "taker": taker.name, "n": people}
    lines = [
        voice.say("hand.sure_one" if about.individual is not None else "hand.sure", **values, whom=_whom(about, voice)),
        voice.say("hand.open", n=int(voice.params["open"])),
        voice.say("hand.tells", n=int(voice.params["tells"])),
    ]
    if taker.id not in about.linked:
        lines.append(voice.say("hand.taker_no_chat", name=taker.name))
    yes = voice.button("hand.yes", HandTo(one, giver, part, taker.id, 1), n=people)
    other = voice.button("hand.other", HandWhom(one, giver, part, 0))
    return Message("\n".join(lines), ((yes,), (other,)))


@says("hand_nothing")
def hand_nothing(about: AboutCaseload, voice: Voice) -> Message:
    giver = int(voice.params["giver"])
    return Message(voice.say("hand.nothing", whom=_whom(about, voice), name=_name(about, giver, voice)))


# ── Done ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@says("handed")
def handed(about: AboutHandover, voice: Voice) -> Message:
    """To whoever did it: done, and words typed next are a note."""
    lines = [_what(about, voice), voice.say("hand.note_ask", name=about.taker.name)]
    return Message("\n".join(lines), (_list(about, voice),))


def _what(about: AboutHandover, voice: Voice) -> str:
    if len(about.held) != 1:
        return _how_many(about, voice)
    case = about.held[0].individual.case_ref
    return voice.say("hand.done_one", giver=_giver(about, voice), taker=about.taker.name, case=case)


def _how_many(about: AboutHandover, voice: Voice) -> str:
    """The same without saying who: it may stay in the chat for as long as the list is needed."""
    return voice.say("hand.done", giver=_giver(about, voice), taker=about.taker.name, n=len(about.held))


def _giver(about: AboutHandover, voice: Voice) -> str:
    return about.giver.name if about.giver is not None else voice.say("hand.nobody")


def _list(about: AboutHandover, voice: Voice) -> Row:
    return (voice.button("hand.list", Handed(about.id, 0)),)


@says("handed_to_you")
def handed_to_you(about: AboutHandover, voice: Voice) -> Message:
    """To the new worker: who, how many, and how much is open. Who they are is behind the button."""
    by = about.by.name if about.by is not None else voice.say("hand.export")
    open_ = sum(one.count for one in about.held)
    lines = [_how_many(about, voice), voice.say("hand.by", name=by), voice.say("hand.open", n=open_)]
    lines.append(voice.say("hand.told_gently"))
    return Message("\n".join(lines), (_list(about, voice),))


@says("handed_from_you")
def handed_from_you(about: AboutHandover, voice: Voice) -> Message:
    """To the earlier worker, if somebody else did it."""
    return Message(f"{_what(about, voice)} {voice.say('hand.not_yours')}")


@says("handed_by_worker")
def handed_by_worker(about: AboutHandover, voice: Voice) -> Message:
    return Message(_what(about, voice), (_list(about, voice),))


@says("handed_note")
def handed_note(about: AboutHandover, voice: Voice) -> Message:
    by = about.by.name if about.by is not None else voice.say("hand.export")
    return Message(voice.say("hand.note", name=by, words=about.words), (_list(about, voice),))


@says("handed_note_kept")
def handed_note_kept(about: AboutHandover, voice: Voice) -> Message:
    return Message(voice.say("hand.note_kept", name=about.taker.name))


@says("handed_list")
def handed_list(about: AboutHandover, voice: Voice) -> Message:
    """A page of people, each with what is open."""
    total = len(about.held)
    first = first_of_page(total, int(voice.params["page"]), HELD_PAGE)
    shown = about.held[first : first + HELD_PAGE]
    lines = [_what(about, voice), *(f"· {_line(one, voice)}" for one in shown), "", voice.say("hand.case_hint")]
    page = first // HELD_PAGE
    around = [("repairs.before", page - 1, first > 0), ("repairs.after", page + 1, first + HELD_PAGE < total)]
    turn = tuple(voice.button(key, Handed(about.id, to)) for key, to, there in around if there)
    return Message("\n".join(lines), (turn,) if turn else ())


def _line(one: OpenAbout, voice: Voice) -> str:
    """*C1: missed a date (1); wrote (2); missed dates to decide on: 1; questions not answered yet.*"""
    kinds = Counter(item.kind for item in one.items)
    parts = [voice.say("hand.items", kind=voice.say(f"item.{kind}.short"), n=n) for kind, n in kinds.items()]
    parts += [voice.say("hand.undecided", n=one.undecided)] if one.undecided else []
    parts += [voice.say("hand.form")] if one.form else []
    parts += [voice.say("hand.notes", n=one.notes)] if one.notes else []
    return f"{one.individual.case_ref}: {'; '.join(parts) or voice.say('hand.nothing_open')}"


@says("new_worker")
def new_worker(about: AboutIndividual, voice: Voice) -> Message:
    """To the individual: a name only if that is agreed on this phone."""
    worker = about.worker
    named = about.individual.name_agreed and worker is not None and worker.id == voice.params.get("worker")
    text = (
        voice.say("new_worker.named", name=worker.first_name) if named and worker else voice.say("new_worker.someone")
    )
    return Message(text)


# ── Who leaves, who joins ───────────────────────────────────────────────────────────────────────────────────────────


@says("leaver_when")
def leaver_when(about: AboutLeaver, voice: Voice) -> Message:
    """What is with them, and when their last day is."""
    today = voice.calendar.day(voice.now)
    offers = {"leaver.today": today, "leaver.friday": days.coming_friday(today), "leaver.month_end": _month_end(today)}
    rows = [
        (voice.button(key, LastDay(about.staff.id, day.toordinal()), day=voice.on(day)),) for key, day in offers.items()
    ]
    return Message("\n".join([*_holds(about, voice), voice.say("leaver.when", name=about.staff.name)]), tuple(rows))


def _month_end(today: date) -> date:
    return (today.replace(day=1) + DAY * 32).replace(day=1) - DAY


def _holds(about: AboutLeaver, voice: Voice) -> list[str]:
    """*With Orla Reid: 12 people as supervising officer.*"""
    lines = [voice.say(f"leaver.holds_{part}", name=about.staff.name, n=n) for part, n in about.people.items()]
    if about.items:
        lines.append(voice.say("leaver.claimed", n=about.items))
    if about.sessions:
        lines.append(voice.say("leaver.sessions", n=about.sessions))
    if about.covers:
        lines.append(voice.say("leaver.covers", names=", ".join(one.name for one in about.covers)))
    return lines or [voice.say("leaver.holds_nothing", name=about.staff.name)]


def _hand_over(about: AboutLeaver, voice: Voice) -> list[Row]:
    """To whom does it go? One button for each part."""
    return [
        (voice.button(f"leaver.hand_{part}", HandWhom(0, about.staff.id, Part(part), 0), n=n),)
        for part, n in about.people.items()
    ]


@says("leaver_set")
def leaver_set(about: AboutLeaver, voice: Voice) -> Message:
    last = about.staff.active_until
    day = voice.day_within(last) if last is not None else ""
    lines = [voice.say("leaver.set", name=about.staff.name, day=day), *_holds(about, voice)]
    if about.asked:
        lines.append(voice.say("leaver.asked", names=", ".join(one.name for one in about.asked)))
    if about.people:
        lines.append(voice.say("leaver.hand_now"))
    return Message("\n".join(lines), tuple(_hand_over(about, voice)))


@says("leaver_past")
def leaver_past(about: AboutLeaver, voice: Voice) -> Message:
    return Message(voice.say("leaver.past"))


@says("leaver_only_manager")
def leaver_only_manager(about: AboutLeaver, voice: Voice) -> Message:
    return Message(voice.say("leaver.only_manager", name=about.staff.name))


@says("last_day")
def last_day(about: AboutLeaver, voice: Voice) -> Message:
    """To whoever leaves."""
    return Message("\n".join([voice.say("leaver.last_day", name=about.staff.first_name), *_holds(about, voice)]))


@says("has_left")
def has_left(about: AboutLeaver, voice: Voice) -> Message:
    """To managers, if something is still with somebody who has left."""
    lines = [voice.say("leaver.has_left", name=about.staff.name), *_holds(about, voice)]
    return Message("\n".join(lines), tuple(_hand_over(about, voice)))


FIRST_STEPS = (
    *(Role.OFFICER, Role.CASE_MANAGER, Role.SUPERVISOR, Role.COURT_TEAM),
    *(Role.YOUTH_TEAM, Role.DUTY, Role.MODERATOR, Role.MANAGER),
)


@says("first_steps")
def first_steps(about: AboutStaff, voice: Voice) -> Message:
    """What to do first, by what they do here."""
    lines = [voice.say(f"joiner.{role}") for role in FIRST_STEPS if role in about.staff.roles]
    return Message("\n".join([voice.say("joiner.first"), *(f"· {line}" for line in lines)]))
