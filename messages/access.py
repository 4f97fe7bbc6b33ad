"""The glass in front of a case that is not the reader's, and the record of who looked."""

from domain import audit
from domain.facts import AboutGlass, AboutLooks, AboutNothing, Look
from messages import words
from messages.actions.access import BreakGlass, BreakGlassFor, RecordFile
from messages.compose import Message, Voice, says


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
