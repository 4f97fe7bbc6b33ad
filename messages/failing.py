"""What staff are told of a message that was not taken, or of which nobody knows whether it was."""

from domain.facts import AboutIndividual
from domain.retrying import NO_ANSWER
from messages.compose import Message, Voice, says


@says("not_sent")
def not_sent(about: AboutIndividual, voice: Voice) -> Message:
    """Whose, why, and what to do instead."""
    why = str(voice.params.get("why", "refused"))
    what = voice.say(f"not_sent.{why}", case=about.individual.case_ref)
    return Message(f"{what}\n{voice.say('not_sent.perhaps' if why == NO_ANSWER else 'not_sent.instead')}")
