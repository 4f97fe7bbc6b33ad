"""What staff are told of a message that Telegram will never take."""

from domain.facts import AboutIndividual
from messages.compose import Message, Voice, says


@says("not_sent")
def not_sent(about: AboutIndividual, voice: Voice) -> Message:
    """Whose, and what to do instead."""
    return Message(f"{voice.say('not_sent', case=about.individual.case_ref)}\n{voice.say('not_sent.instead')}")
