"""What a text message says: whatever a date is for, it fits, is discreet, and says how to answer."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import app  # noqa: F401  (loads every module of messages)
from domain import discreet, texting
from domain.appointments import Kind, Place
from domain.calendar import Calendar
from domain.facts import AboutAppointment, AboutIndividual, AboutSaid
from domain.outbox import Saying, Subject
from domain.people import Role, Staff
from domain.policy import Policy
from domain.talk import Form, Media, Said
from messages import texts
from messages.compose import Tongue
from tests.messages.test_reminding import about

TONGUE = Tongue(Calendar(), Policy(phone="01475 715 000", phone_hours="Mon to Fri, 9 to 5"))
STARTS = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
EVENING = datetime(2026, 11, 24, 22, tzinfo=UTC)  # nobody is at work: answers are at their longest
WAS = {"was_at": STARTS.isoformat(), "was_place": 0, "was_on": 1, "was_revision": 1}
WORKER = Staff(1, "CM1", "Kirsty Muir", frozenset({Role.CASE_MANAGER}))
YARD = Place(1, "P1", "The yard behind the old ropeworks, by the green gate")
LONG = "boots, lunch, a waterproof, something warm to wear, the form that we gave you and your bus ticket " * 2


def said(kind: str, facts: AboutAppointment | AboutIndividual | AboutSaid, **params: str | int) -> str:
    return texts.text(Saying(kind, Subject("appointment", 1), params), facts, TONGUE.voice("en", EVENING))


def full(kind: Kind) -> AboutAppointment:
    """With everything that can be said of a date, to somebody who chose plain words and a name for the chat."""
    found = about(STARTS, kind, plain=True)
    return replace(
        found,
        individual=replace(found.individual, name_agreed=True),
        place=YARD,
        worker=WORKER,
        appointment=replace(found.appointment, bring=LONG),
    )


@pytest.mark.parametrize("kind", Kind)
def test_whatever_a_date_is_for_its_text_fits_and_is_discreet(kind: Kind) -> None:
    facts = full(kind)
    several = AboutIndividual(facts.individual, WORKER, (facts,) * 4)
    found = [said(one, facts) for one in ("reminder", "booked", "missed_care")] + [said("changed", facts, **WAS)]
    assert all("Reply 1 " in one for one in found)
    found += [said(one, several) for one in ("reminder_together", "booked_together", "next_dates")]
    found += [said(one, facts) for one in ("reply_coming", "reply_cannot", "missed_sorry")]
    found += [said(one, replace(facts, following=facts.appointment)) for one in ("sent_home", "stood_down_sorry")]
    found += [said(one, facts) for one in ("sorry_corrected", "need_more")]
    found.append(said("new_worker", several, worker=WORKER.id))
    found += [said(one, facts, told="worker", then=int(EVENING.timestamp())) for one in ("reply_help", "reply_call")]
    found.append(said("passed_on", several, told="worker", then=int((EVENING + timedelta(days=1)).timestamp())))
    found += [said("text_help", several), said("text_empty", several)]
    for one in found:
        assert texting.fits(one), one
        assert discreet.faults(one) == [], one
        assert "Kirsty" not in one
        assert "tap" not in one.lower().split(), one
        assert "\n" not in one
        assert "here" not in re.findall(r"[a-z]+", one.lower()), one
    assert all("9:30" in one for one in found[:2])
    assert "photo" not in said("need_more", facts), "no text brings one"


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("kind", Kind)
def test_the_news_is_never_left_out(kind: Kind, plain: bool) -> None:
    """However much there is to bring. Where it is now is news as well, unless nobody's phone could show it."""
    facts = full(kind)
    facts = replace(facts, individual=replace(facts.individual, plain=plain))
    several = AboutIndividual(facts.individual, WORKER, (facts,) * 4)
    earlier = {**WAS, "was_at": (STARTS - timedelta(days=1, hours=1)).isoformat()}
    told = (
        (said("booked", facts), "A new date for you."),
        (said("changed", facts, **earlier), "Your date has changed. It was today, Tue 24 Nov, 8:30."),
        (said("changed", facts, **WAS), "The place for your date has changed."),
        (said("changed", facts, **{**WAS, "was_on": 0}), "Your date is on after all."),
    )
    for words, news in told:
        assert words.startswith(news)
        assert "tomorrow, wed 25 nov" in words.lower()
        assert (YARD.nickname in words) is (kind is not Kind.HOME_VISIT)
        assert "boots" not in words
        assert "Reply 1 " in words
        assert "..." not in words
    of_several = (("booked_together", "New dates for you:"), ("reminder_together", "Your next dates:"))
    for together, news in of_several:
        words = said(together, several)
        assert words.startswith(news)
        assert words.lower().count("tomorrow, wed 25 nov") == 4
        assert "reply and tell us which" in words
        two = said(together, replace(several, ahead=(facts,) * 2))
        assert two.startswith(news)
        assert two.count(YARD.nickname) == (0 if kind is Kind.HOME_VISIT else 2)
        assert "boots" not in two


def test_whom_to_ring_is_never_cut() -> None:
    individual = AboutIndividual(about(STARTS).individual)
    for kind in ("danger", "danger_stranger"):
        found = said(kind, individual, told="later", whole=1)
        assert all(number in found for number in ("999", "116 123", "0800 83 85 87"))


def test_a_persons_own_words_go_whole_or_not_at_all() -> None:
    individual = about(STARTS).individual
    words = Said(1, 1, EVENING, "See you on Friday. " * 20, staff_id=1)
    assert "See you on Friday. " * 19 in said("answer", AboutSaid(words, individual, WORKER, by_worker=True))
    with pytest.raises(texts.NotAsText, match="too long"):
        said("answer", AboutSaid(replace(words, words="a" * 918), individual, WORKER))
    with pytest.raises(texts.NotAsText, match="only words"):
        said("answer", AboutSaid(replace(words, media=Media(Form.PHOTO, "1")), individual, WORKER))


def test_what_is_least_needed_goes_first() -> None:
    facts = replace(full(Kind.UNPAID_WORK), place=None)
    found = said("reminder", replace(facts, appointment=replace(facts.appointment, bring="boots " * 30)))
    assert "Reply 1" in found
    assert "boots" in found
    assert "STOP" not in found
    found = said("reminder", full(Kind.UNPAID_WORK))
    assert "by the green gate. Can you make it? Reply 1" in found
    assert "STOP" in found
