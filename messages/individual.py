"""What an individual reads. Discreet words only: somebody else may be looking at the screen."""

from dataclasses import replace

from domain import discreet
from domain.appointments import Answer, Kind, Reason
from domain.asking import ANSWERS
from domain.compliance import Kind as Asked
from domain.facts import AboutAppointment, AboutIndividual
from messages import words
from messages.actions.asking import AskFor, SomethingChanged
from messages.actions.enrolment import NotMe
from messages.actions.forms import FormTakeBack
from messages.actions.individual import Because, Speak, StartAgain
from messages.answering import answer_buttons
from messages.asking import duty_line, promise
from messages.compose import Button, Message, Voice, says


def where(about: AboutAppointment, voice: Voice) -> str:
    """The place's nickname and what to bring, each if there is one. A visit at home needs neither.

    Words from a case system that would tell somebody else what this is about are not shown (see `domain.discreet`).
    """
    if about.appointment.kind is Kind.HOME_VISIT:
        return ""
    parts = []
    if about.place is not None:
        nickname = about.place.nickname
        hidden = discreet.faults(nickname)
        parts.append(voice.say("reminder.ask_where") if hidden else voice.say("reminder.place", place=nickname))
    if about.bring:
        hidden = discreet.faults(about.bring)
        parts.append(voice.say("reminder.ask_bring") if hidden else voice.say("reminder.bring", bring=about.bring))
    return " ".join(parts)


def one_date(about: AboutAppointment, voice: Voice) -> str:
    """*Tomorrow, Wed 25 Nov, 9:30.* In plain words with what it is for."""
    one = about.appointment
    if one.kind is Kind.HOME_VISIT:
        who = about.worker.first_name if about.worker and about.individual.name_agreed else voice.say("visit.someone")
        return voice.say("reminder.visit", who=who, day=voice.day_within(one.day), time=voice.at(one.starts_at))
    if one.kind is Kind.COURT_REVIEW:
        return voice.say("reminder.important", day=voice.day_within(one.day), time=voice.at(one.starts_at))
    return voice.say(
        "reminder.when", day=voice.day(one.day), time=voice.at(one.starts_at), what=what_for(one.kind, voice)
    )


def past_date(about: AboutAppointment, voice: Voice) -> str:
    """*Yesterday, Wed 25 Nov, 9:30.* Nobody comes by any more, and nothing has to be brought."""
    one = about.appointment
    return voice.say(
        "reminder.when", day=voice.day(one.day), time=voice.at(one.starts_at), what=what_for(one.kind, voice)
    )


def what_for(kind: Kind, voice: Voice) -> str:
    """What a date is for: only in plain words is it said at all."""
    return voice.say(f"what.{kind}.plain") if voice.plain else ""


def sentences(*parts: str) -> str:
    """Those that are not empty, as one line."""
    return " ".join(part for part in parts if part)


@says("reminder")
def reminder(about: AboutAppointment, voice: Voice) -> Message:
    """When, where, what to bring, one question, and how to say that you can't."""
    text = sentences(one_date(about, voice), where(about, voice), question(about, voice))
    return Message(text, answer_buttons(about, voice, *ANSWERS["reminder"]))


def question(about: AboutAppointment, voice: Voice) -> str:
    """One question; of a date that must not be missed, where there is help."""
    if about.appointment.kind is Kind.COURT_REVIEW:
        return sentences(voice.say("reminder.must"), voice.ring())
    return voice.say("reminder.visit_question" if about.appointment.kind is Kind.HOME_VISIT else "reminder.question")


@says("reply_coming")
def reply_coming(about: AboutAppointment, voice: Voice) -> Message:
    one = about.appointment
    if one.over_at <= voice.now:
        return _after("reply.coming_after", about, voice)
    if about.off:
        return _off(about, voice)
    begun = one.starts_at <= voice.now
    said = voice.say("reply.coming_begun", ring=voice.ring()) if begun else voice.say("reply.coming")
    text = f"{sentences(one_date(about, voice), where(about, voice))}\n\n{said}"
    return Message(text, answer_buttons(about, voice, Answer.CANNOT, Answer.HELP, Answer.CALL))


@says("reply_cannot")
def reply_cannot(about: AboutAppointment, voice: Voice) -> Message:
    """The date still stands until a named person says otherwise: this never reads as permission. Once it has passed,
    only what got in the way is asked, while that matters."""
    one = about.appointment
    reasons = tuple((voice.button(f"reason.{reason}", Because(one.id, one.revision, reason)),) for reason in Reason)
    if not about.passed(voice.now):
        if about.off:
            return _off(about, voice)
        return Message(f"{one_date(about, voice)}\n\n{voice.say('reply.cannot')}", reasons)
    if not about.unexplained:
        return _after("reply.cannot_noted", about, voice)
    return replace(_after("reply.cannot_after", about, voice), buttons=reasons)


@says("reason_given")
def reason_given(about: AboutAppointment, voice: Voice) -> Message:
    if about.passed(voice.now):
        return _after("reply.reason_after" if about.unexplained else "reply.cannot_noted", about, voice)
    if about.off:
        return _off(about, voice)
    said = voice.say("reply.reason_given", read=voice.read_by(), ring=voice.ring())
    return Message(f"{one_date(about, voice)}\n\n{said}", answer_buttons(about, voice, Answer.COMING, Answer.CALL))


