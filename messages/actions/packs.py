"""The buttons of packs: figures of a quarter or a year as files, and their signature."""

from dataclasses import dataclass

from documents.bundle import Part
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class OpenPacks(Action):
    """The versions of one period, which is named by its number."""

    code = "packs"
    period: int


@button
@dataclass(frozen=True)
class DrawPack(Action):
    """Draw one up. `after`: the newest version that the reader has seen, 0 for none."""

    code = "packdraw"
    period: int
    after: int


@button
@dataclass(frozen=True)
class AgainPack(Action):
    """Draw one up beside one that is signed: why?"""

    code = "packwhy"
    period: int


@button
@dataclass(frozen=True)
class PackFile(Action):
    """One of its files."""

    code = "packfile"
    version: int
    part: Part


@button
@dataclass(frozen=True)
class AskSign(Action):
    """Sign it, after one more question."""

    code = "packsign"
    version: int


@button
@dataclass(frozen=True)
class SignPack(Action):
    """Sign it now."""

    code = "packsign2"
    version: int
