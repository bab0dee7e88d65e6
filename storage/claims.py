"""Taking messages out of the outbox one at a time per lane, and saying what became of them.

The guarded UPDATE and the index `one_in_flight_per_lane` decide; SKIP LOCKED only spares PostgreSQL's replicas a wait
(SQLite drops it). Nothing here is kept open across the network: each function is one short transaction's work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, cast, func, literal, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.sqltypes import UTCDateTime

from storage.models import Forum, Notice, NoticeState, Outgoing, OutgoingState, Person, Workspace
from storage.outbox import NOTICES_IN_ONE
from storage.quiet import quiet_until

LATE = timedelta(minutes=30)  # later than this, several to one recipient become one list
LONGEST_HOLD = timedelta(hours=1)  # whatever Slack asks; a clock turned back must not lock us out for longer


@dataclass(frozen=True)
class Claimed:
    """A message in our hands until `lease_until`. `look`: an earlier try may have reached Slack, in lane `look_in`."""

    id: int
    key: str
    workspace_id: int
    lane: str
    forum_id: int | None
    person_id: int | None
    payload: dict[str, Any] | None
    due_at: datetime
    tries: int
    lease_until: datetime
    look: bool
    look_in: str
    first_try_at: datetime


@dataclass(frozen=True)
class Head:
    """The first message of a lane, and when it may be claimed."""

    id: int
    lane: str
    ready_at: datetime


def lane_now() -> ColumnElement[str]:
    """Where a message goes today: the forum's channel, the person, or for a person without Slack the channel of the
    forum it is about; "f:3" or "p:12" where Slack has no place for it."""
    channel = select(Forum.channel_id).where(Forum.id == Outgoing.forum_id).scalar_subquery()
    user = select(Person.slack_user_id).where(Person.id == Outgoing.person_id).scalar_subquery()
    beside = (
        select(func.min(Forum.channel_id))
        .join(Notice, col(Notice.forum_id) == Forum.id)
        .where(Notice.outgoing_id == Outgoing.id, col(Outgoing.person_id).is_not(None))
        .correlate(Outgoing)
        .scalar_subquery()
    )
    return func.coalesce(
        literal("c:").concat(channel),
        literal("u:").concat(user),
        literal("c:").concat(beside),
        literal("p:").concat(cast(Outgoing.person_id, String)),
        literal("f:").concat(cast(Outgoing.forum_id, String)),
    )


def still_open() -> ColumnElement[bool]:
    """Not yet told or taken back. Written out, so that SQLite sees that the index `outgoing_due` serves."""
    return text("outgoing.state IN ('WAITING', 'CLAIMED')")  # type: ignore[return-value]


# written once: at every tick it is only asked
ANY_DUE = (
    select(Outgoing.id).where(still_open(), col(Outgoing.due_at) <= bindparam("now", type_=UTCDateTime())).limit(1)
)


async def heads(session: AsyncSession, *, now: datetime, pace: timedelta, lease: timedelta) -> list[Head]:
    """The first due message of every lane, the soonest ready first. One small query, whatever has been sent before.

    Only a lane's first may be claimed, so its order is kept; and not until `pace` after the lane's last was sent.
    """
    if (await session.exec(ANY_DUE, params={"now": now})).first() is None:  # as at most ticks: a fraction of the rest
        return []
    turn = func.row_number().over(
        partition_by=(col(Outgoing.workspace_id), lane_now()), order_by=(col(Outgoing.due_at), col(Outgoing.id))
    )
    lined_up = (
        select(col(Outgoing.id).label("id"), lane_now().label("lane"), turn.label("turn"))
        .where(still_open(), Outgoing.due_at <= now)
        .subquery()
    )
    before = Outgoing.__table__.alias("before")  # type: ignore[attr-defined]
    last_sent = (
        select(func.max(before.c.sent_at))
        .where(
            before.c.workspace_id == Outgoing.workspace_id,
            before.c.lane == lined_up.c.lane,
            before.c.sent_at > now - pace,
            before.c.sent_at <= now,
        )
        .correlate(Outgoing, lined_up)
        .scalar_subquery()
    )
    rows = await session.exec(
        select(Outgoing, lined_up.c.lane, last_sent, Workspace)
        .join(lined_up, lined_up.c.id == Outgoing.id)
        .join(Workspace, col(Workspace.id) == Outgoing.workspace_id)
        .where(lined_up.c.turn == 1)
    )
    found = []
    lined = rows.all()
    quiet = await _with_quiet_hours(session, [each.person_id for each, *_ in lined if each.person_id is not None])
    for outgoing, lane, sent_at, workspace in lined:
        if outgoing.state is OutgoingState.CLAIMED:
            times = [_not_absurd(outgoing.lease_until, now, 2 * lease)]
        else:
            times = [_not_absurd(outgoing.not_before, now, LONGEST_HOLD)]
        times += [_not_absurd(workspace.held_until, now, LONGEST_HOLD), sent_at + pace if sent_at else None]
        if outgoing.person_id in quiet and lane.startswith("u:"):
            times.append(quiet_until(quiet[outgoing.person_id], now, workspace.zone))
        assert outgoing.id is not None
        found.append(Head(outgoing.id, lane, max(each for each in (now, *times) if each is not None)))
    return sorted(found, key=lambda head: (head.ready_at, head.id))


async def _with_quiet_hours(session: AsyncSession, ids: Sequence[int]) -> dict[int | None, Person]:
    if not ids:
        return {}
    question = select(Person).where(col(Person.id).in_(ids), col(Person.quiet_from).is_not(None))
    return {person.id: person for person in (await session.exec(question)).all()}


def _not_absurd(until: datetime | None, now: datetime, longest: timedelta) -> datetime | None:
    """A time we set ourselves is never further off than `longest`, unless the clock was turned back: then void."""
    return until if until is not None and until - now <= longest else None


async def claim(
    session: AsyncSession,
    *,
    now: datetime,
    worker: str,
    lease: timedelta,
    limit: int,
    pace: timedelta = timedelta(seconds=1),
    besides: frozenset[int] = frozenset(),
    among: Sequence[Head] | None = None,
) -> list[Claimed]:
    """Takes at most `limit` messages, one per lane, for `worker` until `now + lease`. Commit before posting.

    `besides` are those the worker already has in hand: a clock that is stepped ahead makes their leases look run out.
    `among`: what `heads` said a moment ago, to spare asking again; what has been taken since is left alone.
    """
    first = among if among is not None else await heads(session, now=now, pace=pace, lease=lease)
    ready = [head for head in first if head.ready_at <= now and head.id not in besides][:limit]
    claimed = []
    for head in ready:
        row = (
            await session.exec(
                select(Outgoing)
                .where(col(Outgoing.id) == head.id, _free(now, lease))
                .with_for_update(skip_locked=True)
                .execution_options(populate_existing=True)
            )
        ).first()
        if row is not None and (taken := await _take(session, row, head.lane, now, worker, lease)) is not None:
            claimed.append(taken)
    return claimed


def _free(now: datetime, lease: timedelta) -> ColumnElement[bool]:
    """Nobody has it: it waits and may go, or its worker's lease has run out (or the time is absurd: `_not_absurd`)."""
    waited = (col(Outgoing.not_before) <= now) | (col(Outgoing.not_before) > now + LONGEST_HOLD)
    waits = (col(Outgoing.state) == OutgoingState.WAITING) & (Outgoing.due_at <= now) & waited
    left = (col(Outgoing.lease_until) <= now) | (col(Outgoing.lease_until) > now + 2 * lease)
    return waits | ((col(Outgoing.state) == OutgoingState.CLAIMED) & left)