@says("reply_help", "reply_call")
def reply_help(about: AboutAppointment, voice: Voice) -> Message:
    told = promise(voice, about.individual, about.worker)
    said = voice.say("reply.help", promise=told, ring=voice.ring())
    if about.appointment.over_at <= voice.now:
        return Message(f"{past_date(about, voice)}\n\n{said}")
    return Message(f"{one_date(about, voice)}\n\n{said}", answer_buttons(about, voice, Answer.COMING, Answer.CANNOT))


def _off(about: AboutAppointment, voice: Voice) -> Message:
    """Whatever was said of it, nobody has to be there."""
    one = about.appointment
    text = voice.say("answered.no_need", day=voice.day_within(one.day), time=voice.at(one.starts_at))
    return Message(text, answer_buttons(about, voice, Answer.CALL))


def _after(key: str, about: AboutAppointment, voice: Voice) -> Message:
    """What is answered once there is nothing to come to any more."""
    said = voice.say(key, read=voice.read_by(), ring=voice.ring())
    return Message(f"{past_date(about, voice)}\n\n{said}", answer_buttons(about, voice, Answer.CALL))


@says("missed_care")
def missed_care(about: AboutAppointment, voice: Voice) -> Message:
    """Are you OK? first; no blame, no threat, and a way to say that it is not so."""
    one = about.appointment
    away = (one.day - voice.calendar.day(voice.now)).days
    key = {0: "missed.today", -1: "missed.yesterday"}.get(away, "missed.on")
    what = what_for(one.kind, voice)
    text = voice.say(key, day=voice.on(one.day), what=what)
    if about.said is Answer.CANNOT:  # asked once more what got in the way, they would read that nobody has listened
        text = voice.say("missed.told", day=voice.day_within(one.day), time=voice.at(one.starts_at), what=what)
    elif about.beside:  # they may have come to another
        text = voice.say("missed.at", day=voice.day_within(one.day), time=voice.at(one.starts_at), what=what)
    return Message(text, answer_buttons(about, voice, *ANSWERS["missed_care"]))


@says("reply_was_there", "reply_ok")
def reply_after_miss(about: AboutAppointment, voice: Voice) -> Message:
    key = "reply.was_there" if about.reply is not None and about.reply.answer is Answer.WAS_THERE else "reply.ok"
    return Message(voice.say(key, read=voice.read_by()), answer_buttons(about, voice, Answer.CALL))


@says("welcome")
def welcome(about: AboutIndividual, voice: Voice) -> Message:
    """What this is and is not, and a way out for whoever else has this phone."""
    text = voice.say("welcome", first_name=about.individual.first_name)
    return Message(text, ((voice.button("button.not_me", NotMe()),),))


@says("ask_language")
def ask_language(about: AboutIndividual, voice: Voice) -> Message:
    linking = int(voice.params.get("linking", 0))
    spoken = tuple((Button(words.name_of(one), Speak(one, linking)),) for one in voice.policy.languages)
    another = voice.button("language.another", Speak("other", linking))
    return Message(voice.say("language.ask"), (*spoken, (another,)))


@says("language_chosen")
def language_chosen(about: AboutIndividual, voice: Voice) -> Message:
    return Message(voice.say("language.chosen", dates=_dates(about, voice)))


@says("language_other")
def language_other(about: AboutIndividual, voice: Voice) -> Message:
    return Message(voice.say("language.other"))


@says("next_dates")
def next_dates(about: AboutIndividual, voice: Voice) -> Message:
    return Message(_dates(about, voice))


def _dates(about: AboutIndividual, voice: Voice) -> str:
    if not about.ahead:
        return voice.say("next.none", ring=voice.ring())
    lines = [sentences(one_date(one, voice), where(one, voice)) for one in about.ahead]
    return "\n".join([voice.say("next.heading"), *lines])


@says("help")
def help_(about: AboutIndividual, voice: Voice) -> Message:
    """Whom to ring, at any hour; how to reach a person here; how to complain."""
    buttons = (
        voice.button("button.call", AskFor(Asked.CALL)),
        voice.button("button.help", AskFor(Asked.HELP)),
        voice.button("button.changed", SomethingChanged()),
    )
    lines = (
        voice.say("help.individual", read=voice.read_by()),
        sentences(duty_line(voice, "help.phone"), voice.crisis()),
        voice.say("help.complain"),
        voice.say("help.words"),
    )
    form = voice.params.get("form")  # one whose answers can still be taken back
    back = (voice.button("form.button.back", FormTakeBack(int(form), 0)),) if form else ()
    return Message("\n\n".join(line for line in lines if line), tuple((one,) for one in (*buttons, *back)))


@says("stopped")
def stopped(about: AboutIndividual, voice: Voice) -> Message:
    return Message(voice.say("stop.done", ring=voice.ring()), ((voice.button("stop.again", StartAgain()),),))


@says("started_again")
def started_again(about: AboutIndividual, voice: Voice) -> Message:
    return Message(voice.say("stop.undone", dates=_dates(about, voice)))
