"""The pace is counted from when Slack took a message, however far away it is: never two within a second there."""

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.carrier import Posted, Target
from schedules.distance import ENOUGH, ENOUGH_ALONE, LONGEST, Distance
from schedules.manners import Manners
from schedules.message import Message
from storage.database import Database
from tests.delivery.test_courier import tell
from tests.delivery.world import MORNING, Clock, Noticeboard, Post, found

NOON = datetime(2027, 1, 11, 11, 0, tzinfo=UTC)
PACE = Manners().pace
MILLISECOND = timedelta(milliseconds=1)


def after(trips: list[timedelta]) -> Distance:
    """What is known after those round trips, and the many that were no shorter."""
    distance = Distance()
    for trip in [*trips, *[max(trips)] * ENOUGH]:
        distance.taken_at(NOON, NOON + trip)
    return distance


ways = st.tuples(st.integers(0, 2_000), st.integers(0, 2_000))  # milliseconds there and back, beyond the shortest


@given(there=st.integers(0, 400), back=st.integers(0, 400), trips=st.lists(ways, min_size=2, max_size=20))
def test_two_messages_to_a_channel_arrive_a_second_apart_whatever_the_way_does(
    there: int, back: int, trips: list[tuple[int, int]]
) -> None:
    distance = after([(there + back) * MILLISECOND])
    asked, arrived = NOON, []
    for slower_there, slower_back in trips:
        arrived.append(asked + (there + slower_there) * MILLISECOND)
        answered = arrived[-1] + (back + slower_back) * MILLISECOND
        taken_at = distance.taken_at(asked, answered)
        assert asked <= taken_at <= answered
        asked = taken_at + PACE
    assert all(later - sooner >= PACE for sooner, later in itertools.pairwise(arrived))


def test_the_first_round_trips_say_too_little() -> None:
    distance = Distance()
    answers = [distance.taken_at(NOON, NOON + 150 * MILLISECOND) for _ in range(ENOUGH)]
    assert set(answers[:-1]) == {NOON + 150 * MILLISECOND}
    assert answers[-1] == NOON + 15 * MILLISECOND


def test_a_few_round_trips_with_nothing_else_on_its_way_say_enough() -> None:
    distance, trip = Distance(), 150 * MILLISECOND
    answers = [distance.taken_at(NOON, NOON + trip, alone=True) for _ in range(ENOUGH_ALONE)]
    assert set(answers[:-1]) == {NOON + trip}
    assert answers[-1] == NOON + trip / 10
    assert distance.taken_at(NOON, NOON + 2 * trip) == NOON + 2 * trip - trip * 9 / 10  # also of one in a crowd


@pytest.mark.asyncio
async def test_what_goes_beside_others_is_not_alone(sqlite_database: Database) -> None:
    town, clock = await found(sqlite_database), Clock()
    board = Noticeboard(clock)
    post = Post(sqlite_database, clock, board)
    await tell(sqlite_database, town, "ensam", forum_id=town.council)
    assert await post.carry() == 1
    assert (post.distance.made, post.distance.made_alone) == (1, 1)
    clock.step(minutes=1)
    await tell(sqlite_database, town, "den ena", forum_id=town.council)
    await tell(sqlite_database, town, "den andra", forum_id=town.planning)
    assert await post.carry() == 2
    assert (post.distance.made, post.distance.made_alone) == (3, 1)


def test_a_clock_turned_back_or_a_process_that_stood_still_says_nothing_of_the_way() -> None:
    distance = after([100 * MILLISECOND])
    assert distance.taken_at(NOON, NOON - timedelta(hours=1)) == NOON - timedelta(hours=1)
    assert distance.taken_at(NOON, NOON + timedelta(minutes=9)) == NOON + timedelta(minutes=9) - 90 * MILLISECOND
    assert distance.shortest == 100 * MILLISECOND
    assert after([timedelta(seconds=9)]).shortest == LONGEST


@dataclass(frozen=True)
class _Far:
    """Slack at a distance: half of it there, half back, on the town's clock."""

    board: Noticeboard
    clock: Clock
    way: timedelta

    async def post(self, to: Target, message: Message, key: str) -> Posted:
        self.clock.now += self.way / 2
        posted = await self.board.post(to, message, key)
        self.clock.now += self.way / 2
        return posted

    async def find(self, to: Target, key: str, since: datetime) -> Posted | None:
        return await self.board.find(to, key, since)


@pytest.mark.asyncio
async def test_a_long_row_to_one_channel_takes_a_second_a_message_though_slack_is_far_away(
    sqlite_database: Database,
) -> None:
    town, clock = await found(sqlite_database), Clock()
    for number in range(20):
        await tell(sqlite_database, town, f"nr {number}", forum_id=town.council)
    board, way = Noticeboard(clock), 150 * MILLISECOND
    post = Post(sqlite_database, clock, board, carrier=_Far(board, clock, way), distance=after([way]))
    assert await post.carry() == 20
    came = [each.at for each in board.messages("C1")]
    apart = [later - sooner for sooner, later in itertools.pairwise(came)]
    assert came[0] == MORNING + way / 2
    assert min(apart) >= PACE
    assert max(apart) <= PACE + way / 5
