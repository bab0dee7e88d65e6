"""Carries messages from the outbox to Slack, once each: claim, look, post, mark (docs/delivery.md).

Knows nothing of Slack but that a carrier posts and finds. No transaction is open across the network.
"""

import asyncio
import logging
import random as chance
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.carrier import Carrier, Posted, Target, Undelivered
from schedules.contents import Compose, Contents, contents_of
from schedules.distance import Distance
from schedules.giving_way import GivingWay
from schedules.manners import Manners, waiting_time
from schedules.places_only import about_places_only, with_places_line
from schedules.reach import further_than_meant, turn_aside
from schedules.together import Together
from schedules.unsent import refuse, refuse_notices, reroute
from storage.claims import ANY_DUE, Claimed, Head, claim, heads, notices_in_hand
from storage.database import Database
from storage.marks import Sent, hold_back, mark_sent, mark_withdrawn, postpone
from storage.message import Message
from storage.models import Notice
from storage.outbox import withdraw_notices

__all__ = ["Carrier", "Manners", "Posted", "Target", "Undelivered", "carry"]

log = logging.getLogger(__name__)

WORDED_TOGETHER = 8  # messages: so few that what was read for the first still holds for the last

# What a fault of ours looks like, as when a message cannot be put into Slack's form: trying again does not mend it.
OUR_FAULTS = (TypeError, ValueError, LookupError, AttributeError, AssertionError)


@dataclass
class _Trip:
    database: Database
    carrier: Carrier
    clock: Callable[[], datetime]
    compose: Compose
    worker: str
    random: Callable[[], float]
    wait: Callable[[float], Awaitable[None]]
    stopping: asyncio.Event
    manners: Manners
    distance: Distance
    others: GivingWay
    underway: dict[int, asyncio.Task[int]] = field(default_factory=dict)
    lanes: list[Head] = field(default_factory=list)  # what was found when last looked, and is not taken yet
    looked_at: datetime | None = None  # None: something has happened since that may hold lanes back
    broken: SQLAlchemyError | None = None  # the database failed: finish what is in hand, then say so

    def __post_init__(self) -> None:
        self.opening = Together(self._open)
        self.marking = Together(self._mark)
        self.wording = Together(self._word, most=WORDED_TOGETHER, beside=self.manners.worded_at_once)

    async def _open(self, several: Sequence[Claimed]) -> list["_Opened | None"]:
        await self.others.turn()
        async with self.database.reading() as session:
            notices = await notices_in_hand(session, several, self.worker)
            concerned = await about_places_only(session, notices)
            aside = await further_than_meant(session, several)
        return [
            _Opened(each, notices[each.id], aside.get(each.id, ()), each.id in concerned)
            if each.id in notices
            else None
            for each in several
        ]

    async def _word(self, several: Sequence["_Opened"]) -> list[Contents | SQLAlchemyError]:
        """What each says. They share a session: getting one costs as much as most messages do."""
        said: list[Contents | SQLAlchemyError] = []
        while len(said) < len(several):
            async with self.database.reading() as session:
                for opened in several[len(said) :]:
                    said.append(await self._worded(session, opened))
                    # who went before may have changed what the session remembers; and a fault may have broken it
                    if await self.others.turn() or isinstance(said[-1], SQLAlchemyError):
                        break
        return said

    async def _worded(self, session: AsyncSession, opened: "_Opened") -> Contents | SQLAlchemyError:
        try:
            return await contents_of(self.database, session, opened.claimed, opened.notices, self.compose, self.clock())
        except SQLAlchemyError as fault:
            return fault

    async def _mark(self, several: Sequence[Sent]) -> list[None]:
        await self.others.turn()
        async with self.database.transaction() as session:
            await mark_sent(session, several)
        return [None] * len(several)


@dataclass(frozen=True)
class _Opened:
    """What a message in hand is to tell, which of it may not be said where it is on its way, and whether any of it is
    about a forum for places only."""

    claimed: Claimed
    notices: Sequence[Notice]
    aside: Sequence[Notice]
    places_only: bool


