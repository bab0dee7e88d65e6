"""Carries messages from the outbox to Slack, once each: claim, look, post, mark (docs/delivery.md).

Knows nothing of Slack but that a carrier posts and finds. No transaction is open across the network.
"""

import asyncio
import logging
import math
import random as chance
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from sqlalchemy.exc import SQLAlchemyError

from schedules.contents import Compose, contents_of
from schedules.unsent import refuse, refuse_notices, reroute
from storage.claims import (
    Claimed,
    claim,
    heads,
    hold_back,
    mark_sent,
    mark_withdrawn,
    notices_in_hand,
    postpone,
)
from storage.database import Database
from storage.message import Message
from storage.outbox import withdraw_notices

log = logging.getLogger(__name__)

Scope = Literal["message", "channel", "method"]

# What a fault of ours looks like, as when a message cannot be put into Slack's form: trying again does not mend it.
OUR_FAULTS = (TypeError, ValueError, LookupError, AttributeError, AssertionError)


@dataclass(frozen=True)
class Target:
    """Where a message goes: a channel, or a person's direct messages. Exactly one is set."""

    channel_id: str | None = None
    user_id: str | None = None


@dataclass(frozen=True)
class Posted:
    """A message that stands in Slack."""

    channel_id: str
    ts: str


class Undelivered(Exception):
    """A message that was not posted, or perhaps was.

    permanent     the same message will never be taken there (archived, not in channel, invalid blocks)
    reason        Slack's word for it
    retry_after   what a 429 asked for, as it came; anything odd is handled
    scope         what it holds for: this message, its channel, or every message of the workspace
    unsure        True unless Slack surely did not take it (a timeout, a 5xx, a broken connection: unsure)
    """

    def __init__(
        self,
        permanent: bool,
        reason: str,
        retry_after: float | str | None = None,
        scope: Scope = "channel",
        unsure: bool = True,
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.reason = reason
        self.retry_after = retry_after
        self.scope = scope
        self.unsure = unsure


class Carrier(Protocol):
    """What speaks to Slack. Both raise Undelivered; neither retries on its own."""

    async def post(self, to: Target, message: Message, key: str) -> Posted:
        """Posts once, with the key as metadata."""
        ...

    async def find(self, to: Target, key: str, since: datetime) -> Posted | None:
        """The message with the key, posted after `since`, or None when the place surely holds none."""
        ...


@dataclass(frozen=True)
class Manners:
    """How we behave towards Slack. `lease` must outlast `post_within` and `settle` together."""

    pace: timedelta = timedelta(seconds=1)  # between two messages in one channel
    lease: timedelta = timedelta(minutes=3)  # how long a claim holds when its process has died
    post_within: timedelta = timedelta(seconds=60)  # longer than the carrier's own time limit
    settle: timedelta = timedelta(seconds=20)  # after an unknown outcome: let Slack show the message before we look
    first_wait: timedelta = timedelta(seconds=5)
    longest_wait: timedelta = timedelta(minutes=15)
    longest_hold: timedelta = timedelta(hours=1)  # whatever Retry-After says
    look_back: timedelta = timedelta(minutes=5)  # the clocks here and at Slack may differ
    at_once: int = 8  # channels in parallel
    faults: int = 3  # tries at a message that makes our own code fail


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
    underway: dict[int, asyncio.Task[int]] = field(default_factory=dict)
    broken: SQLAlchemyError | None = None  # the database failed: finish what is in hand, then say so


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
) -> int:
    """Carries everything that is due and may go now; returns how many messages were sent.

    `clock` gives aware UTC; `worker` names this process; `compose` makes text of notices (`schedules.composing`);
    `wait` waits seconds on the same clock. Set `stopping` to end after what is in hand: nothing stays claimed.
    Raises what the database raises; what was in hand is then taken up again when its lease has run out.
    """
    trip = _Trip(
        database, carrier, clock, compose, worker, random, wait, stopping or asyncio.Event(), manners or Manners()
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
    now, manners = trip.clock(), trip.manners
    async with trip.database.reading() as session:  # most ticks find nothing: they take no write lock
        lanes = [
            head
            for head in await heads(session, now=now, pace=manners.pace, lease=manners.lease)
            if head.id not in trip.underway
        ]
    if any(head.ready_at <= now for head in lanes):
        async with trip.database.transaction() as session:
            taken = await claim(
                session,
                now=now,
                worker=trip.worker,
                lease=manners.lease,
                limit=room,
                pace=manners.pace,
                besides=frozenset(trip.underway),
            )
        for claimed in taken:
            trip.underway[claimed.id] = asyncio.create_task(_carry_safely(trip, claimed))
        if taken:
            return None
    paced = [head.ready_at - now for head in lanes if now < head.ready_at <= now + manners.pace]
    return min(paced).total_seconds() if paced else None


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
            return await _mark(trip, claimed, found)
        to = target_of(claimed.lane)
        if to is None:
            return await _reroute(trip, claimed)
        message = await _message(trip, claimed)
        if message is None:
            return 0
        if trip.stopping.is_set():
            return await _give_back(trip, claimed)
        if trip.clock() + trip.manners.post_within > claimed.lease_until:
            # held up too long on the way: soon it may be somebody else's, and two must not post
            return await _give_back(trip, claimed)
        async with asyncio.timeout(trip.manners.post_within.total_seconds()):
            posted = await trip.carrier.post(to, message, claimed.key)
    except Undelivered as failure:
        return await _undelivered(trip, claimed, message, failure)
    except (TimeoutError, ConnectionError) as failure:
        return await _undelivered(trip, claimed, message, Undelivered(False, type(failure).__name__))
    return await _mark(trip, claimed, posted)


def target_of(lane: str) -> Target | None:
    """The Slack address a lane stands for; None for a recipient Slack has no place for."""
    kind, _, address = lane.partition(":")
    if kind == "c":
        return Target(channel_id=address)
    return Target(user_id=address) if kind == "u" else None


async def _look(trip: _Trip, claimed: Claimed) -> Posted | None:
    """Whether an earlier try reached Slack after all."""
    where = target_of(claimed.look_in)
    if where is None:
        return None
    since = claimed.first_try_at - trip.manners.look_back
    try:
        async with asyncio.timeout(trip.manners.post_within.total_seconds()):
            return await trip.carrier.find(where, claimed.key, since)
    except Undelivered as failure:
        # still as unsure as before, whatever the answer to the question was
        raise Undelivered(failure.permanent, failure.reason, failure.retry_after, failure.scope, True) from failure


async def _message(trip: _Trip, claimed: Claimed) -> Message | None:
    """The text, or None when there is nothing to post; then the outbox says so already."""
    now = trip.clock()
    async with trip.database.reading() as session:
        notices = await notices_in_hand(session, claimed, trip.worker)
    if notices is None:
        log.warning("message %s is no longer ours", claimed.key)
        return None
    contents = await contents_of(trip.database, claimed, notices, trip.compose, now)
    if contents.message is not None and not contents.dropped and not contents.broken:
        return contents.message
    async with trip.database.transaction() as session:
        await withdraw_notices(session, dict(contents.dropped), now=now)
        broken = [notice for notice in notices if notice.id in contents.broken]
        if broken:
            await refuse_notices(session, claimed, broken, contents.broken, now=now)
        if contents.message is None:
            await mark_withdrawn(session, claimed, worker=trip.worker, reason="nothing left to say")
    return contents.message


async def _mark(trip: _Trip, claimed: Claimed, posted: Posted) -> int:
    async with trip.database.transaction() as session:
        await mark_sent(session, claimed, channel_id=posted.channel_id, ts=posted.ts, now=trip.clock())
    return 1


async def _give_back(trip: _Trip, claimed: Claimed) -> int:
    """Not posted by us this time: whoever comes next may have it at once."""
    async with trip.database.transaction() as session:
        await postpone(session, claimed, worker=trip.worker, not_before=trip.clock(), failure=None, unsure=claimed.look)
    return 0


async def _reroute(trip: _Trip, claimed: Claimed) -> int:
    async with trip.database.transaction() as session:
        notices = await notices_in_hand(session, claimed, trip.worker)
        if notices is None:
            return 0
        if not notices:
            await mark_withdrawn(session, claimed, worker=trip.worker, reason="nothing left to say")
        else:
            await reroute(session, claimed, notices, worker=trip.worker, now=trip.clock())
    return 0


async def _undelivered(trip: _Trip, claimed: Claimed, message: Message | None, failure: Undelivered) -> int:
    """Passing: given back with a wait. Permanent: refused, and the coordinators are told. Nothing is dropped."""
    now = trip.clock()
    whole = failure.scope == "method"
    looking = message is None
    unsure = failure.unsure and (not failure.permanent or looking)
    log.warning("message %s, try %s: %s", claimed.key, claimed.tries, failure.reason)
    async with trip.database.transaction() as session:
        # a workspace-wide "never" (a revoked token) says nothing about this message: it waits until that is mended
        if failure.permanent and not whole:
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


def waiting_time(
    tries: int, retry_after: float | str | None, random: Callable[[], float], manners: Manners
) -> timedelta:
    """How long to leave a message alone after its `tries`-th try failed in passing.

    What Slack asked for, with a little on top so that replicas do not come back as one; never more than an hour, and
    what is no number of seconds counts as not said. Else doubling from five seconds to a quarter of an hour, half of it
    by chance.
    """
    asked = _seconds(retry_after)
    if asked is not None:
        longest = manners.longest_hold.total_seconds()
        return timedelta(seconds=min(asked + random(), longest))
    doubled: timedelta = manners.first_wait * 2 ** min(tries - 1, 20)
    return min(doubled, manners.longest_wait) * (0.5 + random() / 2)


def _seconds(retry_after: float | str | None) -> float | None:
    try:
        seconds = float(retry_after) if retry_after is not None else math.nan
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
