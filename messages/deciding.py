"""What staff did about a missed date and decided of it, on its card and on pages of its own. The individual reads none
of this."""

from domain import deciding
from domain.attendance import JUDGED, Record, Why
from domain.deciding import Cause, Contact, Heard, How, Page
from domain.facts import AboutAbsence, AboutAbsences, AboutAppointment, Did
from domain.procedure import Standing
from messages.actions.deciding import (
    AbsencesOf,
    AcceptAbsence,
    AskForMore,
    NoteContact,
    RefuseAbsence,
    SeeAbsence,
    UndoDone,
)
from messages.actions.evidence import ShowSent
from messages.compose import Button, Message, Voice, says
from messages.ends import in_short

Rows = tuple[tuple[Button, ...], ...]
MOST_DONE = 6  # of what was done, the last: a card holds a conversation too
MOST_DAYS = 6  # of those that count towards the procedure, the last
PAGE = 10  # missed dates on one message


# ── On the card ─────────────────────────────────────────────────────────────────────────────────────────────────────


def absence_lines(about: AboutAbsence, voice: Voice) -> list[str]:
    """What was done, what was sent, what was decided, what is usual next, and what the procedure says."""
    done = [f"· {_did(one, about, voice)}" for one in about.done[-MOST_DONE:]]
    lines = [voice.say("absence.done"), *done] if done else []
    if about.sent:
        lines.append(voice.say("absence.sent", n=len(about.sent), when=voice.when(about.sent[-1].at)))
    return [*lines, *_decided(about, voice), *_usual(about, voice), *procedure_lines(about.history, voice)]


def _did(one: Did, about: AboutAbsence, voice: Voice) -> str:
    """Of a question also what became of it: it is asked only once it could be sent."""
    who = one.by.name if one.by is not None else ""
    when = voice.when(one.contact.at)
    line = voice.say("absence.line", what=voice.say(f"absence.did_{one.contact.how}"), when=when, who=who)
    if one.contact.how is How.NEED_MORE and about.asked is not None:
        return f"{line}: {in_short(about.asked, voice)}"
    return line


def _decided(about: AboutAbsence, voice: Voice) -> list[str]:
    record = about.about.standing
    if record is None or record.outcome not in JUDGED:
        return []
    who = about.decided_by.name if about.decided_by is not None else voice.say("absence.case_system")
    lines = [voice.say("absence.line", what=verdict(record, voice), when=voice.when(record.recorded_at), who=who)]
    if record.heard:
        lines.append(voice.say("absence.heard", how=_heard(record.heard, about, voice)))
    if record.why in set(Why):
        lines.append(voice.say("absence.changed", why=voice.say(f"absence.why_{record.why}")))
    return lines


def verdict(record: Record, voice: Voice) -> str:
    """*Accepted: health*, *Not accepted*."""
    key = "absence.accepted" if record.cause else f"absence.{record.outcome}"
    return voice.say(key, cause=voice.say(f"cause.{record.cause}") if record.cause else "")


def _heard(how: str, about: AboutAbsence, voice: Voice) -> str:
    """Who could not be reached was tried: how, stands beside it."""
    tried = deciding.tries(one.contact for one in about.done) if how == Heard.NOT_REACHED else []
    words = voice.say(f"absence.heard_{how}", n=len(tried))
    return f"{words} ({_tried(tried, voice)})" if tried else words


def _tried(tried: list[Contact], voice: Voice) -> str:
    return "; ".join(f"{voice.say(f'absence.did_{one.how}')}, {voice.on(voice.calendar.day(one.at))}" for one in tried)


def _usual(about: AboutAbsence, voice: Voice) -> list[str]:
    """What practice expects next, while there is something to decide. It is shown; nobody does it but staff."""
    if about.item is None or not about.item.open or deciding.needs_why(about.about.standing):
        return []
    rung = deciding.next_rung([one.contact for one in about.done], about.messaged, about.in_touch)
    return [voice.say("absence.next", rung=voice.say(f"absence.next_{rung}"))] if rung is not None else []


def procedure_lines(history: Standing, voice: Voice) -> list[str]:
    """How many dates count, and what the council's own procedure says comes next, with where that is written."""
    rules = voice.policy.procedure
    days = ", ".join(voice.on(day) for day in history.not_accepted[-MOST_DAYS:])
    if not history.not_accepted:
        return [voice.say("absence.count_none", months=rules.months)]
    lines = [voice.say("absence.count", n=len(history.not_accepted), months=rules.months, days=days)]
    if history.step is not None:
        key = "absence.procedure" if rules.confirmed else "absence.procedure_example"
        step = {"says": history.step.says, "source": history.step.source}
        lines.append(voice.say(key, version=rules.version, **step))
    return lines


