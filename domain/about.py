"""What a message may say about its subject."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """Frozen facts about one subject, as gathered for one message: a dataclass that stands with the rules it comes of.

    Whoever adds a message adds its facts beside its rules, and a loader beside its use case (`usecases/subjects.py`).
    """
