"""Every button, as a frozen dataclass: one module for each conversation, named as its handlers are."""

from messages.actions import (  # noqa: F401  (each enters its buttons when it is imported)
    access,
    answers,
    asking,
    cover,
    deciding,
    desk,
    enrolment,
    evidence,
    following,
    forms,
    handing_over,
    individual,
    keeping,
    moderating,
    offering,
    packs,
    papers,
    places,
    progress,
    register,
    reminding,
    report,
    staff,
    standards,
    talk,
    telling,
    texting,
    watching,
)
from messages.actions.button import MOST_BYTES, Action, kinds, parse

__all__ = ["MOST_BYTES", "Action", "kinds", "parse"]
