"""What people said at the start and said again at the end, counted: better, same, worse, and who is missing.

It counts settled forms, which know no person. It compares nobody with anybody else: what it cannot show is `LIMITS`,
and stands beside the figures wherever they are shown.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.intervals import percents
from domain.outcomes import SKIPPED, TOTAL, Blanks, Key, Line, Table
from domain.overlapping import Counts, Drawing, Scheme, partition
from domain.questionnaires import Option, Question

CHANGE, MISSING, BARRIERS, GOALS, REACH = "change", "missing", "barriers", "goals", "reach"
NAMES = (REACH, CHANGE, MISSING, BARRIERS, GOALS)
LIMITS = tuple(f"report.limit_{one}" for one in ("comparison", "lowest", "breached", "phone", "offending"))
LOW = frozenset({"1", "2"})  # of a scale: had a need at the start


@dataclass(frozen=True)
class Pair:
    """So many settled forms with one answer at the start and one at the end. None: skipped, or not asked.

    `finished`: whether the form at the end was; without it there is no answer at the end.
    """

    before: str | None
    after: str | None
    finished: bool
    count: int


# ── One scale ───────────────────────────────────────────────────────────────────────────────────────────────────────

_MOVES = ("better", "same", "worse")
_PAIRED = {move: frozenset({f"low_{move}", f"high_{move}"}) for move in _MOVES}
_LOW = {f"low_{move}": frozenset({f"low_{move}"}) for move in _MOVES}
_INTO, _SKIPPED = frozenset({"low_none", "high_none"}), frozenset({"low_skipped", "high_skipped"})
_OUT, _STAYED = frozenset({"none_number"}), frozenset({"none_none"})
_BOTH = frozenset().union(*_PAIRED.values())
_STARTED = _BOTH | _INTO | _SKIPPED

SCALE = Scheme(
    {
        "asked": _STARTED | _OUT | _STAYED | {"skipped"},
        "paired": _BOTH,
        **_PAIRED,
        "low": frozenset(_LOW),
        **_LOW,
        "into_none": _INTO,
        "out_of_none": _OUT,
        "stayed_none": _STAYED,
        "skipped": _SKIPPED | {"skipped"},
        "finished": _STARTED,
        "finished_low": frozenset({*_LOW, "low_none", "low_skipped"}),
    },
    (
        ("paired",),
        _MOVES,
        ("low",),
        tuple(_LOW),
        ("asked",),
        ("into_none", "out_of_none", "stayed_none", "skipped"),
        ("finished",),
        ("finished_low",),
    ),
    (
        ("asked", ("paired", "into_none", "out_of_none", "stayed_none", "skipped")),
        ("paired", _MOVES),
        ("low", tuple(_LOW)),
    ),
    {
        **dict.fromkeys((*_MOVES, "low"), "paired"),
        **dict.fromkeys(_LOW, "low"),
        **dict.fromkeys(("into_none", "out_of_none", "stayed_none", "skipped"), "asked"),
        "finished_low": "finished",
    },
)
LEFT = Scheme(
    {"left": frozenset({"left_low", "left_high"}), "left_low": frozenset({"left_low"})},
    (("left",), ("left_low",)),
    (),
    {"left_low": "left"},
)


def _cell(pair: Pair) -> str | None:
    """Where somebody is counted; None for who did not finish and gave no number at the start either."""
    height = "low" if pair.before in LOW else "high"
    if not pair.finished:
        return f"left_{height}" if _number(pair.before) else None
    if pair.before is None or (pair.after is None and not _number(pair.before)):
        return "skipped"
    if not _number(pair.before):
        return "none_number" if _number(pair.after) else "none_none"
    if pair.after is None:
        return f"{height}_skipped"
    return f"{height}_{_move(int(pair.before), int(pair.after))}" if _number(pair.after) else f"{height}_none"


def _number(value: str | None) -> bool:
    """Whether an answer is a point of the scale; *I do not use any* is a state of its own, and no point."""
    return value is not None and value.isdecimal()


def _move(before: int, after: int) -> str:
    return "better" if after > before else "worse" if after < before else "same"


def _cells(pairs: Iterable[Pair]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for pair in pairs:
        cell = _cell(pair)
        if cell is not None:
            counts[cell] += pair.count
    return counts


def scale(
    about: str, question: Question, forms: str, quarters: Sequence[Sequence[Pair]], drawing: Drawing
) -> tuple[Table, Table]:
    """One area of life: what changed, and how those who are missing at the end had begun."""
    cells = [_cells(pairs) for pairs in quarters]
    pairs = [pair for several in (quarters if drawing.whole else quarters[-1:]) for pair in several]
    total, shown = drawing.total(cells), drawing.shown(SCALE, cells)
    left = drawing.shown(LEFT, cells)
    counts = {code: SCALE.count(code, total) for code in shown}
    figures = _Figures(counts | {code: LEFT.count(code, total) for code in left})
    means = _means(pairs)
    blanks: Blanks = {"area": Key(f"report.area.{question.pair}"), "question": Key(question.text_key), "forms": forms}
    extra = any(not _number(option.id) for option in question.options)
    return (
        Table(CHANGE, "report.change", tuple(_changed(figures, means, extra)), about, blanks),
        Table(MISSING, "report.missing", tuple(_missing(figures, means)), about, blanks),
    )


@dataclass(frozen=True)
class _Figures:
    """The counts that may be shown; of every other code nothing is known."""

    counts: Mapping[str, int]

    def line(self, code: str, base: str | None = None, words: str = "", sure: bool = False) -> Line:
        """A count, as a share of another one; `sure`: with its interval."""
        count, of = self.counts.get(code), self.counts.get(base) if base else None
        interval = percents(count, of) if sure and count is not None and of else None
        return Line(code, (words or f"report.{code}",), count, of, share=base is not None, interval=interval)

    def mean(self, code: str, of: str, means: Mapping[str, float], parts: Iterable[str]) -> Line:
        """A mean of those counted in `of`: none where they are nobody, or hidden, or any of the parts that they fall
        into is. Of few a mean tells the parts: five from 1.0 to 1.2 are four the same and one better."""
        count = self.counts.get(of) if self.counts.keys() >= set(parts) else None
        return Line(code, (f"report.{code}",), count, share=False, value=means.get(code) if count else None)


def _changed(figures: _Figures, means: Mapping[str, float], extra: bool) -> Iterator[Line]:
    yield figures.line("asked")
    yield figures.line("paired", "asked")
    yield figures.mean("mean_start", "paired", means, _MOVES)
    yield figures.mean("mean_end", "paired", means, _MOVES)
    for move in _MOVES:
        yield figures.line(move, "paired", sure=True)
    yield figures.line("low", "paired")
    yield figures.mean("low_mean_start", "low", means, _LOW)
    yield figures.mean("low_mean_end", "low", means, _LOW)
    for move in _LOW:
        yield figures.line(move, "low", sure=True)
    for code in ("into_none", "out_of_none", "stayed_none") if extra else ():
        yield figures.line(code, "asked")
    yield figures.line("skipped", "asked", "report.skipped_either")


def _missing(figures: _Figures, means: Mapping[str, float]) -> Iterator[Line]:
    for who in ("finished", "left"):
        yield figures.line(who, words=f"report.missing_{who}")
        yield figures.line(f"{who}_low", who, "report.low", sure=True)
        yield figures.mean(f"{who}_mean", who, means, [f"{who}_low"])


def _means(pairs: Iterable[Pair]) -> dict[str, float]:
    """Means in points of the scale, to one decimal: no sum can be worked back to the last digit."""
    sums: dict[str, list[int]] = {}
    for pair in pairs:
        for code, value in _measured(pair):
            entry = sums.setdefault(code, [0, 0])
            entry[0] += int(value) * pair.count
            entry[1] += pair.count
    return {code: (20 * total + count) // (2 * count) / 10 for code, (total, count) in sums.items() if count}


def _measured(pair: Pair) -> Iterator[tuple[str, str]]:
    """Which means an answer goes into."""
    if pair.before is None or not _number(pair.before):
        return
    yield ("finished_mean" if pair.finished else "left_mean"), pair.before
    if pair.finished and pair.after is not None and _number(pair.after):
        for low in ("", "low_") if pair.before in LOW else ("",):
            yield f"{low}mean_start", pair.before
            yield f"{low}mean_end", pair.after


# ── What was expected to be hard, and what was; a goal, and what came of it ─────────────────────────────────────────

TICKS = Scheme(
    {
        "asked": frozenset({"both", "expected", "actual", "neither"}),
        "expected": frozenset({"both", "expected"}),
        "actual": frozenset({"both", "actual"}),
    },
    (("asked",), ("expected", "actual")),
    (),
    dict.fromkeys(("expected", "actual"), "asked"),
)


def barriers(
    about: str, question: Question, forms: str, quarters: Sequence[Mapping[str, Counts]], drawing: Drawing
) -> Table:
    """By option how many ticked it at the start and at the end, of those who answered both times."""
    lines: list[Line] = []
    for option in question.options:
        cells = [counts.get(option.id, {}) for counts in quarters]
        shown, total = drawing.shown(TICKS, cells), drawing.total(cells)
        figures = {code: TICKS.count(code, total) for code in shown}
        lines = lines or [Line("asked", ("report.answered_twice",), figures.get("asked"), share=False)]
        lines += [_ticked(when, option, figures) for when in ("expected", "actual")]
    return Table(BARRIERS, "report.barriers", tuple(lines), about, {"question": Key(question.text_key), "forms": forms})


def _ticked(when: str, option: Option, figures: Mapping[str, int]) -> Line:
    count, base = figures.get(when), figures.get("asked")
    blanks: Blanks = {"option": Key(option.key)}
    return Line(f"{when}_{option.id}", (f"report.barrier_{when}",), count, base, blanks=blanks)


def goals(about: str, question: Question, forms: str, quarters: Sequence[Sequence[Pair]], drawing: Drawing) -> Table:
    """How far those who had set themselves a goal say they got."""
    codes = (*question.option_ids, SKIPPED)
    scheme = partition(TOTAL, codes)
    cells = [_got(pairs, frozenset(codes)) for pairs in quarters]
    total, shown = drawing.total(cells), drawing.shown(scheme, cells)
    figures = _Figures({code: scheme.count(code, total) for code in shown})
    words = {option.id: option.key for option in question.options} | {SKIPPED: f"report.{SKIPPED}"}
    lines = [figures.line(TOTAL, words="report.set_a_goal"), *(figures.line(one, TOTAL, words[one]) for one in codes)]
    return Table(GOALS, "report.goals", tuple(lines), about, {"question": Key(question.text_key), "forms": forms})


def _got(pairs: Iterable[Pair], codes: frozenset[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for pair in pairs:
        if pair.finished and pair.before is not None:
            counts[pair.after if pair.after in codes else SKIPPED] += pair.count
    return counts


# ── From the end of an order to an answer that can be paired ────────────────────────────────────────────────────────

UNSAID = "unsaid"  # nobody wrote down how it was offered
HOWS = ("telegram", "text", "staff", UNSAID)
_STAGES = ("offered", "started", "finished", "paired")
CHAIN = Scheme(
    {"ended": frozenset({"owed", *_STAGES})} | {code: frozenset(_STAGES[at:]) for at, code in enumerate(_STAGES)},
    (("ended",), *((code,) for code in _STAGES)),
    (),
    {"offered": "ended", "started": "offered", "finished": "offered", "paired": "finished"},
    open=frozenset({"owed"}),
)
WAYS = Scheme(
    {"offered": frozenset(HOWS), **{how: frozenset({how}) for how in HOWS}},
    (("offered",), HOWS),
    (("offered", HOWS),),
    dict.fromkeys(HOWS, "offered"),
)


@dataclass(frozen=True)
class Reach:
    """So many forms that were owed for an order's end: how each was offered, and how far it came (owed: no further)."""

    how: str
    stage: str
    count: int


