"""The rules of what is said, when, and to whom do not know which way it goes: by chat or by text message they are the
same. They are only told whether there is a way (`Gates.linked`)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
RULES = (
    *("domain/appointments.py", "domain/attendance.py", "domain/calendar.py", "domain/changes.py", "domain/outbox.py"),
    *("domain/pausing.py", "domain/reminding.py", "domain/retrying.py", "domain/routing.py", "domain/truth.py"),
    *("usecases/obstacles.py", "usecases/waking.py"),
)
A_WAY = re.compile(r"telegram|notify|gateway|sms|text|chat|phone|mobile", re.IGNORECASE)
KNOWN = {  # what names a way all the same, and why
    "outbox.Subject": "its text is no message",
    "outbox.To": "an answer goes back by the way that somebody asked",
    "outbox.Trouble": "each way has its own",
    "outbox.OFFERS": "a form needs the chat: who has none hears that somebody may ask them (form_text)",
    "truth._still_so": "the same, and by which way a form is answered",
    "retrying.after": "the end of what was in trouble at the gateway of text messages",
    "routing.WHYS": "staff are told by chat alone",
    "routing.Roster": "the same",
}


def named(code: str) -> Iterator[str]:
    """What names a way, of all that a module defines or imports. What has spaces in it is for whoever reads it."""
    for part in ast.parse(code).body:
        fields = [value for node in ast.walk(part) for _, value in ast.iter_fields(node)]
        if any(isinstance(one, str) and " " not in one and A_WAY.search(one) for one in fields):
            yield getattr(part, "name", ast.unparse(part).split()[0])


def test_the_rules_know_no_channel() -> None:
    found = {f"{Path(rules).stem}.{name}" for rules in RULES for name in named((ROOT / rules).read_text())}
    assert found == set(KNOWN)


def test_what_names_a_channel_is_found() -> None:
    code = '''
"""Of text messages."""
from domain.texting import Bar
LATER = {"texts_shut"}
def asks(owed):
    """Whether it goes by text."""
    return owed.to is To.TEXT
def asks_not(owed, linked):
    return linked  # by Telegram
class Gates:
    by_text: bool
'''
    assert list(named(code)) == ["from", "LATER", "asks", "Gates"]
