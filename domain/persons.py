"""All that is held on one person, as it is handed over: sections of plain lines, without anybody else's name."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Attached:
    """A photo or a file that is part of what is held."""

    mime: str
    content: bytes


Lines = tuple[tuple[str, str | Attached], ...]  # what it is called, and what it says


@dataclass(frozen=True)
class Section:
    """One kind of thing that is held, and the rule by which it is kept."""

    name: str
    rule: str
    rows: tuple[Lines, ...]


@dataclass(frozen=True)
class Held:
    """Everything held on one person at one moment. `untied`: the answers to a form can no longer be found."""

    case_ref: str
    at: datetime
    sections: tuple[Section, ...]
    untied: bool = False


@dataclass(frozen=True)
class Erased:
    """What an erasure came to: how many rows were deleted, emptied, and stay without a person, by table."""

    deleted: dict[str, int]
    emptied: dict[str, int]
    stays: dict[str, int]
