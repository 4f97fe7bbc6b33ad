"""Which question of ours is the newest in a chat: what 1, 2, yes and no mean is read off it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from db import outbox, texts, told, traces
from domain.appointments import Answer
from domain.asking import ANSWERS
from domain.changes import TELLS, News
from domain.outbox import NEWS, Status, Subject
from domain.talk import ANSWER
from domain.texting import NOT_RECEIVED, QUESTIONS
from usecases.service import Work

LASTS = timedelta(days=3)  # an older question is not what somebody answers with a bare number
OF_TWO_CLOCKS = timedelta(minutes=1)  # ours, and that of whoever says when somebody texted
FIRST = 1  # the revision of a date as it was booked
AFTER_A_MISS = frozenset({"missed_care", "reply_was_there", "reply_ok"})
ASKS_FOR_WORDS = frozenset({"missed_care", ANSWER})  # what a person answers in their own words
DECIDED = "cannot_answered"  # whether a date stands: yes or no below *please still come* is about that date
BY_A_PERSON = frozenset({ANSWER, "need_more", DECIDED})  # what else is typed below it, only that person understands
TOGETHER = frozenset({"reminder_together", "booked_together", NEWS})  # a bare number says nothing of which date
ABOUT_A_DATE = AFTER_A_MISS | {
    "reminder",
    "booked",
    "changed",
    *(f"reply_{one}" for one in ("coming", "cannot", "help", "call")),
    "reason_given",
}
OTHERS_WITH_BUTTONS = (
    frozenset(
        {
            "ask_language",
            "form",
            "form_offer",
            "form_again",
            "form_back",
            "stopped",
            "help",
            "changed_what",
            "cancelled",
            "place_offer",
            "place_taken",
            "place_given_back",
            "quote_ask",
            "stand_down",
        }
    )
    | TOGETHER
)
NUMBER = re.compile(r"\W*([1-9])\W*")
YES_NO = re.compile(r"\W*(yes|no)\W*", re.IGNORECASE)
POLITE = re.compile(r"\W*(yes|no)\W*(please|thanks|thank you)?\W*", re.IGNORECASE)
YES_OR_NO: Mapping[bool, tuple[Answer, Answer]] = {
    False: (Answer.COMING, Answer.CANNOT),
    True: (Answer.OK, Answer.HELP),  # no, after *are you OK?*
}


def number_in(text: str) -> int | None:
    """The number of a button, if that is all that was typed: `2`, ` 2) `."""
    found = NUMBER.fullmatch(text)
    return int(found[1]) if found else None


async def last(work: Work) -> traces.Trace | None:
    """What asked last in this chat, whatever it is about: a message with buttons, or a person's own question; None if
    there is none of late."""
    return await _last_of(work, ABOUT_A_DATE | OTHERS_WITH_BUTTONS | BY_A_PERSON)


async def newest_button(work: Work) -> traces.Trace | None:
    """Our newest message with buttons, if it is about a date, whatever a person has written below it."""
    found = await _last_of(work, ABOUT_A_DATE | OTHERS_WITH_BUTTONS)
    return found if found is not None and found.kind in ABOUT_A_DATE else None


async def _last_of(work: Work, kinds: Collection[str]) -> traces.Trace | None:
    assert work.chat is not None
    ours = [one for one in await traces.since(work.tx, work.chat.id, work.now - LASTS) if one.kind in kinds]
    return await _as_asked(work, ours[-1]) if ours else None


async def _as_asked(work: Work, asked: traces.Trace) -> traces.Trace:
    """News of several dates of which one alone is on asks about that one, and if all are off it asks nothing: it is
    answered like news of one date."""
    if asked.kind != NEWS:
        return asked
    on = {
        one.appointment_id
        for one in await told.told_in(work.tx, asked.chat, asked.message_id)
        if one.kind == News.CHANGED
    }
    if len(on) > 1:
        return asked
    kind, about = (News.CHANGED, Subject("appointment", *on)) if on else (News.CANCELLED, Subject.parse(asked.subject))
    return replace(asked, kind=kind.value, subject=str(about))


def asks_for_words(kind: str, at_the_end: bool) -> bool:
    """Whether a person who is in the middle of a form answers this in their own words first. At the end of an order
    nobody is asked to: what they type then is not for their worker."""
    return kind in ASKS_FOR_WORDS and not at_the_end


async def for_a_form(work: Work, reply_to: int | None, at_the_end: bool) -> bool:
    """Whether what was typed is meant for the form that is under way: not if it replies to another message of ours, nor
    if one that asks for words has come since the form was last shown."""
    assert work.chat is not None
    if reply_to is not None:
        trace = await traces.ours(work.tx, work.chat.id, reply_to)
        return trace is None or trace.subject.startswith("sitting:")
    ours = await traces.since(work.tx, work.chat.id, work.now - LASTS)
    kinds = [one.kind for one in ours if one.kind in ASKS_FOR_WORDS or one.subject.startswith("sitting:")]
    return not kinds or not asks_for_words(kinds[-1], at_the_end)


async def overtaken(work: Work) -> bool:
    """Whether a question about a date, or a person's own, has come since the words that are awaited were asked for."""
    awaits = work.chat.awaits if work.chat is not None else None
    asked = await last(work)
    if awaits is None or asked is None or asked.kind not in BY_A_PERSON.union(ANSWERS):
        return False
    return asked.at > datetime.fromisoformat(str(awaits["at"]))


def yes_or_no(text: str, numbered: bool) -> bool | None:
    """Below two buttons of which the first says yes: what was typed, if that is all. `numbered`: so are they."""
    said = POLITE.fullmatch(text)
    if said is not None:
        return said[1].casefold() == "yes"
    return {1: True, 2: False}.get(number_in(text) or 0) if numbered else None


def meant(kind: str, text: str) -> Answer | None:
    """What 1 to 4, yes or no says below a message of this kind about a date."""
    missed = kind in AFTER_A_MISS
    number, yes_no = number_in(text), YES_NO.fullmatch(text)
    offered: Sequence[Answer] = ANSWERS["missed_care" if missed else "reminder"]
    if number is not None:
        return offered[number - 1] if number <= len(offered) else None
    return YES_OR_NO[missed][yes_no[1].casefold() == "no"] if yes_no else None


async def revision_shown(work: Work, appointment: Subject) -> int | None:
    """The newest revision of a date that its individual was told of; None if they were told of none, or were asked
    since about a miss of it. A text that did not arrive, or came after theirs, told them nothing, unless all are so."""
    rows = [row for row in await outbox.about(work.tx, appointment) if row.owed.kind in QUESTIONS]
    sent = [row for row in rows if row.status is Status.SENT]
    if not sent or sent[-1].owed.kind not in TELLS:
        return None
    by_text = await texts.accepted(work.tx, [row.id for row in sent])
    last = work.now + OF_TWO_CLOCKS
    unread = {id_ for id_, (at, receipt) in by_text.items() if receipt.status in NOT_RECEIVED or at > last}
    read = [row for row in sent if row.id not in unread]
    shown = max(row.owed.revision for row in read or sent)
    return shown or (FIRST if unread else None)  # a booking has none of its own