async def carry(
    database: Database,
    carrier: Carrier,
    clock: Callable[[], datetime],
    *,
    compose: Compose,
    worker: str,
    random: Callable[[], float] = chance.random,
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    stopping: asyncio.Event | None = None,
    manners: Manners | None = None,
    distance: Distance | None = None,
    others: GivingWay | None = None,
) -> int:
    """Carries everything that is due and may go now; returns how many messages were sent.

    `clock` gives aware UTC; `worker` names this process; `compose` makes text of notices (`schedules.composing`);
    `wait` waits seconds on the same clock; `distance` is what earlier rounds have measured; `others` go first where
    any wait. Set `stopping` to end after what is in hand: nothing stays claimed.
    Raises what the database raises; what was in hand is then taken up again when its lease has run out.
    """
    trip = _Trip(
        database,
        carrier,
        clock,
        compose,
        worker,
        random,
        wait,
        stopping or asyncio.Event(),
        manners or Manners(),
        distance or Distance(),
        others or GivingWay(),
    )
    sent = 0
    try:
        while True:
            pause = await _set_off(trip)
            if not trip.underway and pause is None:
                break
            sent += await _arrivals(trip, pause)
    finally:
        for task in trip.underway.values():
            task.cancel()
        await asyncio.gather(*trip.underway.values(), return_exceptions=True)
    if trip.broken is not None:
        raise trip.broken
    return sent


async def _set_off(trip: _Trip) -> float | None:
    """Claims what is ready. Seconds until a lane that only keeps its pace may go on; None: no such lane."""
    room = trip.manners.at_once - len(trip.underway)
    if trip.stopping.is_set() or trip.broken or not room:
        return None
    if trip.underway and room < trip.manners.at_once // 2:
        return None  # looking costs as much for one as for many: wait until there is room for more
    await trip.others.turn()
    now, manners = trip.clock(), trip.manners
    if trip.underway and trip.looked_at is not None and not any(head.ready_at <= now for head in trip.lanes):
        rest = trip.looked_at + manners.look_every - now
        if timedelta() < rest <= manners.look_every:
            return rest.total_seconds()
    lanes = await _lanes(trip, now)
    if any(head.ready_at <= now for head in lanes):
        async with trip.database.transaction() as session:
            taken = await claim(
                session,
                now=now,
                worker=trip.worker,
                lease=manners.lease,
                limit=room,
                besides=frozenset(trip.underway),
                among=lanes,
            )
        asked = {head.id for head in [each for each in lanes if each.ready_at <= now][:room]}
        trip.lanes = [head for head in lanes if head.id not in asked]
        for claimed in taken:
            trip.underway[claimed.id] = asyncio.create_task(_carry_safely(trip, claimed))
        if taken:
            return None
    paced = [head.ready_at - now for head in lanes if now < head.ready_at <= now + manners.pace]
    return min(paced).total_seconds() if paced else None


async def _lanes(trip: _Trip, now: datetime) -> list[Head]:
    """The first message of every lane, but those in hand. What was found within the pace and is ready still holds: a
    lane's next cannot have overtaken its first."""
    fresh = trip.looked_at is not None and trip.looked_at <= now < trip.looked_at + trip.manners.pace
    if not (fresh and any(head.ready_at <= now for head in trip.lanes)):
        trip.lanes = []
        if await trip.database.glance(ANY_DUE, now=now) is not None:  # at most ticks there is none
            async with trip.database.reading() as session:
                trip.lanes = await heads(
                    session, now=now, pace=trip.manners.pace, lease=trip.manners.lease, ahead=trip.manners.ahead
                )
        trip.looked_at = now
    return [head for head in trip.lanes if head.id not in trip.underway]


