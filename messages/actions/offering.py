"""The buttons of offering a questionnaire: who asks where the chat cannot, what came of it, and that an order has
ended."""

from dataclasses import dataclass

from domain.offering import Said
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class NameWhom(Action):
    """A page of those who could ask in place of the chat; 0 is the first."""

    code = "askwho"
    item: int
    page: int


@button
@dataclass(frozen=True)
class NameOne(Action):
    """This one asks."""

    code = "askname"
    item: int
    staff: int


@button
@dataclass(frozen=True)
class Offered(Action):
    """Somebody on staff offered a form in person, or tried to."""

    code = "foffer"
    sitting: int
    said: Said


@button
@dataclass(frozen=True)
class FormStages(Action):
    """How the questionnaires of one person stand."""

    code = "fstate"
    individual: int


@button
@dataclass(frozen=True)
class ConfirmEnd(Action):
    """*Yes, it has ended as planned*: asked (0), or said to be sure (1)."""

    code = "fended"
    order: int
    sure: int
