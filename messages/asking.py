"""What is said about what an individual asked for, changed or complained of; and what of it stands on staff's cards."""

from datetime import UTC, datetime

from domain import asking, complaints
from domain.asking import Changed, Ring, Safe, Want
from domain.changes import NOT_TOLD
from domain.compliance import ANSWERS, Ending, Item, Kind, endings_of
from domain.facts import AboutIndividual, AboutItem
from domain.outbox import STAND_DOWN, To
from domain.people import Individual, Staff
from domain.retrying import NO_ANSWER
from messages.actions.asking import AskAgain, ForWhat, RingAt, RingOn, TellChange
from messages.actions.staff import CloseAs, Show
from messages.compose import Message, Voice, says
from messages.standing import answers

UNTOLD = (NOT_TOLD, NO_ANSWER)  # why somebody rings about a date of which no message may have told


def promise(voice: Voice, individual: Individual, worker: Staff | None) -> str:
    """Who has been told, and when somebody else is: a promise of the rule, not of a person."""
    told = str(voice.params.get("told", ""))
    if told in ("", "taken", "nobody"):
        return voice.say(f"told.{told}") if told else ""
    named = told == To.WORKER and individual.name_agreed and not individual.youth and worker is not None
    who = worker.first_name if named and worker is not None else voice.say(f"who.{told}")
    sentences = [voice.say("told.sent" if voice.calendar.open_at(voice.now) else "told.sent_closed", who=who)]
    if then := voice.params.get("then"):
        sentences.append(voice.say("told.then", when=voice.when(datetime.fromtimestamp(int(then), UTC))))
    return " ".join(sentences)


def _promise(about: AboutItem, voice: Voice) -> str:
    return promise(voice, about.individual, about.worker)


def duty_line(voice: Voice, key: str) -> str:
    """Duty's number and its hours; nothing if the council has named none."""
    if not voice.policy.phone:
        return ""
    hours = voice.say("help.hours", hours=voice.policy.phone_hours) if voice.policy.phone_hours else ""
    return f"{voice.say(key, phone=voice.policy.phone)} {hours}".strip()


@says("asked")
def asked(about: AboutItem, voice: Voice) -> Message:
    return Message(voice.say("reply.help", promise=_promise(about, voice), ring=voice.ring()))


@says("ask_what")
def ask_what(about: AboutItem, voice: Voice) -> Message:
    buttons = tuple((voice.button(f"want.{want}", ForWhat(about.item.id, want)),) for want in Want)
    return Message(voice.say("ask.what"), buttons)


@says("ask_number")
def ask_number(about: AboutItem, voice: Voice) -> Message:
    """Which number is safe. One that could not be read is asked for again, with what was found and expected."""
    ending = about.individual.mobile_ending
    buttons = tuple(
        (voice.button(f"place.{where}", RingOn(about.item.id, where), ending=ending),)
        for where in asking.places_to_reach(about.individual)
    )
    wrong = voice.say("ask.number_wrong", found=voice.params["found"]) if "found" in voice.params else ""
    return Message(f"{wrong} {voice.say('ask.number')}".strip(), buttons)


@says("ask_time")
def ask_time(about: AboutItem, voice: Voice) -> Message:
    offered = asking.safe_times(voice.calendar)
    buttons = tuple((voice.button(f"safe.{safe}", RingAt(about.item.id, safe)),) for safe in offered)
    return Message(voice.say("ask.time"), buttons)


@says("ask_done")
def ask_done(about: AboutItem, voice: Voice) -> Message:
    """What has been noted, so that it can be put right."""
    one, told = about.item, _promise(about, voice)
    if one.number == Ring.WRITE:
        text = voice.say("ask.done_write", promise=told)
    else:
        time = _safe_time(one, voice)
        text = voice.say("ask.done_ring", ending=one.number[-3:], time=time, promise=told)
    return Message(text, ((voice.button("button.ask_again", AskAgain(one.id)),),))


def _safe_time(one: Item, voice: Voice) -> str:
    """A code in the reader's words, or what was typed."""
    return voice.say(f"safe.{one.safe_time}") if one.safe_time in set(Safe) else one.safe_time


@says("ask_taken")
def ask_taken(about: AboutItem, voice: Voice) -> Message:
    """Somebody has it; by name only if the person agreed to that."""
    who = about.claimed_by
    if who is not None and about.individual.name_agreed:
        return Message(voice.say("taken.named", name=who.first_name))
    return Message(voice.say("taken.someone"))


