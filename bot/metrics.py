"""What is counted while the bot runs, and how it stands when somebody asks: for Prometheus.

Counting is an addition to a number, so that nothing is held up by it; what the database knows is read when it is asked
for. No label says anything about a person.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from domain.clock import Clock
from domain.outbox import Accepted, Status
from usecases import watching
from usecases.parcels import Result
from usecases.watching import Figures

CALL_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
LATE_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0, 86400.0)
OUTCOMES = {200: "ok", 401: "refused", 403: "unreachable", 409: "conflict", 429: "told_to_wait"}


@dataclass
class Spread:
    """How long something took: a histogram. The last count is of what took longer than every bound."""

    bounds: Sequence[float]
    counts: list[int] = field(init=False)
    total: float = 0.0

    def __post_init__(self) -> None:
        self.counts = [0] * (len(self.bounds) + 1)

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.total += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """Each bound with how many took no longer, as Prometheus wants them."""
        so_far, found = 0, []
        for bound, count in zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True):
            so_far += count
            found.append((bound, float(so_far)))
        return found


class Meters(Collector):
    """The numbers of one running bot."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.reached_at: datetime | None = None  # when Telegram last answered a call as it should
        self.calls: Counter[tuple[str, str]] = Counter()
        self.seconds: dict[str, Spread] = {}
        self.waited = Spread(LATE_SECONDS)
        self.updates_taken: Callable[[], int] = lambda: 0  # whoever takes them in counts them
        self._figures: Figures | None = None
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    # ── Counting ────────────────────────────────────────────────────────────────────────────────────────────────────

    def called(self, method: str, outcome: str, seconds: float) -> None:
        """One call of the Bot API has come to an end."""
        self.calls[method, outcome] += 1
        if method not in self.seconds:
            self.seconds[method] = Spread(CALL_SECONDS)
        self.seconds[method].add(seconds)
        if outcome == "ok":
            self.reached_at = self.clock.now()

    def settled(self, results: Iterable[Result]) -> None:
        """A batch of the outbox has been spoken and written down."""
        now = self.clock.now()
        for parcel, outcomes in results:
            if any(isinstance(one, Accepted) for one in outcomes.values()):
                for part in parcel.parts:
                    self.waited.add((now - watching.due_first(part.row)).total_seconds())

    # ── Telling ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def page(self, figures: Figures) -> bytes:
        """All of it in Prometheus' text format, with how the database says that things stand now."""
        self._figures = figures
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        calls = CounterMetricFamily(
            "minder_telegram_calls", "Bot API calls, by what came of them", labels=("method", "outcome")
        )
        for (method, outcome), number in self.calls.items():
            calls.add_metric((method, outcome), number)
        yield calls
        seconds = HistogramMetricFamily(
            "minder_telegram_call_seconds", "How long Bot API calls took; getUpdates waits", labels=("method",)
        )
        for method, spread in self.seconds.items():
            seconds.add_metric((method,), spread.buckets(), spread.total)
        yield seconds
        waited = HistogramMetricFamily("minder_due_to_sent_seconds", "From due to accepted by Telegram")
        waited.add_metric((), self.waited.buckets(), self.waited.total)
        yield waited
        yield CounterMetricFamily("minder_updates", "Updates taken in", value=self.updates_taken())
        if self._figures is not None:
            yield from _standing(self._figures, self.clock.now())


def _standing(figures: Figures, now: datetime) -> Iterator[Metric]:
    outbox = GaugeMetricFamily("minder_outbox", "Messages, by where they stand", labels=("status",))
    for status in Status:
        outbox.add_metric((status.value,), figures.by_status.get(status.value, 0))
    yield outbox
    items = GaugeMetricFamily("minder_items_open", "Open alerts and tasks", labels=("kind", "taken"))
    for (kind, taken), number in figures.items.items():
        items.add_metric((kind, "yes" if taken else "no"), number)
    yield items
    for name, words, value in (
        ("minder_outbox_due", "Messages that are due and not sent", figures.due.number),
        ("minder_outbox_oldest_due_seconds", "How late the oldest of them is", _age(figures.due.oldest, now, 0.0)),
        ("minder_alerts_late", "Alerts to staff that are more than five minutes late", figures.late_alerts),
        ("minder_inbox_waiting", "Updates that wait for their answer", figures.updates.number),
        ("minder_inbox_oldest_seconds", "How long the oldest has waited", _age(figures.updates.oldest, now, 0.0)),
        ("minder_inbox_parked", "Updates set aside after they had failed", figures.parked),
        ("minder_managers_linked", "Managers who can be told something", figures.managers),
        ("minder_sending_paused", "1 while a manager has paused all sending", float(figures.paused_since is not None)),
        ("minder_last_import_age_seconds", "Since the last import; none: never", _age(figures.last_import, now)),
        ("minder_last_heartbeat_age_seconds", "Since the last heartbeat", _age(figures.last_heartbeat, now)),
    ):
        if value is not None:
            yield GaugeMetricFamily(name, words, value=value)


def _age(at: datetime | None, now: datetime, otherwise: float | None = None) -> float | None:
    return (now - at).total_seconds() if at is not None else otherwise


class Measured(BaseRequest):
    """The library's way to Telegram, with each call counted and timed."""

    def __init__(self, request: BaseRequest, meters: Meters) -> None:
        self._request = request
        self._meters = meters

    @property
    def read_timeout(self) -> float | None:
        return self._request.read_timeout

    async def initialize(self) -> None:
        await self._request.initialize()

    async def shutdown(self) -> None:
        await self._request.shutdown()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        begun, outcome = perf_counter(), "cancelled"
        try:
            code, body = await self._request.do_request(
                url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
            )
            outcome = OUTCOMES.get(code) or ("their_trouble" if code >= 500 else "refused")
            return code, body
        except TimedOut:
            outcome = "timed_out"
            raise
        except NetworkError:
            outcome = "broken"
            raise
        finally:
            self._meters.called(url.rpartition("/")[2].partition("?")[0], outcome, perf_counter() - begun)
