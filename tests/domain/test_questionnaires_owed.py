"""Which form the ended orders of one person owe: one, when the last has ended, of the kind that the latest owes."""

from datetime import date

import pytest

from domain import offering
from domain.orders import Order, Status


def order(id_: int, status: str, ended: str | None = None) -> Order:
    ended_on = date.fromisoformat(ended) if ended else None
    return Order(id_, f"O{id_}", 1, date(2026, 1, 1), frozenset(), Status(status), ended_on=ended_on)


@pytest.mark.parametrize(
    ("status", "form"),
    [
        ("completed", "exit"),
        ("revoked_early", "exit"),
        ("revoked", "early_end"),
        ("breached", "early_end"),
        ("active", None),
        ("transferred", None),
        ("died", None),
    ],
)
def test_how_an_order_ends_decides_the_form(status: str, form: str | None) -> None:
    owed = offering.form_owed([order(1, status, "2026-11-20")])
    assert (owed[0] if owed else None) == form


@pytest.mark.parametrize(
    ("several", "owed"),
    [
        ([("completed", "2026-11-20"), ("active", None)], None),
        ([("completed", "2026-11-20"), ("died", "2026-11-21")], None),
        ([("breached", "2026-11-01"), ("completed", "2026-11-20")], ("exit", 2)),
        ([("completed", "2026-11-20"), ("breached", "2026-11-01")], ("exit", 1)),
        ([("breached", "2026-11-01"), ("transferred", "2026-11-20")], ("early_end", 1)),
        ([("breached", "2026-11-20"), ("completed", "2026-11-20")], ("exit", 2)),
    ],
)
def test_of_several_orders_the_latest_ended_that_owes_one(
    several: list[tuple[str, str | None]], owed: tuple[str, int] | None
) -> None:
    found = offering.form_owed([order(id_, *one) for id_, one in enumerate(several, start=1)])
    assert (found and (found[0], found[1].id)) == owed
