"""By which way a person may be told; what fits into a text message; what the few words mean that people text."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain import texting
from domain.outbox import Owed, Subject, To
from domain.texting import Bar, Texting, Way, Word

YES = datetime(2026, 11, 20, 12, tzinfo=UTC)
BEFORE, AFTER = YES - timedelta(hours=1), YES + timedelta(hours=1)
AGREED = Texting("+447700900123", agreed_at=YES, agreed_by=1, agreed_number="+447700900123")
REMINDER = Owed("reminder", Subject("appointment", 1), To.INDIVIDUAL, YES, individual_id=1)


@pytest.mark.parametrize(
    ("linked", "how", "way"),
    [
        (True, None, Way.CHAT),
        (True, AGREED, Way.CHAT),
        (False, None, Bar.NOT_LINKED),
        (False, AGREED, Way.TEXT),
        (False, Texting(), Bar.NOT_LINKED),
        (False, Texting("+447700900123"), Bar.NOT_AGREED),
        (False, replace(AGREED, number="+447700900456"), Bar.NUMBER_CHANGED),
        (False, replace(AGREED, number=""), Bar.NOT_LINKED),
        (False, replace(AGREED, shared=True), Bar.SHARED),
        (False, replace(AGREED, wrong_at=AFTER), Bar.WRONG),
        (False, replace(AGREED, stopped_at=AFTER), Bar.STOPPED),
        (False, replace(AGREED, chat_ended_at=AFTER), Bar.CHAT_ENDED),
        (False, replace(AGREED, chat_ended_at=BEFORE), Way.TEXT),
        (False, replace(AGREED, shared=True, wrong_at=AFTER, stopped_at=AFTER), Bar.SHARED),
    ],
)
def test_by_which_way_a_person_may_be_told(linked: bool, how: Texting | None, way: Way | Bar) -> None:
    assert texting.way(REMINDER, linked, how) == way


def test_a_form_and_an_edit_need_the_chat() -> None:
    assert texting.way(replace(REMINDER, kind="form_offer"), False, AGREED) == Bar.NOT_AS_TEXT
    assert texting.way(replace(REMINDER, params={"edit": 7}), False, AGREED) == Bar.NOT_AS_TEXT


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("a" * 306, True),
        ("a" * 307, False),
        ("€" * 153, True),
        ("€" * 154, False),
        ("ŵ" * 134, True),
        ("ŵ" * 135, False),
    ],
)
def test_what_fits_into_two_parts(words: str, fits: bool) -> None:
    assert texting.fits(words) is fits


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        *((one, Word.STOP) for one in ("STOP", " stop! ", "Stop all", "please stop", "Stop texting me please")),
        *((one, Word.WRONG) for one in ("WRONG", "wrong number", "sorry pal, wrong number", "Not me", "wrong person")),
        *((one, Word.HELP) for one in ("HELP", "help!")),
        *((one, Word.NEXT) for one in ("next", "Next?")),
        *((one, None) for one in ("2", "start", "stop the bus is late", "I need help")),
        ("that is the wrong number, but I have much more to tell you about the bus and the boots", None),
    ],
)
def test_the_words_that_people_text(words: str, meant: Word | None) -> None:
    assert texting.word(words) is meant