def absence_buttons(about: AboutAbsence, voice: Voice) -> Rows:
    """What this reader may do: contacts for whoever has the alert, decisions only for a named worker."""
    one, item, decides = about.about.appointment.id, about.item, bool(voice.params.get("decides"))
    open_ = item is not None and item.open
    theirs = item is not None and (item.unclaimed or item.claimed_by == voice.params.get("reader") or decides)
    rows: list[tuple[Button, ...]] = []
    if open_ and theirs and voice.params.get("acts"):
        rows.append(_contacts(one, voice))
    if decides:
        rows += _decisions(about, voice)
    if about.sent:
        rows.append((voice.button("absence.button_sent", ShowSent(one), n=len(about.sent)),))
    return (*rows, *_undo(about, voice))


def _contacts(appointment_id: int, voice: Voice) -> tuple[Button, ...]:
    return (
        voice.button("absence.button_rang", SeeAbsence(appointment_id, Page.RANG)),
        voice.button("absence.button_wrote", NoteContact(appointment_id, How.WROTE)),
        voice.button("absence.button_visited", SeeAbsence(appointment_id, Page.VISITED)),
    )


def _decisions(about: AboutAbsence, voice: Voice) -> list[tuple[Button, ...]]:
    one, change = about.about.appointment.id, "change_" if deciding.needs_why(about.about.standing) else ""
    rows: list[tuple[Button, ...]] = [
        (
            voice.button(f"absence.button_{change}accept", SeeAbsence(one, Page.ACCEPT)),
            voice.button(f"absence.button_{change}refuse", SeeAbsence(one, Page.REFUSE)),
        )
    ]
    asked = deciding.waits_for_more([done.contact for done in about.done])
    if not change and not asked and about.item is not None and about.item.open:
        rows.append((voice.button("absence.button_more", SeeAbsence(one, Page.MORE)),))
    return rows


def undoable(about: AboutAbsence, voice: Voice) -> Contact | Record | None:
    """What this reader did or decided last about a missed date, and may take back."""
    reader = int(voice.params.get("reader", 0))
    last = deciding.last_of(reader, [one.contact for one in about.done], about.about.standing)
    return last if isinstance(last, Contact) or voice.params.get("decides") else None


def _undo(about: AboutAbsence, voice: Voice) -> Rows:
    last, one = undoable(about, voice), about.about.appointment.id
    if last is None:
        return ()
    if isinstance(last, Contact):
        what, action = voice.say(f"absence.did_{last.how}"), UndoDone(one, last.id, 0)
    else:
        what, action = verdict(last, voice), UndoDone(one, 0, last.id)
    return ((voice.button("absence.button_undo", action, what=what),),)


# ── Pages of their own ──────────────────────────────────────────────────────────────────────────────────────────────


@says("absence")
def absence(about: AboutAbsence, voice: Voice) -> Message:
    """A missed date by itself: one that was decided, or that has no alert."""
    record = about.about.standing
    stands = voice.say(f"outcome.{record.outcome}") if record is not None else voice.say("outcome.none")
    lines = [f"{_heading(about.about, voice)} – {stands}", *absence_lines(about, voice)]
    return Message("\n".join(lines), absence_buttons(about, voice))


def _heading(about: AboutAppointment, voice: Voice) -> str:
    one = about.appointment
    return voice.say(
        "absence.heading", case=about.individual.case_ref, day=voice.on(one.day), time=voice.at(one.starts_at)
    )


def _page(about: AboutAbsence, voice: Voice, page: Page, buttons: Rows, **values: str | int) -> Message:
    """The second of two taps, with a way back."""
    back = voice.button("absence.button_back", SeeAbsence(about.about.appointment.id, Page.ABSENCE))
    text = f"{_heading(about.about, voice)}\n{voice.say(f'absence.ask_{page}', **values)}"
    return Message(text, (*buttons, (back,)))


@says("absence_rang")
def absence_rang(about: AboutAbsence, voice: Voice) -> Message:
    return _page(about, voice, Page.RANG, _how(about, voice, How.RANG_SPOKE, How.RANG_NO_ANSWER))


