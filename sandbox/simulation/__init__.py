"""A council's year, made up from one number and played on the real bot, with an oracle that watches every event."""
