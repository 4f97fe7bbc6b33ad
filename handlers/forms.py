"""What an individual says to a questionnaire."""

from handlers.door import Command, Taps

COMMANDS: dict[str, Command] = {}
TAPS: Taps = {}
