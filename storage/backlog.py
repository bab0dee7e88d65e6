"""Questions about the outbox, for status, health and the Monday message: what waits, what is late, what was refused."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Agreement, Notice, NoticeState, Outgoing, OutgoingState

UNDERWAY = (OutgoingState.WAITING, OutgoingState.CLAIMED)


async def waiting(session: AsyncSession, *, workspace_id: int, limit: int = 50) -> Sequence[Outgoing]:
    """Messages not yet sent, due or not, the next to go first."""
    rows = await session.exec(
        select(Outgoing)
        .where(Outgoing.workspace_id == workspace_id, col(Outgoing.state).in_(UNDERWAY))
        .order_by(col(Outgoing.due_at), col(Outgoing.id))
        .limit(limit)
    )
    return rows.all()


async def waiting_count(session: AsyncSession, *, workspace_id: int) -> int:
    """How many messages are not yet sent, due or not."""
    question = select(func.count()).where(Outgoing.workspace_id == workspace_id, col(Outgoing.state).in_(UNDERWAY))
    return (await session.exec(question)).one()


async def late(
    session: AsyncSession, *, workspace_id: int, now: datetime, after: timedelta = timedelta(minutes=15)
) -> Sequence[Outgoing]:
    """Messages that should have been sent `after` ago and were not; `failure` says what the last try met."""
    rows = await session.exec(
        select(Outgoing)
        .where(
            Outgoing.workspace_id == workspace_id,
            col(Outgoing.state).in_(UNDERWAY),
            Outgoing.due_at < now - after,
        )
        .order_by(col(Outgoing.due_at), col(Outgoing.id))
    )
    return rows.all()


async def refused(session: AsyncSession, *, workspace_id: int, since: datetime) -> Sequence[tuple[Outgoing, Notice]]:
    """What Slack would not take, with each notice that was in it, newest first."""
    rows = await session.exec(
        select(Outgoing, Notice)
        .join(Notice, col(Notice.outgoing_id) == Outgoing.id)
        .where(
            Outgoing.workspace_id == workspace_id,
            Notice.state == NoticeState.REFUSED,
            Outgoing.due_at >= since,
        )
        .order_by(col(Outgoing.id).desc(), col(Notice.id))
    )
    return rows.all()


async def oldest_due(session: AsyncSession, *, now: datetime, workspace_id: int | None = None) -> datetime | None:
    """When the longest waiting due message fell due: `now` minus this is the queue's age. None when nothing waits."""
    question = select(func.min(Outgoing.due_at)).where(col(Outgoing.state).in_(UNDERWAY), Outgoing.due_at <= now)
    if workspace_id is not None:
        question = question.where(Outgoing.workspace_id == workspace_id)
    return (await session.exec(question)).one()


async def next_due(session: AsyncSession) -> datetime | None:
    """When the next waiting message may go; None when none waits."""
    return (await session.exec(select(func.min(Outgoing.not_before)).where(col(Outgoing.state).in_(UNDERWAY)))).one()


async def unplannable(session: AsyncSession, *, workspace_id: int) -> Sequence[Agreement]:
    """Agreements the planner could not look at; `planning_fault` says why."""
    rows = await session.exec(
        select(Agreement).where(Agreement.workspace_id == workspace_id, col(Agreement.planning_fault).is_not(None))
    )
    return rows.all()
