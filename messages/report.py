"""The figures of a report, as a manager reads them in the chat; the command line says them in the same words."""

from datetime import timedelta

from domain.limits import Limit
from domain.outcomes import Blanks, Key, Line, Period, Report, Table
from messages import words
from messages.actions.packs import OpenPacks
from messages.actions.report import ShowOutcomes, ShowReport
from messages.compose import Button, Message, Voice, says
from messages.standards import amount

FIGURES = ("appointments", "reminders", "alerts", "forms")
ANSWERS, STANDARDS = "answers", "standards"
ROOM = 3900  # characters: a message has 4,096, and the last line needs some


@says("report")
def report(about: Report, voice: Voice) -> Message:
    """Everything but the answers, which have a page of their own."""
    blocks = [voice.say("report.heading", **_days(about.period)), _as_of(about, voice)]
    for table in about.named(*FIGURES):
        lines = [heading(table, voice), *(f"· {label(line, voice)}: {figure(line, voice)}" for line in table.lines)]
        if table.name == "alerts":
            lines.append(f"· {voice.say('report.median')}: {median(about, voice)}")
        blocks.append("\n".join(lines))
    return Message(_fitted([*blocks, *_note(about.named(*FIGURES), about, voice)], voice), _buttons(about, voice, 0))


@says("report_answers")
def report_answers(about: Report, voice: Voice) -> Message:
    """One line for each question."""
    tables = about.named(ANSWERS)
    blocks = [voice.say("report.answers_heading", **_days(about.period))]
    if not tables:
        blocks.append(voice.say("report.no_answers"))
    blocks += [f"{heading(table, voice)}\n{_in_a_line(table, voice)}" for table in tables]
    blocks += [voice.say("report.answers_without_start")] if tables else []
    return Message(_fitted([*blocks, *_note(tables, about, voice)], voice), _buttons(about, voice, 1))


def _in_a_line(table: Table, voice: Voice) -> str:
    total, *lines = table.lines
    if total.count is None:
        return voice.say("report.hidden")
    said = [f"{label(line, voice)} {count(line, voice)}" for line in (total, *lines) if line.count != 0]
    return "; ".join(said)


def _days(period: Period) -> dict[str, str]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat()}


def _as_of(about: Report, voice: Voice) -> str:
    return voice.say("report.as_of", when=voice.when(about.as_of))


def _note(tables: tuple[Table, ...], about: Report, voice: Voice) -> list[str]:
    return [note(about, voice)] if any(table.hides for table in tables) else []


@says("report_standards")
def report_standards(about: Report, voice: Voice) -> Message:
    """One block for each clock, on as many pages as they need."""
    tables = about.named(STANDARDS)
    blocks = [
        "\n".join([heading(table, voice), *(f"· {label(line, voice)}: {figure(line, voice)}" for line in table.lines)])
        for table in tables
    ]
    first = "\n".join([voice.say("report.standards_heading", **_days(about.period)), _as_of(about, voice)])
    last = [voice.say("report.standards_base"), *_note(tables, about, voice)]
    pages = paged([first, *blocks, *last])
    page = min(max(int(voice.params.get("page", 0)), 0), len(pages) - 1)
    further = [page + 1] if page + 1 < len(pages) else []
    more = tuple((voice.button("button.report_more", ShowReport(about.period.number, 2 + to)),) for to in further)
    return Message(pages[page], more + _buttons(about, voice, 2))


def paged(blocks: list[str]) -> list[str]:
    """Whole blocks, as many on a page as one message holds."""
    pages = [""]
    for block in blocks:
        if pages[-1] and len(pages[-1]) + len(block) + 2 > ROOM:
            pages.append("")
        pages[-1] = f"{pages[-1]}\n\n{block}" if pages[-1] else block
    return pages


PARTS = ("button.report_figures", "button.report_answers", "button.report_standards")


def _buttons(about: Report, voice: Voice, part: int) -> tuple[tuple[Button, ...], ...]:
    """The other parts of this report, and this part of the one before."""
    others = [voice.button(key, ShowReport(about.period.number, at)) for at, key in enumerate(PARTS) if at != part]
    over = told_last(about.period, voice)
    others.append(voice.button("button.report_outcomes", ShowOutcomes(over.number, 0)))
    others.append(voice.button("button.packs", OpenPacks(about.period.number)))
    before = voice.button("button.report_before", ShowReport(about.period.before.number, part))
    return (*((one,) for one in others), (before,))


def told_last(period: Period, voice: Voice) -> Period:
    """The period itself, if outcomes are told of it; else the last quarter that is over."""
    today = voice.calendar.day(voice.now)
    whole = period.is_quarter or period.is_year
    return period if whole and period.last < today else Period.quarter(min(period.last, today)).before


def _fitted(blocks: list[str], voice: Voice) -> str:
    """As many whole blocks as one message holds; what is left out is said."""
    text = ""
    for block in blocks:
        if len(text) + len(block) > ROOM:
            return f"{text}\n\n{voice.say('report.more')}"
        text = f"{text}\n\n{block}" if text else block
    return text


# ── Also read by the command line ───────────────────────────────────────────────────────────────────────────────────


def heading(table: Table, voice: Voice) -> str:
    """What a table is about."""
    return voice.say(table.words, **_filled(table.blanks, voice))


def label(line: Line, voice: Voice) -> str:
    """What a line counts. A reason that has no words of its own is shown by its name."""
    return ", ".join(_named(key, voice, **_filled(line.blanks, voice)) for key in line.words)


def _named(key: str, voice: Voice, **blanks: str) -> str:
    """The words of a key; of one that has none its last part."""
    return voice.say(key, **blanks) if words.knows(key) else key.rpartition(".")[2].replace("_", " ")


def _filled(blanks: Blanks, voice: Voice) -> dict[str, str]:
    """What stands in the blanks of a line, in words."""
    return {name: blank(value, voice) for name, value in blanks.items()}


def blank(value: object, voice: Voice) -> str:
    """What fills a blank, in words."""
    match value:
        case Limit():
            return amount(value, voice)
        case Key(key):
            return _named(key, voice)
    return str(value)


def figure(line: Line, voice: Voice) -> str:
    """A count, with its share and the base of that share where there is one."""
    if line.count is None:
        return voice.say("report.hidden")
    if line.value is not None:
        return voice.say("report.mean", value=f"{line.value:.1f}", count=line.count)
    if not line.share or line.percent is None:
        return str(line.count)
    share = {"count": line.count, "base": line.base or 0, "percent": line.percent}
    if line.interval is None:
        return voice.say("report.share", **share)
    return voice.say("report.share_sure", **share, low=line.interval[0], high=line.interval[1])


def count(line: Line, voice: Voice) -> str:
    """The count alone."""
    return voice.say("report.hidden") if line.count is None else str(line.count)


def median(about: Report, voice: Voice) -> str:
    """How long, in working time, it took until somebody took an alert on: the middle one of all."""
    wait = about.acknowledged_after
    if wait is not None:
        return _long(wait, voice)
    taken = [line.count for table in about.named("alerts") for line in table.lines if line.code == "acknowledged"]
    return voice.say("report.nothing" if taken == [0] else "report.hidden")


def _long(wait: timedelta, voice: Voice) -> str:
    hours, minutes = divmod(round(wait.total_seconds() / 60), 60)
    return voice.say("report.hours", hours=hours, minutes=minutes)


def note(about: Report, voice: Voice) -> str:
    """What *hidden* means."""
    return voice.say("report.note", least=about.least)
