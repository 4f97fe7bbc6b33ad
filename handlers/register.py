"""What whoever runs a session says: /today, and an outcome for each person."""

from handlers.door import Command, Taps

COMMANDS: dict[str, Command] = {}
TAPS: Taps = {}
