"""What is said of a date that is off while another one of that day is on: discreet, short, and nobody is named."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain import discreet, texting
from domain.appointments import Kind, Status
from domain.facts import AboutAppointment
from domain.outbox import Saying, Subject
from messages import compose
from tests.messages.test_texts import EVENING, STARTS, TONGUE, WAS, full, said


def off(kind: Kind, hours: int) -> AboutAppointment:
    """It is off; of another kind of date, which begins so many hours later, all is known that can be."""
    other = full(kind)
    later = replace(other.appointment, id=2, starts_at=STARTS + timedelta(hours=hours))
    here = full(Kind.UNPAID_WORK)
    return replace(
        here,
        individual=replace(here.individual, plain=False),
        appointment=replace(here.appointment, status=Status.CANCELLED),
        beside=(replace(other, appointment=later),),
    )


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("hours", [0, 4])
def test_what_is_still_on_that_day_is_said_and_never_that_they_need_not_come(kind: Kind, hours: int) -> None:
    facts = off(kind, hours)
    shown = compose.message(Saying("cancelled", Subject("appointment", 1), WAS), facts, TONGUE.voice("en", EVENING))
    text = said("cancelled", facts, **WAS)
    for one in (shown.text, text):
        assert discreet.faults(one) == []
        assert "need to come" not in one
        assert ("this date is off" in one) is (hours > 0)
        assert f"{9 + hours}:30" in one
    assert texting.fits(text)
    assert not text.endswith("...")
    assert "Kirsty" not in text
    assert ("Kirsty" in shown.text) is (kind is Kind.HOME_VISIT)
