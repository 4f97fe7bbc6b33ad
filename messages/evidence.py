"""What an individual is asked to show, and what is said of what they sent; and how staff see it."""

from domain.appointments import Answer
from domain.evidence import MOST_BYTES, SHOWN
from domain.facts import AboutAppointment, AboutEvidence, AboutIndividual
from messages.answering import answer_buttons
from messages.asking import promise
from messages.compose import File, Message, Voice, says
from messages.individual import sentences

MEGABYTE = 1024 * 1024


@says("need_more")
def need_more(about: AboutAppointment, voice: Voice) -> Message:
    """Kindly: something that shows why, if there is anything. Nobody is told that they must, nor what hangs on it."""
    text = voice.say("evidence.ask", day=voice.on(about.appointment.day))
    return Message(text, answer_buttons(about, voice, Answer.HELP, Answer.CALL))


@says("evidence_kept")
def evidence_kept(about: AboutIndividual, voice: Voice) -> Message:
    """That we have it, and who will see it. What comes of it is said by a person."""
    return Message(sentences(voice.say("evidence.kept"), promise(voice, about.individual, about.worker)))


@says("evidence_refused")
def evidence_refused(about: AboutIndividual, voice: Voice) -> Message:
    """What was found, and what we can take."""
    most = MOST_BYTES // MEGABYTE
    found = voice.params.get("found", 0)
    why = voice.say(f"evidence.refused_{voice.params['why']}", found=found, most=most)
    words = voice.say("evidence.words_kept") if voice.params.get("words") else ""
    return Message(sentences(why, words, voice.ring()))


@says("evidence")
def evidence(about: AboutEvidence, voice: Voice) -> Message:
    """One of them, from the sealed copy: a picture is shown, the rest is a file to open."""
    one = about.evidence
    if about.content is None:
        return Message(voice.say("absence.evidence_gone", case=about.individual.case_ref))
    text = voice.say("absence.evidence", case=about.individual.case_ref, when=voice.when(one.at))
    if one.mime in SHOWN:
        return Message(text, picture=about.content)
    return Message(text, file=File(f"file-{one.id}.{one.suffix}", about.content, kept=True))
