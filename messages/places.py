"""What staff read of free places: which sessions have some, who would be offered one, and what is taken."""

from collections.abc import Callable, Sequence

from domain.facts import AboutOffered
from domain.people import Individual
from domain.places import NAMES, PAGE, TICKS, AboutOffer, AboutSpare, AboutTicks, Bar, Candidate, FreeSession, Seen
from messages.actions import Action
from messages.actions.places import (
    LeaveOut,
    OfferDraft,
    OfferElsewhere,
    OfferLook,
    OfferOn,
    OfferPage,
    OfferSend,
    OfferSession,
    Tick,
    TickPage,
    TickPlaces,
)
from messages.compose import Button, Message, Voice, says
from messages.register import length_of

Row = tuple[Button, ...]


def _page(voice: Voice) -> int:
    return max(int(voice.params.get("page", 0)), 0)


def around(page: int, total: int, before: Action, after: Action, voice: Voice, a_page: int = PAGE) -> tuple[Row, ...]:
    """The buttons to the pages before and after, where there are any."""
    row = ((voice.button("repairs.before", before),) if page else ()) + (
        (voice.button("repairs.after", after),) if (page + 1) * a_page < total else ()
    )
    return (row,) if row else ()


# ── Which session ───────────────────────────────────────────────────────────────────────────────────────────────────


@says("offer_which")
def offer_which(about: AboutSpare, voice: Voice) -> Message:
    """Sessions ahead that have room. Where nobody has said how many a place holds, nothing can be offered."""
    page, able = _page(voice), [one for one in about.sessions if one.free]
    shown = able[page * PAGE : (page + 1) * PAGE]
    buttons = tuple((Button(_session(one, about, voice), OfferSession(one.appointment_id)),) for one in shown)
    unknown = sorted({one.place.nickname for one in about.sessions if one.free is None})
    lines = [voice.say("offer.which" if able else "offer.none")]
    lines += [voice.say("offer.no_capacity", places=", ".join(unknown))] if unknown else []
    lines += [_offered(one, voice) for one in about.offered[:PAGE]]
    looks = tuple((_look(one, voice),) for one in about.offered[:PAGE])
    more = (voice.button("offer.elsewhere", OfferElsewhere(0)),), (voice.button("offer.ticks", TickPlaces()),)
    turn = around(page, len(able), OfferPage(page - 1), OfferPage(page + 1), voice)
    return Message("\n".join(lines), (*buttons, *turn, *looks, *more))


def _session(one: FreeSession, about: AboutSpare, voice: Voice) -> str:
    runner = about.runners.get(one.staff_id)
    line = f"{voice.on(one.day)} {voice.at(one.starts_at)} · {one.place.nickname}"
    who = f" · {runner.first_name}" if runner else ""
    return f"{line}{who} · {voice.say('offer.free_short', n=one.free or 0)}"


def _offered(one: AboutOffer, voice: Voice) -> str:
    day, place, taken = voice.on(one.offer.day), one.place.nickname, one.taken
    return voice.say("offer.offered", day=day, place=place, taken=taken, places=one.offer.places)


def _look(one: AboutOffer, voice: Voice) -> Button:
    """The way back to an offer whose message has scrolled away."""
    look, day = OfferLook(one.offer.id), voice.on(one.offer.day)
    return voice.button("offer.look_at", look, day=day, place=one.place.nickname)


@says("offer_where")
def offer_where(about: AboutSpare, voice: Voice) -> Message:
    known = [one for one in about.places if one.id in about.days]
    buttons = tuple((Button(one.nickname, OfferElsewhere(one.id)),) for one in known[:PAGE])
    return Message(voice.say("offer.where" if known else "offer.nowhere"), (*buttons, _back(voice)))


@says("offer_when")
def offer_when(about: AboutSpare, voice: Voice) -> Message:
    """The days ahead on which a place has no session, with the hours and the supervisor of its latest one."""
    days = about.days.get(int(voice.params["place"]), ())
    if not days:
        return Message(voice.say("offer.nowhere"), (_back(voice),))
    one, runner = days[0], about.runners.get(days[0].staff_id)
    text = voice.say(
        "offer.when",
        place=one.place.nickname,
        start=voice.at(one.starts_at),
        end=voice.at(one.ends_at),
        runner=runner.name if runner else "",
    )
    labels = [Button(voice.on(day.day), OfferOn(day.place.id, day.day.toordinal())) for day in days]
    return Message(text, (*in_rows(labels), _back(voice)))


def in_rows(buttons: Sequence[Button], n: int = 2) -> tuple[Row, ...]:
    return tuple(tuple(buttons[start : start + n]) for start in range(0, len(buttons), n))


def _back(voice: Voice) -> Row:
    return (voice.button("register.back", OfferPage(0)),)


# ── Who would be offered a place ────────────────────────────────────────────────────────────────────────────────────


def _case_ref(one: Individual) -> str:
    return one.case_ref


@says("offer_draft")
def offer_draft(about: AboutOffer, voice: Voice) -> Message:
    """How many are free, and who would be told when: before anything is sent."""
    page, id_ = _page(voice), about.offer.id
    shown = about.candidates[page * PAGE : (page + 1) * PAGE]
    able = about.able
    lines = [_heading(about, voice), *_to_ask_first(about, voice)]
    lines += [voice.say("offer.free", n=about.free), voice.say("offer.would", n=able)]
    lines += [_candidate(one, about, voice) for one in shown]
    lines += company(about, page, voice)
    lines += [voice.say("offer.tap_to_leave_out")] if able else [voice.say("offer.nobody")]
    toggles = [_toggle(one, about, page, voice) for one in shown if one.bar in (None, Bar.LEFT_OUT)]
    send_ = ((voice.button("offer.send", OfferSend(id_), n=able),),) if able and about.free else ()
    ticks = ((voice.button("offer.ticks", TickPage(about.place.id, 0)),),)
    again = ((voice.button("offer.again", OfferDraft(id_, page)),),)
    turn = around(page, about.listed, OfferDraft(id_, page - 1), OfferDraft(id_, page + 1), voice)
    return Message("\n".join(lines), (*in_rows(toggles), *turn, *send_, *ticks, *again, _back(voice)))


