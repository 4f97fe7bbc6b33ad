"""Papers about one order, for staff to read, print and sign: the evidence record, and a letter to begin from.

They say what is known and no more: that Telegram accepted a message is not that anybody read it, and silence is
nothing.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from documents import letter as blank
from documents import order_record as paper
from domain.attendance import Outcome, Record
from domain.deciding import Heard
from domain.facts import AboutAbsence, AboutHistory, AboutOrders, AboutPapers, Did
from domain.history import Told
from domain.orders import Order
from domain.outbox import Status, To
from domain.procedure import Step
from messages import words
from messages.actions.papers import LetterAs, RecordOf
from messages.compose import Button, File, Message, Voice, says
from messages.ends import state
from messages.staff import outcome_alone

RANGES = (0, 3, 12)  # months that the evidence record may be about; 0: the whole order
FIELDS = (
    *("today", "first_name", "case_ref", "order_ref", "missed", "answer_by", "worker", "service"),
    *("phone", "phone_hours", "next_date"),
)
PARAGRAPHS, STEP_PARAGRAPHS = 9, 10
SAID = frozenset({Status.SENT, Status.MISSED, Status.UNREACHABLE, Status.FAILED, Status.SUPPRESSED, Status.CANCELLED})


@dataclass(frozen=True)
class Written(Voice):
    """How a paper speaks: it is read long after it was made, so that no day is *today* and each has its year."""

    def on(self, day: date) -> str:
        return words.long_date(day, self.locale)

    def day(self, day: date) -> str:
        return self.on(day)

    def day_within(self, day: date) -> str:
        return self.on(day)

    def when(self, moment: datetime) -> str:
        return self.say("day.at", day=self.on(self.calendar.day(moment)), time=self.at(moment))


def on_paper(voice: Voice) -> Written:
    """The same reader, spoken to on paper."""
    return Written(**{field.name: getattr(voice, field.name) for field in fields(Voice)})


# ── In the chat ─────────────────────────────────────────────────────────────────────────────────────────────────────


@says("papers_none")
def papers_none(about: AboutOrders, voice: Voice) -> Message:
    return Message(voice.say("papers.none", case=about.individual.case_ref))


@says("record_which")
def record_which(about: AboutOrders, voice: Voice) -> Message:
    """One order: of which days? Several: which of them?"""
    case = about.individual.case_ref
    if len(about.orders) == 1:
        only = about.orders[0]
        ranges = tuple((voice.button(f"papers.last_{n}", RecordOf(only.id, n)),) for n in RANGES)
        return Message(voice.say("papers.which_days", case=case), ranges)
    rows = tuple((Button(order_line(one, voice), RecordOf(one.id, 0)),) for one in about.orders)
    return Message(voice.say("papers.which_order", case=case), rows)


def order_line(order: Order, voice: Voice) -> str:
    """One of several orders, on its button."""
    return voice.say("papers.order", ref=order.ref, day=voice.on(order.imposed_on), year=order.imposed_on.year)


@says("order_record")
def order_record(about: AboutPapers, voice: Voice) -> Message:
    """To the worker or manager who asks for it."""
    name = f"record-{voice.calendar.wall(voice.now):%Y-%m-%d-%H%M}.pdf"
    written, (first, last) = on_paper(voice), _days(about, voice)
    days = {"first": written.on(first), "last": written.on(last)}
    return Message(
        voice.say("papers.record", case=about.individual.case_ref, n=len(_dates(about, voice)), **days),
        file=File(name, record(about, voice)),
    )


def _dates(about: AboutPapers, voice: Voice) -> list[AboutHistory]:
    first, last = _days(about, voice)
    return [one for one in about.dates if first <= one.about.appointment.day <= last]


def _days(about: AboutPapers, voice: Voice) -> tuple[date, date]:
    """The days that were chosen, both included; an order has no day before it was imposed."""
    today, months = voice.calendar.day(voice.now), int(voice.params.get("months", 0))
    if "first" in voice.params:
        return date.fromisoformat(str(voice.params["first"])), date.fromisoformat(str(voice.params["last"]))
    back = today - timedelta(days=365 * months // 12) if months else about.order.imposed_on
    return max(back, about.order.imposed_on), today


@says("letter")
def letter(about: AboutPapers, voice: Voice) -> Message:
    """A draft to read, finish and sign: about dates that wait for a decision, or of the step that the procedure names
    for those not accepted. That it was made is not that it was sent."""
    step = about.history.step if voice.params.get("step") else None
    values, case = _values(about, step, on_paper(voice)), about.individual.case_ref
    ours = template(voice.locale, step.name if step is not None else "", bool(about.following))
    content = blank.filled(ours if step is not None else voice.policy.letter or ours, values)
    file = File(f"letter-{voice.calendar.wall(voice.now):%Y-%m-%d-%H%M}.docx", content)
    if step is None:
        return Message(voice.say("papers.letter", case=case, n=len(_open(about))), file=file)
    source = voice.say("papers.by_procedure" if voice.policy.procedure.confirmed else "papers.by_example")
    n = len(about.history.not_accepted)
    return Message(voice.say("papers.letter_step", case=case, says=step.says, n=n, source=source), file=file)


@says("letter_which")
def letter_which(about: AboutPapers, voice: Voice) -> Message:
    """Two things can be written: each by its name."""
    id_, step, n = about.order.id, about.history.step, about.history.undecided
    asks = (voice.button("papers.letter_asks", LetterAs(id_, ""), n=n),)
    next_ = ((Button(_capital(step.says), LetterAs(id_, step.name)),),) if step is not None else ()
    return Message(voice.say("papers.letter_which", case=about.individual.case_ref), (asks, *next_))


@says("letter_none")
def letter_none(about: AboutPapers, voice: Voice) -> Message:
    """Nothing to draft, and what the procedure says instead, if it says anything."""
    step, lines = about.history.step, [voice.say("papers.letter_none", case=about.individual.case_ref)]
    lines += [voice.say("papers.letter_yours", says=step.says)] if step is not None else []
    return Message(" ".join(lines))


def _capital(words_: str) -> str:
    return words_[:1].upper() + words_[1:]


# ── The letter ──────────────────────────────────────────────────────────────────────────────────────────────────────


def template(locale: str, step: str = "", next_date: bool = True) -> bytes:
    """The letter to begin from, with its merge fields: a council puts its own beside it. `step` is one of the
    procedure; without a `next_date` nothing is said of one."""
    keys = [_key(step, n) for n in range(1, STEP_PARAGRAPHS + 1)] if step else _KEYS
    told = [words.say(key, locale) for key in keys]
    return blank.template([text for text in told if next_date or "«next_date»" not in text])


_KEYS = [f"letter.{n}" for n in range(1, PARAGRAPHS + 1)]


def _key(step: str, n: int) -> str:
    """A step that is known by its name has words of its own, where it needs any."""
    own = f"letter.step.{n}.{step}"
    return own if words.knows(own) else f"letter.step.{n}"


def _values(about: AboutPapers, step: Step | None, voice: Written) -> dict[str, str]:
    """What the fields say. What is not known stands as room for whoever signs to fill or strike out."""
    told_of = _open(about) if step is None else _not_accepted(about)
    by = [one.item.follow_up_at for one in told_of if one.item is not None and one.item.follow_up_at is not None]
    days = sorted(one.about.appointment.starts_at for one in told_of)
    then, room = about.following, voice.say("letter.room")
    return {
        "today": voice.on(voice.calendar.day(voice.now)),
        "first_name": about.individual.first_name,
        "case_ref": about.individual.case_ref,
        "order_ref": about.order.ref,
        "missed": "; ".join(voice.when(one) for one in days),
        "letter": step.says if step is not None else "",
        "answer_by": voice.on(voice.calendar.day(max(max(by), voice.now))) if by else room,
        "worker": about.worker.name if about.worker is not None else room,
        "service": voice.policy.service_name,
        "phone": voice.policy.phone,
        "phone_hours": voice.policy.phone_hours,
        "next_date": voice.when(then.starts_at) if then is not None else room,
    }


def _open(about: AboutPapers) -> list[AboutAbsence]:
    return [one for one in about.absences.values() if _undecided(one)]


def _not_accepted(about: AboutPapers) -> list[AboutAbsence]:
    """Those that count towards the step."""
    days = set(about.history.not_accepted)
    return [
        one
        for one in about.absences.values()
        if one.about.standing is not None
        and one.about.standing.outcome is Outcome.MISSED_NOT_ACCEPTED
        and one.about.appointment.day in days
    ]


def _undecided(about: AboutAbsence) -> bool:
    standing = about.about.standing
    return standing is not None and standing.outcome is Outcome.MISSED_REASON_UNKNOWN


# ── The evidence record ─────────────────────────────────────────────────────────────────────────────────────────────


def record(about: AboutPapers, voice: Voice) -> bytes:
    """The dates of one order within the days that were chosen, as a PDF."""
    written, (first, last), dates = on_paper(voice), _days(about, voice), _dates(about, voice)
    case, made = about.individual.case_ref, written.when(voice.now)
    worker = about.worker.name if about.worker is not None else voice.say("papers.nobody")
    facts = {
        "case": case,
        "order": about.order.ref,
        "imposed": written.on(about.order.imposed_on),
        "requirements": ", ".join(voice.say(f"requirement.{one}") for one in sorted(about.order.requirements)),
        "days": voice.say("papers.from_to", first=written.on(first), last=written.on(last)),
        "dates": str(len(dates)),
        "worker": worker,
        "made": made,
    }
    return paper.pdf(
        paper.Paper(
            voice.say("papers.title"),
            [(voice.say(f"papers.fact_{name}"), text) for name, text in facts.items()],
            [voice.say(f"papers.note_{n}") for n in ((1, 2, 3) if dates else ("none",))],
            [_part(one, about.absences.get(one.about.appointment.id), written) for one in dates],
            voice.say("papers.foot", case=case, when=made),
            voice.say("papers.page"),
        )
    )


def _part(one: AboutHistory, absence: AboutAbsence | None, voice: Written) -> paper.Part:
    date_ = one.about.appointment
    place = f", {one.about.place.nickname}" if one.about.place else ""
    heading = f"{voice.when(date_.starts_at)} – {voice.say(f'kind.{date_.kind}')}{place}"
    off = [] if date_.booked else [(voice.say("papers.cancelled"), ())]
    told = [_told(row, one, voice) for row in one.rows if row.row.owed.to is To.INDIVIDUAL and row.row.status in SAID]
    answers = [_answer(each.reply.answer, each.reply.reason, each.reply.at, voice) for each in one.answers]
    happened = [_recorded(record, one, voice) for record in one.about.records]
    lines = [
        *off,
        (voice.say("papers.told"), told or [voice.say("papers.nothing_told")]),
        (voice.say("papers.answered"), answers or [voice.say("papers.no_answer")]),
        (voice.say("papers.happened"), happened or [voice.say("outcome.none")]),
    ]
    return paper.Part(heading, [*lines, *(_done(absence, voice) if absence is not None else [])])


def _told(told: Told, one: AboutHistory, voice: Written) -> str:
    """*Reminder: accepted by Telegram, 24 November 2026 at 18:00. Seen, by their answer of …*"""
    kind = f"history.kind.{told.row.owed.kind}"
    what = voice.say(kind if words.knows(kind) else "history.kind.other")
    seen = one.seen.get(told.row.id)
    line = f"{what}: {state(told, voice)}."
    return f"{line} {voice.say('papers.seen', when=voice.when(seen))}" if seen is not None else line


def _answer(answer: str, reason: str, at: datetime, voice: Written) -> str:
    because = f", {voice.say(f'reason.{reason}')}" if reason else ""
    return f"{voice.say(f'said.{answer}')}{because} ({voice.when(at)})"


def _recorded(record: Record, one: AboutHistory, voice: Written) -> str:
    """One line of the record, as it was written down: what, by whom, when; of a decision how they were heard."""
    by = one.staff.get(record.recorded_by or 0)
    who = by.name if by is not None else voice.say("outcome.by_import")
    line = voice.say("papers.recorded", what=outcome_alone(record, voice), who=who, when=voice.when(record.recorded_at))
    minutes = [voice.say("papers.minutes", n=record.minutes)] if record.minutes else []
    heard = [voice.say(f"papers.heard_{record.heard}")] if record.heard in tuple(Heard) else []
    return " ".join([line, *minutes, *heard])


def _done(absence: AboutAbsence, voice: Written) -> list[tuple[str, list[str]]]:
    """What staff did about a missed date, and what the individual sent."""
    done = [_contact(one, voice) for one in absence.done]
    sent = [voice.say("papers.sent", when=voice.when(one.at)) for one in absence.sent]
    return [(voice.say("papers.done"), [*done, *sent])] if done or sent else []


def _contact(one: Did, voice: Written) -> str:
    who = one.by.name if one.by is not None else ""
    return voice.say(
        "absence.line", what=voice.say(f"absence.did_{one.contact.how}"), when=voice.when(one.contact.at), who=who
    )
