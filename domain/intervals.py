"""How sure a share can be: Wilson's interval, which stays honest with few cases and near 0 and 100 percent."""

from math import ceil, floor, sqrt

Z95 = 1.959963984540054  # of the normal distribution: 95% lie within, to both sides


def wilson(count: int, base: int) -> tuple[float, float]:
    """The 95% interval of `count` of `base`, as shares from 0 to 1 (E. B. Wilson, 1927); all of it where base is 0."""
    if base == 0:
        return 0.0, 1.0
    share, z2 = count / base, Z95 * Z95
    middle = (share + z2 / (2 * base)) / (1 + z2 / base)
    half = Z95 * sqrt(share * (1 - share) / base + z2 / (4 * base * base)) / (1 + z2 / base)
    low = 0.0 if count == 0 else max(middle - half, 0.0)
    high = 1.0 if count == base else min(middle + half, 1.0)
    return low, high


def percents(count: int, base: int) -> tuple[int, int]:
    """The same in whole percent, rounded to the outside so that it never claims more than it knows."""
    low, high = wilson(count, base)
    return int(low * 100), -int(-high * 100 // 1)


def difference(count: int, base: int, earlier: int, of: int) -> tuple[int, int]:
    """The 95% interval of how much one share is above an earlier one of other people, in percentage points (R. G.
    Newcombe, 1998, method 10), rounded to the outside."""
    now, then = count / base, earlier / of
    (low, high), (low_then, high_then) = wilson(count, base), wilson(earlier, of)
    down = sqrt((now - low) ** 2 + (high_then - then) ** 2)
    up = sqrt((high - now) ** 2 + (then - low_then) ** 2)
    return floor((now - then - down) * 100), ceil((now - then + up) * 100)
