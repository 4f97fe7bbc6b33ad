"""Text messages: by which way a person may be told, what fits into one, and what the few words mean that people text.

The rules of what is said, and when, do not know that there is more than one way.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.changes import TELLS
from domain.outbox import Owed
from domain.talk import ANSWER

QUESTIONS = TELLS | {"missed_care"}  # kinds that are answered with a number
MERGED = frozenset({"reminder_together", "booked_together"})
OF_A_DAY = {"missed_sorry", "need_more", "sent_home", "sorry_corrected", "stand_down", "stood_down_sorry"}
ASKED_FOR = {ANSWER, "ask_closed", "ask_taken", "cannot_answered", "still_waiting"}
NOT_RECEIVED = frozenset({"permanent-failure", "temporary-failure", "technical-failure"})  # receipts, by Notify's names
TEXTABLE = QUESTIONS | MERGED | OF_A_DAY | ASKED_FOR | {"form_text", "new_worker"}


class Way(StrEnum):
    """How somebody is reached."""

    CHAT = "chat"
    TEXT = "text"


class Bar(StrEnum):
    """Why there is no way: the reason on the row, in the order in which they are asked."""

    NOT_LINKED = "not_linked"  # and text messages are off, or nothing is known of a number
    NOT_AS_TEXT = "texts_not_this"  # a form, say: it needs the chat
    SHARED = "texts_shared"
    WRONG = "texts_wrong"
    STOPPED = "texts_stopped"
    NOT_AGREED = "texts_not_agreed"
    NUMBER_CHANGED = "texts_number_changed"
    CHAT_ENDED = "texts_chat_ended"


@dataclass(frozen=True)
class Texting:
    """How it stands with text messages to one person. `chat_ended_at` is when they last blocked the bot, or a phone of
    theirs was unlinked."""

    number: str = ""  # the mobile on record (E.164)
    shared: bool = False  # somebody else has the same
    agreed_at: datetime | None = None
    agreed_by: int | None = None
    agreed_number: str = ""
    stopped_at: datetime | None = None
    wrong_at: datetime | None = None
    wrong_number: str = ""  # the one of which that was said
    wrong_said: bool = False  # by whoever has it; else the network refused it
    chat_ended_at: datetime | None = None

    @property
    def wrong(self) -> bool:
        """Whether the number on record is said not to be theirs, or to be none."""
        return self.wrong_at is not None and self.wrong_number == self.number

    def denied(self, number: str) -> bool:
        """Whether somebody texted from this number that it is not theirs. What the network says is nobody's word:
        whoever texts from a number has it."""
        return self.wrong_at is not None and self.wrong_said and self.wrong_number == number

    @property
    def bar(self) -> Bar | None:
        """Why they get no text messages. A yes counts for the number that it was given for, and until they stop, or
        leave the chat: then staff have to hear another one."""
        bars = (
            (Bar.NOT_LINKED, not self.number),
            (Bar.SHARED, self.shared),
            (Bar.WRONG, self.wrong),
            (Bar.STOPPED, self.stopped_at is not None),
            (Bar.NOT_AGREED, self.agreed_at is None),
            (Bar.NUMBER_CHANGED, self.agreed_number != self.number),
            (Bar.CHAT_ENDED, _after(self.chat_ended_at, self.agreed_at)),
        )
        return next((bar for bar, holds in bars if holds), None)


def _after(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one > other


def way(owed: Owed, linked: bool, texting: Texting | None) -> Way | Bar:
    """By which way one message may go: the chat if Telegram reaches it, else a text message if they agreed to that.
    `texting` is None where text messages are not set up."""
    if linked:
        return Way.CHAT
    if texting is None:
        return Bar.NOT_LINKED
    if texting.bar is not None:
        return texting.bar
    return Way.TEXT if owed.kind in TEXTABLE and "edit" not in owed.params else Bar.NOT_AS_TEXT


# ── What fits ───────────────────────────────────────────────────────────────────────────────────────────────────────

PARTS = 2  # that one text message of ours may have: each is paid for
A_PART, A_PART_IN_UNICODE = 153, 67  # characters of a part, of several (GSM 03.38; UCS-2)
LONGEST = 918  # characters that Notify takes in one text message: six parts
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€")  # in the alphabet's second table
_PLAIN = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " "})


def plain(words: str) -> str:
    """The same without signs that halve what fits, where a plain one says as much."""
    return words.translate(_PLAIN)


def fits(words: str, parts: int = PARTS) -> bool:
    """Whether it can be sent in so many parts."""
    if set(words) <= _GSM | _TWICE:
        return len(words) + sum(one in _TWICE for one in words) <= parts * A_PART
    return len(words.encode("utf-16-le")) // 2 <= parts * A_PART_IN_UNICODE


# ── What people text ────────────────────────────────────────────────────────────────────────────────────────────────


class Word(StrEnum):
    """A word that means the same whatever was asked."""

    STOP = "stop"
    WRONG = "wrong"
    HELP = "help"
    NEXT = "next"


_TEXTS = r"((text )?(messages?|msgs?)|te?xts?|reminders?)"
_STOP_OURS = (
    r"(please )?(stop ((te?xting|messaging|contacting)( me| us)?"
    rf"|(sending )?(me )?((these|those|the|all|your|any|more) )*{_TEXTS})"
    r"|(do not|don t|dont|never) (te?xt|message|msg|contact) (me|us)( again| any ?more)?"
    rf"|no more (of )?((these|those|your) )?{_TEXTS})"
)
_YOU_HAVE = r"(you|u)( ve| have| must have| are| re)?( got| texted| texting| messaged| messaging| sent (this|it) to)?"
_WRONG_ONE = (
    r"((sorry|hi|hello|hiya|no|naw|pal|mate|but|i think) )*"
    rf"(({_YOU_HAVE} |(this|it|that)( is| s)? )?(the |a )?wrong (number|person)"
    r"|((this|it|that)( is| s)? )?not (?!(my|your|the|a|this|that)\b)\w+( s)? (number|phone))"
)
_TAIL = r"( (please|pls|thanks|thank you|now|sorry|pal|mate))*"
_SENTENCES = ((Word.STOP, _STOP_OURS), (Word.WRONG, _WRONG_ONE))  # which nobody means otherwise
_STOP = (
    Word.STOP,
    r"(please )?(stop( stop)*( all)?|stopall|unsubscribe( me)?|stop sending( me)?( (these|those|them|this))?)",
)
_WORDS = (
    _STOP,
    (Word.STOP, r"stop it"),
    (Word.WRONG, r"wrong|(this is )?not me"),
    (Word.HELP, r"help"),
    (Word.NEXT, r"next"),
)


def word(words: str) -> Word | None:
    """STOP, WRONG, HELP or NEXT, if that is all that was texted: more is for a person to read."""
    return _meant(_bare(words), (*_WORDS, *_SENTENCES))


def word_beside(words: str) -> Word | None:
    """STOP or WRONG beside what is heard for itself: a sentence of its own, or one that the text begins with."""
    alone = [_meant(_bare(part), (_STOP, *_SENTENCES)) for part in re.split(r"[^\w\s'’]+|\n", words)]
    bare = _bare(words).split()
    begun = [_meant(" ".join(bare[: n + 1]), _SENTENCES) for n in range(len(bare))]
    return next((one for one in (*alone, *begun) if one is not None), None)


def _bare(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))


def _meant(bare: str, among: Iterable[tuple[Word, str]]) -> Word | None:
    return next((one for one, said in among if re.fullmatch(f"({said}){_TAIL}", bare)), None)
