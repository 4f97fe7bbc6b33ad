"""What answers at the start or at a review ask of a worker, on one card; and what the person is told of it."""

from domain.compliance import Kind
from domain.facts import AboutIndividual, AboutItem
from domain.heeding import SEPARATOR
from messages import words
from messages.asking import promise
from messages.compose import Message, Voice, says

TOGETHER = ("help", "low")  # codes of which several stand in one line, by their first part


def need_lines(about: AboutItem, voice: Voice) -> list[str]:
    """What came of the form, the most urgent first, and by when somebody should have spoken to them; nothing on any
    other card."""
    one = about.item
    if one.kind is not Kind.NEED:
        return []
    codes = [code for code in one.words.split(SEPARATOR) if code]
    lines = [f"· {line}" for line in _lines(codes, voice)] or [voice.say("needs.gone")]
    if one.open and one.follow_up_at is not None:
        by = {"day": voice.on(voice.calendar.day(one.follow_up_at)), "time": voice.at(one.follow_up_at)}
        lines.append(voice.say("item.follow_up", **by))
    return lines


def _lines(codes: list[str], voice: Voice) -> list[str]:
    found: dict[str, str] = {}
    for code in codes:
        kind = code.partition(".")[0]
        if kind in TOGETHER:
            named = [_named(one, voice) for one in codes if one.startswith(f"{kind}.")]
            found[kind] = voice.say(f"needs.{kind}_with" if named else f"needs.{kind}", what="; ".join(named))
        else:
            found[code] = voice.say(f"needs.{code}")
    return list(found.values())


def _named(code: str, voice: Voice) -> str:
    """An area of life, or what help was ticked; of a council's own question its id."""
    kind, _, name = code.partition(".")
    key = f"option.help_codes.{name}" if kind == "help" else f"area.{name}"
    return voice.say(key) if words.knows(key) else name


@says("need_heard")
def need_heard(about: AboutItem, voice: Voice) -> Message:
    """To the person: that it was passed on, to whom and by when somebody else is told; and that words stay short."""
    told = [voice.say("need.heard"), promise(voice, about.individual, about.worker)]
    parts = [*(told if voice.params.get("told") else []), voice.say("need.discreet")]
    parts = parts if voice.params.get("discreet") else parts[:-1]
    return Message(" ".join(part for part in parts if part))


@says("phone_locked")
def phone_locked(about: AboutIndividual, voice: Voice) -> Message:
    """Why plain words cannot be switched on."""
    return Message(voice.say("phone.locked"))


@says("danger_helper")
def danger_helper(about: AboutIndividual, voice: Voice) -> Message:
    """To whoever typed it for somebody: the numbers to hand on, and who has been told."""
    told = "danger.helper_nobody" if voice.params.get("told") == "nobody" else "danger.helper"
    return Message(f"{voice.say(told, case=about.individual.case_ref)}\n\n{voice.crisis()}")
