"""What staff read: the case reference, never more of a name than the setting allows, and what to do next."""

from collections.abc import Sequence
from dataclasses import replace

from domain.appointments import Reply
from domain.compliance import QUEUE_PAGE, Kind, first_of_page
from domain.facts import AboutAppointment, AboutItem, AboutStaff
from domain.people import MAY, Act, Staff
from messages.actions import Claim, Close, Fold, MakeCopy, QueuePage, Show
from messages.asking import card_lines, duty_line
from messages.compose import Button, Message, Voice, says
from messages.ends import in_short
from messages.talk import more_talk, words_lines

Rows = tuple[tuple[Button, ...], ...]


@says("item", "item_now")
def item(about: AboutItem, voice: Voice) -> Message:
    """One line, and *Show* for the rest. `mine`: this reader has claimed it; `copy`: this reader owes nothing."""
    if voice.params.get("copy"):
        return Message(f"{_folded(about, voice)} {voice.say('item.copy')}", _show(about, voice))
    return Message(_folded(about, voice), _show(about, voice) + _what_to_do(about, voice))


@says("item_copy")
def item_copy(about: AboutItem, voice: Voice) -> Message:
    return item(about, replace(voice, params={**voice.params, "copy": 1}))


@says("item_faded")
def item_faded(about: AboutItem, voice: Voice) -> Message:
    """A card that has stood long enough: one line again. Whoever wants to act opens it anew."""
    return Message(_folded(about, voice), _show(about, voice))


@says("item_open")
def item_open(about: AboutItem, voice: Voice) -> Message:
    """The whole card, with what is needed to act."""
    hide = ((voice.button("button.fold", Fold(about.item.id)),),)
    if voice.params.get("copy"):
        return Message(f"{_card(about, voice)}\n{voice.say('item.copy')}", hide)
    buttons = _what_to_do(about, voice) + _copy(about, voice) + more_talk(about, voice)
    return Message(_card(about, voice), buttons + hide)


def _copy(about: AboutItem, voice: Voice) -> Rows:
    """The file that somebody asked for, to whoever may read all of it."""
    if about.item.kind is not Kind.MY_DATA or not about.item.open or not voice.params.get("export"):
        return ()
    return ((voice.button("button.copy", MakeCopy(about.item.id)),),)


def _what_to_do(about: AboutItem, voice: Voice) -> Rows:
    one = about.item
    if one.unclaimed:
        return ((voice.button("button.claim", Claim(one.id)),),)
    if one.open and voice.params.get("mine"):
        return ((voice.button("button.close", Close(one.id)),),)
    return ()


def _show(about: AboutItem, voice: Voice) -> Rows:
    """What is done with needs no opening."""
    return ((voice.button("button.show", Show(about.item.id)),),) if about.item.open else ()


def _folded(about: AboutItem, voice: Voice) -> str:
    """Whose case, what kind of thing, and who has it."""
    kind = voice.say(f"item.{about.item.kind}.short")
    line = voice.say("item.line", case=about.individual.case_ref, kind=kind)
    return " ".join([line, *_state(about, voice)])


def _card(about: AboutItem, voice: Voice) -> str:
    """Who, which date, the last five, what was answered, and who has it."""
    said = [*words_lines(about, voice), *card_lines(about, voice)]
    lines = [_heading(about, voice), *_date_lines(about, voice), *said, *_state(about, voice)]
    return "\n".join(line for line in lines if line)


def _news(key: str, about: AboutItem, voice: Voice) -> Message:
    """News about a card that this reader has seen: one line, and *Show* for which date it is about."""
    return Message(voice.say(key, case=about.individual.case_ref), _show(about, voice))


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


@says("queue")
def queue(about: AboutStaff, voice: Voice) -> Message:
    """A page of what is open, the most urgent first. How much there is stands at the top."""
    total = len(about.items)
    if not total:
        return Message(voice.say("queue.empty"))
    first = first_of_page(total, int(voice.params.get("page", 0)))
    page = first // QUEUE_PAGE
    shown = list(enumerate(about.items, 1))[first : first + QUEUE_PAGE]
    lines = [f"{n}. {_line(one, voice)}" for n, one in shown]
    buttons = [
        (Button(voice.say("queue.show", n=n, case=one.individual.case_ref), Show(one.item.id)),) for n, one in shown
    ]
    around = [("repairs.before", page - 1, first > 0), ("repairs.after", page + 1, first + len(shown) < total)]
    turn = tuple(voice.button(key, QueuePage(to)) for key, to, there in around if there)
    part = [voice.say("queue.part", first=first + 1, last=first + len(shown))] if turn else []
    heading = " ".join([voice.say("queue.heading", n=total), *part])
    return Message("\n".join([heading, *lines]), tuple(row for row in (*buttons, turn) if row))


def _line(about: AboutItem, voice: Voice) -> str:
    state = voice.say("item.claimed_short", name=about.claimed_by.name) if about.claimed_by else ""
    kind = voice.say(f"item.{about.item.kind}.short")
    since = voice.when(about.item.raised_at)
    return " ".join(
        part
        for part in (voice.say("queue.line", case=about.individual.case_ref, kind=kind, since=since), state)
        if part
    )


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
    """How a date stands, in words that do not judge."""
    if about.standing is None:
        return voice.say("outcome.none")
    words = voice.say(f"outcome.{about.standing.outcome}")
    cause = about.standing.cause
    return f"{words} ({voice.say(f'cause.{cause}')})" if cause else words


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
        return [voice.say("item.closed"), *ended]
    parts = [voice.say("item.confirmed" if _confirmed(about) else "item.disputed")] if one.disputed_at else []
    if about.claimed_by is not None and one.claimed_at is not None:
        parts.append(voice.say("item.claimed", name=about.claimed_by.name, when=voice.when(one.claimed_at)))
    return parts


def _confirmed(about: AboutItem) -> bool:
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
    "alerts": Act.CLAIM_ITEM,
    "invite": Act.INVITE,
    "consent": Act.CONSENT_YOUTH,
    "report": Act.REPORT,
    "cutoff": Act.CUT_OFF,
    "unlock": Act.CUT_OFF,
    "case": Act.SEE_CASE,
    "looked": Act.WHO_LOOKED,
    "why": Act.SEE_CASE,
    "repairs": Act.REPAIR,
    "texts": Act.TEXTS,
    "hold": Act.HOLD,
    "release": Act.HOLD,
    "legalhold": Act.LEGAL_HOLD,
    "rules": Act.READ_RULES,
    "pause": Act.PAUSE,
    "resume": Act.PAUSE,
}


def commands_of(staff: Staff) -> list[str]:
    """The commands that this member of staff's roles give, by the one table of who may do what."""
    return [*(name for name, act in COMMANDS.items() if staff.roles & set(MAY[act])), "help"]
