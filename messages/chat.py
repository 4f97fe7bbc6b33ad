"""Messages that belong to anybody's chat: its menu, its link."""

from domain.facts import AboutIndividual, AboutStaff
from messages.actions.individual import StartAgain
from messages.compose import Message, Voice, says
from messages.staff import commands_of

INDIVIDUAL_COMMANDS = (
    *("next", "hours", "nudge", "early", "help", "call", "changed", "complain"),
    *("language", "phone", "hide", "privacy", "mydata", "forget", "stop", "start"),
)


@says("menu")
def menu(about: AboutIndividual | AboutStaff, voice: Voice) -> Message:
    names = commands_of(about.staff) if isinstance(about, AboutStaff) else INDIVIDUAL_COMMANDS
    return Message("", commands=tuple((name, voice.say(f"command.{name}")) for name in names))


@says("help_stopped")
def help_stopped(about: AboutIndividual, voice: Voice) -> Message:
    """Before all else that help says: nothing is sent to whoever reads it, and how it begins again."""
    return Message(voice.say("help.stopped"), ((voice.button("stop.again", StartAgain()),),))


def link(bot: str, code: str) -> str:
    """The single-use link of a code."""
    return f"https://t.me/{bot}?start={code}"
