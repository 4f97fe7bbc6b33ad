"""Being asked again: politely, in other words, and with the form as it stands."""

from dataclasses import replace

from domain.facts import AboutSitting
from domain.questionnaires import ScreenKind
from messages.compose import Message, Voice, says
from messages.forms import form


@says("form_again")
def form_again(about: AboutSitting, voice: Voice) -> Message:
    """`last`: it is the second time, and there is no third."""
    begun = about.screen is not None and about.screen.kind is not ScreenKind.INTRO
    which = "begun" if begun else "last" if voice.params.get("last") else "first"
    shown = form(about, voice)
    lines = [voice.say(f"form.again.{which}")]
    if begun and voice.params.get("last"):
        lines.append(voice.say("form.again.no_more"))
    return replace(shown, text="\n\n".join([*lines, shown.text]))


@says("form_back")
def form_back(about: AboutSitting, voice: Voice) -> Message:
    """The open question once more, below a message that came in between."""
    return form(about, voice)
