"""A pack in words: what its spreadsheet, its PDF and its charts are made from. It can be kept as JSON and read again,
so that a signature goes onto the same words and figures."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

Value = int | float | str | None  # a text where a number is hidden
Triple = tuple[Value, Value, Value]  # number, of how many, share (0 to 1)
NOTHING: Triple = (None, None, None)


@dataclass(frozen=True)
class Figure:
    """One row. `raw`: count, base, both ends of the interval, and mean, as numbers; none where hidden."""

    key: str
    label: str
    now: Triple
    low: Value = None
    high: Value = None
    target: Value = None
    last: Triple = NOTHING
    year_ago: Triple = NOTHING
    national: str = ""
    source: str = ""
    refs: tuple[str, ...] = ()
    share: bool = False
    raw: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Grid:
    """Figures under one heading, and what is to be said of them."""

    title: str
    figures: tuple[Figure, ...]
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar, or one dot with its interval. `value` is None where it is hidden; `parts` make up a divided bar."""

    label: str
    text: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    last: float | None = None
    year_ago: float | None = None
    target: float | None = None
    parts: tuple[float, ...] = ()


@dataclass(frozen=True)
class Chart:
    """A picture. `kind`: bars, dots or parts; `names` of the parts; `most`: where the axis ends, none for by itself."""

    kind: str
    title: str
    bars: tuple[Bar, ...]
    caption: str
    alt: str
    names: tuple[str, ...] = ()
    most: float | None = None
    marks: tuple[str, ...] = ()  # what the marks for last, year_ago and target mean, as far as there are any


@dataclass(frozen=True)
class Part:
    """One theme: plain sentences first, then charts, then every figure."""

    title: str
    tab: str  # its name as a sheet
    sentences: tuple[str, ...]
    charts: tuple[Chart, ...]
    grids: tuple[Grid, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Box:
    """Room for people to write."""

    heading: str
    hint: str


@dataclass(frozen=True)
class Listed:
    """A page of short texts: permitted quotes, or orders whose files are to be looked at."""

    title: str
    tab: str
    note: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Words:
    """The words of the frame, so that no sentence stands in this package."""

    columns: tuple[str, ...]
    list_link: str  # {n}
    list_title: str  # {label}, {n}
    list_tab: str  # {n}
    back: str
    page: str  # {n}, {of}
    in_words: str
    now: str
    last: str
    year_ago: str
    target: str
    national: str
    contents: str
    signature: str
    front_tab: str
    narrative_tab: str
    limits: str


@dataclass(frozen=True)
class Book:
    """The whole."""

    title: str
    subtitle: str
    name: str  # of its files, without an ending
    preliminary: str  # empty once the period is over
    facts: tuple[tuple[str, str], ...]
    signed: str
    hiding: str
    limits: tuple[str, ...]
    parts: tuple[Part, ...]
    words: Words
    quotes: Listed
    sample: Listed | None = None
    boxes: tuple[Box, ...] = ()
    yearly: bool = False
    lists: bool = False

    def figures(self) -> Iterator[Figure]:
        for part in self.parts:
            for grid in part.grids:
                yield from grid.figures

    def charts(self) -> Iterator[Chart]:
        for part in self.parts:
            yield from part.charts


def plain(book: Book) -> dict[str, Any]:
    """What JSON can hold; `of_plain` is the inverse."""
    return asdict(book)


def of_plain(found: Mapping[str, Any]) -> Book:
    book: Book = _made(Book, found)
    return book


def _made(kind: Any, found: Any) -> Any:
    """A value of a kind, from what JSON made of it."""
    if found is None:
        return None
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{one.name: _made(hints[one.name], found[one.name]) for one in fields(kind)})
    if get_origin(kind) is tuple:
        kinds = get_args(kind)
        each = [kinds[0]] * len(found) if kinds[-1] is Ellipsis else kinds
        return tuple(_made(one, value) for one, value in zip(each, found, strict=True))
    inner = [one for one in get_args(kind) if is_dataclass(one)]
    return _made(inner[0], found) if inner else found


@cache
def _hints(kind: type[object]) -> dict[str, Any]:
    return get_type_hints(kind)
