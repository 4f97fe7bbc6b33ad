"""Is it still true, at the moment of sending? What stands in the way of a message, read off its facts."""

from dataclasses import replace
from datetime import datetime

from domain import changes
from domain.about import Facts
from domain.attendance import CALLED_OFF, LOST, MISSED, Outcome
from domain.facts import (
    AboutAppointment,
    AboutChoice,
    AboutDigest,
    AboutGiving,
    AboutImport,
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


def _still_so(owed: Owed, facts: Facts) -> bool:
    match owed.kind, facts:
        case "item", AboutItem(item=item):
            return item.climbs
        case "still_waiting", AboutItem(item=item):
            return item.open
        case "cannot_answered", AboutItem(item=item):
            return item.withdrawn_at is None
        case "follow_up" | "put_on_list", AboutItem(item=item):
            return item.withdrawn_at is None and item.listed_at is None and not facts.contacted and facts.undecided
        case "put_undecided", AboutItem(item=item):
            return item.withdrawn_at is None and item.listed_at is None and facts.undecided
        case "listed", AboutItem(item=item):
            return item.open and item.listed_at is not None
        case "reminder" | "booked", AboutAppointment(told_not_to_come_by=by):
            return by is None
        case "ring", AboutAppointment(appointment=one, order=order, on_hold=held, settled=settled):
            return one.booked and order.active and not held and settled is None
        case "changed", AboutAppointment(appointment=one, settled=settled, off=off):
            return one.booked and (_in_vain_at(owed, facts) is not None if off else settled is None)
        case "cancelled", AboutAppointment(appointment=one):
            return not one.booked
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
