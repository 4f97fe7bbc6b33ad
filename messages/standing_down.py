"""What staff read when they stand a session down: who hears when, and whom somebody has to ring."""

from collections.abc import Sequence

from domain.people import Individual
from domain.places import PAGE, AboutOffer, Bar, Candidate
from domain.standing_down import CAUSES, AboutStandDown, AboutStandDowns, Hearing, Indoor, Standing, Told, instead
from messages.actions.places import Down, DownLeave, DownPage, DownUndo, DownWhom, DownWhy
from messages.compose import Button, Message, Voice, says
from messages.places import around, company, in_rows

Row = tuple[Button, ...]
MOST = 60  # names in one line of a message


@says("stand_down_which")
def which(about: AboutStandDowns, voice: Voice) -> Message:
    """The sessions ahead that have not begun."""
    page = max(int(voice.params.get("page", 0)), 0)
    shown = about.sessions[page * PAGE : (page + 1) * PAGE]
    buttons = tuple((Button(_session(one, voice), DownWhy(one.appointment_id)),) for one in shown)
    turn = around(page, len(about.sessions), DownPage(page - 1), DownPage(page + 1), voice)
    return Message(voice.say("down.which" if about.sessions else "down.none"), (*buttons, *turn))


def _session(one: Standing, voice: Voice) -> str:
    place, runner = one.place.nickname if one.place else "", one.runner.first_name if one.runner else ""
    when = f"{voice.day(one.day)} {voice.at(one.starts_at)}"
    parts = (when, place, runner, voice.say("down.people", n=one.expected))
    return " · ".join(part for part in parts if part)


@says("stand_down_why")
def why(about: AboutStandDown, voice: Voice) -> Message:
    buttons = tuple((voice.button(f"register.cause_{one}", Down(about.appointment_id, one, 0, 0)),) for one in CAUSES)
    return Message(f"{_heading(about, voice)}\n{voice.say('down.why')}", (*buttons, _back(voice)))


@says("stand_down_ask")
def ask(about: AboutStandDown, voice: Voice) -> Message:
    """Who will be told, before anything happens."""
    id_, cause, page = about.appointment_id, str(voice.params["cause"]), max(int(voice.params.get("page", 0)), 0)
    chosen, place = about.instead, about.instead.place.id if about.instead is not None else 0
    able = [one for one in about.indoor if instead(one, cause)]
    lines = [_heading(about, voice), voice.say("down.cause", cause=voice.say(f"cause.{cause}"))]
    lines += [voice.say("down.changed")] if voice.params.get("changed") else []
    lines += _who_hears(about.hearings, voice) if not page else []
    lines += [voice.say("down.settled", n=about.settled)] if about.settled and not page else []
    lines += [voice.say("down.counts")] if not page else []
    lines += _whom(chosen, page, voice) if chosen is not None else []
    toggles = _toggles(about, chosen, cause, page, voice) if chosen is not None else ()
    others = tuple((_indoor(one, id_, cause, voice),) for one in able if one.place.id != place)
    without = ((voice.button("down.without", Down(id_, cause, 0, 0)),),) if place else ()
    sure = (voice.button("down.sure", Down(id_, cause, place, 1)),)
    return Message("\n".join(lines), (*toggles, *others, *without, sure, _back(voice)))


def _whom(chosen: AboutOffer, page: int, voice: Voice) -> list[str]:
    """Who would be asked to go to another place, and whom they would meet there."""
    lines = [voice.say("down.instead", place=chosen.place.nickname, free=chosen.free, n=chosen.able)]
    lines += [_candidate(one, voice) for one in _shown(chosen, page)]
    lines += company(chosen, page, voice, lambda one: _name(one, voice))
    return [*lines, voice.say("down.tap_to_leave_out")]


def _shown(chosen: AboutOffer, page: int) -> Sequence[Candidate]:
    return chosen.candidates[page * PAGE : (page + 1) * PAGE]


