"""What staff read: the case reference, never more of a name than the setting allows, and what to do next."""

from collections.abc import Sequence
from dataclasses import replace

from domain import attendance
from domain.appointments import Reply
from domain.attendance import JUDGED, Page, Record
from domain.compliance import Kind
from domain.desk import Passed
from domain.facts import AboutAppointment, AboutItem, AboutStaff
from domain.people import MAY, Act, Staff
from messages.actions.desk import PassOn
from messages.actions.keeping import MakeCopy
from messages.actions.papers import LetterOf
from messages.actions.register import Look
from messages.actions.staff import Claim, Close, Fold, Show, Unclaim
from messages.asking import card_lines, duty_line
from messages.compose import Button, Message, Voice, says
from messages.deciding import absence_buttons, absence_lines, undoable, verdict
from messages.ends import in_short
from messages.heeding import need_lines
from messages.neutral import ask_buttons, ask_lines
from messages.standards import late_buttons, late_lines
from messages.standing import answers, change_answer, clock_lines
from messages.talk import more_talk, words_lines

Rows = tuple[tuple[Button, ...], ...]


@says("item", "item_now")
def item(about: AboutItem, voice: Voice) -> Message:
    """One line, and *Show* for the rest. `mine`: this reader has claimed it; `copy`: this reader owes nothing."""
    if voice.params.get("copy"):
        return Message(f"{folded(about, voice)} {voice.say('item.copy')}", _show(about, voice))
    return Message(folded(about, voice), _show(about, voice) + _what_to_do(about, voice) + change_answer(about, voice))


@says("item_copy")
def item_copy(about: AboutItem, voice: Voice) -> Message:
    return item(about, replace(voice, params={**voice.params, "copy": 1}))


@says("item_faded")
def item_faded(about: AboutItem, voice: Voice) -> Message:
    """A card that has stood long enough: one line again. Whoever wants to act opens it anew."""
    return Message(folded(about, voice), _show(about, voice) + change_answer(about, voice))


@says("item_open")
def item_open(about: AboutItem, voice: Voice) -> Message:
    """The whole card, with what is needed to act."""
    hide = ((voice.button("button.fold", Fold(about.item.id)),),)
    if voice.params.get("copy"):
        return Message(f"{_card(about, voice)}\n{voice.say('item.copy')}", hide)
    absence = absence_buttons(about.absence, voice) if about.absence is not None else ()
    first = ask_buttons(about, voice) + late_buttons(about, voice)
    buttons = first + answers(about, voice) + _what_to_do(about, voice) + absence
    ways_on = _letter(about, voice) + _pass(about, voice) + _copy(about, voice) + _list(about, voice)
    buttons += _undo_claim(about, voice) + ways_on + more_talk(about, voice) + hide
    return Message(_card(about, voice), buttons)


def _letter(about: AboutItem, voice: Voice) -> Rows:
    """For whoever decides about a missed date, once they may have to write."""
    decides = bool(voice.params.get("decides")) and about.item.open
    order = about.order if about.absence is not None and decides else None
    return ((voice.button("papers.button_letter", LetterOf(order.id)),),) if order is not None else ()


def _list(about: AboutItem, voice: Voice) -> Rows:
    """The register of a session of which something is still to be recorded."""
    if about.item.kind is not Kind.UNRECORDED or not about.item.open or about.item.appointment_id is None:
        return ()
    return ((voice.button("register.open", Look(about.item.appointment_id, Page.REGISTER)),),)


def _copy(about: AboutItem, voice: Voice) -> Rows:
    """The file that somebody asked for, to whoever may read all of it."""
    if about.item.kind is not Kind.MY_DATA or not about.item.open or not voice.params.get("export"):
        return ()
    return ((voice.button("button.copy", MakeCopy(about.item.id)),),)


def _what_to_do(about: AboutItem, voice: Voice) -> Rows:
    one = about.item
    if one.unclaimed:
        return ((voice.button("button.claim", Claim(one.id)),),)
    ends_otherwise = one.kind is Kind.DEADLINE or about.to_be_decided  # with its reason, with the decision
    if one.open and voice.params.get("mine") and not ends_otherwise:
        return ((voice.button("button.close", Close(one.id)),),)
    return ()


