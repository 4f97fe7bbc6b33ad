"""The figures of a report, as a manager reads them in the chat; the command line says them in the same words."""

from datetime import timedelta

from domain.outcomes import Line, Period, Report, Table
from messages import words
from messages.actions import ShowReport
from messages.compose import Button, Message, Voice, says

FIGURES = ("appointments", "reminders", "alerts", "forms")
ANSWERS = "answers"
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
    return Message(
        _fitted([*blocks, *_note(about.named(*FIGURES), about, voice)], voice), _buttons(about, voice, False)
    )


@says("report_answers")
def report_answers(about: Report, voice: Voice) -> Message:
    """One line for each question."""
    tables = about.named(ANSWERS)
    blocks = [voice.say("report.answers_heading", **_days(about.period.whole_quarters or about.period))]
    if not tables:
        blocks.append(voice.say("report.no_answers"))
    blocks += [f"{heading(table, voice)}\n{_in_a_line(table, voice)}" for table in tables]
    return Message(_fitted([*blocks, *_note(tables, about, voice)], voice), _buttons(about, voice, True))


def _in_a_line(table: Table, voice: Voice) -> str:
    total, *lines = table.lines
    if total.count is None:
        return voice.say("report.hidden")
    said = [f"{label(line, voice)} {_count(line, voice)}" for line in (total, *lines) if line.count != 0]
    return "; ".join(said)


def _days(period: Period) -> dict[str, str]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat()}


def _as_of(about: Report, voice: Voice) -> str:
    return voice.say("report.as_of", when=voice.when(about.as_of))


def _note(tables: tuple[Table, ...], about: Report, voice: Voice) -> list[str]:
    return [note(about, voice)] if any(table.hides for table in tables) else []


def _buttons(about: Report, voice: Voice, answers: bool) -> tuple[tuple[Button, ...], ...]:
    other = voice.button(
        "button.report_figures" if answers else "button.report_answers",
        ShowReport(about.period.number, int(not answers)),
    )
    before = voice.button("button.report_before", ShowReport(about.period.before.number, int(answers)))
    return (other,), (before,)


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
    return voice.say(table.words)


def label(line: Line, voice: Voice) -> str:
    """What a line counts. A reason that has no words of its own is shown by its name."""
    known = [voice.say(key) if words.knows(key) else key.rpartition(".")[2].replace("_", " ") for key in line.words]
    return ", ".join(known)


def figure(line: Line, voice: Voice) -> str:
    """A count, with its share and the base of that share where there is one."""
    if line.count is None:
        return voice.say("report.hidden")
    if not line.share or line.percent is None:
        return str(line.count)
    return voice.say("report.share", count=line.count, base=line.base or 0, percent=line.percent)


def _count(line: Line, voice: Voice) -> str:
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
