"""Whatever a glance at an individual's phone can show says nothing of what this is about."""

import ast
import re
from pathlib import Path

import pytest

from bot.profile import Profile, faults
from bot.setting_up import QUESTIONS
from bot.settings import Settings
from domain import discreet
from messages import chat, words
from messages.compose import File
from sandbox import demo

ROOT = Path(__file__).parents[2]
NEUTRAL = Profile("Dates", "dates_bot", "I tell you about your dates.", "I tell you about your dates.")
FILE_NAME = re.compile(r"[\w{}. -]+\.(png|jpe?g|pdf|csv|xlsx|txt|ogg|ics|html)")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Justice Dates", ["justice"]),
        ("InverCourtBot", ["court"]),
        ("@inver_court_bot", ["court"]),
        ("unpaid work", ["unpaid work"]),
        ("COUNCILS and drugs", ["council", "drug"]),
        ("in order to come, no danger, recourse", []),
        ("Dates", []),
    ],
)
def test_the_list_matches_at_the_beginning_of_a_word(text: str, found: list[str]) -> None:
    assert discreet.faults(text) == found


def test_the_bot_as_it_is_set_up_gives_nothing_away() -> None:
    shown = Profile("Dates", "dates_bot", words.say("bot.description", "en"), words.say("bot.short_description", "en"))
    assert faults(shown, QUESTIONS["service_name"].default or "") == []
    assert faults(shown, Settings.model_fields["service_name"].default) == []


@pytest.mark.parametrize(
    ("shown", "service_name", "what"),
    [
        (Profile("Payback reminders", "dates_bot", "", ""), "Dates", "The bot's name"),
        (Profile("Dates", "probation_dates_bot", "", ""), "Dates", "The bot's username"),
        (Profile("Dates", "dates_bot", "Your unpaid work", ""), "Dates", "The bot's description"),
        (Profile("Dates", "dates_bot", "", "For the court"), "Dates", "The bot's short description"),
        (NEUTRAL, "Inver Justice Social Work", "The service's name"),
    ],
)
def test_each_thing_on_show_is_looked_at(shown: Profile, service_name: str, what: str) -> None:
    assert [fault.what for fault in faults(shown, service_name)] == [what]


def test_commands_and_their_descriptions_give_nothing_away() -> None:
    for name in chat.INDIVIDUAL_COMMANDS:
        assert discreet.faults(f"/{name} {words.say(f'command.{name}', 'en')}") == []


def test_file_names_in_the_code_that_speaks_give_nothing_away() -> None:
    """Names of files that leave by the chat, wherever made. What the command line writes stays in the house."""
    for folder in ("messages", "documents", "handlers"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            literals = [one.value for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Constant)]
            for text in literals:
                if isinstance(text, str) and FILE_NAME.fullmatch(text):
                    assert discreet.faults(text) == [], f"{path.name}: {text}"


def test_a_file_whose_name_gives_something_away_cannot_be_made() -> None:
    assert File("copy-2026-11-23.html", b"").name
    with pytest.raises(ValueError, match="order"):
        File("order-C1.html", b"")


def test_what_the_demo_shows_on_a_phone_gives_nothing_away() -> None:
    """The made-up places too: a nickname is what stands in a reminder and would stand on a map link."""
    rows = (demo.CASELOAD / "places.csv").read_text().splitlines()[1:]
    assert rows
    for row in rows:
        assert discreet.faults(row) == [], row


def spoken_calls() -> list[tuple[str, str, ast.Call]]:
    """Every call of the Bot API that shows something to somebody: the file that makes it, its name, the call."""
    folders = ("messages", "bot", "handlers", "reminders", "usecases")
    found = []
    for path in sorted(one for folder in folders for one in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            name = called(node) if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and name.startswith(("send", "copy", "forward", "editMessage")):
                found.append((path.relative_to(ROOT).as_posix(), name, node))
    return found


def called(call: ast.Call) -> str:
    """The Bot API's own name of what is called: through the library's bot, or past it by name."""
    if not isinstance(call.func, ast.Attribute):
        return ""
    if call.func.attr == "_call" and call.args and isinstance(call.args[0], ast.Constant):
        return str(call.args[0].value)
    on_bot = isinstance(call.func.value, ast.Attribute | ast.Name) and "bot" in ast.unparse(call.func.value)
    first, *rest = call.func.attr.split("_")
    return first + "".join(one.title() for one in rest) if on_bot else ""


def test_whatever_is_sent_is_protected_and_shows_no_preview() -> None:
    calls = spoken_calls()
    assert {name for _, name, _ in calls} >= {"sendMessage", "sendPhoto", "editMessageText"}, "the calls were not found"
    for path, name, call in calls:
        assert path == "messages/telegram.py", f"{path} speaks to Telegram by itself"
        given = [(one.arg, ast.unparse(one.value)) for one in call.keywords]
        if name.startswith("send") and name != "sendChatAction":  # which shows nothing of what is known
            kept = (None, "kept" if name == "sendDocument" else "self._kept")
            assert kept in given or ("protect_content", "True") in given, ast.unparse(call)
        if name in ("sendMessage", "editMessageText"):
            assert ("link_preview_options", "NO_PREVIEW") in given, ast.unparse(call)
