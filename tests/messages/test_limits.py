"""How fast we speak, by a clock that moves only when somebody waits."""

import asyncio
import socket
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.outbox import Later, Trouble
from messages.limits import LONGEST, PATIENCE, Limits
from messages.notify import TROUBLE_SECONDS, Notify
from sandbox.clock import MovableClock
from sandbox.notify import Notify as Gateway

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Speaking:
    """Whoever asks for a turn, and the seconds after the start at which it came, or how long it was put off."""

    def __init__(self, **how: object) -> None:
        self.clock = MovableClock(START)
        self.limits = Limits(self.clock, **how)  # type: ignore[arg-type]
        self.said: list[tuple[float, int, bool]] = []
        self.put_off: list[float] = []

    async def speak(self, chat: int, unasked: bool = False, at: float = 0.0) -> None:
        await self.clock.sleep(at)
        wait = await self.limits.turn(chat, unasked)
        if wait:
            self.put_off.append(wait.total_seconds())
        else:
            self.said.append(((self.clock.now() - START).total_seconds(), chat, unasked))

    async def all(self, *speakers: Awaitable[None]) -> None:
        running = asyncio.gather(*speakers)
        while not running.done():
            for _ in range(20):
                await asyncio.sleep(0)
            if (wake := self.clock.next_wake()) is not None:
                self.clock.move_to(wake)
        await running

    def moments(self, chat: int) -> list[float]:
        return [at for at, whose, _ in self.said if whose == chat]


def most_within_a_second(moments: list[float]) -> int:
    return max((sum(start <= other < start + 1 for other in moments) for start in moments), default=0)


async def test_a_short_burst_to_one_chat_then_one_a_second() -> None:
    speaking = Speaking()
    await speaking.all(*(speaking.speak(7) for _ in range(8)))
    assert [int(at) for at in speaking.moments(7)] == [0, 0, 0, 0, 1, 2, 3, 4]


async def test_never_more_than_thirty_a_second_overall_and_hardly_fewer() -> None:
    speaking = Speaking()
    await speaking.all(*(speaking.speak(chat, unasked=True) for chat in range(100)))
    moments = [at for at, _, _ in speaking.said]
    assert len(moments) == 100
    assert most_within_a_second(moments) <= 32
    assert 3.2 <= max(moments) <= 3.4


async def test_answers_go_ahead_of_what_nobody_asked_for() -> None:
    speaking = Speaking()
    unasked = [speaking.speak(chat, unasked=True) for chat in range(90)]
    await speaking.all(*unasked, speaking.speak(1000, at=0.5), speaking.speak(1001, at=0.5))
    assert all(speaking.moments(chat)[0] < 0.6 for chat in (1000, 1001))


async def test_a_pause_holds_one_chat_and_no_other() -> None:
    speaking = Speaking()
    speaking.limits.pause(7, 20.0)
    await speaking.all(speaking.speak(7, unasked=True), speaking.speak(8, unasked=True), speaking.speak(7))
    assert speaking.put_off == [20.0]
    assert speaking.moments(8) == [0.0]
    assert speaking.moments(7) == [20.0]


async def test_many_chats_told_to_pause_within_a_second_hold_all() -> None:
    speaking = Speaking()
    for chat in range(4):
        speaking.limits.pause(chat, 20.0)
    await speaking.all(speaking.speak(100))
    speaking.limits.pause(4, 10.0)
    await speaking.all(speaking.speak(101), speaking.speak(102, unasked=True))
    assert speaking.moments(100) == [0.0]
    assert speaking.moments(101) == [20.0]
    assert speaking.put_off == [20.0]


async def test_a_pause_for_all_sends_away_whoever_stands_in_line_unasked() -> None:
    speaking = Speaking()

    async def flood() -> None:
        await speaking.clock.sleep(0.5)
        for chat in range(1000, 1005):
            speaking.limits.pause(chat, 300.0)
        await speaking.clock.sleep(0.5)
        assert len(speaking.said) + len(speaking.put_off) == 61  # all but one of those two

    answered = [speaking.speak(70, at=0.4999), speaking.speak(71, at=0.4999)]  # they stand before all others
    await speaking.all(*(speaking.speak(chat, unasked=True) for chat in range(60)), *answered, flood())
    assert 290 < min(speaking.put_off) <= max(speaking.put_off) <= 300
    assert max(at for at, _, unasked in speaking.said if unasked) <= 0.5
    assert [int(speaking.moments(chat)[0]) for chat in (70, 71)] == [0, 300]


async def test_a_pause_of_a_chat_sends_away_whoever_stands_in_line_for_it() -> None:
    speaking = Speaking()

    async def pause() -> None:
        await speaking.clock.sleep(0.5)
        speaking.limits.pause(7, 300.0)

    await speaking.all(*(speaking.speak(7, unasked=True) for _ in range(6)), pause())
    assert [int(at) for at in speaking.moments(7)] == [0, 0, 0, 0]
    assert len(speaking.put_off) == 2


async def test_what_is_said_unasked_does_not_wait_for_long_while_others_are_answered() -> None:
    speaking = Speaking(a_second=5)
    answers = [speaking.speak(1000 + n, at=n / 5) for n in range(100)]
    await speaking.all(*(speaking.speak(chat, unasked=True) for chat in range(10)), *answers)
    assert max(at for at, _, unasked in speaking.said if unasked) <= LONGEST.total_seconds()
    assert speaking.put_off
    assert len(speaking.put_off) + len(speaking.said) == 110