def company(about: AboutOffer, page: int, voice: Voice, name: Callable[[Individual], str] = _case_ref) -> list[str]:
    """Whom they would meet there: so that two who must stay apart are not sent to one place."""
    there = _seen(about.company.booked, page, voice, name)
    asked = _seen(about.company.asked, page, voice, name)
    lines = [voice.say("offer.there", names=there) if there else voice.say("offer.nobody_there")]
    return lines + ([voice.say("offer.asked", names=asked)] if asked else [])


def _seen(seen: Seen, page: int, voice: Voice, name: Callable[[Individual], str]) -> str:
    """A page of names, and how many there are whom the reader may not know."""
    if not seen.named:
        return voice.say("offer.of_others", n=seen.others) if seen.others else ""
    names = ", ".join(name(one) for one in seen.named[page * NAMES : (page + 1) * NAMES])
    names = names or voice.say("offer.page_before")
    return voice.say("offer.and_of_others", names=names, n=seen.others) if seen.others else names


def _heading(about: AboutOffer, voice: Voice) -> str:
    one = about.offer
    hours = f"{voice.at(one.starts_at)}–{voice.at(one.ends_at)}"
    parts = [voice.day(one.day), hours, about.place.nickname, about.runner.name if about.runner else ""]
    return " · ".join(part for part in parts if part)


def _to_ask_first(about: AboutOffer, voice: Voice) -> list[str]:
    """What was taken from another day, and a supervisor who is not there on this one."""
    runner = about.runner.name if about.runner else ""
    lines = [voice.say("offer.like", day=voice.day(about.like), runner=runner)] if about.like else []
    return lines + ([] if about.runner_is_there else [voice.say("offer.runner_away", runner=runner)])


def _candidate(one: Candidate, about: AboutOffer, voice: Voice) -> str:
    case = one.individual.case_ref
    if one.bar is not None:
        return voice.say("offer.not", case=case, why=voice.say(f"offer.bar_{one.bar}"))
    at = (about.told_at or {}).get(one.individual.id, voice.now)
    when = voice.say("offer.at_once") if at <= voice.now else voice.when(at)
    if one.lost:
        return voice.say("offer.lost", case=case, when=when, lost=length_of(one.lost, voice))
    return voice.say("offer.told", case=case, when=when)


def _toggle(one: Candidate, about: AboutOffer, page: int, voice: Voice) -> Button:
    out = one.bar is None
    label = f"✓ {one.individual.case_ref}" if out else one.individual.case_ref
    return Button(label, LeaveOut(about.offer.id, one.individual.id, int(out), page))


@says("offer_standing")
def offer_standing(about: AboutOffer, voice: Voice) -> Message:
    """Only what is free and what is taken: who said no, or nothing, is nobody's business."""
    open_ = about.offer.open_at(voice.now)
    state = "offer.standing" if open_ else "offer.closed"
    text = f"{_heading(about, voice)}\n{voice.say(state, taken=about.taken, places=about.offer.places)}"
    look = ((voice.button("offer.look", OfferLook(about.offer.id)),),) if open_ else ()
    return Message(text, (*look, _back(voice)))


@says("place_back")
def place_back(about: AboutOffered, voice: Voice) -> Message:
    """To whoever offered it: who cannot come, and whether anybody else is told."""
    one, asked = about.offer, int(voice.params["asked"])
    place = about.date.place.nickname if about.date.place else ""
    when = f"{voice.day(one.day)}, {voice.at(one.starts_at)}, {place}"
    then = voice.say("offer.asked_next" if asked else "offer.nobody_next", n=asked)
    return Message(f"{voice.say('offer.back', case=about.individual.case_ref, when=when)} {then}", ())


# ── Ticks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@says("tick_which")
def tick_which(about: AboutTicks, voice: Voice) -> Message:
    """Every place. A council has a handful; of very many those with room for a message are shown."""
    known = about.places[:40]
    buttons = tuple((Button(_counted(one.id, one.nickname, about), TickPage(one.id, 0)),) for one in known)
    return Message(voice.say("ticks.which" if known else "ticks.no_places"), (*buttons, _back(voice)))


def _counted(place_id: int, nickname: str, about: AboutTicks) -> str:
    return f"{nickname} ({sum(place_id in about.ticked.get(one.id, ()) for one in about.people)})"


@says("tick_people")
def tick_people(about: AboutTicks, voice: Voice) -> Message:
    """A page of the reader's people; a tap sets or takes away a tick."""
    page, place = _page(voice), int(voice.params["place"])
    nickname = next((one.nickname for one in about.places if one.id == place), "")
    shown = about.people[page * TICKS : (page + 1) * TICKS]
    ticks = []
    for one in shown:
        on = place in about.ticked.get(one.id, ())
        label = f"✓ {one.case_ref}" if on else one.case_ref
        ticks.append(Button(label, Tick(place, one.id, int(not on), page)))
    turn = around(page, len(about.people), TickPage(place, page - 1), TickPage(place, page + 1), voice, TICKS)
    text = voice.say("ticks.people" if about.people else "ticks.nobody", place=nickname)
    back = (voice.button("register.back", TickPlaces()),)
    return Message(text, (*in_rows(ticks, 3), *turn, back))
