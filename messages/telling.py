"""/why: what was and was not sent about a date, when, in which state, why, and what was answered."""

from domain.appointments import Appointment
from domain.facts import AboutHistory, AboutNothing
from domain.history import Answered, Told
from domain.outbox import To
from messages import words
from messages.compose import Message, Voice, says
from messages.ends import state
from messages.staff import date_line, outcome

MOST = 24  # lines: a message holds 4,096 characters
OF_A_PERSON = frozenset({To.STAFF, To.CHAT})  # whose role says nothing


@says("why_how")
def why_how(about: AboutNothing, voice: Voice) -> Message:
    return Message(voice.say("history.how"))


@says("why")
def why(about: AboutHistory, voice: Voice) -> Message:
    """The date, every message about it as it fell due, the answers, and what is not known."""
    one = about.about
    off = [] if one.appointment.booked else [voice.say("history.cancelled")]
    stands = [outcome(one, voice)] if one.appointment.booked or one.standing is not None else []
    head = [f"{one.individual.case_ref}: {date_line(one, voice)}", *off, *stands]
    told = [f"· {_line(each, about, voice)}" for each in about.rows]
    left_out = [voice.say("history.earlier", n=len(told) - MOST)] if len(told) > MOST else []
    answers = [f"· {_answer(each, about, voice)}" for each in about.answers[-MOST:]]
    lines = [*head, voice.say("history.sent" if told else "history.nothing"), *left_out, *told[-MOST:]]
    lines += [voice.say("history.answered" if answers else "history.no_answer"), *answers]
    by_text = any(each.text is not None for each in about.rows)  # of which a receipt says more
    lines.append(voice.say("history.only_an_answer" if by_text else "history.what_is_known"))
    return Message("\n".join([*lines, *(_earlier(each, voice) for each in about.earlier)]))


def _earlier(one: Appointment, voice: Voice) -> str:
    """Where to ask about a day that went by the same reference."""
    return voice.say("history.same_ref", day=voice.on(one.day), time=voice.at(one.starts_at), ref=one.ref)


def _line(told: Told, about: AboutHistory, voice: Voice) -> str:
    """*Reminder: accepted by Telegram, Tue 24 Nov at 18:00. Seen, by their answer.*"""
    row = told.row
    what = voice.say(f"history.kind.{row.owed.kind}") if words.knows(f"history.kind.{row.owed.kind}") else ""
    to = _whom(told, about, voice)
    heading = voice.say("history.to", what=what or voice.say("history.kind.other"), who=to) if to else what
    seen = [voice.say("history.seen")] if row.id in about.seen else []
    return " ".join([f"{heading or voice.say('history.kind.other')}: {state(told, voice)}.", *seen])


def _whom(told: Told, about: AboutHistory, voice: Voice) -> str:
    """Who of staff had it, or whom it was for; nobody for what the individual is told."""
    if told.row.owed.to is To.INDIVIDUAL:
        return ""
    named = told.row.owed.to_id if told.row.owed.to is To.STAFF else None
    ids = told.staff or (() if named is None else (named,))
    names = [about.staff[id_].name for id_ in ids if id_ in about.staff]
    return ", ".join(names) or (voice.say(f"role.{told.row.owed.to}") if told.row.owed.to not in OF_A_PERSON else "")


def _answer(one: Answered, about: AboutHistory, voice: Voice) -> str:
    because = f", {voice.say(f'reason.{one.reply.reason}')}" if one.reply.reason else ""
    earlier = "" if one.revision == about.about.appointment.revision else f" {voice.say('history.of_before')}"
    return f"{voice.say(f'said.{one.reply.answer}')}{because}, {voice.when(one.reply.at)}{earlier}"
