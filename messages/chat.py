"""Messages that belong to anybody's chat: its menu, an invitation, a goodbye to an old phone."""

from documents import qr
from domain.facts import AboutChat as Chat
from domain.facts import AboutIndividual, AboutNothing, AboutStaff
from messages.compose import Message, Voice, says
from messages.staff import commands_of

INDIVIDUAL_COMMANDS = ("next", "help", "language", "privacy", "stop", "start")


@says("menu")
def menu(about: AboutIndividual | AboutStaff, voice: Voice) -> Message:
    names = commands_of(about.staff) if isinstance(about, AboutStaff) else INDIVIDUAL_COMMANDS
    return Message("", commands=tuple((name, voice.say(f"command.{name}")) for name in names))


@says("invite")
def invite(about: AboutNothing, voice: Voice) -> Message:
    """A link, and the same as a picture to hold up to the other phone."""
    address = link(voice.bot, str(voice.params["code"]))
    text = voice.say("invite.made", ref=voice.params["ref"], days=voice.params["days"], link=address)
    return Message(text, picture=qr.png(address))


def link(bot: str, code: str) -> str:
    """The single-use link of a code."""
    return f"https://t.me/{bot}?start={code}"


@says("moved_away")
def moved_away(about: Chat, voice: Voice) -> Message:
    return Message(voice.say("chat.moved_away"))


@says("privacy")
def privacy(about: AboutNothing, voice: Voice) -> Message:
    return Message(voice.say("privacy", ring=voice.ring()))
