"""The issue's rules of what may be said when, as the oracle holds them against what was said."""

from datetime import time

QUIET_FROM, QUIET_TO = time(20), time(8)
MOST_A_DAY, MOST_A_WEEK = 2, 6
STAND_DOWN_FROM = time(6, 30)
ASKED_FOR = frozenset({"answer", "ask_taken", "ask_closed", "cannot_answered", "still_waiting"})  # answers to them …
ASKED_FOR |= {"moved_away", "form_back"}  # … and what their own new phone did, or a form that they are at
FORM = frozenset({"form_offer", "form_again", "form_text"})
OFFERS = FORM | {"place_offer"}
CHANGES = frozenset({"changed", "cancelled"})
NEVER_DROPPED = frozenset({"eve", "week", "three_days"})  # the evening before, and the three of a court review
AHEAD = frozenset({"reminder", "booked"})  # what is said ahead of a date
TELLS = AHEAD | CHANGES | {"stand_down"}  # from which somebody knows when and where a date is, or that it is off
EVE, EVE_TO = time(17, 45), time(20)  # the evening before, when everybody is reminded
KNOWN_BY = time(17)  # what is booked or moved later is told at once, and not on the evening before


def may_wake(kind: str, at: time) -> bool:
    """Quiet hours hold only what an individual did not ask for; a stand-down may come from 6:30."""
    if QUIET_TO <= at < QUIET_FROM or kind in ASKED_FOR:
        return True
    return kind.startswith("stand_down") and STAND_DOWN_FROM <= at < QUIET_TO


def must_be_about_an_active_order(kind: str) -> bool:
    """After an order ends nothing about its dates is sent; its form still is."""
    return kind not in FORM


def is_capped(kind: str, step: str) -> bool:
    """Two a day and six a week of extra steps, nudges, offers and re-asks."""
    return kind in OFFERS or (kind in AHEAD and step not in NEVER_DROPPED)
