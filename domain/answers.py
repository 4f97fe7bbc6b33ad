"""How each question at the end was answered: a table for each, with small numbers hidden across quarters and years."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.outcomes import ANSWERED, SKIPPED, TOTAL, Line, Table
from domain.overlapping import Drawing, Scheme, partition
from domain.questionnaires import Answered, Condition, Every, Is, Not, Question, Some, Type

TICKED = Scheme({TOTAL: frozenset({"yes", "no"}), "yes": frozenset({"yes"})}, ((TOTAL,), ("yes",)), (), {"yes": TOTAL})


@dataclass(frozen=True)
class Tally:
    """How many forms gave one value: option ids joined with +, None for free text and for a question skipped.

    `begun`: they had a form at the start as well.
    """

    question: str
    value: str | None
    has_words: bool
    begun: bool
    count: int


def tables(
    form: str, questions: Iterable[Question], quarters: Sequence[Iterable[Tally]], drawing: Drawing
) -> list[Table]:
    """A table for each question that was put to anybody; of one that is asked twice, only of those with no start.

    A question that is asked because of an earlier answer has the number of those who gave it as its base. So where
    anything of the earlier one is hidden, all of the later one is.
    """
    by_question = [_by_question(tallies) for tallies in quarters]
    found: dict[str, Table] = {}
    for question in questions:
        theirs = [
            [one for one in several.get(question.id, ()) if question.pair is None or not one.begun]
            for several in by_question
        ]
        if not any(theirs if drawing.whole else theirs[-1:]):
            continue
        lines = tuple(_lines(question, theirs, drawing))
        if any(found[earlier].hides for earlier in _leans_on(question.show_if) if earlier in found):
            lines = tuple(replace(line, count=None, base=None) for line in lines)
        found[question.id] = Table("answers", question.text_key, lines, f"{form}/{question.id}")
    return list(found.values())


def _by_question(tallies: Iterable[Tally]) -> Mapping[str, Sequence[Tally]]:
    found: dict[str, list[Tally]] = {}
    for tally in tallies:
        found.setdefault(tally.question, []).append(tally)
    return found


def _lines(question: Question, quarters: Sequence[Sequence[Tally]], drawing: Drawing) -> Iterator[Line]:
    counts = [_counted(question, tallies) for tallies in quarters]
    known = [*question.option_ids, SKIPPED] if question.options else [ANSWERED, SKIPPED]
    codes = list(dict.fromkeys([*known, *(code for several in counts for code in several)]))
    if question.type is Type.MULTI:
        totals = [sum(tally.count for tally in tallies) for tallies in quarters]
        shown = _ticks(codes, counts, totals, drawing)
    else:
        scheme, total = partition(TOTAL, tuple(codes)), drawing.total(counts)
        shown = {code: scheme.count(code, total) for code in drawing.shown(scheme, counts)}
    words = {code: (f"report.{code}",) for code in (ANSWERED, SKIPPED)}
    words |= {option.id: (option.key,) for option in question.options}
    yield Line(TOTAL, (f"report.{TOTAL}",), shown.get(TOTAL), share=False)
    for code in codes:
        yield Line(code, words.get(code, (code,)), shown.get(code), shown.get(TOTAL))


def _ticks(
    codes: Iterable[str], quarters: Sequence[Mapping[str, int]], totals: Sequence[int], drawing: Drawing
) -> dict[str, int]:
    """Of a question with several answers: by option, of all who were asked, how many ticked it."""
    found: dict[str, int] = {}
    for code in codes:
        cells = [
            {"yes": counts.get(code, 0), "no": total - counts.get(code, 0)}
            for counts, total in zip(quarters, totals, strict=True)
        ]
        shown, total = drawing.shown(TICKED, cells), drawing.total(cells)
        found |= {TOTAL if one == TOTAL else code: TICKED.count(one, total) for one in shown}
    return found


def _counted(question: Question, tallies: Iterable[Tally]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for tally in tallies:
        for code in _codes(question, tally):
            counts[code] += tally.count
    return counts


def _codes(question: Question, tally: Tally) -> list[str]:
    if tally.value is None:
        return [ANSWERED if tally.has_words else SKIPPED]
    if not question.options:
        return [ANSWERED]
    return tally.value.split("+") if question.type is Type.MULTI else [tally.value]


def _leans_on(condition: Condition | None) -> Iterator[str]:
    match condition:
        case Not(part):
            yield from _leans_on(part)
        case Every(several) | Some(several):
            for part in several:
                yield from _leans_on(part)
        case Is("answers", question) | Answered("answers", question):
            yield question
