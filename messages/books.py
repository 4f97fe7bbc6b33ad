"""A pack put into words: what its spreadsheet and its PDF say, for one audience."""

from collections.abc import Mapping
from datetime import datetime

from documents import bundle
from documents.book import NOTHING, Book, Box, Figure, Grid, Listed, Part, Triple, Value, Words
from domain import change
from domain.outcomes import Line
from domain.packs import Audience, Compared, Kind, Pack, Row, Version, answers_until, key
from domain.period import Period
from messages import papers, picturing
from messages import report as figures
from messages.compose import Voice

THEMES: Mapping[str, tuple[str, ...]] = {
    "year": ("year_orders", "year_hours", "year_work", "year_other", "year_ended", "year_took", "outstanding"),
    "standards": ("standards",),
    "attendance": ("missed", "appointments", "accepted"),
    "service": ("sessions", "lost_days", "lost_hours", "extensions"),
    "reminders": ("reminded", "answered", "live", "reminders", "alerts"),
    "forms": (change.REACH, "forms", "answers"),
    "change": (change.CHANGE, change.MISSING, change.BARRIERS, change.GOALS),
    "quality": ("quality",),
}
NOTES: Mapping[str, tuple[str, ...]] = {
    "standards": ("report.standards_base",),
    "reminders": ("report.reminders_caveat",),
    "change": change.LIMITS,
    "quality": ("pack.quality_note",),
}
COLUMNS = (
    *("figure", "number", "of", "percent", "low", "high", "target"),
    *("last_number", "last_of", "last_percent", "ago_number", "ago_of", "ago_percent"),
    *("national", "source"),
)
BOXES = 13  # headings of the annual return (field notes 2.7)


def content(packs: Mapping[Audience, Pack], version: Version, by: str, voice: Voice) -> bytes:
    """All files of a version, as a ZIP."""
    return bundle.made({who: book(pack, version, by, voice) for who, pack in packs.items()})


def signed(content: bytes, name: str, voice: Voice) -> bytes:
    """The files with a signature of now on them."""
    return bundle.signed(content, signature(name, voice.now, voice))


def signature(name: str, at: datetime, voice: Voice) -> str:
    """*Fiona Grant, 12 October 2026 at 9:30.*"""
    return voice.say("pack.signed_by", name=name, when=papers.on_paper(voice).when(at))


def name_of(period: Period, voice: Voice) -> str:
    """*July to September 2026*, *April 2026 to March 2027*."""
    written = papers.on_paper(voice)
    return voice.say("pack.period", first=written.on(period.first), last=written.on(period.last))


def _months(period: Period, voice: Voice) -> str:
    """*July to September 2026*."""
    first = papers.on_paper(voice).on(period.first).split(" ")[1]
    year = "" if period.first.year == period.last.year else f" {period.first.year}"
    last = papers.on_paper(voice).on(period.last).split(" ", 1)[1]
    return voice.say("pack.period", first=f"{first}{year}", last=last)


def book(pack: Pack, version: Version, by: str, voice: Voice) -> Book:
    """The pack for one audience. `by`: who drew it up."""
    staff = pack.audience is Audience.STAFF
    name = pack.period.name if pack.kind is Kind.QUARTER else f"{pack.period.first:%Y}-{pack.period.last:%y}"
    return Book(
        title=voice.say(
            f"pack.title_{pack.kind}", service=voice.policy.service_name, period=_months(pack.period, voice)
        ),
        subtitle=voice.say("pack.subtitle", version=pack.version, audience=voice.say(f"pack.for_{pack.audience}")),
        name=f"figures-{name}-v{pack.version}{'' if staff else '-public'}",
        preliminary=voice.say(f"pack.preliminary_{pack.kind}") if pack.preliminary else "",
        facts=_facts(pack, version, by, voice),
        signed=voice.say("pack.not_signed"),
        hiding=voice.say("pack.hidden_means", least=pack.least),
        limits=(voice.say("pack.limit_lists" if staff else "pack.limit_public"), *_limits(pack, voice)),
        parts=tuple(_parts(pack, voice)),
        words=_words(pack, voice),
        quotes=_quotes(pack, voice),
        sample=_sample(pack, voice) if staff else None,
        boxes=_boxes(voice) if pack.kind is Kind.YEAR else (),
        yearly=pack.kind is Kind.YEAR,
        lists=staff,
    )


def _facts(pack: Pack, version: Version, by: str, voice: Voice) -> tuple[tuple[str, str], ...]:
    facts = {
        "days": name_of(pack.period, voice),
        "as_of": papers.on_paper(voice).when(pack.as_of),
        "version": str(pack.version),
        "audience": voice.say(f"pack.audience_{pack.audience}"),
        "hiding": voice.say("pack.hidden_means", least=pack.least),
    }
    if pack.audience is Audience.STAFF:
        facts["by"] = by
        facts |= {"why": version.why} if version.why else {}
    elif pack.version > 1:
        facts["why"] = voice.say("pack.later_version")
    return tuple((voice.say(f"pack.fact_{name}"), text) for name, text in facts.items())


