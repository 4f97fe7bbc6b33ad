"""What a form asks of a person, what becomes of own words, and when a form's end is over: tables of cases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain import heeding, moderating, parting
from domain.calendar import Calendar
from domain.heeding import Change, When
from domain.moderating import Allowed, Quote, Status, Verdict
from domain.parting import End, Ending
from domain.people import Leave, Role, Staff
from domain.questionnaires import Answer
from usecases import forms

BASELINE = forms.read().newest("baseline")
EXIT = forms.read().newest("exit")
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("answers", "codes", "when"),
    [
        ({}, (), When.LATER),
        ({"home": "2", "money": "3", "days": "1", "sure": "2"}, ("low.home", "low.days", "low.sure"), When.LATER),
        ({"home": None, "drink_drugs": "none", "mind": "1"}, ("low.mind",), When.LATER),
        ({"hard": ("travel", "unsafe")}, ("unsafe",), When.TODAY),
        ({"hard": ("letters",)}, ("letters",), When.SOON),
        ({"clear": "all"}, (), When.LATER),
        ({"clear": "some"}, ("clear.some",), When.SOON),
        ({"clear": "no"}, ("clear.no",), When.SOON),
        ({"clear": None, "hard": None, "help_now": None, "private": None, "how_tell": None}, (), When.LATER),
        ({"help_now": "no"}, (), When.LATER),
        ({"help_now": "yes"}, ("help",), When.SOON),
        ({"help_now": "yes", "help_what": None}, ("help",), When.SOON),
        ({"help_now": "yes", "help_what": ("home", "food")}, ("help.home", "help.food"), When.SOON),
        ({"how_tell": "chat"}, (), When.LATER),
        ({"how_tell": "easy"}, (), When.LATER),
        ({"how_tell": "call"}, ("tell.call",), When.LATER),
        ({"how_tell": "letter"}, ("tell.letter",), When.LATER),
        ({"how_tell": "lang"}, ("tell.lang",), When.LATER),
        ({"private": "only_me"}, (), When.LATER),
        ({"private": "sometimes"}, ("private",), When.LATER),
        ({"private": "shared", "home": "1"}, ("low.home", "private"), When.LATER),
        ({"home": "1", "help_now": "yes", "hard": ("unsafe",)}, ("unsafe", "help", "low.home"), When.TODAY),
    ],
)
def test_what_a_form_asks_of_a_person(answers: dict[str, Answer | None], codes: tuple[str, ...], when: When) -> None:
    found = heeding.find(BASELINE, answers)
    assert (found.codes, found.when) == (codes, when)


def test_what_a_form_changes_by_itself() -> None:
    asked = {how: heeding.find(BASELINE, {"how_tell": how}) for how in ("chat", "easy", "call", "lang")}
    assert [one.tell for one in asked.values()] == ["chat", "easy", "call", ""]
    assert [one.easy for one in asked.values()] == [False, True, False, False]
    assert [one.another_language for one in asked.values()] == [False, False, False, True]
    assert [heeding.find(BASELINE, {"private": one}).discreet for one in ("only_me", "sometimes", "shared", None)] == [
        False,
        True,
        True,
        False,
    ]


def test_agreement_that_is_low_is_about_the_service_and_not_about_the_person() -> None:
    assert heeding.find(EXIT, {"worker": "1", "respect": "1", "place": "1"}).codes == ("low.place",)


@pytest.mark.parametrize(
    ("when", "at", "by"),
    [
        (When.TODAY, "2026-11-23 09:00", "2026-11-23 17:00"),
        (When.TODAY, "2026-11-23 17:30", "2026-11-24 17:00"),
        (When.TODAY, "2026-11-28 12:00", "2026-12-01 17:00"),  # a Saturday; Monday is St Andrew's Day
        (When.SOON, "2026-11-23 16:59", "2026-11-24 17:00"),
        (When.SOON, "2026-11-27 09:00", "2026-12-01 17:00"),
        (When.LATER, "2026-11-23 09:00", "2026-11-25 17:00"),
    ],
)
def test_by_when_somebody_should_have_spoken_to_them(when: When, at: str, by: str) -> None:
    calendar = Calendar(holidays=frozenset({date(2026, 11, 30)}))
    moments = [datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (at, by)]
    assert heeding.by(when, moments[0], calendar) == moments[1]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("2", "4", Change.BETTER),
        ("4", "4", Change.SAME),
        ("4", "2", Change.WORSE),
        (None, "4", None),
        ("4", None, None),
        ("none", "5", None),
        ("1", "none", None),
    ],
)
def test_change_is_a_word_and_only_between_two_points_of_the_scale(
    before: str | None, after: str | None, said: Change | None
) -> None:
    assert heeding.change(before, after) is said


def _staff(id_: int, *roles: Role, **more: object) -> Staff:
    return replace(Staff(id_, f"S{id_}", "Someone", frozenset(roles)), **more)  # type: ignore[arg-type]


def test_danger_in_a_form_is_for_duty_and_managers_who_do_not_work_with_the_person() -> None:
    staff = {
        1: _staff(1, Role.OFFICER, Role.DUTY),
        2: _staff(2, Role.DUTY),
        3: _staff(3, Role.MANAGER),
        4: _staff(4, Role.SUPERVISOR),
        5: _staff(5, Role.DUTY, active_until=date(2026, 11, 1)),
    }
    assert heeding.told_of_danger(staff, frozenset({1}), TODAY) == {2, 3}
    assert heeding.told_of_danger(staff, frozenset({1, 2, 3}), TODAY) == {1, 2, 3}, "no alarm without a reader"


def test_a_moderator_stands_outside_the_case() -> None:
    leave = Leave(7, date(2026, 11, 1), date(2026, 11, 30))
    assert moderating.outside(_staff(1, Role.MODERATOR), frozenset({7, 8}), TODAY)
    assert not moderating.outside(_staff(7, Role.MODERATOR), frozenset({7, 8}), TODAY)
    assert not moderating.outside(_staff(1, Role.MODERATOR, covers=frozenset({7})), frozenset({7}), TODAY)
    assert not moderating.outside(_staff(1, Role.MODERATOR, stands_in=frozenset({leave})), frozenset({7}), TODAY)


@pytest.mark.parametrize(
    ("verdict", "allowed", "status"),
    [
        (Verdict.FINE, Allowed.YES, Status.AGREED),
        (Verdict.FINE, Allowed.ASK, Status.ASKED),
        (Verdict.FINE, Allowed.NO, Status.REFUSED),
        *((verdict, allowed, Status.UNFIT) for verdict in (Verdict.UNFIT, Verdict.DANGER) for allowed in Allowed),
    ],
)
def test_where_a_text_stands_once_it_has_been_read(verdict: Verdict, allowed: Allowed, status: Status) -> None:
    assert moderating.after(verdict, allowed) is status


NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def quote(status: Status, allowed: Allowed = Allowed.YES, asked: float | None = None) -> Quote:
    at = ago(asked) if asked is not None else None
    return Quote(1, "f", "better", allowed, status, "Tea.", None, date(2026, 10, 1), at)


OWED = End(owed_at=ago(90))
SENT = replace(OWED, offered_at=ago(80), started_at=ago(40), finished_at=ago(14))


@pytest.mark.parametrize(
    ("end", "quotes", "how"),
    [
        (OWED, [], None),
        (replace(OWED, offered_at=ago(27)), [], None),
        (replace(OWED, offered_at=ago(120), owed_at=ago(120)), [], None),
        (replace(OWED, offered_at=ago(28), closed_at=ago(0)), [], Ending.SILENT),
        (replace(OWED, offered_at=ago(28), started_at=ago(20), closed_at=ago(0)), [], Ending.SILENT),
        (replace(OWED, closed_at=ago(0)), [], Ending.NOT_OFFERED),
        (replace(OWED, offered_at=ago(2), declined_at=ago(1)), [], Ending.DECLINED),
        (SENT, [], Ending.FINISHED),
        (replace(SENT, finished_at=ago(13.9)), [], None),
        (replace(SENT, withdrawn_at=ago(1)), [], Ending.WITHDRAWN),
        (SENT, [quote(Status.WAITING)], None),
        (replace(SENT, finished_at=ago(42)), [quote(Status.WAITING)], Ending.FINISHED),
        (SENT, [quote(Status.AGREED)], Ending.FINISHED),
        (SENT, [quote(Status.AGREED), quote(Status.WAITING)], None),
        (SENT, [quote(Status.UNFIT, Allowed.ASK)], Ending.FINISHED),
        (SENT, [quote(Status.ASKED, Allowed.ASK, 3)], None),
        (SENT, [quote(Status.AGREED, Allowed.ASK, 3)], None),  # they may change their mind
        (SENT, [quote(Status.REFUSED, Allowed.ASK, 14)], Ending.FINISHED),
    ],
)
def test_when_a_form_at_the_end_is_over(end: End, quotes: list[Quote], how: Ending | None) -> None:
    assert parting.ending(end, quotes, NOW) is how