@says("ask_closed")
def ask_closed(about: AboutItem, voice: Voice) -> Message:
    """How it ended, true to what staff said of it."""
    one = about.item
    ended = one.outcome or Ending.SORTED.value
    if ended == Ending.NO_ANSWER and one.number == Ring.WRITE:
        return Message(voice.say("ended.no_reply"))
    if one.kind is Kind.CHANGED and ended in (Ending.SPOKE, Ending.SORTED, Ending.NOT_NEEDED):
        return Message(voice.say("ended.changed"))
    return Message(voice.say(f"ended.{ended}"))


# ── Something changed ───────────────────────────────────────────────────────────────────────────────────────────────


@says("changed_what")
def changed_what(about: AboutIndividual, voice: Voice) -> Message:
    buttons = tuple((voice.button(f"changed.{what}", TellChange(what)),) for what in Changed)
    return Message(voice.say("changed.what"), buttons)


@says("changed_tell")
def changed_tell(about: AboutIndividual, voice: Voice) -> Message:
    return Message(voice.say(f"changed.tell_{voice.params['what']}"))


@says("changed_noted")
def changed_noted(about: AboutItem, voice: Voice) -> Message:
    """With its date and time: it may matter later that they said so, and when."""
    at = about.item.raised_at
    when = voice.say("day.at", day=voice.on(voice.calendar.day(at)), time=voice.at(at))
    return Message(voice.say("changed.noted", when=when, promise=_promise(about, voice)))


# ── A complaint ─────────────────────────────────────────────────────────────────────────────────────────────────────


@says("complain_ask")
def complain_ask(about: AboutIndividual, voice: Voice) -> Message:
    return Message(voice.say("complain.ask"))


@says("complained")
def complained(about: AboutItem, voice: Voice) -> Message:
    """What happens now and by when, and what it does not change."""
    return Message(voice.say("complain.noted", **_due_days(about.item, voice), ring=voice.ring()))


def _due_days(one: Item, voice: Voice) -> dict[str, str]:
    return {due.stage: voice.on(due.day) for due in complaints.dues(one.raised_at, voice.calendar)}


@says("complaint_due")
def complaint_due(about: AboutItem, voice: Voice) -> Message:
    """To managers, on the working day before."""
    day = _due_days(about.item, voice)[str(voice.params["stage"])]
    text = voice.say(f"item.complaint_due_{voice.params['stage']}", case=about.individual.case_ref, day=day)
    return Message(text, ((voice.button("button.show", Show(about.item.id)),),))


# ── On staff's cards ────────────────────────────────────────────────────────────────────────────────────────────────


def card_lines(about: AboutItem, voice: Voice) -> list[str]:
    """What was asked for and how it is safe to answer."""
    one, lines = about.item, []
    if one.kind is Kind.HELP and one.reason:
        lines.append(voice.say("item.wants", want=voice.say(f"want.{one.reason}")))
    if one.kind is Kind.CHANGED and one.reason:
        lines.append(voice.say(f"changed.{one.reason}"))
    if one.kind is Kind.RING:
        lines.append(voice.say(f"item.ring_{_why_ring(about)}"))
    if one.kind is Kind.COMPLAINT:
        lines.append(voice.say("item.complaint_dues", **_due_days(one, voice)))
    if one.number == Ring.WRITE:
        lines.append(voice.say("item.do_not_ring"))
    elif one.number:
        lines.append(voice.say("item.number", number=one.number))
    if one.safe_time:
        lines.append(voice.say("item.safe_time", time=_safe_time(one, voice)))
    return lines


def _why_ring(about: AboutItem) -> str:
    """As the date stands now: nobody is to confirm one that is off, or that was moved."""
    date_, reason = about.about, about.item.reason
    if date_ is None or reason == STAND_DOWN:
        return reason
    if not date_.appointment.booked or date_.off:
        return "off"
    return "changed" if reason in UNTOLD and date_.appointment.moved_at is not None else reason


@says("item_closing")
def item_closing(about: AboutItem, voice: Voice) -> Message:
    """How did it end? Asked of whoever has it."""
    one = about.item
    ends = [ended for ended in endings_of(one.kind) if ended not in ANSWERS]
    buttons = tuple((voice.button(f"item.outcome.{ended}", CloseAs(one.id, ended)),) for ended in ends)
    return Message(
        voice.say("item.how_ended", case=about.individual.case_ref),
        answers(about, voice) + buttons if one.open else (),
    )