def _undo_claim(about: AboutItem, voice: Voice) -> Rows:
    """*Undo* of *I'm dealing with it*, once nothing that was done since is left to undo first."""
    if not about.item.open or about.item.claimed_by is None or not voice.params.get("mine"):
        return ()
    if about.absence is not None and undoable(about.absence, voice) is not None:
        return ()
    what = voice.say("button.claim")
    return ((voice.button("absence.button_undo", Unclaim(about.item.id), what=what),),)


def _pass(about: AboutItem, voice: Voice) -> Rows:
    """To a colleague: what this reader has, or nobody."""
    if not about.item.open or not (about.item.unclaimed or voice.params.get("mine")):
        return ()
    return ((voice.button("button.pass", PassOn(Passed.ITEM, about.item.id)),),)


def _show(about: AboutItem, voice: Voice) -> Rows:
    """What is done with needs no opening."""
    return ((voice.button("button.show", Show(about.item.id)),),) if about.item.open else ()


def folded(about: AboutItem, voice: Voice) -> str:
    """Whose case (of a session, where), what kind of thing, and who has it."""
    line = voice.say("item.line", case=named(about), kind=_what_kind(about, voice))
    climbs = str(voice.params.get("says", "")) if about.item.climbs else ""
    return " ".join([line, *([voice.say(f"item.{climbs}")] if climbs else []), *_state(about, voice)])


def named(about: AboutItem) -> str:
    """Whose case it is; of a session that nobody recorded, where: it is no one person's fault."""
    place = about.about.place if about.about is not None and about.item.kind is Kind.UNRECORDED else None
    return place.nickname if place is not None else about.individual.case_ref


def _what_kind(about: AboutItem, voice: Voice) -> str:
    if about.about is None or about.item.kind is not Kind.UNRECORDED:
        return voice.say(f"item.{about.item.kind}.short")
    who = about.about.runner.name if about.about.runner is not None else voice.say("desk.nobody_named")
    return voice.say("desk.unrecorded", day=voice.day_within(about.about.appointment.day), who=who)


def _card(about: AboutItem, voice: Voice) -> str:
    """Who, which date, the last five, what was answered, and who has it."""
    said = [*need_lines(about, voice), *words_lines(about, voice), *card_lines(about, voice)]
    said += absence_lines(about.absence, voice) if about.absence is not None else []
    said += late_lines(about, voice) + ask_lines(about, voice)
    lines = [_heading(about, voice), *_date_lines(about, voice), *said, *clock_lines(about, voice)]
    lines += _state(about, voice)
    return "\n".join(line for line in lines if line)


def _news(key: str, about: AboutItem, voice: Voice) -> Message:
    """News about a card that this reader has seen: one line, and *Show* for which date it is about."""
    return Message(voice.say(key, case=about.individual.case_ref), _show(about, voice))


@says("item_passed")
def item_passed(about: AboutItem, voice: Voice) -> Message:
    """Somebody passed it to a colleague: to whoever has it now, whoever had it, and whoever is next if nobody looks."""
    named = [about.staff[int(voice.params[role])].name for role in ("by", "to")]
    passed = voice.say("item.passed", by=named[0], to=named[1])
    kind = voice.say(f"item.{about.item.kind}.short")
    line = voice.say("item.line", case=about.individual.case_ref, kind=kind)
    return Message(f"{line} {passed}", _show(about, voice))


@says("item_came_back")
def item_came_back(about: AboutItem, voice: Voice) -> Message:
    """To whoever passed it: Telegram does not reach the colleague."""
    name = about.staff[int(voice.params["to"])].name
    kind = voice.say(f"item.{about.item.kind}.short")
    line = voice.say("item.line", case=about.individual.case_ref, kind=kind)
    return Message(f"{line} {voice.say('item.came_back', name=name)}", _show(about, voice) + _what_to_do(about, voice))


