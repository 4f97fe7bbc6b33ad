"""Whether a date stands for somebody who said that they cannot make it: a named person's answer, and who waits for one;
and what a card says of its clock."""

from domain.appointments import Answer
from domain.compliance import ANSWERS, FOLLOWED, Ending, Kind
from domain.facts import AboutAppointment, AboutItem, Skipped
from domain.outbox import To
from domain.retrying import NO_ANSWER
from domain.truth import may_be_answered
from messages import words
from messages.actions.following import AnswerAnew, AnswerCannot, ChangeAnswer
from messages.actions.staff import Fold
from messages.answering import answer_buttons
from messages.compose import Button, Message, Voice, says

Rows = tuple[tuple[Button, ...], ...]


# ── What the individual reads ───────────────────────────────────────────────────────────────────────────────────────


@says("cannot_answered")
def cannot_answered(about: AboutItem, voice: Voice) -> Message:
    """What was decided, with the name of whoever did if that was agreed for this phone."""
    who = about.claimed_by
    named = who is not None and about.individual.name_agreed and not voice.texted
    key = f"answered.{about.item.outcome}"
    said = voice.say(f"{key}.named" if named else key, name=who.first_name if who else "", **_when(about, voice))
    before = [voice.say("answered.anew")] if voice.params.get("anew") else []
    ring = [voice.ring()] if about.item.outcome == Ending.STILL_COME else []
    return Message(" ".join([*before, said, *ring]))


@says("still_waiting")
def still_waiting(about: AboutItem, voice: Voice) -> Message:
    """Nobody has answered: here is who picks up, and what costs no call. The date stands, if it is still ahead."""
    assert about.about is not None
    ahead, phone = _ahead(about, voice), voice.policy.phone
    key = "waiting.answer" if ahead else "waiting.answer_after"
    call = voice.say("waiting.call", phone=phone) if phone else voice.say("waiting.tap")
    danger = [] if voice.calendar.open_at(voice.now) else [voice.say("ring.emergency")]
    answers = (Answer.COMING, Answer.CALL) if ahead else (Answer.CALL,)
    text = " ".join([voice.say(key, **_when(about, voice)), call, *danger])
    return Message(text, answer_buttons(about.about, voice, *answers))


def _when(about: AboutItem, voice: Voice) -> dict[str, str]:
    assert about.about is not None
    one = about.about.appointment
    return {"day": voice.day_within(one.day), "time": voice.at(one.starts_at)}


# ── What staff read ─────────────────────────────────────────────────────────────────────────────────────────────────


def answers(about: AboutItem, voice: Voice) -> Rows:
    """*No need to come* · *Still come* · *New date*, until the date begins: after that none of them helps."""
    if not about.item.open or not _ahead(about, voice):
        return ()
    return tuple((voice.button(f"button.{answer}", AnswerCannot(about.item.id, answer)),) for answer in ANSWERS)


def _ahead(about: AboutItem, voice: Voice) -> bool:
    date = about.about
    return about.item.kind is Kind.CANNOT and date is not None and date.appointment.starts_at > voice.now


def change_answer(about: AboutItem, voice: Voice) -> Rows:
    """*Change the answer*, which was perhaps a slip, as long as it still helps: of a date that stands as it did."""
    if not about.item.done or about.item.outcome not in ANSWERS or not _ahead(about, voice):
        return ()
    if not may_be_answered(about.about, about.item.closed_at):
        return ()
    return ((voice.button("button.change_answer", ChangeAnswer(about.item.id)),),)


@says("answer_anew")
def answer_anew(about: AboutItem, voice: Voice) -> Message:
    """Which other answer? They hear that it has changed."""
    one = about.item
    others = [answer for answer in ANSWERS if answer != one.outcome] if change_answer(about, voice) else []
    rows = tuple((voice.button(f"button.{answer}", AnswerAnew(one.id, answer)),) for answer in others)
    told = voice.say(f"item.outcome.{one.outcome}") if one.outcome else ""
    text = voice.say("item.answer_anew", case=about.individual.case_ref, told=told)
    return Message(text, (*rows, (voice.button("absence.button_back", Fold(one.id)),)))


@says("answer_untold")
def answer_untold(about: AboutItem, voice: Voice) -> Message:
    """To whoever answered: it did not reach the individual, and why not."""
    reason = str(voice.params.get("reason", ""))
    if reason == NO_ANSWER:
        return Message(voice.say("item.answer_perhaps_told", case=about.individual.case_ref))
    known = reason if words.knows(f"why.{reason}") else "refused"
    why = voice.say(f"why.{known}")
    return Message(voice.say("item.answer_untold", case=about.individual.case_ref, why=why))


def clock_lines(about: AboutItem, voice: Voice) -> list[str]:
    """By when somebody must have spoken to the person; who was passed over; and since when a manager has it."""
    one, lines = about.item, [_skipped(each, voice) for each in about.skipped]
    lines += [told_not_to_come(about.about, voice)] if about.about is not None else []
    if one.kind in FOLLOWED and one.open and one.follow_up_at is not None and not about.contacted and about.undecided:
        by = {"day": voice.on(voice.calendar.day(one.follow_up_at)), "time": voice.at(one.follow_up_at)}
        lines.append(voice.say("item.follow_up", **by))
    if one.listed_at is not None and one.open:
        lines.append(voice.say("item.listed", when=voice.when(one.listed_at), why=why_listed(about, voice)))
    return lines


def told_not_to_come(about: AboutAppointment, voice: Voice) -> str:
    """Who told the individual that they need not come; empty if nobody did."""
    by = about.told_not_to_come_by
    return voice.say("item.told_not_to_come", name=by.name) if by is not None else ""


def why_listed(about: AboutItem, voice: Voice) -> str:
    """Why something came on the manager's list; the words of whoever put it there."""
    key = f"item.listed.{about.item.listed_why}"
    return voice.say(key) if words.knows(key) else voice.say("item.listed.other")


def _skipped(one: Skipped, voice: Voice) -> str:
    """*Orla Shaw was not told (away): it went on at once.* Or that they had taken it on, and are not here."""
    why = voice.say(f"why.{one.why}") if words.knows(f"why.{one.why}") else voice.say("why.refused")
    who = one.who.name if one.who is not None else voice.say(f"role.{one.to}")
    if one.why == NO_ANSWER:
        return voice.say("item.perhaps_told", who=who)
    return voice.say("item.given_back" if one.to is To.HOLDER else "item.skipped", who=who, why=why)
