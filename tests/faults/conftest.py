"""The processes that are besieged."""

from tests.bot.conftest import nursery

__all__ = ["nursery"]
