"""Each benchmark from its caseload to its figures: who is run, in which order, and what is divided by what."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from benchmarks import caseload, importing, incoming, latency, outgoing, waiting
from benchmarks.databases import Postgres, Sqlite, Store
from benchmarks.figures import FLAT, FOLLOWS, RATE, Bar, Figure
from benchmarks.incoming import Served
from benchmarks.processes import alone
from benchmarks.waiting import Cost

ROUNDS = 2  # of each side, best kept: whatever else a machine does only slows
CALLS_AT_ONCE = (1, 2, 4, 8, 16, 32, 64)
UPDATES_AT_ONCE = (4, 8, 16, 32, 64, 256)
MESSAGES = 10_000
CHATS, TAPS_EACH = 1_000, 10
PLANNED = (waiting.DUE, 100_000, 1_000_000)
JOBS = (waiting.DUE, 100_000)
STARTS = 5
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


def send(bench: Bench) -> Iterator[Figure]:
    """Draining what is due, against a bare loop at its best."""
    messages = MESSAGES // bench.part
    bench.say("outgoing: the bare loop, and how many calls at once are best for it")
    tried = {one: alone(outgoing.loop, bench.address, messages // 5, one) for one in CALLS_AT_ONCE}
    best = max(tried, key=lambda one: tried[one])
    plain = [tried[best]]
    ours: dict[str, float] = {}
    for store in bench.stores:
        bench.say(f"outgoing: ours on {store.name}")
        url = store.new()
        alone(caseload.make, url, messages, 1)
        for _ in range(ROUNDS):
            sent, seconds = alone(outgoing.drain, store.copy(url), bench.address)
            ours[store.name] = max(ours.get(store.name, 0.0), sent / seconds)
        bench.say("outgoing: the bare loop")
        plain.append(alone(outgoing.loop, bench.address, messages, best))
    for name, rate in ours.items():
        bare = f"{max(plain):,.0f}/s, {best} at once"
        yield Figure(f"Outgoing, {name}", f"{rate:,.0f}/s", bare, rate / max(plain), bar=RATE)


def receive(bench: Bench) -> Iterator[Figure]:
    """Taps answered, against a bare bot at its best."""
    chats = CHATS // bench.part
    urls = {}
    for store in bench.stores:
        bench.say(f"incoming: the caseload on {store.name}")
        urls[store.name] = store.new()
        alone(caseload.make, urls[store.name], chats, TAPS_EACH)
    taps = alone(incoming.taps, urls[bench.sqlite.name])
    bare = {our_request: _tried(bench, taps, our_request) for our_request in (False, True)}
    ours: dict[str, list[Served]] = {store.name: [] for store in bench.stores}
    for _ in range(ROUNDS):
        for our_request, runs in bare.items():
            bench.say("incoming: the bare bot")
            best = _fastest(runs)[0]
            runs.append((best, alone(incoming.bare, bench.address, taps, best, our_request)))
        for store in bench.stores:
            bench.say(f"incoming: ours on {store.name}")
            ours[store.name].append(alone(incoming.ours, store.copy(urls[store.name]), bench.address, taps))
    yield from _answered(ours, {our_request: _fastest(runs) for our_request, runs in bare.items()})


Tried = list[tuple[int, Served]]  # how many updates at once, and what came of it


def _tried(bench: Bench, taps: list[dict[str, object]], our_request: bool) -> Tried:
    """Shorter runs of the bare bot, to find how many updates at once are best for it."""
    bench.say("incoming: the bare bot, and how many updates at once are best for it")
    part = taps[: len(taps) // 5]
    return [(one, alone(incoming.bare, bench.address, part, one, our_request)) for one in UPDATES_AT_ONCE]


def _fastest(runs: Tried) -> tuple[int, Served]:
    return max(runs, key=lambda run: run[1].rate)


def _answered(ours: Mapping[str, list[Served]], bare: Mapping[bool, tuple[int, Served]]) -> Iterator[Figure]:
    """Ours beside the bare bot as it comes (with the bar), and beside it over our request class (without)."""
    overtaken = sum(one.overtaken for runs in ours.values() for one in runs)
    if overtaken:
        raise RuntimeError(f"{overtaken} updates overtook another of their chat")
    for name, runs in ours.items():
        rate = max(one.rate for one in runs)
        for our_request, (best, theirs) in bare.items():
            what = f"Incoming, {name}{', it over our request class' if our_request else ''}"
            beside = f"{theirs.rate:,.0f}/s, {best} at once, {theirs.overtaken} overtook"
            bar = None if our_request else RATE
            yield Figure(what, f"{rate:,.0f}/s, none overtook", beside, rate / theirs.rate, bar=bar)


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
    starts: dict[int, list[Cost]] = {count: [] for count in planned}
    for _ in range(STARTS):  # in turn: what else the machine does slows all of them alike
        for count, one in held.items():
            bench.say(f"waiting: starts with {count:,} planned")
            starts[count].append(alone(waiting.ours, one, bench.address, False))
    ours, theirs = {}, {}
    for count, one in held.items():
        last = [alone(waiting.ours, bench.sqlite.copy(one), bench.address, True) for _ in range(ROUNDS)]
        ours[count] = _least(starts[count], last)
    for count in jobs:
        bench.say(f"waiting: {count:,} jobs of APScheduler")
        file = f"sqlite:///{bench.sqlite.folder / f'jobs{count}.db'}"
        alone(waiting.plan_jobs, file, count)
        runs = [alone(waiting.scheduled, file, count, False) for _ in range(STARTS)]
        theirs[count] = _least(runs, [alone(waiting.scheduled, file, count, True)])
    yield from _flat(ours, theirs)


def _least(runs: list[Cost], last: list[Cost]) -> Cost:
    """The best of several runs; only the last ones sent what was due."""
    every = [*runs, *last]
    least = (min(one.start for one in every), min(one.memory for one in runs), min(one.idle for one in every))
    return Cost(*least, min(one.due for one in last))


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
        growth = max(counts) / counts[0]
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
