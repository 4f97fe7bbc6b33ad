"""What a pack says at a glance: a plain sentence for what matters in each theme, and the charts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from documents.book import Bar, Chart
from domain.change import CHANGE, REACH
from domain.outcomes import TOTAL, Line
from domain.packs import Compared, Kind, Pack, Row
from messages import report as figures
from messages.compose import Voice

MOST_SAID = 4  # sentences of one kind
SHARES = 100.0  # the end of an axis in percent
STEPS = ("ended", "offered", "started", "finished", "paired")
MOVES = ("better", "same", "worse")
SIDE_BY_SIDE = ("reminded", "answered", "live")


def name(one: Compared, voice: Voice) -> str:
    """What a table is about, in as few words as its blanks have."""
    for blank in ("name", "area", "kind"):
        if blank in one.table.blanks:
            return figures.blank(one.table.blanks[blank], voice)
    return figures.heading(one.table, voice)


def _lines(one: Compared) -> Mapping[str, Line]:
    return {row.line.code: row.line for row in one.rows}


def _shown(one: Compared, *codes: str) -> list[int] | None:
    """These counts; None if any of them is hidden, or not there."""
    lines = _lines(one)
    found = [lines[code].count for code in codes if code in lines]
    counts = [count for count in found if count is not None]
    return counts if len(counts) == len(codes) else None


def _begun(text: str) -> str:
    """As a sentence begins."""
    return text[:1].upper() + text[1:]


# ── Sentences ───────────────────────────────────────────────────────────────────────────────────────────────────────


def sentences(theme: str, pack: Pack, voice: Voice) -> tuple[str, ...]:
    """What a theme comes to; nothing of what is hidden."""
    return tuple(_SAYS[theme](pack, voice)) if theme in _SAYS else ()


def _of_standards(pack: Pack, voice: Voice) -> Iterator[str]:
    for one in pack.named("standards"):
        met = next((row for row in one.rows if row.line.code == "met"), None)
        if met is not None and met.line.percent is not None:
            yield voice.say("pack.say_standard", name=name(one, voice), **_share(met.line)) + _then(met, pack, voice)


def _share(line: Line) -> dict[str, int]:
    return {"count": line.count or 0, "base": line.base or 0, "percent": line.percent or 0}


def _then(row: Row, pack: Pack, voice: Voice) -> str:
    """*Last quarter it was 61% of 44.*"""
    if row.last is None or row.last.percent is None:
        return ""
    key = "pack.say_then_year" if pack.kind is Kind.YEAR else "pack.say_then"
    return f" {voice.say(key, percent=row.last.percent, base=row.last.base or 0)}"


def _of_attendance(pack: Pack, voice: Voice) -> Iterator[str]:
    for one in pack.named("missed"):
        shown = [row for row in one.rows if row.line.percent is not None]
        for row in sorted(shown, key=lambda row: -(row.line.base or 0))[:MOST_SAID]:
            said = voice.say("pack.say_missed", kind=figures.label(row.line, voice), **_share(row.line))
            yield said + _then(row, pack, voice)


def _of_service(pack: Pack, voice: Voice) -> Iterator[str]:
    for one in pack.named("sessions"):
        ran = next((row for row in one.rows if row.line.code == "ran"), None)
        if ran is not None and ran.line.percent is not None:
            yield voice.say("pack.say_sessions", **_share(ran.line)) + _then(ran, pack, voice)
    for table, key in (
        ("lost_days", "pack.say_lost"),
        ("lost_hours", "pack.say_hours"),
        ("extensions", "pack.say_asked"),
    ):
        for one in pack.named(table):
            total = _shown(one, TOTAL)
            if total is not None:
                yield voice.say(key, n=total[0])


def _of_reminders(pack: Pack, voice: Voice) -> Iterator[str]:
    for one in pack.named("reminded"):
        if one.table.about == "all":
            for row in one.rows:
                if row.line.percent is not None:
                    state = _begun(figures.label(row.line, voice))
                    yield voice.say("pack.say_reminded", state=state, **_share(row.line))


def _of_forms(pack: Pack, voice: Voice) -> Iterator[str]:
    for one in (*pack.named(REACH), *pack.named("forms")):
        form = voice.say(f"report.forms.{one.table.about}")
        for key, codes in (("pack.say_forms", STEPS[:-1]), ("pack.say_offered", STEPS[:2])):
            counts = _shown(one, *codes)
            if counts is not None:
                yield voice.say(key, form=form, **dict(zip(codes, counts, strict=True)))
                break


def _of_change(pack: Pack, voice: Voice) -> Iterator[str]:
    for one in pack.named(CHANGE):
        counts = _shown(one, "paired", *MOVES)
        if counts is not None and counts[0]:
            paired, better, same, worse = counts
            area = name(one, voice)
            yield voice.say("pack.say_change", area=area, paired=paired, better=better, same=same, worse=worse)


def _of_year(pack: Pack, voice: Voice) -> Iterator[str]:
    for table, code, key in (
        ("year_orders", "imposed", "pack.say_imposed"),
        ("year_hours", "imposed", "pack.say_hours_imposed"),
        ("year_work", TOTAL, "pack.say_hours_done"),
        ("outstanding", "hours", "pack.say_outstanding"),
    ):
        for one in pack.named(table):
            found = _shown(one, code)
            if found is not None:
                yield voice.say(key, n=f"{found[0]:,}")


def _of_quality(pack: Pack, voice: Voice) -> Iterator[str]:
    for one in pack.named("quality"):
        line = _lines(one).get("unrecorded")
        if line is not None and line.percent is not None:
            yield voice.say("pack.say_unrecorded", **_share(line))


_SAYS: Mapping[str, Callable[[Pack, Voice], Iterator[str]]] = {
    "standards": _of_standards,
    "attendance": _of_attendance,
    "service": _of_service,
    "reminders": _of_reminders,
    "forms": _of_forms,
    "change": _of_change,
    "year": _of_year,
    "quality": _of_quality,
}


# ── Charts ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def charts(theme: str, pack: Pack, voice: Voice) -> tuple[Chart, ...]:
    """The pictures of a theme; none of what has nothing to show."""
    found = [draw(pack, voice) for draw in _DRAWS.get(theme, ())]
    return tuple(one for one in found if one is not None)


def _rates(code: str, key: str, tables: Sequence[str], pack: Pack, voice: Voice) -> Chart | None:
    """Shares of each of several tables, or of each line of one."""
    rows = [
        (name(one, voice) if code else figures.label(row.line, voice), row)
        for one in pack.named(*tables)
        for row in one.rows
        if row.line.code == code or (not code and row.line.code != TOTAL)
    ]
    bars = [_rate(label, row, voice) for label, row in rows]
    base = sum(row.line.base or 0 for _, row in rows)
    return _chart("bars", key, bars, base, pack, voice, most=SHARES)


def _rate(label: str, row: Row, voice: Voice) -> Bar:
    return Bar(
        label,
        figures.figure(row.line, voice) if row.line.count is None else _of(row.line, voice),
        row.line.percent,
        last=row.last.percent if row.last is not None else None,
        year_ago=row.year_ago.percent if row.year_ago is not None else None,
        target=row.target,
    )


def _of(line: Line, voice: Voice) -> str:
    if line.percent is None:
        return str(line.count)
    return voice.say("pack.bar", count=line.count or 0, base=line.base or 0, percent=line.percent)


def _counts(key: str, table: str, codes: Sequence[str], pack: Pack, voice: Voice) -> Chart | None:
    """Counts of one table: of all its lines but the total, where no codes are named."""
    bars: list[Bar] = []
    base: int | None = None
    for one in pack.named(table)[:1]:
        for row in one.rows:
            if row.line.code == TOTAL or (codes and row.line.code == codes[0]):
                base = row.line.count
            if (row.line.code in codes) if codes else row.line.code != TOTAL:
                value = None if row.line.count is None else float(row.line.count)
                text = voice.say("report.hidden") if value is None else _of(row.line, voice)
                last = row.last.count if row.last is not None else None
                bars.append(Bar(figures.label(row.line, voice), text, value, last=last))
    return _chart("bars", key, bars, base, pack, voice)


def _moves(pack: Pack, voice: Voice) -> Chart | None:
    """How many said better, the same and worse, in each area of life."""
    bars, most = [], 0
    for one in pack.named(CHANGE):
        counts = _shown(one, "paired", *MOVES)
        label = name(one, voice)
        if counts is None:
            bars.append(Bar(label, voice.say("pack.too_few")))
        elif counts[0]:
            most = max(most, counts[0])
            text = voice.say("pack.bar_change", better=counts[1], same=counts[2], worse=counts[3])
            label = voice.say("pack.of_people", label=label, n=counts[0])
            bars.append(Bar(label, text, 100.0, parts=tuple(map(float, counts[1:]))))
    names = tuple(voice.say(f"pack.{move}") for move in MOVES)
    return _chart("parts", "change", bars, most, pack, voice, names=names)


def _beside(table: str, pack: Pack, voice: Voice) -> Chart | None:
    """Missed rates of groups side by side, each with its interval."""
    bars, base = [], 0
    for one in pack.named(table):
        if one.table.about == "all":
            for row in one.rows:
                low, high = row.line.interval or (None, None)
                text = voice.say("report.hidden") if row.line.count is None else _of(row.line, voice)
                base += row.line.base or 0
                bars.append(Bar(figures.label(row.line, voice), text, row.line.percent, low, high))
    return _chart("dots", table, bars, base, pack, voice, most=SHARES)


def _chart(
    kind: str,
    key: str,
    bars: Sequence[Bar],
    base: int | None,
    pack: Pack,
    voice: Voice,
    most: float | None = None,
    names: tuple[str, ...] = (),
) -> Chart | None:
    if not any(bar.value for bar in bars):
        return None
    whole = voice.say("report.hidden") if base is None else f"{base:,}"
    title, caption = voice.say(f"pack.chart_{key}"), voice.say(f"pack.caption_{key}", base=whole)
    alt = "; ".join(f"{bar.label}: {bar.text}" for bar in bars)
    return Chart(kind, title, tuple(bars), caption, f"{alt}.", names, most, _marks(bars, pack, voice))


def _marks(bars: Sequence[Bar], pack: Pack, voice: Voice) -> tuple[str, ...]:
    """What the marks mean, empty for those that no bar has."""
    last = "pack.last_year" if pack.kind is Kind.YEAR else "pack.last_quarter"
    found = (
        voice.say(last) if any(bar.last is not None for bar in bars) else "",
        voice.say("pack.year_ago") if any(bar.year_ago is not None for bar in bars) else "",
        voice.say("pack.target") if any(bar.target is not None for bar in bars) else "",
    )
    return found if any(found) else ()


Draw = Callable[[Pack, Voice], Chart | None]
_DRAWS: Mapping[str, Sequence[Draw]] = {
    "standards": (partial(_rates, "met", "met", ("standards",)),),
    "attendance": (partial(_rates, "", "missed", ("missed",)), partial(_counts, "accepted", "accepted", ())),
    "service": (partial(_counts, "lost_hours", "lost_hours", ()), partial(_rates, "", "sessions", ("sessions",))),
    "reminders": tuple(partial(_beside, table) for table in SIDE_BY_SIDE),
    "forms": (partial(_counts, "reach", REACH, STEPS),),
    "change": (_moves,),
    "year": (partial(_counts, "year_work", "year_work", ()), partial(_counts, "year_ended", "year_ended", ())),
}