async def test_there_is_room_for_what_can_be_said_soon_and_for_more_once_half_of_it_is() -> None:
    speaking = Speaking(a_second=10)
    assert speaking.limits.room() == 30
    speakers = asyncio.gather(*(speaking.speak(chat, unasked=True) for chat in range(30)))
    for _ in range(3):
        await asyncio.sleep(0)
    assert speaking.limits.room() == 0
    seen: list[tuple[int, int]] = []

    async def look() -> None:
        while not speakers.done():
            seen.append((len(speaking.said), speaking.limits.room()))
            await speaking.clock.sleep(0.1)

    await speaking.all(asyncio.wait_for(speakers, None), look())  # type: ignore[arg-type]
    assert all(room == (len_ if len_ >= 15 else 0) for len_, room in seen)
    assert Speaking(a_second=0).limits.room() > 100


async def test_nobody_waits_for_a_clock_that_was_put_back() -> None:
    speaking = Speaking()
    hour = timedelta(hours=1)
    await speaking.all(*(speaking.speak(chat) for chat in (7, 7, 7, 7, 8)))
    for chat in (9, 10, 11, 12):
        speaking.limits.pause(chat, 20.0)
    speaking.clock.put_back(hour)
    speaking.limits.pause(13, 20.0)  # the fifth, but not within a moment
    await speaking.all(*(speaking.speak(chat) for chat in (7, 14, 15, 9)))
    after = [(at + hour.total_seconds(), chat) for at, chat, _ in speaking.said[5:]]
    assert sorted(chat for _, chat in after) == [7, 9, 14, 15]
    assert max(at for at, chat in after if chat != 9) <= 1.2
    assert max(at for at, _ in after) <= 20.2


async def test_nor_do_text_messages() -> None:
    clock, gateway = MovableClock(START), Gateway()
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    texts = Notify(clock, gateway.key, gateway.template, nobody)
    number = "+447700900123"
    assert await texts.send(number, "hello", "one") == Later(TROUBLE_SECONDS, Trouble.TEXTS)
    clock.put_back(timedelta(hours=1))
    assert await texts.send(number, "hello", "two") == Later(TROUBLE_SECONDS, Trouble.TEXTS_SHUT)


async def test_the_same_chat_told_often_is_no_flood() -> None:
    speaking = Speaking()
    for _ in range(9):
        speaking.limits.pause(7, 20.0)
    await speaking.all(speaking.speak(8))
    assert speaking.moments(8) == [0.0]


async def test_what_waits_for_its_own_chat_for_long_is_put_off_and_holds_up_nobody() -> None:
    speaking = Speaking()
    await speaking.all(*(speaking.speak(7, unasked=True) for _ in range(50)), speaking.speak(8, unasked=True))
    assert len(speaking.moments(7)) + len(speaking.put_off) == 50
    assert max(speaking.moments(7)) <= PATIENCE.total_seconds() + 0.2
    assert speaking.moments(8)[0] < 0.5


async def test_nothing_more_is_said_unasked_once_we_stop() -> None:
    speaking = Speaking()
    speaking.limits.stopping = True
    await speaking.all(speaking.speak(7, unasked=True), speaking.speak(8))
    assert (len(speaking.put_off), speaking.moments(8)) == (1, [0.0])


async def test_processes_share_what_may_be_said() -> None:
    speaking = Speaking()
    speaking.limits.share(3)
    await speaking.all(*(speaking.speak(chat) for chat in range(30)))
    assert most_within_a_second([at for at, _, _ in speaking.said]) <= 11


async def test_somebody_who_gives_up_waiting_holds_up_nobody() -> None:
    speaking = Speaking(a_second=1)
    first = asyncio.create_task(speaking.speak(1))
    waiting = [asyncio.create_task(speaking.speak(chat)) for chat in (2, 3, 4)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting[1].cancel()
    await speaking.all(asyncio.gather(first, *waiting, return_exceptions=True))  # type: ignore[arg-type]
    assert sorted(chat for _, chat, _ in speaking.said) == [1, 2, 4]


async def test_an_answer_goes_at_once_or_takes_no_turn() -> None:
    speaking = Speaking(a_second=200)
    limits = speaking.limits
    assert [limits.at_once(7) for _ in range(5)] == [True] * 4 + [False]
    limits.pause(8, 20.0)
    assert not limits.at_once(8)
    assert [limits.at_once(chat) for chat in range(9, 16)] == [True] * 6 + [False]
    standing = asyncio.create_task(limits.turn(9))
    await asyncio.sleep(0)
    speaking.clock.move_to(START + timedelta(seconds=1))
    assert not limits.at_once(20), "somebody stands before them"
    await standing
    assert limits.at_once(20)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), st.booleans(), st.floats(0, 5)), max_size=60), st.integers(5, 60))
def test_whoever_speaks_whenever_the_limits_hold(wishes: list[tuple[int, bool, float]], a_second: int) -> None:
    speaking = Speaking(a_second=a_second)
    asyncio.run(speaking.all(*(speaking.speak(*wish) for wish in wishes)))
    assert len(speaking.said) + len(speaking.put_off) == len(wishes)
    assert most_within_a_second([at for at, _, _ in speaking.said]) <= a_second + max(a_second // 20, 2)
    for chat in range(1, 7):
        assert most_within_a_second(speaking.moments(chat)) <= 5


@pytest.mark.parametrize("seconds", [0.5, 2.0])
async def test_a_short_pause_of_a_chat_is_waited_out(seconds: float) -> None:
    speaking = Speaking()
    speaking.limits.pause(7, seconds)
    await speaking.all(speaking.speak(7, unasked=True))
    assert (speaking.moments(7), speaking.put_off) == ([seconds], [])


def test_no_limit_at_all_for_measuring() -> None:
    speaking = Speaking(per_chat=timedelta(), a_second=0)
    asyncio.run(speaking.all(*(speaking.speak(1, unasked=True) for _ in range(500))))
    assert (len(speaking.said), speaking.clock.now()) == (500, START)