@says("item_dealt")
def item_dealt(about: AboutItem, voice: Voice) -> Message:
    """To whoever usually works with the person: somebody else has dealt with something."""
    one, name = about.item, about.claimed_by.name if about.claimed_by is not None else ""
    ended = voice.say(f"item.outcome.{one.outcome}") if one.outcome else voice.say("item.closed")
    kind = voice.say(f"item.{one.kind}.short")
    return Message(voice.say("item.dealt", case=about.individual.case_ref, kind=kind, name=name, ended=ended))


@says("item_withdrawn")
def item_withdrawn(about: AboutItem, voice: Voice) -> Message:
    return _news("item.withdrawn_news", about, voice)


@says("item_disputed")
def item_disputed(about: AboutItem, voice: Voice) -> Message:
    return _news("item.disputed_news", about, voice)


@says("item_unasked")
def item_unasked(about: AboutItem, voice: Voice) -> Message:
    return _news("item.unasked_news", about, voice)


@says("item_confirmed")
def item_confirmed(about: AboutItem, voice: Voice) -> Message:
    return _news("item.confirmed_news", about, voice)


def _heading(about: AboutItem, voice: Voice) -> str:
    return voice.say(f"item.{about.item.kind}", case=about.individual.case_ref)


def date_line(about: AboutAppointment, voice: Voice) -> str:
    """*Unpaid work, today, Wed 25 Nov, 9:30, The yard*."""
    one = about.appointment
    place = f", {about.place.nickname}" if about.place else ""
    return f"{voice.say(f'kind.{one.kind}')}, {voice.day_within(one.day)}, {voice.at(one.starts_at)}{place}"


def _date_lines(about: AboutItem, voice: Voice) -> list[str]:
    if about.about is None:
        return []
    lines = [date_line(about.about, voice)]
    if about.item.reason and about.item.kind is Kind.CANNOT:
        lines.append(voice.say("item.reason", reason=voice.say(f"reason.{about.item.reason}")))
    if about.item.kind is not Kind.NON_ATTENDANCE:
        return lines
    past = [f"· {_past(one, voice)}{_sent(one, about, voice)}" for one in about.history]
    return [*lines, _said(about.about, voice), voice.say("item.history" if past else "item.no_history"), *past]


def _sent(one: AboutAppointment, about: AboutItem, voice: Voice) -> str:
    """What the individual was last told ahead of a date, or why they were not."""
    told = about.told.get(one.appointment.id)
    return f"; {voice.say('item.last_word', state=in_short(told, voice))}" if told is not None else ""


def _past(about: AboutAppointment, voice: Voice) -> str:
    return f"{voice.on(about.appointment.day)} {voice.at(about.appointment.starts_at)} – {outcome(about, voice)}"


def outcome(about: AboutAppointment, voice: Voice) -> str:
    """How a date stands, in words that do not judge; and beside it what it put right, with who and when."""
    words, before = outcome_alone(about.standing, voice), attendance.corrected(about.records)
    if before is None or about.standing is None:
        return words
    because = voice.say(f"register.because_{about.standing.why}") if about.standing.why in tuple(attendance.Why) else ""
    now = recorded(about, about.standing, voice)
    was = f"{outcome_alone(before, voice)} ({recorded(about, before, voice)})"
    return voice.say("outcome.corrected", now=words, by="; ".join(filter(None, (now, because))), was=was)


def outcome_alone(record: Record | None, voice: Voice) -> str:
    """One record, without what stood before it."""
    if record is None:
        return voice.say("outcome.none")
    words = voice.say(f"outcome.{record.outcome}")
    return f"{words} ({voice.say(f'cause.{record.cause}')})" if record.cause else words


def recorded(about: AboutAppointment, record: Record, voice: Voice) -> str:
    """Who recorded it, and when: *Rab Boyd, yesterday at 9:50*."""
    by = about.recorders.get(record.recorded_by or 0)
    return ", ".join([by.name if by else voice.say("outcome.by_import"), voice.when(record.recorded_at)])


def _said(about: AboutAppointment, voice: Voice) -> str:
    if not about.replies:
        return voice.say("item.no_reply")
    return voice.say("item.replies", replies="; ".join(_reply(one, voice) for one in _whole(about.replies)))


