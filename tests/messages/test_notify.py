"""A gateway that does not answer holds nothing up for long: after the first calls have run out, none is made for a
while, and nobody waits."""

import asyncio
from collections import Counter
from datetime import timedelta
from time import monotonic
from uuid import uuid4

import pytest

from bot import serving
from domain.outbox import Accepted, Later, Reception, Refused, Trouble, Unreachable
from messages import notify
from messages.notify import NoAnswer, Notify
from sandbox import notify as gateway
from sandbox.clock import MovableClock
from sandbox.notify import Notify as Gateway
from tests.conversations.conftest import MONDAY

MANY, CALL, TURN = 30, 0.4, 0.2
NUMBER = "+447700900123"
NO_TEXTS = '{"received_text_messages": [null]}'
UNKNOWN = gateway.Fault(400, "ValidationError", "phone_number Not a UK mobile number")


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (UNKNOWN, Unreachable()),
        (gateway.TEAM_ONLY, Refused(gateway.TEAM_ONLY.message)),
        (gateway.Fault(400, page="<html>No</html>"), Refused("refused (400)")),
        *(
            (passing, Later(notify.TROUBLE_SECONDS, Trouble.TEXTS))
            for passing in (
                gateway.CLOCK,
                gateway.NO_KEY,
                gateway.RATE,
                gateway.DOWN,
                gateway.LOST,
                gateway.PORTAL,
                gateway.NOTHING,
                gateway.NOT_FOUND,
                gateway.PROXY,
                gateway.SLOW,
            )
        ),
        (gateway.DAY, Later(notify.TODAY_SECONDS, Trouble.TEXTS)),
    ],
)
async def test_only_what_notify_itself_refuses_has_an_end(fault: gateway.Fault, outcome: Reception) -> None:
    """A page of a proxy, or none, is no answer: the text is looked for, and sent again if it did not go."""
    house, clock = Gateway(), MovableClock(MONDAY)
    house.faults.append(fault)
    async with serving.served(house.pages(), "127.0.0.1", 0) as port:
        texts = Notify(clock, house.key, house.template, f"http://127.0.0.1:{port}")
        assert await texts.send(NUMBER, "hello", "r1") == outcome
        clock.move_to(clock.now() + timedelta(seconds=notify.TODAY_SECONDS))
        assert isinstance(await texts.send(NUMBER, "hello", "r1", again=True), Accepted)
    assert len(house.to(NUMBER)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        gateway.NO_KEY,
        gateway.CLOCK,
        gateway.RATE,
        gateway.DOWN,
        gateway.PROXY,
        gateway.NOT_FOUND,
        gateway.SLOW,
        *(gateway.Fault(200, page=page) for page in ("<html>Please sign in</html>", "", "[]", "{}", "null", NO_TEXTS)),
    ],
)
async def test_what_notify_does_not_tell_is_asked_for_another_time_and_holds_up_no_message(
    fault: gateway.Fault, capsys: pytest.CaptureFixture[str]
) -> None:
    house, clock = Gateway(), MovableClock(MONDAY)
    house.comes(NUMBER, "hello", MONDAY)
    async with serving.served(house.pages(), "127.0.0.1", 0) as port:
        texts = Notify(clock, house.key, house.template, f"http://127.0.0.1:{port}")
        for n, ask in enumerate((lambda: texts.received(MONDAY), lambda: texts.became(str(uuid4()))), 1):
            house.silences.append(fault)
            with pytest.raises(NoAnswer):
                await ask()
            assert capsys.readouterr().out.count("notify_trouble") == 1
            assert isinstance(await texts.send(NUMBER, "hello", f"r{n}"), Accepted)
        assert [one["content"] for one in await texts.received(MONDAY)] == ["hello"]
        assert await texts.became(str(uuid4())) == "", "Notify has forgotten it"


async def test_while_notify_says_to_wait_it_is_asked_nothing() -> None:
    house, clock = Gateway(), MovableClock(MONDAY)
    house.faults.append(gateway.RATE)
    async with serving.served(house.pages(), "127.0.0.1", 0) as port:
        texts = Notify(clock, house.key, house.template, f"http://127.0.0.1:{port}")
        await texts.send(NUMBER, "hello", "r1")
        with pytest.raises(NoAnswer):
            await texts.received(MONDAY)
    assert house.asked == []


async def test_what_came_in_is_read_page_by_page_as_far_back_as_it_is_wanted() -> None:
    """Also if nobody can tell when one came in, and if the same page comes for ever."""
    house, clock = Gateway(page=2), MovableClock(MONDAY)
    for n in range(7):
        house.comes(NUMBER, f"{n}", MONDAY + timedelta(minutes=n))
    async with serving.served(house.pages(), "127.0.0.1", 0) as port:
        texts = Notify(clock, house.key, house.template, f"http://127.0.0.1:{port}")
        for minutes, pages in ((0, 5), (3, 3), (7, 1)):
            house.asked.clear()
            said = [one["content"] for one in await texts.received(MONDAY + timedelta(minutes=minutes))]
            assert (said, len(house.asked)) == ([f"{n}" for n in range(minutes, 7)], pages)
        page = '{"received_text_messages": [{"id": "i", "content": "?", "created_at": "yesterday"}]}'
        house.silences += [gateway.Fault(200, page=page)] * 9
        assert {one["content"] for one in await texts.received(MONDAY)} == {"?"}
        assert len(house.silences) == 7


async def test_a_gateway_that_does_not_answer_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify, "CALL_SECONDS", CALL)
    monkeypatch.setattr(notify, "PATIENCE", TURN)
    clock, calls = MovableClock(MONDAY), 0

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    house = Gateway()
    texts = Notify(clock, house.key, house.template, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    begun = monotonic()
    outcomes = await asyncio.gather(*(texts.send(NUMBER, "hello", f"r{n}") for n in range(MANY)))
    assert monotonic() - begun < MANY / notify.AT_ONCE * CALL
    troubles = Counter(one.trouble for one in outcomes if isinstance(one, Later))
    assert troubles == {Trouble.TEXTS: notify.AT_ONCE, Trouble.TEXTS_BUSY: MANY - notify.AT_ONCE}
    assert calls == notify.AT_ONCE
    later = await texts.send(NUMBER, "hello", "again")
    assert later == Later(notify.TROUBLE_SECONDS, Trouble.TEXTS_SHUT)
    assert calls == notify.AT_ONCE
    clock.move_to(clock.now() + timedelta(seconds=notify.TROUBLE_SECONDS))
    assert not isinstance(await texts.send(NUMBER, "hello", "and again"), Accepted)
    assert calls == notify.AT_ONCE + 1
    server.close()
