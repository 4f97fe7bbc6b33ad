"""What an answer about a date is answered with, whenever that is spoken: true then, discreet and short."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import discreet
from domain.appointments import Kind
from tests.messages.test_reminding import STARTS, about, text

STARTS_AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
LATER = st.integers(0, 60 * 24 * 8).map(lambda n: timedelta(minutes=n))
REPLIES = ("reply_coming", "reply_cannot", "reason_given", "reply_help")
AHEAD_ONLY = ("see you then", "come by", "visit you", "bring", "still stands", "should still come")


@given(STARTS, LATER, st.sampled_from(Kind), st.booleans())
def test_of_a_date_that_is_over_nothing_is_said_as_if_it_were_ahead(
    starts: datetime, later: timedelta, kind: Kind, plain: bool
) -> None:
    facts = about(starts, kind, plain)
    now = facts.appointment.over_at + later
    for one in REPLIES:
        said = text(one, facts, now)
        found = [words for words in AHEAD_ONLY if words in said]
        assert (one, found, plain or discreet.faults(said)) == (one, [], plain or [])
        assert len(said) <= 400


@pytest.mark.parametrize("minutes", [0, 30, 59])
def test_while_it_runs_nobody_reads_see_you_then(minutes: int) -> None:
    facts = about(STARTS_AT)
    said = text("reply_coming", facts, STARTS_AT + timedelta(minutes=minutes))
    assert "it has started now" in said
    assert "see you then" not in said
