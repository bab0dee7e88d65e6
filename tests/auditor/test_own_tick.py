"""The auditor's tick is its own: whatever planner and courier do, it comes."""

import asyncio
from datetime import timedelta

import pytest

from schedules.auditor import Patience, Watch
from schedules.timetable import Timetable
from tests.delivery.world import MORNING

OFTEN = timedelta(milliseconds=20)


@pytest.mark.asyncio
async def test_the_auditor_ticks_while_the_planner_hangs_and_the_courier_raises() -> None:
    looked, let_go = asyncio.Semaphore(0), asyncio.Event()

    async def hang() -> None:
        await let_go.wait()

    async def fail() -> None:
        raise RuntimeError("no courier today")

    async def look() -> None:
        looked.release()

    ticking = Timetable(hang, fail, look, plan_every=OFTEN, carry_every=OFTEN, audit_every=OFTEN)
    ticking.start()
    async with asyncio.timeout(5):
        for _ in range(3):
            await looked.acquire()
    assert set(ticking.finished) == {"audit"}
    let_go.set()
    await ticking.stop()


def test_who_has_just_come_or_whose_clock_has_jumped_watches_from_now() -> None:
    watch = Watch()
    assert watch.look(MORNING) == MORNING
    assert watch.look(MORNING + timedelta(minutes=1)) == MORNING
    for jump in (timedelta(days=7), timedelta(days=-2)):
        assert watch.last is not None
        after = watch.last + jump
        assert watch.look(after) == after
        assert watch.look(after + timedelta(minutes=2)) == after


def test_a_planner_that_is_set_to_look_seldom_has_longer_before_it_is_blamed() -> None:
    assert Patience.for_ticks(timedelta(seconds=15)).tick == timedelta(minutes=5)
    assert Patience.for_ticks(timedelta(minutes=5)).tick == timedelta(minutes=15)
