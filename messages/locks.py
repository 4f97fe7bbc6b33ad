"""What is said of phones that are locked, lost, or no longer anybody's."""

from domain.facts import AboutIndividual, AboutStaff
from messages.actions.staff import CutOff
from messages.compose import Message, Voice, says

Person = AboutStaff | AboutIndividual


@says("cutoff_sure")
def cutoff_sure(about: Person, voice: Voice) -> Message:
    """Whose phone it is, what it will mean, and one tap to be sure."""
    lines = [voice.say("cutoff.sure", who=_who(about)), voice.say("cutoff.means")]
    if voice.params.get("me"):
        lines.append(voice.say("cutoff.me"))
    if voice.params.get("only"):
        lines.append(voice.say("cutoff.only"))
    return Message("\n".join(lines), ((voice.button("button.cutoff", _button(about)),),))


@says("cutoff_done")
def cutoff_done(about: Person, voice: Voice) -> Message:
    """What was done, what could not be, and what is next. `had`: there was a chat to let go of."""
    key = "cutoff.done" if voice.params.get("had") else "cutoff.no_chat"
    lines = [voice.say(key, who=_who(about))]
    if voice.params.get("had"):
        lines.append(voice.say("cutoff.left_staff" if isinstance(about, AboutStaff) else "cutoff.left"))
    return Message("\n".join([*lines, voice.say("cutoff.next", ref=_ref(about))]))


@says("staff_locked")
def staff_locked(about: AboutStaff, voice: Voice) -> Message:
    return Message(voice.say("lock.told", name=about.staff.name, ref=about.staff.ref))


@says("unlocked")
def unlocked(about: AboutStaff, voice: Voice) -> Message:
    return Message(voice.say("lock.opened", who=_who(about)))


def _button(about: Person) -> CutOff:
    if isinstance(about, AboutStaff):
        return CutOff("staff", about.staff.id)
    return CutOff("individual", about.individual.id)


def _ref(about: Person) -> str:
    return about.staff.ref if isinstance(about, AboutStaff) else about.individual.case_ref


def _who(about: Person) -> str:
    """A colleague by name; an individual by the case reference alone."""
    return f"{about.staff.name} ({about.staff.ref})" if isinstance(about, AboutStaff) else about.individual.case_ref
