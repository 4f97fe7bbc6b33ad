"""due → claim → still true? → send → settle."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from domain import retrying
from domain.outbox import FADED, WIPE, Later, Reception, Refused, Trouble
from messages import compose, texts
from messages.compose import Message, Tongue
from messages.notify import Notify
from messages.telegram import Channel
from usecases import outgoing, settling
from usecases.parcels import Addressee, Parcel, Recipient, Result, Texted
from usecases.service import Service

log = structlog.get_logger()
AT_MOST = 30.0  # seconds between two looks at what is due, even if nobody wakes us
GATHER_SECONDS = 0.05  # at most, of the real clock, until what Telegram took is written down with what else it took
GLANCE_SECONDS = 1.0  # at most, of the real clock, between two looks at what is due while calls are on their way
TROUBLE_SECONDS = 1.0  # until another look when the database is away
GAP = timedelta(minutes=2)  # without a look, after which somebody may have said what nobody was there to hear
SETTLING = 2 * settling.UNTIL_IT_IS_BACK[1]  # within which others find that it is back, and write down what they said
LEFT = Later(0.0, Trouble.STOPPING)  # to the next, as nothing is begun any more
NEARLY = timedelta(seconds=1)  # before its end a lease counts as over


async def _nothing() -> None:
    """Where no text messages are set up, and by a clock that is moved by hand."""


class Dispatcher:
    """Says what is owed. One run drains everything that is due; runs never overlap."""

    def __init__(
        self,
        service: Service,
        channel: Channel,
        tongue: Tongue,
        woken: asyncio.Event,
        notify: Notify | None = None,
    ) -> None:
        self.service = service
        self.channel = channel
        self.notify = notify  # the way of text messages; none if they are not set up
        self.tongue = tongue
        self._one_at_a_time = asyncio.Lock()
        self._woken = woken
        self.moved_at: datetime | None = None  # when it last looked at what is due
        self.next_due: datetime | None = None  # what falls due next, as of that look
        self.on_settled: Callable[[Sequence[Result]], None] = lambda results: None  # is told of every batch
        self.hear_first: Callable[[], Awaitable[None]] = _nothing  # what was said in a gap, before more is sent
        self._looked_at: datetime | None = None  # when the database last said what is due
        self._stopping = asyncio.Event()
        self._calls: dict[asyncio.Task[None], Parcel] = {}  # what is claimed and not yet written down
        self._said: list[Result] = []  # and not yet written down
        self._all_said = asyncio.Event()
        self._writing = asyncio.Lock()
        self._settled = 0  # messages since the start
        self._shut = False  # the last call that ended could not get away
        self._cut_off = 0  # claims since that has been so
        self._away = False  # the database did not answer when it was last asked
        self._back_at: datetime | None = None  # when it first answered again

    async def run(self) -> int:
        """Sends all that is due; returns how many messages went out."""
        before = self._settled
        async with self._one_at_a_time:
            try:
                await self._drain()
            except asyncio.CancelledError:
                for call in self._calls:
                    call.cancel()
                raise
            finally:
                await asyncio.gather(*self._calls, return_exceptions=True)
        return self._settled - before

    async def _drain(self) -> None:
        """Claims the next batch while the last is still on its way: a call that hangs holds up no other."""
        while not self._stopping.is_set():
            self._woken.clear()
            self.moved_at = self.service.clock.now()
            at_it = bool(self._calls)  # before the look: what ends during it may be due again
            if await self._begin_more():
                continue
            if not at_it and not self._calls:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(min(self._seconds_to_next() or GLANCE_SECONDS, GLANCE_SECONDS)):
                    await self._woken.wait()

    async def _begin_more(self) -> bool:
        """False: nothing more is due, or can be begun before a call has ended. While calls are on their way they wait
        for a database that is away, as they have something to write down."""
        most = min(outgoing.BATCH, self.channel.limits.room())
        if len(self._calls) > outgoing.BATCH or not most:
            return False
        try:
            self.next_due = await outgoing.next_due(self.service)
            if self._away:
                self._away, self._back_at = False, self.service.clock.now()
            await self._hear_after_a_gap()
            if self.next_due is None or self.next_due > self.service.clock.now():
                return False
            await self._until_the_way_is_open()
            await self._until_others_have_written_down()
            if self._would_claim_our_own():
                return False
            claim = await outgoing.claim(self.service, most)
        except Exception as error:
            self._away = True
            if not self._calls:
                raise
            log.warning("claiming_trouble", error=type(error).__name__)
            return False
        for parcel in claim.parcels:
            self._begin(parcel)
        await asyncio.sleep(0)  # until they stand in line, there seems to be room
        return claim.more

    async def _hear_after_a_gap(self) -> None:
        """The machine may have slept, or the database been away."""
        since, self._looked_at = self._looked_at, self.service.clock.now()
        if since is not None and self._looked_at - since > GAP:
            await self.hear_first()

    def _would_claim_our_own(self) -> bool:
        """Whether something in our own hands counts as abandoned: it has been said and could not be written down, as
        the database was away, and would be said again."""
        over = self.service.clock.now() + NEARLY
        return any(one.row.leased_until is not None and one.row.leased_until <= over for one in self._calls.values())

    def _begin(self, parcel: Parcel) -> None:
        call = asyncio.create_task(self._deliver(parcel))
        self._calls[call] = parcel
        call.add_done_callback(self._ended)

    def _ended(self, call: asyncio.Task[None]) -> None:
        del self._calls[call]
        self._gathered()
        self._woken.set()

    async def stop(self) -> None:
        """Nothing more is begun; what was claimed and not yet said is given back. Returns when all that is done."""
        self._stopping.set()
        self._woken.set()
        self.channel.limits.stopping = True
        async with self._one_at_a_time:
            return

    async def keep_running(self) -> None:
        """Runs whenever something falls due or somebody wakes us, until it is stopped."""
        while not self._stopping.is_set():
            self._woken.clear()
            self.moved_at = self.service.clock.now()
            try:
                await self.run()
                wait = self._seconds_to_next()
            except Exception as error:
                log.error("dispatch_failed", error=type(error).__name__)
                wait = TROUBLE_SECONDS
            await self._nap(wait, self._woken)

    def _seconds_to_next(self) -> float:
        """By the last look. Whoever owes something sooner wakes us; another process does that for itself."""
        if self.next_due is None:
            return AT_MOST
        return min(max((self.next_due - self.service.clock.now()).total_seconds(), 0.0), AT_MOST)

    async def _until_the_way_is_open(self) -> None:
        """Where calls do not get away at all, the next batch would do no better: at once the first time, then after
        growing waits. That nobody has come back yet says nothing of the way."""
        self._cut_off = self._cut_off + 1 if self._shut else 0
        if self._cut_off > 1:
            wait = retrying.growing(self._cut_off - 1, *retrying.UNTIL_OPEN, dice=retrying.dice(0, self._cut_off))
            await self._nap(wait.total_seconds(), self._stopping)

    async def _until_others_have_written_down(self) -> None:
        """Once the database is back, what other processes said is not claimed before they can have written it down."""
        if self._back_at is not None and not self.service.db.sqlite:
            wait = min(self._back_at + SETTLING - self.service.clock.now(), SETTLING)
            await self._nap(wait.total_seconds(), self._stopping)
        self._back_at = None

    async def _nap(self, seconds: float, unless: asyncio.Event) -> None:
        """Sleeps, or less if something happens."""
        sleep = asyncio.ensure_future(self.service.clock.sleep(seconds))
        woken = asyncio.ensure_future(unless.wait())
        try:
            await asyncio.wait({sleep, woken}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            woken.cancel()

    async def _deliver(self, parcel: Parcel) -> None:
        try:
            outcomes: dict[Addressee, Reception] = {}
            for one in parcel.recipients:
                outcomes[one] = await self._say_in_time(parcel, one)
                if one is not parcel.recipients[-1]:
                    await settling.note_one(self.service, parcel, one, outcomes[one])
            self._hear(outcomes.values())
            await self._write_down((parcel, outcomes))
        except Exception as error:  # it is claimed again when its lease has run out
            log.error("not_dispatched", outbox_id=parcel.row.id, error=type(error).__name__)

    def _hear(self, outcomes: Iterable[Reception]) -> None:
        """Whether calls get away is known before it is written down, as the next batch may be begun in between. What
        was kept back says nothing of it."""
        for one in outcomes:
            if not isinstance(one, Later) or one.trouble is not Trouble.BUSY:
                self._shut = isinstance(one, Later) and one.trouble is Trouble.NEVER_SENT

    async def _write_down(self, result: Result) -> None:
        """Whoever comes first writes down what has gathered, in one transaction for all: what Telegram took is on
        record within a moment, however long another call takes."""
        self._said.append(result)
        self._gathered()
        async with self._writing:
            if self._said:
                await self._gather()
                batch, self._said = self._said, []
                await settling.settle(self.service, batch)
                self._note(batch)

    async def _gather(self) -> None:
        """Waits a moment for others to end, if any are still at it."""
        self._all_said.clear()
        self._gathered()
        with suppress(TimeoutError):
            async with asyncio.timeout(GATHER_SECONDS):
                await self._all_said.wait()

    def _gathered(self) -> None:
        if len(self._said) >= len(self._calls):
            self._all_said.set()

    def _note(self, batch: Sequence[Result]) -> None:
        self._settled += len(batch)
        self.on_settled(batch)
        log.info("dispatched", messages=len(batch))

    async def _say_in_time(self, parcel: Parcel, recipient: Addressee) -> Reception:
        """No call is begun that might outlast its claim, nor when we are to stop."""
        if self._stopping.is_set():
            return LEFT
        if not outgoing.time_for_a_call(parcel, self.service.clock.now()):
            return Later(0.0)
        said = await (self._text(parcel, recipient) if isinstance(recipient, Texted) else self._say(parcel, recipient))
        kept_back = isinstance(said, Later) and said.trouble is Trouble.BUSY
        return LEFT if kept_back and self._stopping.is_set() else said

    async def _text(self, parcel: Parcel, recipient: Texted) -> Reception:
        assert self.notify is not None
        saying = parcel.row.owed.saying
        voice = self.tongue.voice(recipient.language, self.service.clock.now())
        try:
            words = texts.text(saying, parcel.facts, voice)
        except texts.NotAsText as error:
            return Refused(str(error))
        except Exception as error:
            log.error("not_composed", outbox_id=parcel.row.id, kind=saying.kind, error=type(error).__name__)
            return Refused(f"not composed: {type(error).__name__}")
        reference = outgoing.reference(self.service, parcel)
        return await self.notify.send(recipient.number, words, reference, outgoing.may_have_gone(parcel))

    async def _say(self, parcel: Parcel, recipient: Recipient) -> Reception:
        saying = parcel.row.owed.saying
        if saying.kind == WIPE:
            return await self.channel.delete(recipient.chat_id, parcel.takes)
        voice = self.tongue.voice(recipient.language, self.service.clock.now())
        try:
            message = compose.message(saying, parcel.facts, voice)
        except Exception as error:  # one message that cannot be put into words holds up no other
            log.error("not_composed", outbox_id=parcel.row.id, kind=saying.kind, error=type(error).__name__)
            return Refused(f"not composed: {type(error).__name__}")
        earlier = saying.params.get("edit")
        if isinstance(earlier, int):
            return await self._edit(recipient, earlier, message, saying.kind)
        return await self.channel.send(recipient.chat_id, message)

    async def _edit(self, recipient: Recipient, earlier: int, message: Message, kind: str) -> Reception:
        """A picture takes no new words: where it was to make room for some, it is deleted."""
        outcome = await self.channel.edit(recipient.chat_id, earlier, message)
        if isinstance(outcome, Refused) and kind in FADED:
            return await self.channel.delete(recipient.chat_id, [earlier])
        return outcome
