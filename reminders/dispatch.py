"""due → claim → still true? → send → settle."""

import asyncio

import structlog

from domain.outbox import FADED, WIPE, Outcome, Refused
from messages import compose
from messages.compose import Message, Tongue
from messages.telegram import Channel
from usecases import outgoing
from usecases.outgoing import Parcel, Recipient, Result
from usecases.service import Service

log = structlog.get_logger()
AT_MOST = 30.0  # seconds between two looks at what is due, even if nobody wakes us


class Dispatcher:
    """Says what is owed. One run drains everything that is due; runs never overlap."""

    def __init__(self, service: Service, channel: Channel, tongue: Tongue, woken: asyncio.Event) -> None:
        self.service = service
        self.channel = channel
        self.tongue = tongue
        self._one_at_a_time = asyncio.Lock()
        self._woken = woken

    async def run(self) -> int:
        """Sends all that is due; returns how many messages went out."""
        sent = 0
        async with self._one_at_a_time:
            while True:
                due = await outgoing.due_now(self.service)
                if not due:
                    return sent
                parcels = await outgoing.claim(self.service)
                results = await asyncio.gather(*(self._deliver(parcel) for parcel in parcels))
                await outgoing.settle(self.service, results)
                sent += len(results)
                log.info("dispatched", messages=len(results))

    async def keep_running(self) -> None:
        """Runs whenever something falls due or somebody wakes us, until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.run()
                wait = await outgoing.seconds_to_next(self.service, AT_MOST)
            except Exception as error:
                log.error("dispatch_failed", error=type(error).__name__)
                wait = 1.0
            await self._nap(wait)

    async def _nap(self, seconds: float) -> None:
        """Sleeps, or less if woken."""
        sleep = asyncio.ensure_future(self.service.clock.sleep(seconds))
        woken = asyncio.ensure_future(self._woken.wait())
        try:
            await asyncio.wait({sleep, woken}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            woken.cancel()

    async def _deliver(self, parcel: Parcel) -> Result:
        outcomes = {one: await self._say(parcel, one) for one in parcel.recipients}
        return parcel, outcomes

    async def _say(self, parcel: Parcel, recipient: Recipient) -> Outcome:
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

    async def _edit(self, recipient: Recipient, earlier: int, message: Message, kind: str) -> Outcome:
        """A picture takes no new words: where it was to make room for some, it is deleted."""
        outcome = await self.channel.edit(recipient.chat_id, earlier, message)
        if isinstance(outcome, Refused) and kind in FADED:
            return await self.channel.delete(recipient.chat_id, [earlier])
        return outcome
