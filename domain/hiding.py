"""Small numbers are hidden, and so is whatever would give one away: for one table that stands by itself.

Figures that overlap, as subgroups of one base or quarters of one year do, are weighed in `domain/overlapping.py`.
"""

from collections.abc import Sequence


def small(count: int, least: int) -> bool:
    """Whether a count says something of too few."""
    return 0 < count < least


def hidden_parts(counts: Sequence[int], least: int) -> tuple[frozenset[int], bool]:
    """Which parts (by position) are hidden, and whether their total is.

    It goes by size and never by position, so that whoever knows this rule cannot tell which hidden part is which.
    """
    hidden = {at for at, count in enumerate(counts) if small(count, least)}
    if not hidden:
        return frozenset(), False
    if sum(counts) < least:
        return frozenset(hidden), True
    if _blurred([counts[at] for at in hidden], least):
        return frozenset(hidden), False
    larger = [count for count in counts if count >= least]
    if not larger:
        return frozenset(hidden), True
    return frozenset(hidden | {at for at, count in enumerate(counts) if count == min(larger)}), False


def _blurred(counts: Sequence[int], least: int) -> bool:
    """Whether small parts whose sum is known could each be more than one number."""
    fewest, most = len(counts), len(counts) * (least - 1)
    return len(counts) > 1 and fewest < sum(counts) < most
