"""Each benchmark from its caseload to its figures: who is run, in which order, and what is divided by what."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

from benchmarks import caseload, importing, incoming, latency, outgoing, waiting
from benchmarks.databases import Postgres, Sqlite, Store
from benchmarks.figures import FLAT, FOLLOWS, RATE, Bar, Figure, compared
from benchmarks.incoming import Served
from benchmarks.processes import alone
from benchmarks.rounds import ENDS, ROUNDS, WHOLE_ROUNDS, in_turn
from benchmarks.waiting import Cost

SEARCHES, SHORTER = 2, 10  # rounds, each of one part in so many, that find what is best for a plain alternative
BARE, OVER_OURS = "the library alone", "it over our request class"
CALLS_AT_ONCE = (1, 2, 4, 8, 16, 32, 64)
UPDATES_AT_ONCE = (1, 2, 4, 8, 16, 32, 64, 256)
MESSAGES = 10_000
CHATS, TAPS_EACH = 1_000, 10
PLANNED = (waiting.DUE, 100_000, 1_000_000)
JOBS = (waiting.DUE, 100_000)
STEADY_SECONDS = 60
APPOINTMENTS = 100_000


@dataclass(frozen=True)
class Bench:
    """What a benchmark is run with. `part`: one in so many of everything; `say` shows what is being done."""

    address: str
    sqlite: Sqlite
    postgres: Postgres
    part: int
    say: Callable[[str], None]

    @property
    def stores(self) -> tuple[Store, Store]:
        return self.sqlite, self.postgres


def _caseloads(bench: Bench, people: int, dates_each: int) -> dict[str, Callable[[], str]]:
    """For each kind of database, what makes a copy of one caseload."""
    found: dict[str, Callable[[], str]] = {}
    for store in bench.stores:
        bench.say(f"the caseload on {store.name}")
        url = store.new()
        alone(caseload.make, url, people, dates_each)
        found[store.name] = partial(store.copy, url)
    return found


def _best(tried: Sequence[int], rate: Callable[[int], float]) -> int:
    """How many at once are best for a plain alternative. While the most are best, twice as many are tried."""
    found: dict[int, float] = {}
    while tried:
        rates = in_turn(tried, lambda at_once, _: rate(at_once), SEARCHES)
        found |= {at_once: median(one) for at_once, one in rates.items()}
        best, most = max(found, key=lambda at_once: found[at_once]), max(found)
        tried = (most * 2,) if best == most else ()
    return best


def send(bench: Bench) -> Iterator[Figure]:
    """Draining what is due, against a bare loop at its best."""
    messages = MESSAGES // bench.part
    caseloads = _caseloads(bench, messages, 1)

    def bare(count: int, at_once: int) -> float:
        bench.say(f"outgoing: {BARE}, {at_once} calls at once")
        return alone(outgoing.loop, bench.address, count, at_once)

    best = _best(CALLS_AT_ONCE, partial(bare, messages // SHORTER))

    def rate(side: str, _: int) -> float:
        if side == BARE:
            return bare(messages, best)
        bench.say(f"outgoing: ours on {side}")
        sent, seconds = alone(outgoing.drain, caseloads[side](), bench.address)
        return sent / seconds

    rates = in_turn((BARE, *caseloads), rate, WHOLE_ROUNDS)
    for name in caseloads:
        yield compared(f"Outgoing, {name}", rates[name], rates[BARE], ("", f", {best} at once"), RATE)


def receive(bench: Bench) -> Iterator[Figure]:
    """Taps answered, against a bare bot at its best: as it comes (with the bar), and over our request class (without).

    Each round is of all the taps for every side, and ours begins it with the same caseload.
    """
    caseloads = _caseloads(bench, CHATS // bench.part, TAPS_EACH)
    taps = alone(incoming.taps, caseloads[bench.sqlite.name]())

    def bare(side: str, share: list[dict[str, Any]], at_once: int) -> Served:
        bench.say(f"incoming: {side}, {at_once} updates at once")
        return alone(incoming.bare, bench.address, share, at_once, side == OVER_OURS)

    def rate(side: str, at_once: int) -> float:
        return bare(side, taps[::SHORTER], at_once).rate

    best = {side: _best(UPDATES_AT_ONCE, partial(rate, side)) for side in (BARE, OVER_OURS)}

    def served(side: str, _: int) -> Served:
        if side in best:
            return bare(side, taps, best[side])
        bench.say(f"incoming: ours on {side}")
        return alone(incoming.ours, caseloads[side](), bench.address, taps)

    runs = in_turn((*best, *caseloads), served, WHOLE_ROUNDS)
    rates = {side: [one.rate for one in found] for side, found in runs.items()}
    for name in caseloads:
        for side, at_once in best.items():
            what = f"Incoming, {name}" if side == BARE else f"Incoming, {name}, {side}"
            overtook = sum(one.overtaken for one in runs[side])
            beside = (", none overtook", f", {at_once} at once, {overtook} overtook")
            yield compared(what, rates[name], rates[side], beside, RATE if side == BARE else None)


def wait(bench: Bench) -> Iterator[Figure]:
    """What is planned and not due, against one job for each."""
    planned, jobs = (
        [count if count == waiting.DUE else count // bench.part for count in one] for one in (PLANNED, JOBS)
    )
    url = bench.sqlite.new()
    alone(caseload.make, url, waiting.DUE, 1)
    held: dict[int, str] = {}
    for count in planned:
        bench.say(f"waiting: {count:,} messages planned")
        alone(waiting.plan, url, count)
        held[count] = bench.sqlite.copy(url)
    kept = {count: f"sqlite:///{bench.sqlite.folder / f'jobs{count}.db'}" for count in jobs}
    for count, one in kept.items():
        bench.say(f"waiting: {count:,} jobs of APScheduler")
        alone(waiting.plan_jobs, one, count)

    def ours(count: int, number: int) -> Cost:
        bench.say(f"waiting: a start with {count:,} planned")
        to_the_end = number >= ROUNDS - ENDS
        url = bench.sqlite.copy(held[count]) if to_the_end else held[count]
        return alone(waiting.ours, url, bench.address, to_the_end)

    def theirs(count: int, number: int) -> Cost:
        bench.say(f"waiting: a start with {count:,} jobs of APScheduler")
        return alone(waiting.scheduled, kept[count], count, number >= ROUNDS - ENDS)

    yield from _flat(_least(in_turn(planned, ours, ROUNDS)), _least(in_turn(jobs, theirs, ROUNDS)))


def _least(runs: Mapping[int, Sequence[Cost]]) -> dict[int, Cost]:
    """The best of several runs: whatever else a machine does only adds to what these cost."""
    return {
        count: Cost(
            min(one.start for one in found),
            min(one.memory for one in found),
            min(one.idle for one in found),
            min(one.due for one in found),
        )
        for count, found in runs.items()
    }


def _flat(ours: Mapping[int, Cost], theirs: Mapping[int, Cost]) -> Iterator[Figure]:
    def across(of: Mapping[int, Cost], value: Callable[[Cost], float], unit: str) -> str:
        return " → ".join(f"{value(one):,.2f}" for one in of.values()) + f" {unit}"

    sizes = " → ".join(f"{count:,}" for count in ours)
    values: tuple[tuple[str, Callable[[Cost], float], str, Bar], ...] = (
        ("start-up", lambda one: one.start * 1000, "ms", FLAT),
        ("memory", lambda one: one.memory / 1e6, "MB", FLAT),
        ("a tick with nothing due", lambda one: one.idle * 1000, "ms", FOLLOWS),
        ("one more that is due", lambda one: one.due * 1000, "ms", FOLLOWS),
    )
    for what, value, unit, bar in values:
        counts = [value(one) for one in ours.values()]
        growth = max(counts) / min(counts)
        ours_, theirs_ = across(ours, value, unit), across(theirs, value, unit)
        yield Figure(f"Waiting, {sizes}: {what}", ours_, theirs_, growth, bar=bar)


def keep_time(bench: Bench) -> Iterator[Figure]:
    """From due to sent."""
    for store in bench.stores:
        bench.say(f"due to sent, {latency.A_SECOND} messages a second on {store.name}")
        url = store.new()
        alone(caseload.make, url, STEADY_SECONDS * latency.A_SECOND // bench.part, 1)
        found = sorted(alone(latency.waits, url, bench.address))
        median, p99 = found[len(found) // 2], found[len(found) * 99 // 100]
        what = f"Due to sent, {store.name}, 99 of 100"
        yield Figure(what, f"median {median:.3f} s", "", p99, "s", Bar(1.0, at_least=False, unit="s"))


def read(bench: Bench) -> Iterator[Figure]:
    """A whole export."""
    dates = APPOINTMENTS // bench.part
    for store in bench.stores:
        bench.say(f"import of {dates:,} appointments on {store.name}")
        planned, seconds = alone(importing.seconds, store.new(), bench.sqlite.folder / "export", dates)
        if planned < dates:
            raise RuntimeError(f"{dates} appointments were imported and {planned} messages planned")
        bar = Bar(60.0 / bench.part, at_least=False, unit="s")
        yield Figure(f"Import, {dates:,} appointments, {store.name}", f"{planned:,} planned", "", seconds, "s", bar)


ALL: Mapping[str, Callable[[Bench], Iterator[Figure]]] = {
    "outgoing": send,
    "incoming": receive,
    "waiting": wait,
    "latency": keep_time,
    "import": read,
}
