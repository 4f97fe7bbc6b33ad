"""Buttons: what is packed is what is parsed, within Telegram's 64 bytes; anything else is a stale button."""

import dataclasses
from enum import Enum
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

import handlers
from bot import app  # noqa: F401  (hangs every handler)
from domain.errors import Stale
from handlers import TAPS
from messages import actions

WIDEST = 2**31 - 1  # ids are 32-bit
WORD = len("no_supervisor")  # the longest word on a button that is not one of an enumeration


def some(hint: Any) -> st.SearchStrategy[Any]:
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    if hint is bool:
        return st.booleans()
    return st.integers(0, WIDEST) if hint is int else st.text("abcdefghijklmnopqrstuvwxyz_0123456789", max_size=WORD)


@pytest.mark.parametrize("kind", actions.kinds())
def test_every_button_survives_the_trip(kind: type[actions.Action]) -> None:
    hints = get_type_hints(kind)

    @given(st.fixed_dictionaries({field.name: some(hints[field.name]) for field in dataclasses.fields(kind)}))
    def trip(values: dict[str, Any]) -> None:
        action = kind(**values)
        packed = action.pack()
        assert len(packed.encode()) <= 64
        assert actions.parse(packed) == action

    trip()


def test_every_button_has_a_handler() -> None:
    assert set(TAPS) == set(actions.kinds())


def test_every_button_stands_with_its_conversation() -> None:
    elsewhere = {
        action: action.__module__
        for one in handlers.CONVERSATIONS
        for action in one.TAPS
        if action.__module__.split(".")[-1] != one.__name__.split(".")[-1]
    }
    assert elsewhere == {}


@given(st.text(max_size=64))
def test_a_tap_from_another_time_is_stale_and_nothing_worse(data: str) -> None:
    try:
        action = actions.parse(data)
    except Stale:
        return
    assert isinstance(action, actions.Action)