def _limits(pack: Pack, voice: Voice) -> tuple[str, ...]:
    keys = (*change.LIMITS, "report.reminders_caveat", "report.standards_base", "pack.limit_accepted")
    return (*still_growing(pack.period, pack.as_of, papers.on_paper(voice)), *(voice.say(key) for key in keys))


def still_growing(period: Period, as_of: datetime, voice: Voice) -> tuple[str, ...]:
    """That answers were still to come when the figures were drawn up, if so."""
    until = answers_until(period, voice.policy.form_closes)
    return (voice.say("pack.still_growing", day=voice.day(until)),) if as_of.date() <= until else ()


def _parts(pack: Pack, voice: Voice) -> list[Part]:
    found = []
    quarterly = pack.kind is Kind.QUARTER  # of the annual return it has the hours outstanding, and has them last
    for theme in sorted(THEMES, key=lambda theme: quarterly and theme == "year"):
        shown = pack.named(*THEMES[theme])
        if not shown:
            continue
        found.append(
            Part(
                voice.say("pack.outstanding" if quarterly and theme == "year" else f"pack.theme_{theme}"),
                voice.say("pack.outstanding" if quarterly and theme == "year" else f"pack.tab_{theme}"),
                picturing.sentences(theme, pack, voice),
                picturing.charts(theme, pack, voice),
                tuple(_grid(one, pack, voice) for one in shown),
                tuple(voice.say(key) for key in NOTES.get(theme, ())),
            )
        )
    return found


def _grid(one: Compared, pack: Pack, voice: Voice) -> Grid:
    note = voice.say("pack.as_signed", least=pack.least) if one.as_signed else ""
    rows = tuple(_figure(one, row, voice) for row in one.rows if row.line.code != "target")
    return Grid(figures.heading(one.table, voice), rows, note)


def _figure(one: Compared, row: Row, voice: Voice) -> Figure:
    line = row.line
    low, high = line.interval or (None, None)
    return Figure(
        key=key(one.table, line),
        label=figures.label(line, voice),
        now=_triple(line, voice),
        low=None if low is None else low / 100,
        high=None if high is None else high / 100,
        target=None if row.target is None else row.target / 100,
        last=_triple(row.last, voice),
        year_ago=_triple(row.year_ago, voice),
        national=row.national.figure if row.national is not None else "",
        source=row.national.source if row.national is not None else "",
        refs=line.behind,
        share=line.share,
        raw=(line.count, line.base, low, high, line.value),
    )


def _triple(line: Line | None, voice: Voice) -> Triple:
    """Number, of how many, share. Of a mean: the mean, and of how many answers."""
    if line is None:
        return NOTHING
    if line.count is None:
        return voice.say("report.hidden"), None, None
    if line.value is not None:
        return line.value, line.count, None
    if not line.share:
        return line.count, None, None
    base: Value = voice.say("report.hidden") if line.base is None else line.base
    return line.count, base, line.count / line.base if line.base else None


def _quotes(pack: Pack, voice: Voice) -> Listed:
    """Own words that may be printed, each as it was left by whoever read it first."""
    note = voice.say("pack.quotes_note" if pack.quotes else "pack.quotes_none")
    quoted = tuple(voice.say("pack.quote", words=one) for one in pack.quotes)
    return Listed(voice.say("pack.quotes"), voice.say("pack.tab_quotes"), note, quoted)


def _sample(pack: Pack, voice: Voice) -> Listed:
    note = voice.say("pack.sample_note" if pack.sample else "pack.sample_none", n=len(pack.sample))
    return Listed(voice.say("pack.sample"), voice.say("pack.tab_sample"), note, pack.sample)


def _boxes(voice: Voice) -> tuple[Box, ...]:
    return tuple(Box(voice.say(f"pack.box_{n}"), voice.say(f"pack.box_{n}_hint")) for n in range(1, BOXES + 1))


def _words(pack: Pack, voice: Voice) -> Words:
    yearly = pack.kind is Kind.YEAR
    last = voice.say("pack.last_year" if yearly else "pack.last_quarter")
    columns = tuple(voice.say(f"pack.column_{name}", last=last, ago=voice.say("pack.year_ago")) for name in COLUMNS)
    return Words(
        columns=columns,
        list_link=voice.say("pack.list_link", n="{n}"),
        list_title=voice.say("pack.list_title", label="{label}", n="{n}"),
        list_tab=voice.say("pack.list_tab", n="{n}"),
        back=voice.say("pack.back"),
        page=voice.say("pack.page", n="{n}", of="{of}"),
        in_words=voice.say("pack.in_words"),
        now=voice.say("pack.this_year" if yearly else "pack.this_quarter"),
        last=last,
        year_ago=voice.say("pack.year_ago"),
        target=voice.say("pack.target"),
        national=voice.say("pack.national"),
        contents=voice.say("pack.contents"),
        signature=voice.say("pack.fact_signed"),
        front_tab=voice.say("pack.tab_front"),
        narrative_tab=voice.say("pack.tab_narrative"),
        limits=voice.say("pack.limits"),
    )
