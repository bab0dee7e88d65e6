"""What the ticks promise: never skipped, never two at once, and a stop that waits for what is in hand."""

import asyncio
import time
from datetime import timedelta

import pytest

from schedules.timetable import Timetable

OFTEN = timedelta(milliseconds=20)


class Ticks:
    """A tick to count, which waits at its gate."""

    def __init__(self) -> None:
        self.begun = asyncio.Semaphore(0)
        self.gate = asyncio.Event()
        self.gate.set()
        self.count = self.ended = self.at_once = self.most_at_once = 0

    async def __call__(self) -> None:
        self.count += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.begun.release()
        await self.gate.wait()
        self.at_once -= 1
        self.ended += 1


def timetable(plan: Ticks, carry: Ticks) -> Timetable:
    return Timetable(plan, carry, plan_every=OFTEN, carry_every=OFTEN)


@pytest.mark.asyncio
async def test_both_tick_at_once_and_again() -> None:
    plan, carry = Ticks(), Ticks()
    ticking = timetable(plan, carry)
    ticking.start()
    async with asyncio.timeout(5):
        for _ in range(3):
            await plan.begun.acquire()
            await carry.begun.acquire()
    await ticking.stop()
    assert set(ticking.finished) == {"plan", "carry"}


@pytest.mark.asyncio
async def test_a_tick_held_up_for_longer_than_a_second_is_late_and_not_skipped() -> None:
    """With APScheduler's own grace of one second it would be dropped, and the next come in an hour."""
    plan, carry = Ticks(), Ticks()
    ticking = Timetable(plan, carry, plan_every=timedelta(hours=1), carry_every=timedelta(hours=1))
    time.sleep(1.2)  # noqa: ASYNC251  (a stalled host is what is tested)
    ticking.start()
    async with asyncio.timeout(5):
        await plan.begun.acquire()
        await carry.begun.acquire()
    await ticking.stop()


@pytest.mark.asyncio
async def test_a_tick_that_takes_long_is_not_started_beside_itself() -> None:
    plan, carry = Ticks(), Ticks()
    carry.gate.clear()
    ticking = timetable(plan, carry)
    ticking.start()
    async with asyncio.timeout(5):
        for _ in range(6):
            await plan.begun.acquire()
    assert carry.count == 1
    carry.gate.set()
    await ticking.stop()
    assert carry.most_at_once == 1


@pytest.mark.asyncio
async def test_stopping_waits_for_what_is_in_hand_instead_of_cancelling_it() -> None:
    plan, carry = Ticks(), Ticks()
    carry.gate.clear()
    ticking = timetable(plan, carry)
    ticking.start()
    async with asyncio.timeout(5):
        await carry.begun.acquire()
        stopping = asyncio.create_task(ticking.stop())
        await ticking.stopping.wait()
        assert not stopping.done()
        carry.gate.set()
        await stopping
    assert carry.ended == carry.count == 1


@pytest.mark.asyncio
async def test_a_tick_that_fails_is_logged_and_the_next_one_runs(caplog: pytest.LogCaptureFixture) -> None:
    plan = Ticks()
    failures = 0

    async def fails_once() -> None:
        nonlocal failures
        failures += 1
        if failures == 1:
            raise OSError("database away")

    ticking = Timetable(plan, fails_once, plan_every=OFTEN, carry_every=OFTEN)
    ticking.start()
    async with asyncio.timeout(5):
        while failures < 2:
            await plan.begun.acquire()
    await ticking.stop()
    assert "the tick carry failed" in caplog.text


@pytest.mark.asyncio
async def test_a_command_can_ask_for_a_tick_now() -> None:
    plan, carry = Ticks(), Ticks()
    ticking = Timetable(plan, carry, plan_every=timedelta(hours=1), carry_every=timedelta(hours=1))
    ticking.start()
    async with asyncio.timeout(5):
        await carry.begun.acquire()
        ticking.soon("carry")
        await carry.begun.acquire()
    await ticking.stop()
    assert carry.count == 2
