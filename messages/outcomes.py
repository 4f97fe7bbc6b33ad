"""What changed between the start and the end, to be read on a phone: one line for each area of life.

What the figures cannot show stands with them, on the first page.
"""

from collections.abc import Iterator, Mapping, Sequence

from domain.change import BARRIERS, CHANGE, GOALS, LIMITS, MISSING, REACH
from domain.outcomes import Line, Period, Report, Table
from messages import report as figures
from messages.actions.report import ShowOutcomes, ShowReport
from messages.compose import Button, Message, Voice, says

_STATES = ("into_none", "out_of_none", "stayed_none")


@says("report_outcomes")
def report_outcomes(about: Report, voice: Voice) -> Message:
    """Areas of life first, then who is missing, what was hard, and goals, on as many pages as they need."""
    blocks = [_heading(about, voice)]
    if about.tables:
        blocks += [*_blocks(about, voice), "\n".join(limits(voice))]
        blocks += [figures.note(about, voice)] if any(table.hides for table in about.tables) else []
    else:
        blocks.append(voice.say(_why_nothing(about, voice)))
    pages = figures.paged(blocks)
    page = min(max(int(voice.params.get("page", 0)), 0), len(pages) - 1)
    return Message(pages[page], _buttons(about, voice, page, len(pages)))


def _heading(about: Report, voice: Voice) -> str:
    days = {"first": about.period.first.isoformat(), "last": about.period.last.isoformat()}
    return f"{voice.say('report.outcomes_heading', **days)}\n{voice.say('report.as_of', when=voice.when(about.as_of))}"


def _why_nothing(about: Report, voice: Voice) -> str:
    if not (about.period.is_quarter or about.period.is_year):
        return "report.outcomes_by_quarter"
    over = about.period.last < voice.calendar.day(about.as_of)
    return "report.outcomes_none" if over else "report.outcomes_not_over"


def _blocks(about: Report, voice: Voice) -> Iterator[str]:
    yield from ("\n".join(_whole(table, voice)) for table in about.named(REACH))
    yield from (_changed(table, voice) for table in about.named(CHANGE))
    missing = [table for table in about.named(MISSING) if _both_shown(table)]
    if missing:
        yield "\n".join([voice.say("report.missing_heading"), *(_missing(table, voice) for table in missing)])
    yield from ("\n".join(_whole(table, voice)) for table in about.named(BARRIERS, GOALS))


def _whole(table: Table, voice: Voice) -> list[str]:
    lines = [f"· {figures.label(line, voice)}: {figures.figure(line, voice)}" for line in table.lines]
    return [figures.heading(table, voice), *lines]


def _changed(table: Table, voice: Voice) -> str:
    """*Home: 41 answered twice. 22 better, 12 same, 7 worse. 2.4 → 3.1.*"""
    lines = {line.code: line for line in table.lines}
    area = figures.blank(table.blanks["area"], voice)
    if lines["paired"].count is None:
        return voice.say("report.change_hidden", area=area)
    said = [voice.say("report.change_line", area=area, **_moved(lines, "", voice))]
    if lines["low"].count:
        said.append(voice.say("report.change_low", **_moved(lines, "low", voice)))
    states = [lines[code] for code in _STATES if code in lines and lines[code].count != 0]
    if states:
        said.append(voice.say("report.change_none", states=_counted(states, voice)))
    return "\n".join(said)


def _moved(lines: Mapping[str, Line], group: str, voice: Voice) -> dict[str, str | int]:
    start = f"{group}_" if group else ""
    return {
        "base": lines[group or "paired"].count or 0,
        "moves": _counted([lines[f"{start}{move}"] for move in ("better", "same", "worse")], voice),
        "means": _means(lines[f"{start}mean_start"], lines[f"{start}mean_end"], voice),
    }


def _counted(several: Sequence[Line], voice: Voice) -> str:
    """*22 better, 12 same, the rest too few to show.*"""
    shown = [voice.say(f"report.n_{line.code}", n=line.count) for line in several if line.count is not None]
    if len(shown) < len(several):
        shown.append(voice.say("report.rest_hidden" if shown else "report.all_hidden"))
    return ", ".join(shown)


def _means(start: Line, end: Line, voice: Voice) -> str:
    if start.value is None or end.value is None:
        return voice.say("report.hidden")
    return voice.say("report.means", start=f"{start.value:.1f}", end=f"{end.value:.1f}")


def _both_shown(table: Table) -> bool:
    """Whether those who finished and those who did not stand side by side at all."""
    counts = {line.code: line.count for line in table.lines}
    return all(counts[f"{who}_low"] is not None and counts[who] for who in ("finished", "left"))


def _missing(table: Table, voice: Voice) -> str:
    lines = {line.code: line for line in table.lines}
    shares = {who: figures.figure(lines[f"{who}_low"], voice) for who in ("finished", "left")}
    return voice.say("report.missing_line", area=figures.blank(table.blanks["area"], voice), **shares)


def _buttons(about: Report, voice: Voice, page: int, pages: int) -> tuple[tuple[Button, ...], ...]:
    """The next page, the quarter or year before, the last year that is over, and the other figures."""
    period = about.period
    year = Period.year(period.first)
    if year.last >= voice.calendar.day(voice.now):
        year = year.a_year_before
    before = period.a_year_before if period.is_year else period.before
    shown = [("button.report_more", ShowOutcomes(period.number, page + 1))] if page + 1 < pages else []
    shown.append(("button.report_year_before" if period.is_year else "button.report_before", _to(before)))
    if not period.is_year:
        shown.append(("button.report_year", _to(year)))
    blanks = {"year": f"{year.first.year}/{year.last:%y}"}
    buttons = [(voice.button(key, tap, **blanks),) for key, tap in shown]
    return (*buttons, (voice.button("button.report_figures", ShowReport(period.number, 0)),))


def _to(period: Period) -> ShowOutcomes:
    return ShowOutcomes(period.number, 0)


def limits(voice: Voice) -> list[str]:
    """What these figures cannot show, one sentence each."""
    return [voice.say("report.limits"), *(f"· {voice.say(key)}" for key in LIMITS)]
