"""The buttons of questionnaires."""

from dataclasses import dataclass

from domain.questionnaires import Control, Way
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class FormOption(Action):
    """An option of the question that a form showed in this turn, by the number it was shown with."""

    code = "pick"
    sitting: int
    turn: int
    number: int
    tick: int  # 1 leaves the option ticked, 0 clears it


@button
@dataclass(frozen=True)
class FormControl(Action):
    """Begin, skip, back, stop for now and the like, on the screen of this turn."""

    code = "form"
    sitting: int
    turn: int
    control: Control


@button
@dataclass(frozen=True)
class FormWords(Action):
    """Easier words from now on (1), or the usual ones (0)."""

    code = "fwords"
    sitting: int
    easy: int


@button
@dataclass(frozen=True)
class FormHere(Action):
    """The person answers on their own phone after all."""

    code = "fhere"
    sitting: int


@button
@dataclass(frozen=True)
class FormTakeBack(Action):
    """Takes what was sent back: asked (0), or said to be sure (1)."""

    code = "fback"
    sitting: int
    sure: int


@button
@dataclass(frozen=True)
class FormLeave(Action):
    """What was sent stays, after all."""

    code = "fleave"
    sitting: int


@button
@dataclass(frozen=True)
class FormClear(Action):
    """Takes the questions and answers of a form out of this chat."""

    code = "fclear"
    sitting: int


@button
@dataclass(frozen=True)
class FormTake(Action):
    """Somebody on staff asks in place of the chat, in this way."""

    code = "ftake"
    sitting: int
    way: Way


@button
@dataclass(frozen=True)
class FormBegin(Action):
    """The same for a form that nothing has owed yet."""

    code = "fbegin"
    order: int
    way: Way
    form: str


@button
@dataclass(frozen=True)
class FormPaper(Action):
    """The form as a file, to be printed."""

    code = "fpaper"
    order: int
    form: str


@button
@dataclass(frozen=True)
class FormsOf(Action):
    """What can be asked of one person now."""

    code = "forms"
    individual: int
