"""The processes that are besieged."""

import pytest

from tests.bot.conftest import nursery

__all__ = ["nursery"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The sieges come first: of those that run at once, the one that has them goes on with tests/bot, whose processes
    are of the same nursery; and while it waits for processes, the others have the machine to themselves."""
    items.sort(key=lambda one: "faults" not in one.path.parts)
