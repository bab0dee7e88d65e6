"""Taking messages out of the outbox one at a time per lane, and saying what became of them.

The guarded UPDATE and the index `one_in_flight_per_lane` decide; SKIP LOCKED only spares PostgreSQL's replicas a wait
(SQLite drops it). Nothing here is kept open across the network: each function is one short transaction's work.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, String, bindparam, case, cast, func, literal, text
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
    post_at: datetime  # not before: its lane keeps its pace


@dataclass(frozen=True)
class Head:
    """The first message of a lane, when it may be claimed, and when it may be posted."""

    id: int
    lane: str
    ready_at: datetime
    post_at: datetime


def lane_now() -> ColumnElement[str]:
    """Where a message goes today: the forum's channel, the person, for a person without Slack their e-mail ("e:12")
    where there is a server, else the channel of the forum it is about; "f:3" or "p:12" where there is none."""
    channel = select(Forum.channel_id).where(Forum.id == Outgoing.forum_id).scalar_subquery()
    user = select(Person.slack_user_id).where(Person.id == Outgoing.person_id).scalar_subquery()
    mail = (
        select(literal("e:").concat(cast(Person.id, String)))
        .join(Workspace, col(Workspace.id) == Person.workspace_id)
        .where(Person.id == Outgoing.person_id, col(Person.email).is_not(None), col(Workspace.by_mail))
        .correlate(Outgoing)
        .scalar_subquery()
    )
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
        mail,
        literal("c:").concat(beside),
        literal("p:").concat(cast(Outgoing.person_id, String)),
        literal("f:").concat(cast(Outgoing.forum_id, String)),
    )


def still_open() -> ColumnElement[bool]:
    """Not yet told or taken back. Written out, so that SQLite sees that the index `outgoing_due` serves."""
    return text("outgoing.state IN ('WAITING', 'CLAIMED')")  # type: ignore[return-value]


def _moment(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=UTCDateTime())


_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)

# The questions are written once: building one anew costs more than asking it.

ANY_DUE = select(Outgoing.id).where(still_open(), col(Outgoing.due_at) <= _moment("now")).limit(1)


def _lined_up() -> Any:
    # in two steps: where a message goes takes questions of its own, and a thousand to one forum go where its first does
    alike = case((col(Outgoing.person_id).is_not(None), lane_now()))
    recipients_turn = func.row_number().over(
        partition_by=(col(Outgoing.workspace_id), col(Outgoing.forum_id), alike),
        order_by=(col(Outgoing.due_at), col(Outgoing.id)),
    )
    firsts = (
        select(col(Outgoing.id).label("id"), recipients_turn.label("turn"))
        .where(still_open(), Outgoing.due_at <= _moment("now"))
        .subquery()
    )
    turn = func.row_number().over(
        partition_by=(col(Outgoing.workspace_id), lane_now()), order_by=(col(Outgoing.due_at), col(Outgoing.id))
    )
    lined_up = (
        select(col(Outgoing.id).label("id"), lane_now().label("lane"), turn.label("turn"))
        .join(firsts, firsts.c.id == Outgoing.id)
        .where(firsts.c.turn == 1)
        .subquery()
    )
    before = Outgoing.__table__.alias("before")  # type: ignore[attr-defined]
    last_sent = (
        select(func.max(before.c.sent_at))
        .where(
            before.c.workspace_id == Outgoing.workspace_id,
            before.c.lane == lined_up.c.lane,
            before.c.sent_at > _moment("last_pace"),
            # one may have been sent since `now` was read; one further ahead was sent on a clock turned back since
            before.c.sent_at <= _moment("next_pace"),
        )
        .correlate(Outgoing, lined_up)
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (
        Outgoing.id,
        Outgoing.person_id,
        Outgoing.state,
        Outgoing.lease_until,
        Outgoing.not_before,
        Workspace.held_until,
        Workspace.zone,
        lined_up.c.lane,
        last_sent.label("last_sent"),
    )
    return (
        select(*columns)
        .join(lined_up, lined_up.c.id == Outgoing.id)
        .join(Workspace, col(Workspace.id) == Outgoing.workspace_id)
        .where(lined_up.c.turn == 1)
    )


LINED_UP = _lined_up()


async def heads(
    session: AsyncSession, *, now: datetime, pace: timedelta, lease: timedelta, ahead: timedelta = timedelta()
) -> list[Head]:
    """The first due message of every lane, the soonest ready first. One small query, whatever has been sent before.

    Only a lane's first may be claimed, so its order is kept; and posted not until `pace` after the lane's last was
    sent. It may be claimed `ahead` of that, to be put into words meanwhile.
    """
    found = []
    lined = (await session.exec(LINED_UP, params={"now": now, "last_pace": now - pace, "next_pace": now + pace})).all()
    quiet = await _with_quiet_hours(session, [each.person_id for each in lined if each.person_id is not None])
    for each in lined:
        if each.state is OutgoingState.CLAIMED:
            times = [_not_absurd(each.lease_until, now, 2 * lease)]
        else:
            times = [_not_absurd(each.not_before, now, LONGEST_HOLD)]
        times.append(_not_absurd(each.held_until, now, LONGEST_HOLD))
        if each.person_id in quiet and each.lane.startswith("u:"):
            times.append(quiet_until(quiet[each.person_id], now, each.zone))
        free_at = max(time for time in (now, *times) if time is not None)
        post_at = max(free_at, each.last_sent + pace) if each.last_sent else free_at
        found.append(Head(each.id, each.lane, max(free_at, post_at - ahead), post_at))
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
    taken = await _take(session, {head.id: head.post_at for head in ready}, now, worker, lease)
    for row, claimed in taken:
        if not row.unsure and row.payload is None and now - row.due_at > LATE:
            await _gather_late(session, row, claimed.lane, now)
    return [claimed for _, claimed in taken]


def _free() -> ColumnElement[bool]:
    """Nobody has it: it waits and may go, or its worker's lease has run out (or the time is absurd: `_not_absurd`)."""
    waited = (col(Outgoing.not_before) <= _moment("now")) | (col(Outgoing.not_before) > _moment("held_absurdly"))
    waits = (col(Outgoing.state) == OutgoingState.WAITING) & (Outgoing.due_at <= _moment("now")) & waited
    left = (col(Outgoing.lease_until) <= _moment("now")) | (col(Outgoing.lease_until) > _moment("leased_absurdly"))
    return waits | ((col(Outgoing.state) == OutgoingState.CLAIMED) & left)