@says("absence_visited")
def absence_visited(about: AboutAbsence, voice: Voice) -> Message:
    return _page(about, voice, Page.VISITED, _how(about, voice, How.VISITED, How.VISITED_NOBODY))


def _how(about: AboutAbsence, voice: Voice, *ways: How) -> Rows:
    one = about.about.appointment.id
    return tuple((voice.button(f"absence.pick_{how}", NoteContact(one, how)),) for how in ways)


@says("absence_accept")
def absence_accept(about: AboutAbsence, voice: Voice) -> Message:
    one = about.about.appointment.id
    causes = tuple((voice.button(f"absence.cause_{cause}", AcceptAbsence(one, cause, "")),) for cause in Cause)
    return _page(about, voice, Page.ACCEPT, causes)


@says("absence_refuse")
def absence_refuse(about: AboutAbsence, voice: Voice) -> Message:
    """How they were heard. That they could not be reached can be picked only where tries are on record."""
    one, tried = about.about.appointment.id, deciding.tries(done.contact for done in about.done)
    ways = [how for how in Heard if how is not Heard.NOT_REACHED or tried]
    buttons = tuple((voice.button(f"absence.heard_{how}", RefuseAbsence(one, how, ""), n=len(tried)),) for how in ways)
    tries = voice.say("absence.tried", tries=_tried(tried, voice)) if tried else voice.say("absence.not_tried")
    return _page(about, voice, Page.REFUSE, buttons, tries=tries)


@says("absence_why")
def absence_why(about: AboutAbsence, voice: Voice) -> Message:
    """A decision stands already: whoever changes it says why."""
    one, cause, heard = about.about.appointment.id, voice.params.get("cause"), voice.params.get("heard")
    buttons: Rows = tuple(
        (
            voice.button(
                f"absence.why_{why}",
                AcceptAbsence(one, Cause(str(cause)), why) if cause else RefuseAbsence(one, Heard(str(heard)), why),
            ),
        )
        for why in Why
    )
    back = voice.button("absence.button_back", SeeAbsence(one, Page.ABSENCE))
    return Message(f"{_heading(about.about, voice)}\n{voice.say('absence.ask_why')}", (*buttons, (back,)))


@says("absence_more")
def absence_more(about: AboutAbsence, voice: Voice) -> Message:
    """The words that will be sent, before they are."""
    one = about.about.appointment
    words = voice.say("evidence.ask", day=voice.on(one.day))
    ask = voice.button("absence.button_ask", AskForMore(one.id))
    return _page(about, voice, Page.MORE, ((ask,),), words=words)


@says("absences")
def absences(about: AboutAbsences, voice: Voice) -> Message:
    """The missed dates of one person, a page of them, and how each order stands by the council's procedure."""
    case = about.individual.case_ref
    if not about.dates:
        return Message(voice.say("absence.none", case=case))
    first = min(max(int(voice.params.get("page", 0)), 0), (len(about.dates) - 1) // PAGE) * PAGE
    shown = list(enumerate(about.dates, 1))[first : first + PAGE]
    lines = [voice.say("absence.all", case=case, n=len(about.dates))]
    for order, history in about.orders:
        lines += [f"{order.ref}: {line}" for line in procedure_lines(history, voice)]
    lines += [f"{n}. {_missed(one, voice)}" for n, one in shown]
    buttons = [
        (
            voice.button(
                "absence.button_see",
                SeeAbsence(one.appointment.id, Page.ABSENCE),
                n=n,
                day=voice.on(one.appointment.day),
            ),
        )
        for n, one in shown
    ]
    return Message("\n".join(lines), tuple(row for row in (*buttons, _turn(about, first, voice)) if row))


def _missed(about: AboutAppointment, voice: Voice) -> str:
    assert about.standing is not None
    one, record = about.appointment, about.standing
    stands = verdict(record, voice) if record.outcome in JUDGED else voice.say(f"outcome.{record.outcome}")
    return f"{voice.on(one.day)} {voice.at(one.starts_at)} – {stands}"


def _turn(about: AboutAbsences, first: int, voice: Voice) -> tuple[Button, ...]:
    page, whose = first // PAGE, about.individual.id
    around = [("repairs.before", page - 1, first > 0), ("repairs.after", page + 1, first + PAGE < len(about.dates))]
    return tuple(voice.button(key, AbsencesOf(whose, to)) for key, to, there in around if there)
