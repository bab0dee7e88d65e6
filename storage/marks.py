"""What became of a claimed message: sent, refused, withdrawn, or given back until later.

All but `mark_sent` are guarded by the holder: who has lost the lease has no say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.claims import Claimed
from storage.models import Notice, NoticeState, Outgoing, OutgoingState, Workspace


@dataclass(frozen=True)
class Sent:
    """A message that stands in Slack: in which channel, with which ts, since when (aware UTC)."""

    claimed: Claimed
    channel_id: str
    ts: str
    at: datetime


_OUTGOING = Outgoing.__table__  # type: ignore[attr-defined]
# written once: building a statement anew costs more than carrying it out
STANDS = (
    update(_OUTGOING)
    .where(_OUTGOING.c.id == bindparam("number"), _OUTGOING.c.state != OutgoingState.SENT)
    .values(
        state=OutgoingState.SENT,
        channel_id=bindparam("to_channel"),
        ts=bindparam("to_ts"),
        sent_at=bindparam("at"),
        lease_until=None,
        unsure=False,
        failure=None,
    )
)
TOLD = (
    update(Notice)
    .where(col(Notice.outgoing_id).in_(bindparam("ids", expanding=True)), col(Notice.state) == NoticeState.WAITING)
    .values(state=NoticeState.SENT, reason=None)
    .execution_options(synchronize_session=False)
)


AS_THEY_WERE = (
    select(col(Outgoing.id), col(Outgoing.state), col(Outgoing.failure))
    .where(col(Outgoing.id).in_(bindparam("ids", expanding=True)))
    .order_by(col(Outgoing.id))
    .with_for_update()  # nobody gives one up between this look and what is written
)


async def mark_sent(session: AsyncSession, several: Sequence[Sent]) -> None:
    """Slack has them. True whoever holds the lease by now, so this is not guarded by the holder; and of what another
    has given up meanwhile, as a message that could not be looked for, it is true as well."""
    # in one order everywhere: two replicas that mark the same do not lock each other up
    ordered = sorted(several, key=lambda each: each.claimed.id)
    rows = [
        {"number": each.claimed.id, "to_channel": each.channel_id, "to_ts": each.ts, "at": each.at} for each in ordered
    ]
    ids = [each.claimed.id for each in ordered]
    before = (await session.exec(AS_THEY_WERE, params={"ids": ids})).all()
    await (await session.connection()).execute(STANDS, rows)
    await session.exec(TOLD, params={"ids": ids})
    given_up = [(number, failure) for number, state, failure in before if state is OutgoingState.REFUSED]
    for number, failure in given_up:  # those of its notices that were closed with it
        await session.exec(
            update(Notice)
            .where(
                col(Notice.outgoing_id) == number,
                col(Notice.state) == NoticeState.REFUSED,
                col(Notice.reason) == failure,
            )
            .values(state=NoticeState.SENT, reason=None)
        )


async def mark_refused(session: AsyncSession, claimed: Claimed, *, worker: str, failure: str, unsure: bool) -> bool:
    """Slack will never take it. False when it is no longer the worker's to judge."""
    done = await session.exec(
        update(Outgoing)
        .where(_held_by(claimed, worker))
        .values(state=OutgoingState.REFUSED, failure=failure, lease_until=None, unsure=unsure)
    )
    if done.rowcount:
        await _close_notices(session, claimed.id, NoticeState.REFUSED, failure)
    return bool(done.rowcount)


async def mark_withdrawn(session: AsyncSession, claimed: Claimed, *, worker: str, reason: str) -> bool:
    """Nothing is left to say, or it is told elsewhere. False when it is no longer the worker's."""
    done = await session.exec(
        update(Outgoing)
        .where(_held_by(claimed, worker))
        .values(state=OutgoingState.WITHDRAWN, failure=reason, lease_until=None, unsure=False)
    )
    if done.rowcount:
        await _close_notices(session, claimed.id, NoticeState.WITHDRAWN, reason)
    return bool(done.rowcount)


async def postpone(
    session: AsyncSession, claimed: Claimed, *, worker: str, not_before: datetime, failure: str | None, unsure: bool
) -> None:
    """Gives it back until `not_before`; its lane waits with it. `unsure`: Slack may have it, so look before posting."""
    await session.exec(
        update(Outgoing)
        .where(_held_by(claimed, worker))
        .values(
            state=OutgoingState.WAITING,
            not_before=not_before,
            lease_until=None,
            claimed_by=None,
            failure=failure,
            unsure=unsure,
        )
    )


async def let_go(session: AsyncSession, *, worker: str, not_before: datetime) -> int:
    """Gives back everything the worker holds, as when it stops in the middle; how many messages that was.

    Nobody knows whether Slack has them: they stay unsure, so that whoever takes them from `not_before` looks first.
    """
    done = await session.exec(
        update(Outgoing)
        .where(col(Outgoing.claimed_by) == worker, col(Outgoing.state) == OutgoingState.CLAIMED)
        .values(state=OutgoingState.WAITING, not_before=not_before, lease_until=None, claimed_by=None)
    )
    return int(done.rowcount)


async def look_first(session: AsyncSession, *, now: datetime) -> int:
    """Everything due by `now` may be in Slack already, as when the database is an old copy; how many messages.

    Whoever takes them looks for them from when they fell due, and posts what is not there.
    """
    done = await session.exec(
        update(Outgoing)
        .where(
            col(Outgoing.state).in_([OutgoingState.WAITING, OutgoingState.CLAIMED]),
            col(Outgoing.due_at) <= now,
        )
        .values(
            state=OutgoingState.WAITING,
            claimed_by=None,
            lease_until=None,
            unsure=True,
            first_try_at=func.coalesce(Outgoing.first_try_at, Outgoing.due_at),
        )
    )
    return int(done.rowcount)


async def hold_back(session: AsyncSession, *, workspace_id: int, until: datetime) -> None:
    """Nothing is posted in the workspace before `until`, by any replica."""
    await session.exec(
        update(Workspace)
        .where(
            col(Workspace.id) == workspace_id,
            col(Workspace.held_until).is_(None) | (col(Workspace.held_until) < until),
        )
        .values(held_until=until)
    )


def _held_by(claimed: Claimed, worker: str) -> ColumnElement[bool]:
    return (
        (col(Outgoing.id) == claimed.id)
        & (col(Outgoing.state) == OutgoingState.CLAIMED)
        & (col(Outgoing.claimed_by) == worker)
        & (col(Outgoing.lease_until) == claimed.lease_until)
    )


async def _close_notices(session: AsyncSession, outgoing_id: int, state: NoticeState, reason: str | None) -> None:
    await session.exec(
        update(Notice)
        .where(col(Notice.outgoing_id) == outgoing_id, col(Notice.state) == NoticeState.WAITING)
        .values(state=state, reason=reason)
    )
