"""The buttons with which an individual answers about a date."""

from domain.appointments import Answer
from domain.facts import AboutAppointment
from messages.actions.individual import Say
from messages.compose import Button, Voice

Row = tuple[Button, ...]


def answer_buttons(about: AboutAppointment, voice: Voice, *answers: Answer) -> tuple[Row, ...]:
    """One button a row: easy to hit, easy to read."""
    one = about.appointment
    return tuple((voice.button(f"button.{said}", Say(one.id, one.revision, said)),) for said in answers)
