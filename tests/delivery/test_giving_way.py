"""A reminder may be a moment late, an answer not: the courier lets those who ask go first, though not for ever."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.courier import Manners, carry
from schedules.giving_way import GivingWay
from storage.database import Database
from storage.models import Notice
from tests.delivery.world import Said, found, plan, post_office, reminder, say_keys


async def _rounds(number: int) -> None:
    """Lets the loop go round."""
    for _ in range(number):
        await asyncio.sleep(0)


@pytest.mark.asyncio
async def test_nobody_waits_where_nobody_asks() -> None:
    assert await GivingWay().turn() is False


@pytest.mark.asyncio
async def test_a_turn_comes_when_the_answer_is_given() -> None:
    given = asyncio.Event()
    answer = asyncio.create_task(given.wait())
    answers: set[asyncio.Task[Any]] = {answer}
    answer.add_done_callback(answers.discard)
    waiting = [asyncio.create_task(turns.turn()) for turns in [GivingWay(answers, patience=60)] for _ in range(3)]
    await _rounds(20)
    assert not any(task.done() for task in waiting)
    given.set()
    assert (await asyncio.gather(*waiting))[0] is True


@pytest.mark.asyncio
async def test_whoever_never_stops_asking_does_not_stop_the_courier() -> None:
    answers: set[asyncio.Task[Any]] = {asyncio.create_task(asyncio.Event().wait())}
    turns = GivingWay(answers, patience=0.001)
    assert await turns.turn() is True
    for each in answers:
        each.cancel()


@pytest.mark.asyncio
async def test_long_work_lets_the_loop_go_round_between_its_pieces() -> None:
    turns, went_round = GivingWay(), False

    def note() -> None:
        nonlocal went_round
        went_round = True

    asyncio.get_running_loop().call_soon(note)
    loop = asyncio.get_running_loop()
    ends = loop.time() + 5
    while not went_round and loop.time() < ends:
        await turns.turn()
    assert went_round


@pytest.mark.asyncio
async def test_what_was_read_before_somebody_asked_is_read_again_afterwards(sqlite_database: Database) -> None:
    """Anna calls a meeting off while the morning's reminders are being written: the next one knows of it."""
    town = await found(sqlite_database)
    post = post_office(sqlite_database)
    answers: set[asyncio.Task[Any]] = set()
    seen: list[AsyncSession] = []

    async def compose(session: AsyncSession, told: Sequence[Notice], now: datetime) -> Said:
        if not seen:
            anna = asyncio.create_task(_rounds(3))
            answers.add(anna)
            anna.add_done_callback(answers.discard)
        seen.append(session)
        return await say_keys(session, told, now)

    to = {"council": town.council, "planning": town.planning}
    await plan(sqlite_database, town, *(reminder(name, forum_id=forum) for name, forum in to.items()))
    sent = await carry(
        sqlite_database,
        post.board,
        post.clock,
        compose=compose,
        worker="one",
        wait=post.clock.wait,
        manners=Manners(worded_at_once=1),
        others=GivingWay(answers),
    )
    assert sent == len(seen) == 2
    assert seen[0] is not seen[1]