def _whole(replies: Sequence[Reply]) -> list[Reply]:
    """Each answer once: the reason comes as a reply of its own, which repeats the answer that it belongs to."""
    followed = zip(replies, [*replies[1:], None], strict=True)
    return [one for one, then in followed if not (then and then.reason and then.answer is one.answer)]


def _reply(one: Reply, voice: Voice) -> str:
    because = f", {voice.say(f'reason.{one.reason}')}" if one.reason else ""
    return f"{voice.say(f'said.{one.answer}')}{because} ({voice.when(one.at)})"


def _state(about: AboutItem, voice: Voice) -> list[str]:
    one = about.item
    if one.withdrawn_at is not None:
        return [voice.say("item.withdrawn")]
    if one.closed_at is not None:
        ended = [voice.say(f"item.outcome.{one.outcome}")] if one.outcome else []
        return [voice.say("item.closed"), *ended, *_decided(about, voice)]
    parts = [voice.say("item.confirmed" if confirmed(about) else "item.disputed")] if one.disputed_at else []
    if about.claimed_by is not None and one.claimed_at is not None:
        parts.append(voice.say("item.claimed", name=about.claimed_by.name, when=voice.when(one.claimed_at)))
    return parts


def _decided(about: AboutItem, voice: Voice) -> list[str]:
    """What a named person decided of a missed date."""
    standing = about.about.standing if about.about is not None else None
    of_a_miss = about.item.kind is Kind.NON_ATTENDANCE and standing is not None and standing.outcome in JUDGED
    return [f"{verdict(standing, voice)}."] if of_a_miss and standing is not None else []


def confirmed(about: AboutItem) -> bool:
    """Whether the miss was recorded once more after the individual said that they were there."""
    standing = about.about.standing if about.about is not None else None
    disputed_at = about.item.disputed_at
    return standing is not None and disputed_at is not None and standing.recorded_at > disputed_at


@says("welcome_staff", "help_staff")
def help_staff(about: AboutStaff, voice: Voice) -> Message:
    key = "help.unclear" if voice.params.get("unclear") else "help.staff"
    lines = [f"/{name} – {voice.say(f'command.{name}')}" for name in commands_of(about.staff)]
    duty = duty_line(voice, "help.duty")
    return Message("\n".join([voice.say(key, name=about.staff.first_name), *lines, *([duty] if duty else [])]))


@says("stop_staff")
def stop_staff(about: AboutStaff, voice: Voice) -> Message:
    return Message(voice.say("stop.staff"))


COMMANDS = {
    "today": Act.RUN_REGISTER,
    "give": Act.GIVE_SESSION,
    "dates": Act.SET_OUTCOME,
    "desk": Act.CLAIM_ITEM,
    "invite": Act.INVITE,
    "consent": Act.CONSENT_YOUTH,
    "report": Act.REPORT,
    "moderate": Act.READ_EXIT_TEXT,
    "cutoff": Act.CUT_OFF,
    "unlock": Act.CUT_OFF,
    "case": Act.SEE_CASE,
    "clocks": Act.STEPS,
    "looked": Act.WHO_LOOKED,
    "why": Act.SEE_CASE,
    "absences": Act.SEE_CASE,
    "evidence": Act.PAPERS,
    "letter": Act.PAPERS,
    "review": Act.PAPERS,
    "form": Act.FORMS,
    "progress": Act.PROGRESS,
    "repairs": Act.REPAIR,
    "texts": Act.TEXTS,
    "hold": Act.HOLD,
    "release": Act.HOLD,
    "legalhold": Act.LEGAL_HOLD,
    "rules": Act.READ_RULES,
    "pause": Act.PAUSE,
    "resume": Act.PAUSE,
    "offer": Act.OFFER,
    "standdown": Act.STAND_DOWN,
    "away": Act.AWAY,
    "back": Act.AWAY,
    "handover": Act.HAND_OVER,
    "duty": Act.AWAY,
    "leaver": Act.STAFFING,
}


def commands_of(staff: Staff) -> list[str]:
    """The commands that this member of staff's roles give, by the one table of who may do what."""
    return [*(name for name, act in COMMANDS.items() if staff.roles & set(MAY[act])), "help"]
