"""The kill switch: what a pause holds back, and what goes on in spite of it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from domain.about import Facts
from domain.compliance import Kind
from domain.facts import AboutItem
from domain.outbox import ASKED_FOR, Owed, Params, Row, Subject, To, droppable

SENDING = "sending"  # the name of the switch
HELD = "paused"  # why a row waits that a pause holds, and why it is missed if it waited too long
LOOK_AGAIN = timedelta(hours=1)  # until a held row is weighed anew, so that what nobody needs any more ends meanwhile
DUE = "held_due"  # among the params of a held row: when it was due, in seconds since 1970

CARDS = frozenset({"item", "item_copy", "follow_up"})  # news of a card, and what is said about it, is not held
# What somebody said to us. The chat has answered them that staff will see it, and that stays true.
SAID = frozenset(
    {
        *(Kind.CANNOT, Kind.HELP, Kind.CALL, Kind.WORDS, Kind.DANGER),
        *(Kind.CHANGED, Kind.COMPLAINT, Kind.MY_DATA, Kind.FORGET, Kind.HOURS, Kind.NOTE, Kind.NEED),
    }
)


def holds(owed: Owed, about: Facts) -> bool:
    """Whether a pause holds this message.

    It holds what goes to individuals unasked, and alerts that no individual's words raised. It holds nothing that was
    answered, said by a person, or takes something off a phone, and no news to staff about the service itself.
    """
    if owed.to is To.INDIVIDUAL:
        return owed.kind not in ASKED_FOR
    return owed.kind in CARDS and isinstance(about, AboutItem) and about.item.kind not in SAID


def remembering_due(owed: Owed) -> Params:
    """The params of a message that a pause holds: it is put off again and again, and was due once."""
    return {DUE: int(owed.due_at.timestamp()), **owed.params}


def newest(held: Iterable[Row]) -> list[int]:
    """Of several held messages to one individual about one thing the last one says it best, of those that no cap may
    drop if there are any: the ids of those."""
    best: dict[tuple[str, Subject, int | None], Row] = {}
    for row in held:
        about = (row.owed.kind, row.owed.subject, row.owed.individual_id)
        if about not in best or _weight(row) >= _weight(best[about]):
            best[about] = row
    return [row.id for row in best.values()]


def waiting(held: Sequence[Row]) -> tuple[int, int]:
    """How many alerts and how many messages to individuals a pause holds. The steps of one alert are one alert."""
    alerts = {row.owed.subject for row in held if row.owed.to is not To.INDIVIDUAL}
    return len(alerts), len(newest(row for row in held if row.owed.to is To.INDIVIDUAL))


def _weight(row: Row) -> tuple[bool, int]:
    return not droppable(row.owed), _was_due(row)


def _was_due(row: Row) -> int:
    return int(row.owed.params.get(DUE, row.owed.due_at.timestamp()))