async def _take(
    session: AsyncSession, row: Outgoing, lane: str, now: datetime, worker: str, lease: timedelta
) -> Claimed | None:
    """The guarded UPDATE. None when somebody else was first with the message, or with another of its lane."""
    assert row.id is not None
    try:
        async with session.begin_nested():
            done = await session.exec(
                update(Outgoing)
                .where(col(Outgoing.id) == row.id, col(Outgoing.tries) == row.tries, _free(now, lease))
                .values(
                    state=OutgoingState.CLAIMED,
                    claimed_by=worker,
                    lease_until=now + lease,
                    lane=lane,
                    tries=row.tries + 1,
                    first_try_at=row.first_try_at or now,
                    unsure=True,  # until we know: a process that dies after this may have posted
                )
                .execution_options(synchronize_session=False)
            )
    except IntegrityError:  # one_in_flight_per_lane
        return None
    if not done.rowcount:
        return None
    if not row.unsure and row.payload is None and now - row.due_at > LATE:
        await _gather_late(session, row, lane, now)
    return Claimed(
        id=row.id,
        key=row.key,
        workspace_id=row.workspace_id,
        lane=lane,
        forum_id=row.forum_id,
        person_id=row.person_id,
        payload=row.payload,
        due_at=row.due_at,
        tries=row.tries + 1,
        lease_until=now + lease,
        look=row.unsure,
        look_in=row.lane or lane,
        first_try_at=row.first_try_at or now,
    )


async def _gather_late(session: AsyncSession, first: Outgoing, lane: str, now: datetime) -> None:
    """Moves the late reminders next in line to the same recipient into this message: one list, not many pings.

    Stops at the first that is not such a one, so that the order within the lane is kept.
    """
    held = len((await session.exec(select(Notice.id).where(Notice.outgoing_id == first.id))).all())
    queue = await session.exec(
        select(Outgoing)
        .where(
            col(Outgoing.state) == OutgoingState.WAITING,
            Outgoing.workspace_id == first.workspace_id,
            lane_now() == lane,
            Outgoing.due_at <= now,
        )
        .order_by(col(Outgoing.due_at), col(Outgoing.id))
        .with_for_update(skip_locked=True)
    )
    for each in queue.all():
        same_recipient = (each.forum_id, each.person_id) == (first.forum_id, first.person_id)
        if each.unsure or each.payload is not None or now - each.due_at <= LATE or not same_recipient:
            return
        ids = (await session.exec(select(Notice.id).where(Notice.outgoing_id == each.id))).all()
        if held + len(ids) > NOTICES_IN_ONE:
            return
        held += len(ids)
        await session.exec(update(Notice).where(col(Notice.outgoing_id) == each.id).values(outgoing_id=first.id))
        await session.exec(
            update(Outgoing)
            .where(col(Outgoing.id) == each.id)
            .values(state=OutgoingState.WITHDRAWN, failure=f"joined {first.key}")
        )


async def notices_in_hand(session: AsyncSession, claimed: Claimed, worker: str) -> Sequence[Notice] | None:
    """What the message is to tell, oldest first; None when it is no longer the worker's (its lease ran out)."""
    mine = await session.exec(
        select(Outgoing.id).where(
            Outgoing.id == claimed.id,
            Outgoing.state == OutgoingState.CLAIMED,
            Outgoing.claimed_by == worker,
            Outgoing.lease_until == claimed.lease_until,
        )
    )
    if mine.first() is None:
        return None
    rows = await session.exec(
        select(Notice)
        .where(Notice.outgoing_id == claimed.id, Notice.state == NoticeState.WAITING)
        .order_by(col(Notice.due_at), col(Notice.id))
    )
    return rows.all()
