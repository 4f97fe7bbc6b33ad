"""The ten steps of a service's day, played once by the people of the demo, each step seen to happen."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime

from rich.console import Console

from domain.calendar import LONDON
from domain.imports import File
from messages import words
from sandbox.bots import Event
from sandbox.demo import CAST, Demo, caseload, code_in, digits_in
from sandbox.people import Person

ENDED = b"""\
order_ref,case_ref,imposed_on,requirements,hours,complete_by,officer_ref,case_manager_ref,status,ended_on
O2004,C1004,2026-03-02,supervision+alcohol,,2026-12-01,IM1,,completed,2026-11-26
"""


class StepFailed(Exception):
    """What should have happened and did not."""


class Play:
    """One performance: what people do, what they must see, and a line of the transcript for each."""

    def __init__(self, demo: Demo, console: Console) -> None:
        self.demo = demo
        self.console = console
        self.zone = LONDON
        demo.telegram.on_event(self._print)

    def phone(self, key: str) -> Person:
        return self.demo.phones[key]

    async def says(self, key: str, text: str) -> None:
        await self.demo.say(self.phone(key).id, text)

    async def taps(self, key: str, label: str) -> None:
        await self.demo.tap(self.phone(key).id, None, label)

    async def moves_to(self, moment: str) -> None:
        """`2026-11-24 18:00`, wall time."""
        await self.demo.move(to=datetime.fromisoformat(moment).replace(tzinfo=self.zone))

    def sees(self, key: str, *wanted: str) -> str:
        """The newest message on that phone with all these words; StepFailed if there is none."""
        shown = [one.text for one in self.phone(key).chat if one.who == "bot"]
        for text in reversed(shown):
            if all(one in text for one in wanted):
                return text
        raise StepFailed(f"{self.phone(key).name} should see {wanted}; the last message is {shown[-1:]}")

    def note(self, text: str) -> None:
        """Something that happens outside the chat."""
        self._line("", text)

    def _print(self, event: Event) -> None:
        mine = event.who == self.phone(CAST[0].key).bot.name
        who = f"Minder → {event.chat}" if mine else event.who
        verb = {"says": "", "edits": "(edits) ", "taps": "taps: "}.get(event.what, f"{event.what} ")
        self._line(who, f"{verb}{_without_codes(event.text)}", bot=mine)

    def _line(self, who: str, text: str, bot: bool = False) -> None:
        wall = self.demo.now().astimezone(self.zone)
        clock = f"{words.short_date(wall.date(), 'en'):<10} {wall:%H:%M}"
        first, *rest = text.splitlines() or [""]
        style = "cyan" if bot else "bold"
        self.console.print(f"{clock}  ", end="", style="dim", highlight=False)
        self.console.print(f"{who:<24}", end="", style=style, highlight=False, markup=False)
        self.console.print(first, highlight=False, markup=False, soft_wrap=True)
        for line in rest:
            self.console.print(" " * 42 + line, highlight=False, markup=False, soft_wrap=True)


def _without_codes(text: str) -> str:
    """A transcript shows no working code."""
    return re.sub(r"(start[= ])[\w-]{8,}", r"\1…", text)


async def set_up(play: Play) -> None:
    printed = await play.demo.set_up()
    play.note("minder setup: the token is good, .env is written, the database is made, here is the manager's link.")
    await play.demo.begin()
    await play.says("morag", f"/start {code_in(printed)}")
    await play.says("morag", digits_in(printed))
    play.sees("morag", "/report", "/invite")


async def import_caseload(play: Play) -> None:
    report = await play.demo.import_files(caseload())
    if not report.written:
        raise StepFailed("; ".join(map(str, report.problems)))
    play.note(f"minder import caseload/: {report.counts}")
    again = await play.demo.import_files(caseload())
    play.note(f"the same export once more: {again.counts}")
    if again.counts.added or again.counts.changed:
        raise StepFailed("the same export twice should change nothing")


async def enrol(play: Play) -> None:
    for key in ("kirsty", "isobel", "rab", "dee", "una"):
        await _invited(play, "morag", key)
    for inviter, key in (("kirsty", "sam"), ("kirsty", "jo"), ("isobel", "eilidh")):
        await _invited(play, inviter, key)
        await play.taps(key, "English")
        await play.taps(key, "No")
        await play.taps(key, "Yes, or maybe")
    play.sees("sam", "Your next dates:")


async def _invited(play: Play, inviter: str, key: str) -> None:
    ref = next(part.ref for part in CAST if part.key == key)
    await play.says(inviter, f"/invite {ref}")
    await play.says(key, f"/start {code_in(play.sees(inviter, f'For {ref}:'))}")
    await play.says(key, digits_in(play.sees(inviter, f"Tell {ref}")))


async def remind(play: Play) -> None:
    await play.moves_to("2026-11-23 18:00")
    play.sees("sam", "Tomorrow, Tue 24 Nov, 9:30.", "The yard.", "Bring boots and lunch.")
    play.sees("jo", "Tomorrow, Tue 24 Nov, 10:30.")


async def reply(play: Play) -> None:
    await play.taps("sam", "I'll be there")
    play.sees("sam", "You said: I'll be there.")
    await play.taps("jo", "I can't make it")
    await play.taps("jo", "Kids or family")
    play.sees("jo", "Your date still stands")
    play.sees("isobel", "C1002: can't make it.")
    await play.taps("isobel", "Show")
    play.sees("isobel", "C1002 says: I can't make it.", "Kids or family")
    await play.taps("isobel", "I'm dealing with it")
    await play.says("sam", "can I bring my own gloves?")
    play.sees("sam", "I have passed that on.")
    await play.taps("kirsty", "Show")
    play.sees("kirsty", "can I bring my own gloves?")


async def register(play: Play) -> None:
    await play.moves_to("2026-11-24 09:50")
    await play.says("rab", "/today")
    play.sees("rab", "Sam", "Jo", "Marek", "Tam")
    await _marks(play, "Sam", "Came")
    await _marks(play, "Tam", "Sent home by us", "Weather", "Until now (20 min)")
    play.sees("rab", "Sam", "sent home by us")


async def _marks(play: Play, name: str, *labels: str) -> None:
    """Taps a person on the register, then what happened."""
    on_show = [button for one in play.phone("rab").chat for row in one.buttons for button in row]
    await play.taps("rab", next(button for button in reversed(on_show) if name in button))
    for label in labels:
        await play.taps("rab", label)


async def alert(play: Play) -> None:
    await play.moves_to("2026-11-24 10:46")
    await _marks(play, "Jo", "Not here")
    play.sees("isobel", "C1002: missed, reason not yet known.")
    await play.taps("isobel", "Show")
    play.sees("isobel", "C1002: missed, reason not yet known.", "The last dates:")
    play.sees("kirsty", "C1002: missed, reason not yet known.")
    play.note("Isobel is in a meeting: nobody deals with it for 4 working hours.")
    await play.moves_to("2026-11-24 14:50")
    play.sees("dee", "C1002: missed, reason not yet known.")
    await play.taps("dee", "I'm dealing with it")
    play.sees("isobel", "Dee Gunn is dealing with it")
    await play.moves_to("2026-11-24 15:30")
    play.sees("jo", "Are you OK?")


async def questionnaire(play: Play) -> None:
    await play.moves_to("2026-11-26 16:00")
    await play.demo.import_files([File("orders.csv", ENDED)])
    play.note("minder import: Eilidh's order is completed.")
    await _answers(play, "eilidh")


async def _answers(play: Play, key: str) -> None:
    """Taps, a step back, a skip, a stop, a bot that is restarted in between, one free word, and Send."""
    for label in ("Begin", "4. Good", "2. Bad", "Back", "4. Good", "3. OK", "Skip this one", "Stop for now"):
        await play.taps(key, label)
    await play.demo.end()
    play.note("The bot is stopped and started again. Nothing is lost.")
    await play.demo.begin()
    for label in ("Go on", "4. Most days", "5. Very sure", "4. Yes, mostly", "5. Yes, fully"):
        await play.taps(key, label)
    for label in ("1. Bus fare or getting there", "5. My health", "That is all"):
        await play.taps(key, label)
    await play.says(key, "A bus pass would have helped.")
    await play.taps(key, "1. Yes")
    await play.taps(key, "Send")
    play.sees(key, "Thank you.")


async def report(play: Play) -> None:
    await play.moves_to("2026-11-27 10:00")
    await play.says("morag", "/report")
    play.sees("morag", "2026")


async def commands(play: Play) -> None:
    for text in ("/next", "/privacy", "help"):
        await play.says("sam", text)
    await play.says("sam", "STOP")
    play.sees("sam", "Your dates still stand")
    await play.taps("sam", "Start again")
    for key in ("rab", "dee", "morag"):
        await play.says(key, "/help")
    await play.says("dee", "/desk")
    await play.says("una", "/moderate")
    play.sees("una", "A bus pass would have helped.")


STEPS: tuple[tuple[str, Callable[[Play], Awaitable[None]]], ...] = (
    ("Set up", set_up),
    ("Import", import_caseload),
    ("Enrol", enrol),
    ("Remind", remind),
    ("Reply", reply),
    ("Register", register),
    ("Alert", alert),
    ("Exit questionnaire", questionnaire),
    ("Report", report),
    ("Commands for each role", commands),
)


async def perform(demo: Demo, console: Console) -> bool:
    """Plays every step; False as soon as one did not happen, having said which and why."""
    play = Play(demo, console)
    for n, (title, step) in enumerate(STEPS, 1):
        console.rule(f"[bold]{n}. {title}", align="left")
        try:
            await step(play)
        except (StepFailed, LookupError, RuntimeError) as failure:
            console.print(f"\nStep {n} ({title}) did not happen: {failure}", style="bold red", markup=False)
            return False
    console.rule()
    console.print(f"All {len(STEPS)} steps happened.", style="bold green")
    return True