_BEFORE: tuple[Any, ...] = (
    Outgoing.id,
    Outgoing.key,
    Outgoing.workspace_id,
    Outgoing.forum_id,
    Outgoing.person_id,
    Outgoing.payload,
    Outgoing.due_at,
    Outgoing.tries,
    Outgoing.unsure,
    Outgoing.lane,
    Outgoing.first_try_at,
)
STILL_FREE = (select(*_BEFORE).where(col(Outgoing.id).in_(_IDS), _free()).order_by(col(Outgoing.id))).with_for_update(
    skip_locked=True
)
TAKE = (
    update(Outgoing)
    .where(col(Outgoing.id).in_(_IDS), _free())
    .values(
        state=OutgoingState.CLAIMED,
        claimed_by=bindparam("worker"),
        lease_until=_moment("until"),
        lane=lane_now(),
        tries=col(Outgoing.tries) + 1,
        first_try_at=func.coalesce(Outgoing.first_try_at, _moment("now")),
        unsure=True,  # until we know: a process that dies after this may have posted
    )
    .returning(col(Outgoing.id), col(Outgoing.lane))
    .execution_options(synchronize_session=False)
)


async def _take(
    session: AsyncSession, wanted: Mapping[int, datetime], now: datetime, worker: str, lease: timedelta
) -> list[tuple[Row[Any], Claimed]]:
    """The guarded UPDATE, with each message as it was before. Without those that somebody else was first with, or
    whose lane somebody else was first in. `wanted`: by id, when each may be posted."""
    if not wanted:
        return []
    times = {"now": now, "held_absurdly": now + LONGEST_HOLD, "leased_absurdly": now + 2 * lease}
    before = {row.id: row for row in (await session.exec(STILL_FREE, params={"ids": list(wanted), **times})).all()}
    if not before:
        return []
    taking = {"ids": list(before), "worker": worker, "until": now + lease, **times}
    try:
        async with session.begin_nested():
            taken = {row.id: row.lane for row in (await session.exec(TAKE, params=taking)).all()}
    except IntegrityError:  # one_in_flight_per_lane: one of them, and it is not said which
        if len(before) == 1:
            return []
        return [each for one in before for each in await _take(session, {one: wanted[one]}, now, worker, lease)]
    return [
        (
            before[number],
            Claimed(
                id=number,
                key=row.key,
                workspace_id=row.workspace_id,
                lane=taken[number],
                forum_id=row.forum_id,
                person_id=row.person_id,
                payload=row.payload,
                due_at=row.due_at,
                tries=row.tries + 1,
                lease_until=now + lease,
                look=row.unsure,
                look_in=row.lane or taken[number],
                first_try_at=row.first_try_at or now,
                post_at=wanted[number],
            ),
        )
        for number, row in before.items()
        if number in taken
    ]


async def _gather_late(session: AsyncSession, first: Row[Any], lane: str, now: datetime) -> None:
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


HELD = select(col(Outgoing.id), col(Outgoing.lease_until)).where(
    col(Outgoing.id).in_(_IDS), Outgoing.state == OutgoingState.CLAIMED, Outgoing.claimed_by == bindparam("worker")
)
TO_TELL = (
    select(Notice)
    .where(col(Notice.outgoing_id).in_(_IDS), Notice.state == NoticeState.WAITING)
    .order_by(col(Notice.due_at), col(Notice.id))
)


async def notices_in_hand(
    session: AsyncSession, several: Iterable[Claimed], worker: str
) -> Mapping[int, Sequence[Notice]]:
    """What each message is to tell, oldest first, by the message's id. Without those that are no longer the worker's:
    their lease ran out."""
    ours = {claimed.id: claimed.lease_until for claimed in several}
    held = await session.exec(HELD, params={"ids": list(ours), "worker": worker})
    told: dict[int, list[Notice]] = {number: [] for number, until in held.all() if number and until == ours[number]}
    if told:
        for notice in (await session.exec(TO_TELL, params={"ids": list(told)})).all():
            told[notice.outgoing_id].append(notice)
    return told