async def _arrivals(trip: _Trip, pause: float | None) -> int:
    """Waits until something in hand is done or a lane's pace has passed; how many were sent meanwhile."""
    pausing = [asyncio.ensure_future(trip.wait(pause))] if pause is not None else []
    try:
        await asyncio.wait([*trip.underway.values(), *pausing], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for timer in pausing:
            timer.cancel()
        await asyncio.gather(*pausing, return_exceptions=True)
    done = {number: task for number, task in trip.underway.items() if task.done()}
    for number in done:
        del trip.underway[number]
    return sum(task.result() for task in done.values())


async def _carry_safely(trip: _Trip, claimed: Claimed) -> int:
    """One message's fault stays its own: the others in hand are neither cancelled nor lost."""
    try:
        try:
            return await _carry_one(trip, claimed)
        except SQLAlchemyError:
            raise
        except Exception as fault:  # whatever it is, the message must get a next step
            log.exception("message %s, try %s", claimed.key, claimed.tries)
            ours = isinstance(fault, OUR_FAULTS) and claimed.tries >= trip.manners.faults
            failure = Undelivered(ours, f"fault: {type(fault).__name__}", scope="message")
            return await _undelivered(trip, claimed, None, failure)
    except SQLAlchemyError as fault:
        log.error("message %s stays claimed until its lease runs out: %s", claimed.key, fault)
        trip.broken = fault
        return 0


async def _carry_one(trip: _Trip, claimed: Claimed) -> int:
    """1 when the message is in Slack and we know it, else 0 with its next step written down."""
    message: Message | None = None
    try:
        if trip.stopping.is_set():
            return await _give_back(trip, claimed)
        if claimed.look and (found := await _look(trip, claimed)) is not None:
            return await _mark(trip, claimed, found, trip.clock())
        opened = await trip.opening.ask(claimed)
        if opened is not None and opened.aside:
            await _turn_aside(trip, claimed, opened.aside)
            opened = await trip.opening.ask(claimed)
        if opened is None:
            log.warning("message %s is no longer ours", claimed.key)
            return 0
        to = target_of(claimed.lane)
        if to is None:
            return await _reroute(trip, claimed)
        message = await _message(trip, opened)
        if message is None:
            return 0
        message = with_places_line(message) if opened.places_only else message
        await _keep_pace(trip, claimed)
        await trip.others.turn()
        # reckoned from before the check: a process that stands still between the two must not go on as if it had not
        given_up_at = asyncio.get_running_loop().time() + trip.manners.post_within.total_seconds()
        if trip.stopping.is_set() or not _still_ours(trip, claimed):
            return await _give_back(trip, claimed)
        async with asyncio.timeout_at(given_up_at):
            await asyncio.sleep(0)  # else a limit that has passed already is heard of only after the first wait
            asked, alone = trip.clock(), len(trip.underway) == 1
            posted = await trip.carrier.post(to, message, claimed.key)
        alone = alone and len(trip.underway) == 1
        taken_at = trip.distance.taken_at(asked, trip.clock(), alone=alone)
    except Undelivered as failure:
        return await _undelivered(trip, claimed, message, failure)
    except (TimeoutError, ConnectionError) as failure:
        return await _undelivered(trip, claimed, message, Undelivered(False, type(failure).__name__))
    return await _mark(trip, claimed, posted, taken_at)


def _still_ours(trip: _Trip, claimed: Claimed) -> bool:
    """Whether there is time to post before the lease runs out. Whoever was held up on the way, or stood still, must not
    post what soon is, or has long been, somebody else's."""
    return trip.clock() + trip.manners.post_within <= claimed.lease_until


async def _keep_pace(trip: _Trip, claimed: Claimed) -> None:
    """It was taken a little ahead of its turn, to be ready when its turn comes."""
    rest = min(claimed.post_at - trip.clock(), trip.manners.ahead)  # a clock turned back must not make it long
    if rest > timedelta():
        await trip.wait(rest.total_seconds())


def target_of(lane: str) -> Target | None:
    """The address a lane stands for; None for a recipient there is no place for."""
    kind, _, address = lane.partition(":")
    if kind == "c":
        return Target(channel_id=address)
    if kind == "e":
        return Target(person_id=int(address))
    return Target(user_id=address) if kind == "u" else None


async def _look(trip: _Trip, claimed: Claimed) -> Posted | None:
    """Whether an earlier try reached Slack after all."""
    where = target_of(claimed.look_in)
    if where is None:
        return None
    # a first try that lies ahead was made on a clock that has been turned back since
    since = min(claimed.first_try_at, trip.clock()) - trip.manners.look_back
    try:
        async with asyncio.timeout(trip.manners.post_within.total_seconds()):
            return await trip.carrier.find(where, claimed.key, since)
    except Undelivered as failure:
        # still as unsure as before, whatever the answer to the question was
        raise Undelivered(failure.permanent, failure.reason, failure.retry_after, failure.scope, True) from failure


async def _message(trip: _Trip, opened: _Opened) -> Message | None:
    """The text, or None when there is nothing to post; then the outbox says so already."""
    contents = await trip.wording.ask(opened)
    if isinstance(contents, SQLAlchemyError):
        raise contents
    if contents.message is not None and not contents.dropped and not contents.broken:
        return contents.message
    claimed, notices, now = opened.claimed, opened.notices, trip.clock()
    async with trip.database.transaction() as session:
        await withdraw_notices(session, dict(contents.dropped), now=now)
        broken = [notice for notice in notices if notice.id in contents.broken]
        if broken:
            await refuse_notices(session, claimed, broken, contents.broken, now=now)
        if contents.message is None:
            await mark_withdrawn(session, claimed, worker=trip.worker, reason="nothing left to say")
    return contents.message


async def _mark(trip: _Trip, claimed: Claimed, posted: Posted, taken_at: datetime) -> int:
    """1, when it is written; several that come back from Slack together are written together."""
    await trip.marking.ask(Sent(claimed, posted.channel_id, posted.ts, taken_at))
    return 1


async def _give_back(trip: _Trip, claimed: Claimed) -> int:
    """Not posted by us this time: whoever comes next may have it at once."""
    async with trip.database.transaction() as session:
        await postpone(session, claimed, worker=trip.worker, not_before=trip.clock(), failure=None, unsure=claimed.look)
    return 0


async def _turn_aside(trip: _Trip, claimed: Claimed, aside: Sequence[Notice]) -> None:
    """Takes out of the message what others than the parties may not read, where they may read the channel."""
    async with trip.database.transaction() as session:
        if claimed.id in await notices_in_hand(session, [claimed], trip.worker):
            await turn_aside(session, claimed, aside, now=trip.clock())


async def _reroute(trip: _Trip, claimed: Claimed) -> int:
    async with trip.database.transaction() as session:
        notices = (await notices_in_hand(session, [claimed], trip.worker)).get(claimed.id)
        if notices is None:
            return 0
        if not notices:
            await mark_withdrawn(session, claimed, worker=trip.worker, reason="nothing left to say")
        else:
            await reroute(session, claimed, notices, worker=trip.worker, now=trip.clock())
    return 0


async def _undelivered(trip: _Trip, claimed: Claimed, message: Message | None, failure: Undelivered) -> int:
    """Passing: given back with a wait. Permanent, or strange for too long: refused, and the coordinators are told.
    Nothing is dropped."""
    now = trip.clock()
    whole = failure.scope == "method"
    looking = message is None
    unsure = failure.unsure and (not failure.permanent or looking)
    log.warning("message %s, try %s: %s", claimed.key, claimed.tries, failure.reason)
    trip.looked_at = None
    async with trip.database.transaction() as session:
        # a workspace-wide "never" (a revoked token) says nothing about this message: it waits until that is mended
        given_up = failure.permanent or (failure.strange and claimed.tries >= trip.manners.strange)
        if given_up and not whole:
            await refuse(
                session,
                claimed,
                message,
                failure.reason,
                whole_channel=failure.scope == "channel",
                unsure=unsure,
                worker=trip.worker,
                now=now,
            )
            return 0
        pause = waiting_time(claimed.tries, failure.retry_after, trip.random, trip.manners)
        if unsure:
            pause = max(pause, trip.manners.settle)
        await postpone(
            session,
            claimed,
            worker=trip.worker,
            not_before=now + pause,
            failure=failure.reason,
            unsure=unsure,
        )
        if whole:
            await hold_back(session, workspace_id=claimed.workspace_id, until=now + pause)
    return 0
