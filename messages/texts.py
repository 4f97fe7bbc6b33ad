"""What a text message says: the same message as in the chat, short, discreet always, and answered with a number."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain import texting
from domain.about import Facts
from domain.changes import TELLS
from domain.facts import AboutAppointment, AboutIndividual
from domain.outbox import Saying
from domain.talk import ANSWER
from domain.texting import QUESTIONS
from messages import compose
from messages.actions.individual import Say
from messages.asking import duty_line
from messages.changes import news
from messages.compose import Message, Voice, says
from messages.individual import one_date, question, sentences, where

ASKED = 3  # answers that a text message offers: 1, 2, 3
HEADINGS = {  # what is new, by kind of message
    "booked": "booked.one",
    "booked_together": "booked.several",
    "reminder_together": "next.heading",
    "next_dates": "next.heading",
}
WRITTEN = frozenset({ANSWER, "danger", "danger_stranger"})  # kinds that lose no word: a person's own, and whom to ring


class NotAsText(Exception):
    """A message that cannot leave as a text message. Its text says why."""


def text(saying: Saying, facts: Facts, voice: Voice) -> str:
    """The words of one text message. Raises NotAsText for a picture, and for a person's words that are too many."""
    voice, facts = replace(voice, texted=True), _unnamed(facts)
    message = compose.message(saying, facts, voice)
    if message.media is not None or message.picture is not None or message.file is not None:
        raise NotAsText("only words go as a text message")
    whole = _line(message.text)
    if saying.kind in WRITTEN:
        if len(whole) > texting.LONGEST:
            raise NotAsText("too long for a text message")
        return whole
    bodies = (whole, *_shorter(saying, facts, replace(voice, params=saying.params)))
    return _as_fits(bodies, _answers(saying, message, voice), voice)


def _as_fits(bodies: Sequence[str], answers: str, voice: Voice) -> str:
    """As much as fits, what is least needed left out first: how to stop, what to bring, the question, where, then the
    last words."""
    stop = voice.say("text.stop") if answers else ""
    for body in bodies:
        for parts in ((body, answers, stop), (body, answers)):
            words = sentences(*parts)
            if texting.fits(words):
                return words
    words = sentences(bodies[-1], answers)
    while not texting.fits(f"{words}..."):
        words = words[:-1]
    return f"{words}..."


def _shorter(saying: Saying, facts: Facts, voice: Voice) -> tuple[str, ...]:
    """The same without what to bring; then without the question; then what is new and when it is, and nothing beside
    it."""
    kind, heading = saying.kind, voice.say(HEADINGS[saying.kind]) if saying.kind in HEADINGS else ""
    if isinstance(facts, AboutIndividual) and heading and facts.ahead:
        full = sentences(heading, *(sentences(one_date(one, voice), _where(one, voice)) for one in facts.ahead))
        return _line(full), _line(sentences(heading, *(one_date(one, voice) for one in facts.ahead)))
    if not isinstance(facts, AboutAppointment) or kind not in TELLS - {"cancelled"}:
        return ()
    when = news(facts, voice) if kind == "changed" else sentences(heading, one_date(facts, voice))
    full = sentences(when, _where(facts, voice))
    return _line(sentences(full, question(facts, voice))), _line(full), _line(when)


def _where(about: AboutAppointment, voice: Voice) -> str:
    """The place, without what to bring there."""
    appointment, place = replace(about.appointment, bring=""), about.place
    return where(replace(about, appointment=appointment, place=place and replace(place, bring="")), voice)


def _answers(saying: Saying, message: Message, voice: Voice) -> str:
    """*Reply 1 I'll be there, 2 I can't make it, 3 I need help.* Of several dates no number says of which."""
    if saying.kind in texting.MERGED:
        return voice.say("text.several")
    says_ = [one.label for row in message.buttons for one in row if isinstance(one.action, Say)][:ASKED]
    if saying.kind not in QUESTIONS or len(says_) < ASKED:
        return ""
    return voice.say("text.reply", **{f"n{n}": label for n, label in enumerate(says_, 1)})


def _line(words: str) -> str:
    """In one line, and in signs that phones send without doubling the cost."""
    return " ".join(texting.plain(words).split())


def _unnamed(facts: Facts) -> Facts:
    """A name was agreed for the phone with the chat; nothing is known of who sees this one."""
    individual = getattr(facts, "individual", None)
    if individual is None:
        return facts
    quiet: dict[str, Any] = {"individual": replace(individual, name_agreed=False)}
    if isinstance(facts, AboutIndividual):
        quiet["ahead"] = tuple(replace(one, individual=quiet["individual"]) for one in facts.ahead)
    return replace(facts, **quiet)


@says("text_help")
def text_help(about: AboutIndividual, voice: Voice) -> Message:
    """Whom to ring, at any hour."""
    return Message(sentences(duty_line(voice, "help.phone"), voice.crisis()))


@says("text_empty")
def text_empty(about: AboutIndividual, voice: Voice) -> Message:
    """A picture, perhaps: nothing of it came through, and nobody has been told of it."""
    return Message(sentences(voice.say("text.empty"), voice.ring()))
