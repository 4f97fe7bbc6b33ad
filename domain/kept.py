"""How far the clocks of the national standards were kept: the figures of a report, with the national tables' own bands.

Small numbers are hidden as in the rest of the report. Whether a limit was met comes before its bands: where *met* has
to be hidden no band is shown, since they would add up to it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from domain.calendar import Calendar
from domain.limits import Clock
from domain.outcomes import Blanks, Key, Line, Table, hidden_parts, small
from domain.standards import Late, LeftOut, Reading

NAME = "standards"
UNSAID, WRITTEN = "unsaid", "written"  # nobody has said why; the export says it in words of its own
UNDONE = -1  # the band of what is not done yet


@dataclass(frozen=True)
class Counted:
    """One step of a clock whose limit fell in the period, whose order it is, and why it was late, if anybody said."""

    read: Reading
    why: str = ""
    ref: str = ""


def table(clock: Clock, several: Iterable[Counted], last: date, today: date, least: int, calendar: Calendar) -> Table:
    """One clock: how many were due, how many met the national limit and in which band, the same by the council's own
    limit and target that were in force on the period's last day, who is left out and why, and what made others late."""
    found = list(several)
    base = [one for one in found if one.read.left_out is None]
    met = sum(one.read.met for one in base)
    hidden, total_hidden = hidden_parts((met, len(base) - met), least)
    total = None if total_hidden else len(base)
    lines = [Line("due", ("report.due",), total, share=False)]
    if base:
        shown = None if 0 in hidden else met
        refs = tuple(one.ref for one in base if one.read.met) if shown is not None else ()
        lines.append(Line("met", ("report.met",), shown, total, behind=refs))
    if base and not hidden and not total_hidden:
        lines += [*_bands(clock, base, least, calendar), *_reasons(base, least)]
    lines += [*_own(clock, base, last, today, least), *_left_out(found, least)]
    words, blanks = _heading(clock)
    return Table(NAME, words, tuple(lines), clock.id, blanks)


def _heading(clock: Clock) -> tuple[str, Blanks]:
    name = Key(f"standard.{clock.id}")
    if clock.several:
        return "report.standard_steps", {"name": name}
    if clock.compare:
        return "report.standard_compared", {"name": name, "limit": clock.limits[0], "compare": clock.compare}
    return "report.standard", {"name": name, "limit": clock.limits[0]}


def _bands(clock: Clock, base: Sequence[Counted], least: int, calendar: Calendar) -> Iterator[Line]:
    """The bands that anybody is in. Those that add up to *met* are hidden by themselves, and so are the others."""
    within = [at for at, _ in enumerate(clock.bands) if at <= clock.bands.index(clock.limits[0])]
    beyond = [*range(len(within), len(clock.bands) + 1), UNDONE]
    places = [_band_of(one.read, calendar) for one in base]
    for group in (within if len(within) > 1 else [], beyond):
        counts = [(at, places.count(at)) for at in group if at in places]
        hidden, all_hidden = hidden_parts([count for _, count in counts], least)
        for n, (at, count) in enumerate(counts):
            words, blanks = _words_of(clock, at)
            shown = None if all_hidden or n in hidden else count
            refs = (
                () if shown is None else tuple(one.ref for one, place in zip(base, places, strict=True) if place == at)
            )
            yield Line(f"band_{at}", (words,), shown, len(base), blanks=blanks, behind=refs)


def _band_of(read: Reading, calendar: Calendar) -> int:
    """Which band; of a clock that has none, whether it was done in time (no band at all) or late (the only one)."""
    if read.done is None:
        return UNDONE
    if read.clock.bands:
        return read.band(calendar) or 0
    return 0 if not read.met else UNDONE - 1


def _words_of(clock: Clock, at: int) -> tuple[str, Blanks]:
    if at == UNDONE:
        return "report.undone", {}
    if not clock.bands:
        return "report.done_late", {}
    if at == len(clock.bands):
        return "report.band_over", {"after": clock.bands[-1]}
    if at == 0:
        return ("report.band_within", {"upto": clock.bands[0]}) if clock.bands[0].number else ("report.band_same", {})
    if clock.bands[at - 1].number == 0:
        return "report.band_within", {"upto": clock.bands[at]}
    return "report.band_between", {"after": clock.bands[at - 1], "upto": clock.bands[at]}


def _reasons(base: Sequence[Counted], least: int) -> Iterator[Line]:
    """Why others were late, in the national table's words."""
    said = [one.why or UNSAID for one in base if not one.read.met]
    codes = [*(one.value for one in Late), WRITTEN, UNSAID]
    counts = [(code, said.count(code)) for code in codes if code in said]
    hidden, all_hidden = hidden_parts([count for _, count in counts], least)
    for n, (code, count) in enumerate(counts):
        shown = None if all_hidden or n in hidden else count
        late = (one for one in base if not one.read.met and (one.why or UNSAID) == code)
        refs = tuple(one.ref for one in late) if shown is not None else ()
        yield Line(f"why_{code}", ("report.late",), shown, len(said), blanks={"why": Key(f"late.{code}")}, behind=refs)


def _own(clock: Clock, base: Sequence[Counted], last: date, today: date, least: int) -> Iterator[Line]:
    """The council's own limit, each order by the one in force when its clock started, and its target."""
    own = clock.target_on(last)
    if own is None:
        return
    if own.limit is not None:
        mine = [one.read for one in base if one.read.local_due is not None and today > one.read.local_due]
        met, nationally = sum(one.met_locally for one in mine), sum(one.met for one in mine)
        telling = small(met, least) or small(len(mine) - met, least) or small(abs(met - nationally), least)
        count, total = (None, None) if telling else (met, len(mine))
        yield Line("own", ("report.own_limit",), count, total, blanks={"limit": own.limit, "since": own.since})
    if own.percent is not None:
        yield Line("target", ("report.own_target",), own.percent, share=False, blanks={"since": own.since})


def _left_out(found: Sequence[Counted], least: int) -> Iterator[Line]:
    """The base in words: whom the national tables leave out."""
    for why in LeftOut:
        count = sum(one.read.left_out is why for one in found)
        if count:
            shown = None if small(count, least) else count
            yield Line(f"out_{why}", ("report.left_out",), shown, share=False, blanks={"why": Key(f"left_out.{why}")})
