"""What a manager asks: /report."""

from handlers.door import Command, Taps

COMMANDS: dict[str, Command] = {}
TAPS: Taps = {}