def reach(form: str, quarters: Sequence[Sequence[Reach]], drawing: Drawing) -> Table:
    """Ended, offered (and how), started, finished, and answered at the start as well."""
    stages = [_summed((one.stage, one.count) for one in several) for several in quarters]
    hows = [_summed((one.how, one.count) for one in several if one.stage != "owed") for several in quarters]
    total, ways = drawing.total(stages), drawing.total(hows)
    shown = drawing.shown(CHAIN, stages)
    counts = {code: CHAIN.count(code, total) for code in shown}
    if "offered" in shown:  # else the ways would add up to it
        counts |= {how: ways[how] for how in drawing.shown(WAYS, hows) if how in HOWS}
    figures = _Figures(counts)
    lines = [figures.line("ended"), figures.line("offered", "ended")]
    lines += [figures.line(how, "offered", f"report.offered_{how}") for how in HOWS if ways[how] or how != UNSAID]
    lines += [figures.line(code, "offered", f"report.{code}") for code in _STAGES[1:-1]]
    lines.append(figures.line("paired", "finished", "report.with_start"))
    return Table(REACH, "report.reach", tuple(lines), form, {"form": Key(f"report.forms.{form}")})


def _summed(several: Iterable[tuple[str, int]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for code, count in several:
        counts[code] += count
    return counts
