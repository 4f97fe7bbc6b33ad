"""Messages about a phone and whose it is. What its holder reads names nobody before the digits were right."""

from documents import qr
from domain.facts import AboutChat, AboutIndividual, AboutInvite, AboutNothing
from messages.actions.enrolment import NotMe, PlainWords, SharePhone, ShowName, Undo
from messages.chat import link
from messages.compose import Message, Voice, says

# ── For whoever invites ─────────────────────────────────────────────────────────────────────────────────────────────


@says("invite")
def invite(about: AboutNothing, voice: Voice) -> Message:
    """A link, and the same as a picture to hold up to the other phone."""
    address = link(voice.bot, str(voice.params["code"]))
    text = voice.say("invite.made", ref=voice.params["ref"], days=voice.params["days"], link=address)
    return Message(text, picture=qr.png(address))


@says("invite_digits")
def invite_digits(about: AboutNothing, voice: Voice) -> Message:
    """Apart from the link, which is held up to be seen: the digits are for the ear."""
    return Message(voice.say("invite.digits", ref=voice.params["ref"], digits=voice.params["digits"]))


@says("linked")
def linked(about: AboutInvite, voice: Voice) -> Message:
    return Message(voice.say("invite.linked", ref=about.ref), ((voice.button("button.undo", Undo(about.id)),),))


@says("link_undone")
def link_undone(about: AboutInvite, voice: Voice) -> Message:
    return Message(voice.say("invite.undone", ref=about.ref))


@says("link_stays")
def link_stays(about: AboutInvite, voice: Voice) -> Message:
    return Message(voice.say("invite.stays", ref=about.ref, days=voice.policy.undo_within.days))


@says("link_dead")
def link_dead(about: AboutInvite, voice: Voice) -> Message:
    return Message(voice.say("invite.dead", ref=about.ref))


@says("link_taken")
def link_taken(about: AboutInvite, voice: Voice) -> Message:
    return Message(voice.say("invite.taken", ref=about.ref))


@says("link_not_me")
def link_not_me(about: AboutIndividual, voice: Voice) -> Message:
    return Message(voice.say("invite.not_me", ref=about.individual.case_ref))


# ── For whoever holds the phone ─────────────────────────────────────────────────────────────────────────────────────


@says("moved_away")
def moved_away(about: AboutChat, voice: Voice) -> Message:
    return Message(voice.say("chat.moved_away"))


@says("ask_name")
def ask_name(about: AboutIndividual, voice: Voice) -> Message:
    """`way_out`: asked for by /phone, where whoever this is not meant for may look."""
    buttons = [voice.button("phone.name_yes", ShowName(1)), voice.button("phone.name_no", ShowName(0))]
    if voice.params.get("way_out"):
        buttons.append(voice.button("button.not_me", NotMe()))
    return Message(voice.say("phone.name"), tuple((one,) for one in buttons))


@says("ask_shared")
def ask_shared(about: AboutIndividual, voice: Voice) -> Message:
    buttons = (voice.button("phone.shared_yes", SharePhone(1)), voice.button("phone.shared_no", SharePhone(0)))
    return Message(voice.say("phone.shared"), tuple((one,) for one in buttons))


@says("ask_plain")
def ask_plain(about: AboutIndividual, voice: Voice) -> Message:
    buttons = (voice.button("phone.plain_no", PlainWords(0)), voice.button("phone.plain_yes", PlainWords(1)))
    return Message(voice.say("phone.plain"), tuple((one,) for one in buttons))


@says("phone_set")
def phone_set(about: AboutIndividual, voice: Voice) -> Message:
    return Message(voice.say("phone.set"))
