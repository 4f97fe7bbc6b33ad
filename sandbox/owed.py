"""What the bot owes next and why, in the page's words."""

from db import outbox
from domain.about import Facts
from domain.facts import AboutAppointment, AboutItem, AboutSitting
from domain.outbox import Row, To
from messages import words
from sandbox.refusals import Json
from usecases import facts
from usecases.service import Service

MOST = 30
KINDS = {
    "reminder": ("Reminder", "the evening before, at 18:00"),
    "missed_care": ("Are you OK?", "when the session has ended, if the miss still stands"),
    "form_offer": ("Questionnaire", "an order began, is reviewed, or ended"),
    "form_again": ("Questionnaire, again", "nobody answered it"),
    "faded": ("Taken off a staff phone", "47 hours after it was sent"),
    "item_faded": ("Folded on a staff phone", "47 hours after it was sent"),
    "was_there_faded": ("A name taken off a staff phone", "47 hours after it was sent"),
    "was_there_question": ("Were they here?", "the individual says so"),
}
RUNGS = {
    To.WORKER: "the first who must know",
    To.COVER: "4 working hours later, if nobody deals with it",
    To.MANAGER: "10:00 on the next working day after that, if nobody deals with it",
}
RECIPIENTS = {
    To.WORKER: "their worker",
    To.COPY: "the case manager (a copy)",
    To.COVER: "cover or duty",
    To.MANAGER: "managers",
    To.RUNNER: "who ran the session",
    To.STAFF: "one member of staff",
    To.CHAT: "who saw it",
}


async def described(service: Service) -> list[Json]:
    """Soonest first: due, kind, to, about, why, state."""
    async with service.db.read() as tx:
        rows = await outbox.owed_next(tx, MOST)
        known = await facts.load(service, tx, [row.owed.saying for row in rows], service.clock.now())
    return [_line(service, row, known[row.owed.subject]) for row in rows]


def _line(service: Service, row: Row, about: Facts) -> Json:
    owed = row.owed
    kind, why = KINDS.get(owed.kind, (owed.kind.replace("_", " ").capitalize(), "something changed"))
    if owed.family == "ladder":
        kind, why = "Alert", RUNGS[owed.to]
    individual = getattr(about, "individual", None)
    to = individual.first_name if owed.to is To.INDIVIDUAL and individual else RECIPIENTS.get(owed.to, "somebody")
    return {
        "due": owed.due_at.isoformat(),
        "kind": kind,
        "to": to,
        "about": _about(service, about),
        "why": f"{why} ({row.reason.replace('_', ' ')})" if row.reason else why,
        "state": row.status.value,
    }


def _about(service: Service, about: Facts) -> str:
    if isinstance(about, AboutItem):
        date = f", {_date(service, about.about)}" if about.about else ""
        return f"{about.individual.case_ref}: {words.say(f'item.{about.item.kind}.short', 'en')}{date}"
    if isinstance(about, AboutAppointment):
        return f"{about.individual.case_ref}: {_date(service, about)}"
    if isinstance(about, AboutSitting):
        return about.individual.case_ref
    return ""


def _date(service: Service, about: AboutAppointment) -> str:
    one = about.appointment
    kind = words.say(f"kind.{one.kind}", "en")
    wall = service.calendar.wall(one.starts_at)
    return f"{kind}, {words.short_date(one.day, 'en')}, {words.clock_time(wall, 'en')}"