def _candidate(one: Candidate, voice: Voice) -> str:
    name = _name(one.individual, voice)
    if one.bar is None:
        return f"· {name}"
    why = "down.not_reached" if one.bar is Bar.NO_MESSAGES else f"offer.bar_{one.bar}"
    return voice.say("down.not_asked", name=name, why=voice.say(why))


def _toggles(about: AboutStandDown, chosen: AboutOffer, cause: str, page: int, voice: Voice) -> tuple[Row, ...]:
    """Each of them, to be left out or not; and the pages before and after."""
    dates = {one.individual.id: one.appointment_id for one in about.hearings}
    buttons = []
    for one in _shown(chosen, page):
        if one.bar in (None, Bar.LEFT_OUT):
            label, out = _name(one.individual, voice), int(one.bar is None)
            tap = DownLeave(dates[one.individual.id], cause, chosen.place.id, out, page)
            buttons.append(Button(f"✓ {label}" if out else label, tap))
    before, after = (DownWhom(about.appointment_id, cause, chosen.place.id, each) for each in (page - 1, page + 1))
    return (*in_rows(buttons), *around(page, chosen.listed, before, after, voice))


def _indoor(one: Indoor, id_: int, cause: str, voice: Voice) -> Button:
    return voice.button("down.offer", Down(id_, cause, one.place.id, 0), place=one.place.nickname, free=one.free)


@says("stood_down")
def stood_down(about: AboutStandDown, voice: Voice) -> Message:
    """It is off. Whom to ring stands by name."""
    lines = [_heading(about, voice), voice.say("down.done"), *_who_hears(about.off, voice)]
    lines += [_offered(about.instead, voice)] if about.instead is not None else []
    undo = ((voice.button("down.undo", DownUndo(about.appointment_id)),),) if about.undoable else ()
    return Message("\n".join(lines), undo)


@says("stand_down_told")
def told(about: AboutStandDown, voice: Voice) -> Message:
    """Too late to undo: what a person has to do now."""
    return Message(f"{_heading(about, voice)}\n{voice.say('down.told_already')}")


@says("stand_down_undone")
def undone(about: AboutStandDown, voice: Voice) -> Message:
    return Message(f"{_heading(about, voice)}\n{voice.say('down.undone')}")


def _heading(about: AboutStandDown, voice: Voice) -> str:
    place, runner = about.place.nickname if about.place else "", about.runner.name if about.runner else ""
    parts = (f"{voice.day(about.day)}, {voice.at(about.starts_at)}", place, runner)
    return " · ".join(part for part in parts if part)


def _who_hears(hearings: Sequence[Hearing], voice: Voice) -> list[str]:
    """By moment: who is told; then whom somebody has to ring, and who is not expected."""
    lines = []
    for at in sorted({one.at for one in hearings if one.at is not None}):
        when = voice.say("down.now") if at <= voice.now else voice.when(at)
        lines.append(voice.say("down.told", when=when, names=_names([h for h in hearings if h.at == at], voice)))
    ring = [one for one in hearings if one.told in (Told.RING, Told.BOTH)]
    away = [one for one in hearings if one.told is Told.NOT]
    lines += [voice.say("down.ring", names=_names(ring, voice))] if ring else []
    lines += [voice.say("down.not_expected", names=_names(away, voice))] if away else []
    return lines


def _offered(sent: AboutOffer, voice: Voice) -> str:
    names = _listed([one.individual for one in sent.candidates], voice)
    return voice.say("down.offered", place=sent.place.nickname, names=names)


def _names(hearings: Sequence[Hearing], voice: Voice) -> str:
    return _listed([one.individual for one in hearings], voice)


def _listed(several: Sequence[Individual], voice: Voice) -> str:
    """As many as one message holds in each of its lines; whoever has to be rung is on their worker's list, too."""
    names = ", ".join(_name(one, voice) for one in several[:MOST])
    return voice.say("down.and_more", names=names, n=len(several) - MOST) if len(several) > MOST else names


def _name(one: Individual, voice: Voice) -> str:
    first = voice.params.get("names") and voice.policy.register_shows == "first_name"
    return one.first_name if first else one.case_ref


def _back(voice: Voice) -> Row:
    return (voice.button("register.back", DownPage(0)),)
