"""Sides that are measured in turn: a machine that slows down meanwhile slows all of them alike."""

from collections.abc import Callable, Iterable
from typing import TypeVar

ROUNDS = 7  # of what takes a second or two, in turn
ENDS = 2  # of these, the last, in which a start goes on until what is due is sent
WHOLE_ROUNDS = 5  # in turn, of all the messages or taps each: one in which the machine had to wait decides nothing

S = TypeVar("S")
T = TypeVar("T")


def in_turn(sides: Iterable[S], run: Callable[[S, int], T], rounds: int) -> dict[S, list[T]]:
    """What each side came to in each round. Every second round goes backwards, so that none always comes first."""
    found: dict[S, list[T]] = {side: [] for side in sides}
    for number in range(rounds):
        for side in reversed(found) if number % 2 else found:
            found[side].append(run(side, number))
    return found
