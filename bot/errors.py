"""Any exception → a kind sentence to the person. The full record goes to the log; the words are the catalogue's."""

from domain.errors import DomainError
from domain.outbox import NOTHING, Answer, Saying, send
from messages import words


def sentence(error: BaseException) -> Answer:
    """What to say of an error: its own sentence if it has one, else that something went wrong."""
    if isinstance(error, DomainError) and words.knows(f"error_{error.code}"):
        return Answer(Saying(f"error_{error.code}", NOTHING, error.facts))
    return send("error_unexpected")
