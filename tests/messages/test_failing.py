"""What staff are told of a message that did not arrive is true of each way in which it can fail."""

from datetime import UTC, datetime

import pytest

from domain.calendar import Calendar
from domain.facts import AboutIndividual
from domain.people import Individual
from domain.policy import Policy
from messages import failing
from messages.compose import Voice


@pytest.mark.parametrize(
    ("why", "says", "then"),
    [
        ("refused", "Telegram refused a message to them. It was not sent.", "Please tell them yourself."),
        ("late", "a message to them could not be sent in time.", "Please tell them yourself."),
        ("texts", "a text message did not reach them.", "Please tell them yourself."),
        ("no_answer", "It may have been sent, or not.", "Please make sure that they know."),
    ],
)
def test_each_way_has_its_own_words(why: str, says: str, then: str) -> None:
    voice = Voice("en", datetime(2026, 11, 23, 9, tzinfo=UTC), Calendar(), Policy(), params={"why": why})
    text = failing.not_sent(AboutIndividual(Individual(1, "C1", "Sam")), voice).text
    assert text.startswith("C1: ")
    assert says in text
    assert then in text
    assert ("refused" in text) is (why == "refused")
