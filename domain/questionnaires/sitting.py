"""One run through a form, and what the person can do in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.questionnaires.conditions import Answers
from domain.questionnaires.definitions import Definition

INTRO, SUMMARY, DONE, DECLINED = "intro", "summary", "done", "declined"


@dataclass(frozen=True)
class Sitting:
    """One run through a form. `turn` grows whenever another screen is shown: a button with an older turn is stale."""

    form: str  # the definition's ref, so that a sitting ends on the version that it began with
    position: str = INTRO  # the id of the open question, or one of the four words above
    paused: bool = False
    answers: Answers = field(default_factory=dict)
    ticks: tuple[str, ...] = ()  # of the open multi-choice, before "that's all"
    turn: int = 0

    @property
    def over(self) -> bool:
        return self.position in (DONE, DECLINED)

    @property
    def under_way(self) -> bool:
        """What the person types now was meant for the form: it must not reach their worker, answer or not."""
        return not self.paused and self.position not in (INTRO, DONE, DECLINED)

    @property
    def listening(self) -> bool:
        """A question is open: what the person types now may answer it."""
        return self.under_way and self.position != SUMMARY

    def to_row(self) -> dict[str, Any]:
        """Plain values that JSON can hold."""
        answers = {key: list(value) if isinstance(value, tuple) else value for key, value in self.answers.items()}
        plain = {"form": self.form, "position": self.position, "paused": self.paused, "turn": self.turn}
        return {**plain, "answers": answers, "ticks": list(self.ticks)}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Sitting":
        answers = {key: tuple(value) if isinstance(value, list) else value for key, value in row["answers"].items()}
        return cls(**{**row, "answers": answers, "ticks": tuple(row["ticks"])})


class Control(StrEnum):
    """What can be done on a screen beside answering it."""

    BEGIN = "begin"
    CONFIRM = "confirm"  # that's all: ends a multi-choice
    KEEP = "keep"  # leave the answer that was given before
    SKIP = "skip"
    BACK = "back"
    STOP = "stop"
    RESUME = "resume"
    SEND = "send"
    DECLINE = "decline"


@dataclass(frozen=True)
class Press:
    """A control. `turn` is that of the screen whose button was tapped, None where the word was typed."""

    control: Control
    turn: int | None = None


@dataclass(frozen=True)
class Choose:
    """An option's button. On a multi-choice `tick` is what the tap leaves behind, so a double tap does no harm."""

    turn: int
    question: str
    option: str
    tick: bool = True


@dataclass(frozen=True)
class Write:
    """Typed words: the answer to an open question, or the numbers of options."""

    text: str


Event = Press | Choose | Write


def begin(definition: Definition) -> Sitting:
    return Sitting(definition.ref)


def begin_again(sitting: Sitting) -> Sitting:
    """From its first screen, with no answer: somebody answers it in another way now. Older buttons are stale."""
    return Sitting(sitting.form, turn=sitting.turn + 1)


class Way(StrEnum):
    """How a form is answered."""

    CHAT = "chat"
    WORKER_PHONE = "worker_phone"  # on the phone of a worker of theirs, who sits beside them
    PHONE = "phone"  # asked by somebody on staff, who taps what is said
    PAPER = "paper"  # written down, and keyed in later


ALOUD = frozenset({Way.PHONE, Way.PAPER})  # nothing of a sensitive question stands in anybody's chat with the bot
