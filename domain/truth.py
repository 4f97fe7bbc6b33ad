"""Is it still true, at the moment of sending? What stands in the way of a message, read off its facts."""

from dataclasses import replace
from datetime import datetime

from domain import changes
from domain.about import Facts
from domain.appointments import Appointment
from domain.attendance import CALLED_OFF, LOST, MISSED, Outcome
from domain.facts import (
    AboutAppointment,
    AboutChoice,
    AboutDigest,
    AboutGiving,
    AboutImport,
    AboutIndividual,
    AboutItem,
    AboutLeave,
    AboutLeaver,
    AboutOffered,
    AboutPause,
    AboutPerson,
    AboutSaid,
    AboutSession,
    AboutSitting,
)
from domain.moderating import AboutQuoting
from domain.neutral import AboutStages
from domain.outbox import Gates, Owed
from domain.people import Individual
from domain.questionnaires import Way


def gates(owed: Owed, facts: Facts, linked: bool, died: bool) -> Gates:
    """The gates of one message. A new kind that can stop being true is one line in `_still_so`."""
    individual: Individual | None = getattr(facts, "individual", None)
    personal = Gates(
        linked=linked,
        died=died,
        stopped=individual is not None and individual.stopped,
        staff_contact_only=individual is not None and individual.staff_contact_only,
        youth_without_consent=individual is not None and individual.youth and not individual.youth_consent,
        no_longer_so=not _still_so(owed, facts),
    )
    if isinstance(facts, AboutSaid | AboutSitting):
        return replace(personal, on_hold=facts.on_hold)
    if not isinstance(facts, AboutAppointment):
        return personal
    return replace(
        personal,
        order_ended=not facts.order.active,
        on_hold=facts.on_hold,
        appointment_cancelled=not facts.appointment.booked,
        outcome_recorded=facts.settled is not None,
        revised=owed.revision not in (0, facts.appointment.revision),
        starts_at=facts.appointment.starts_at,
        booked_at=facts.appointment.booked_at,
        helps_until=_in_vain_at(owed, facts),
    )


def _in_vain_at(owed: Owed, about: AboutAppointment) -> datetime | None:
    """When somebody would come in vain: the date was moved away from the time that they know, and is off as well."""
    return changes.left_behind(owed, about.appointment.starts_at) if about.off else None


def _as_it_was(about: AboutAppointment | None, at: datetime | None) -> bool:
    """Whether a date is on, and at the time at which it was then."""
    one = about.appointment if about is not None else None
    return one is not None and one.booked and (at is None or one.not_moved_since(at))


def may_be_answered(about: AboutAppointment | None, at: datetime | None) -> bool:
    """Whether what is answered about a date as it was then helps whoever asked: it stands, in an order that goes on,
    and nobody has heard that it is off."""
    if about is None or (about.standing is not None and about.standing.outcome in CALLED_OFF):
        return False
    return about.order.active and _as_it_was(about, at)


def _moved_into_the_past(owed: Owed, one: Appointment) -> bool:
    """Whether the date as this news has it is earlier than its individual knows: at the time that they have in mind
    there is none. (That it was over by then is looked at when the news is owed.)"""
    return owed.revision == one.revision and one.starts_at < changes.was_at(owed.params)


def _still_so(owed: Owed, facts: Facts) -> bool:
    match owed.kind, facts:
        case "item", AboutItem(item=item):
            return item.climbs
        case "still_waiting", AboutItem(item=item, about=about):
            kept = about is not None and about.order.active and not about.on_hold and not about.off
            return item.open and kept and _as_it_was(about, item.raised_at)
        case "cannot_answered", AboutItem(item=item, about=about):
            return item.withdrawn_at is None and may_be_answered(about, item.closed_at)
        case "follow_up" | "put_on_list", AboutItem(item=item):
            return item.withdrawn_at is None and item.listed_at is None and not facts.contacted and facts.undecided
        case "put_undecided", AboutItem(item=item):
            return item.withdrawn_at is None and item.listed_at is None and facts.undecided
        case "listed", AboutItem(item=item):
            return item.open and item.listed_at is not None
        case "new_worker", AboutIndividual(order=order):
            return order is not None and order.active
        case "reminder" | "booked", AboutAppointment(told_not_to_come_by=by):
            return by is None
        case "changed", AboutAppointment(appointment=one, settled=settled, off=off):
            return one.booked and (_in_vain_at(owed, facts) is not None if off else settled is None)
        case "cancelled", AboutAppointment(appointment=one):
            return not one.booked or _moved_into_the_past(owed, one)
        case "stood_down_sorry", AboutAppointment(standing=standing):
            return standing is not None and standing.outcome is Outcome.STOOD_DOWN_AHEAD
        case "unrecorded", AboutSession(rows=rows):
            return bool(rows)
        case "runner_wanted", AboutChoice(chosen=chosen):
            return chosen.vacant
        case "runners_wanted", AboutGiving(vacant=vacant):
            return bool(vacant)
        case "item_again", AboutItem(item=item):
            return item.open
        case "missed_care" | "need_more", AboutAppointment(settled=settled, told_not_to_come_by=by):
            return by is None and settled is not None and settled.outcome is Outcome.MISSED_REASON_UNKNOWN
        case "stand_down", AboutAppointment(standing=standing):
            return standing is not None and standing.outcome in CALLED_OFF
        case "place_offer", AboutOffered(stands=stands):
            return stands
        case "sent_home", AboutAppointment(standing=standing):
            return standing is not None and standing.outcome is Outcome.SENT_HOME_SERVICE
        case "sorry_corrected", AboutAppointment(standing=standing):
            return standing is None or standing.outcome not in LOST
        case "missed_sorry", AboutAppointment(standing=standing):
            return standing is None or standing.outcome not in MISSED
        case "item_passed" | "item_came_back", AboutItem(item=item):
            return item.open and item.claimed_by is not None
        case "digest", AboutDigest():
            return facts.says_something
        case "passed", AboutPerson(waiting=waiting):
            return waiting is not None
        case "item_withdrawn", AboutItem(item=item):
            return item.withdrawn_at is not None
        case "item_copy" | "item_disputed" | "item_confirmed" | "item_unasked", AboutItem(item=item):
            return item.withdrawn_at is None
        case "ask_taken", AboutItem(item=item):
            return item.open and item.claimed_by is not None
        case "ask_closed", AboutItem(item=item):
            return item.closed_at is not None
        case "complaint_due", AboutItem(item=item):
            return item.open
        case "was_there_question", AboutItem(item=item):
            return item.withdrawn_at is None and item.disputed_at is not None
        case "quote_ask" | "quote_ask_for", AboutQuoting(asked=asked):
            return asked
        case "end_told", AboutStages(unconfirmed=unconfirmed):
            return bool(unconfirmed)
        case "form_offer" | "form_text", AboutSitting(closed=closed):
            return not closed
        case "form_again" | "form_back", AboutSitting(closed=closed, way=way):
            return not closed and way in ("", Way.CHAT)  # else somebody on staff is at it with them
        case "leave_begins", AboutLeave(on=on, cover=cover, open=open_):
            return on and (cover is not None or bool(open_))  # whoever is on duty hears only of what is open
        case "leave_over", AboutLeave(on=on):
            return not on
        case "has_left", AboutLeaver(people=people, items=items):
            return bool(people) or items > 0
        case "import_overdue" | "import_refused", AboutImport(followed=followed):
            return not followed
        case "sending_paused" | "sending_still_paused", AboutPause(since=since):
            return since is not None
        case "sending_resumed", AboutPause(since=since):
            return since is None
    return True
