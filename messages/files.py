"""Files about one person, for a manager's chat and for the command line."""

from datetime import datetime

from documents import person, sheets
from domain.facts import AboutHeld, AboutLooks, Look
from domain.persons import Held
from domain.retention import Retention
from messages import words
from messages.access import did
from messages.compose import File, Message, Voice, says

COLUMNS = ("row", "at", "staff_ref", "staff_name", "act", "what", "in_words", "reason", "chain")


def name_of_copy(at: datetime) -> str:
    """A name that says nothing of whom it is about."""
    return f"copy-{at:%Y-%m-%d-%H%M}.html"


def copy(held: Held, retention: Retention, locale: str = words.SOURCE) -> str:
    """All that is held on a person, as the page that is handed over."""

    def say(key: str, **values: str | int) -> str:
        return words.say(key, locale, **values)

    parts = []
    for section in held.sections:
        rule = retention.rules[section.rule]
        why = say("person.why", period=rule.period, why=rule.why)
        parts.append(person.Part(say(f"person.{section.name}"), why, section.rows))
    notes = [say("person.made", case=held.case_ref, when=f"{held.at:%Y-%m-%d}"), say("person.others")]
    if held.untied:
        notes.append(say("person.untied"))
    return person.page(say("person.title"), notes, parts)


def record(about: AboutLooks, voice: Voice) -> str:
    """Every row about one person, as a table."""
    return sheets.table(COLUMNS, [_row(one, voice) for one in about.looks])


def _row(one: Look, voice: Voice) -> tuple[object, ...]:
    entry, who = one.entry, one.who
    reason = voice.say(f"why_look.{entry.reason}") if entry.reason else ""
    ref, name = (who.ref, who.name) if who else ("", voice.say("looks.command_line"))
    at = voice.calendar.wall(entry.at).isoformat()
    return entry.id, at, ref, name, entry.act, entry.what, did(entry, voice), reason, entry.chain


@says("held_file")
def held_file(about: AboutHeld, voice: Voice) -> Message:
    """To the manager who makes it, and to nobody else: other people may be named in what somebody wrote."""
    page = copy(about.held, voice.policy.retention, voice.locale)
    file = File(name_of_copy(voice.calendar.wall(voice.now)), page.encode())
    return Message(voice.say("person.file", case=about.individual.case_ref), file=file)


@says("looks_file")
def looks_file(about: AboutLooks, voice: Voice) -> Message:
    file = File(f"record-{voice.calendar.wall(voice.now):%Y-%m-%d-%H%M}.csv", record(about, voice).encode())
    return Message(voice.say("looks.file", case=about.individual.case_ref, rows=len(about.looks)), file=file)
