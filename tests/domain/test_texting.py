"""By which way a person may be told; what fits into a text message; what the few words mean that people text."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        (False, replace(AGREED, wrong_at=AFTER, wrong_number=AGREED.number), Bar.WRONG),
        (False, replace(AGREED, wrong_at=AFTER, wrong_number="+447700900456"), Way.TEXT),
        (False, replace(AGREED, stopped_at=AFTER), Bar.STOPPED),
        (False, replace(AGREED, chat_ended_at=AFTER), Bar.CHAT_ENDED),
        (False, replace(AGREED, chat_ended_at=BEFORE), Way.TEXT),
        (False, replace(AGREED, shared=True, wrong_at=AFTER, wrong_number=AGREED.number, stopped_at=AFTER), Bar.SHARED),
    ],
)
def test_by_which_way_a_person_may_be_told(linked: bool, how: Texting | None, way: Way | Bar) -> None:
    assert texting.way(REMINDER, linked, how) == way


@pytest.mark.parametrize(
    "kind",
    [
        *("reminder", "booked", "changed", "cancelled", "reminder_together", "booked_together"),
        *("stand_down", "stood_down_sorry", "sent_home", "sorry_corrected"),
        *("missed_care", "missed_sorry", "need_more"),
        *("answer", "cannot_answered", "still_waiting", "ask_taken", "ask_closed", "new_worker", "form_text"),
    ],
)
def test_what_may_go_as_a_text(kind: str) -> None:
    assert texting.way(replace(REMINDER, kind=kind), False, AGREED) is Way.TEXT


@pytest.mark.parametrize("kind", ["form_offer", "form_again", "place_offer", "quote_ask", "wipe", "faded", "link_help"])
def test_what_has_to_be_tapped_or_seen_needs_the_chat(kind: str) -> None:
    assert texting.way(replace(REMINDER, kind=kind), False, AGREED) is Bar.NOT_AS_TEXT


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


STOPS = (
    "Stop texting me please",
    "stop texting",
    "stop these messages",
    "please stop sending me texts",
    "Stop messaging us.",
    "Don't text me again",
    "please do not contact me any more",
    "dont msg me",
    "never text me again",
    "No more texts",
    "no more of these messages please",
    "stop txt",
    "stop txting me",
)
WRONGS = ("wrong number", "sorry pal, wrong number", "You've got the wrong person", "this is not Sam's number")
DANGER = ("I want to die", "I'll kill myself tonight", "going to end my life")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        *((one, Word.STOP) for one in ("STOP", " stop! ", "Stop all", "Stop please", "please stop")),
        *((one, Word.STOP) for one in ("STOP STOP", "stop. stop! STOP", "Stop stop all", "Stop it", "stop it now")),
        *((one, Word.STOP) for one in STOPS),
        *((one, Word.WRONG) for one in ("WRONG", "Not me", "wrong person", "this is not me")),
        *(
            (one, Word.WRONG)
            for one in ("sorry pal wrong number", "you have the wrong number", "I think it's a wrong number")
        ),
        *((one, Word.WRONG) for one in WRONGS),
        *((one, Word.HELP) for one in ("HELP", "help!")),
        *((one, Word.NEXT) for one in ("next", "Next?")),
        *((one, None) for one in ("2", "start", "stop the bus is late", "I need help")),
        ("stop sending me to the yard, my back is bad", None),
        ("stop sending me these", Word.STOP),
        ("stop messages to my mum, she is in hospital", None),
        ("don't text me, ring me", None),
        ("don't text me after 9", None),
        ("don't stop", None),
        ("the bus does stop it is just late", None),
        ("is there no more texts", None),
        ("sorry I rang the wrong number, can you phone me", None),
        ("you gave me the wrong number for the yard", None),
        ("I was with the wrong person that day", None),
        ("not my phone", None),
        ("that is the wrong number, but I have much more to tell you about the bus and the boots", None),
    ],
)
def test_the_words_that_people_text(words: str, meant: Word | None) -> None:
    assert texting.word(words) is meant


@given(st.sampled_from((*STOPS, *WRONGS, "STOP", "not me")), st.text("abcdefgij", min_size=1))
def test_whoever_says_more_than_stop_has_something_to_say(sentence: str, more: str) -> None:
    assert texting.word(f"{sentence} {more}") is None


@given(st.sampled_from((*STOPS, *WRONGS)), st.sampled_from(DANGER), st.sampled_from((" ", ", ", ". ", "! ", "\n")))
def test_stop_and_wrong_number_count_beside_words_of_danger(sentence: str, danger: str, between: str) -> None:
    meant = texting.word(sentence)
    assert texting.word_beside(sentence + between + danger) is meant
    assert texting.word_beside(f"{danger}. {sentence}") is meant


@pytest.mark.parametrize(
    "words",
    [
        "who cares, not me, I want to die",
        "stop the bus I want to die",
        "don't stop texting me, I want to die",
        "stop it, I want to die",
        "I rang the wrong number and want to die",
    ],
)
def test_what_only_sounds_like_stop_beside_words_of_danger_is_none(words: str) -> None:
    assert texting.word_beside(words) is None
