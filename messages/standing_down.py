"""What staff read when they stand a session down: who hears when, and whom somebody has to ring."""

from collections.abc import Sequence

from domain.places import PAGE
from domain.standing_down import CAUSES, AboutStandDown, AboutStandDowns, Hearing, Indoor, Standing, Told, instead
from messages.actions.places import Down, DownPage, DownUndo, DownWhy
from messages.compose import Button, Message, Voice, says
from messages.places import around

Row = tuple[Button, ...]


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
    id_, cause, place = about.appointment_id, str(voice.params["cause"]), int(voice.params["place"])
    able = [one for one in about.indoor if instead(one, cause)]
    lines = [_heading(about, voice), voice.say("down.cause", cause=voice.say(f"cause.{cause}"))]
    lines += _who_hears(about.hearings, voice)
    lines += [voice.say("down.settled", n=about.settled)] if about.settled else []
    lines += [_chosen(able, place, voice), voice.say("down.counts")]
    others = tuple((_indoor(one, id_, cause, voice),) for one in able if one.place.id != place)
    without = ((voice.button("down.without", Down(id_, cause, 0, 0)),),) if place else ()
    sure = (voice.button("down.sure", Down(id_, cause, place, 1)),)
    return Message("\n".join(line for line in lines if line), (*others, *without, sure, _back(voice)))


def _chosen(able: Sequence[Indoor], place: int, voice: Voice) -> str:
    one = next((one for one in able if one.place.id == place), None)
    return voice.say("down.instead", place=one.place.nickname, free=one.free, n=one.ticked) if one else ""


def _indoor(one: Indoor, id_: int, cause: str, voice: Voice) -> Button:
    return voice.button("down.offer", Down(id_, cause, one.place.id, 0), place=one.place.nickname, free=one.free)


@says("stood_down")
def stood_down(about: AboutStandDown, voice: Voice) -> Message:
    """It is off. Whom to ring stands by name."""
    lines = [_heading(about, voice), voice.say("down.done"), *_who_hears(about.off, voice)]
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
    """By moment: who is told in the chat; then whom somebody has to ring, and who is not expected."""
    lines = []
    for at in sorted({one.at for one in hearings if one.at is not None}):
        when = voice.say("down.now") if at <= voice.now else voice.when(at)
        lines.append(voice.say("down.told", when=when, names=_names([h for h in hearings if h.at == at], voice)))
    ring = [one for one in hearings if one.told in (Told.RING, Told.BOTH)]
    away = [one for one in hearings if one.told is Told.NOT]
    lines += [voice.say("down.ring", names=_names(ring, voice))] if ring else []
    lines += [voice.say("down.not_expected", names=_names(away, voice))] if away else []
    return lines


def _names(hearings: Sequence[Hearing], voice: Voice) -> str:
    first = voice.params.get("names") and voice.policy.register_shows == "first_name"
    return ", ".join(one.individual.first_name if first else one.individual.case_ref for one in hearings)


def _back(voice: Voice) -> Row:
    return (voice.button("register.back", DownPage(0)),)
