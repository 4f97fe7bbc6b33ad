"""What an individual sends to show why they missed a date: a photo, or a file. Nobody is made to send anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST_BYTES = 5 * 1024 * 1024  # our own limit: a photo of a letter has a tenth of it
MOST_FILES = 5  # about one date

JPEG, PNG, PDF, HEIC = "image/jpeg", "image/png", "application/pdf", "image/heic"
SHOWN = frozenset({JPEG, PNG})  # what every phone shows in the chat; the rest is a file to open
SUFFIX = {JPEG: "jpg", PNG: "png", PDF: "pdf", HEIC: "heic"}
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})  # ISO/IEC 23008-12


class Refusal(StrEnum):
    """Why something is not kept."""

    LARGE = "large"
    KIND = "kind"
    MANY = "many"
    LOST = "lost"  # it could not be fetched


@dataclass(frozen=True)
class Evidence:
    """One thing that was sent, without what is in it. `size` in bytes."""

    id: int
    individual_id: int
    item_id: int | None
    appointment_id: int | None
    at: datetime
    mime: str
    size: int

    @property
    def suffix(self) -> str:
        return SUFFIX.get(self.mime, "bin")


@dataclass(frozen=True)
class Offered:
    """A photo or a file as Telegram announces it. `size` in bytes, as far as it says."""

    file_id: str
    size: int
    document: bool = False


@dataclass(frozen=True)
class Absence:
    """A missed date that something may belong to. `open`: not decided yet; `asked`: they were asked to show why;
    `refused`: decided, and not accepted."""

    item_id: int
    appointment_id: int
    open: bool
    asked: bool = False
    refused: bool = False


def kind_of(content: bytes) -> str | None:
    """What a file is by what is in it, whatever it is called; None for what is not taken."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"%PDF-"):
        return PDF
    return HEIC if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS else None


def too_large(offered: Offered) -> bool:
    """Whether it need not even be fetched."""
    return offered.size > MOST_BYTES


def refusal(offered: Offered, content: bytes | None, kept: int) -> Refusal | None:
    """Why it is not kept, where `kept` files are there already; None: it is."""
    if kept >= MOST_FILES:
        return Refusal.MANY
    if too_large(offered) or (content is not None and len(content) > MOST_BYTES):
        return Refusal.LARGE
    if content is None:
        return Refusal.LOST
    return Refusal.KIND if kind_of(content) is None else None


def belongs_to(
    absences: Sequence[Absence], replied_to: int | None, asked_about: int | None, document: bool
) -> Absence | None:
    """Which missed date something is about; None: it is no evidence, and goes to staff like any other words.

    The date of the message that it replies to, decided or not; else the one they were asked to show something for; else
    the one that our newest question in the chat is about. A file can only be evidence, so that it belongs to the newest
    date that is open, or else that was not accepted: whoever sends it may not know that. `absences` newest first; the
    two others are appointments.
    """
    opened = [one for one in absences if one.open]
    chosen = [one for one in absences if one.appointment_id == replied_to]
    chosen += [one for one in opened if one.asked]
    chosen += [one for one in opened if one.appointment_id == asked_about]
    chosen += opened + [one for one in absences if one.refused] if document else []
    return next(iter(chosen), None)
