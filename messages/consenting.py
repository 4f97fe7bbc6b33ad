"""What the youth team reads and taps about its yes."""

from domain.facts import AboutConsent
from messages.actions.staff import YouthConsent
from messages.compose import Message, Voice, says


@says("consent")
def consent(about: AboutConsent, voice: Voice) -> Message:
    """How it stands, who said so and when, and the one thing that can be changed."""
    one = about.individual
    known = {"name": about.by.name, "when": voice.when(about.at)} if about.by is not None and about.at else {}
    if one.youth_consent:
        state = voice.say("consent.yes", case=one.case_ref, **{"name": "–", "when": "–", **known})
    elif known:
        state = voice.say("consent.withdrawn", case=one.case_ref, **known)
    else:
        state = voice.say("consent.none", case=one.case_ref)
    change = "consent.take_back" if one.youth_consent else "consent.give"
    button = voice.button(change, YouthConsent(one.id, int(not one.youth_consent)))
    return Message(f"{state}\n{voice.say('consent.ahead')}", ((button,),))
