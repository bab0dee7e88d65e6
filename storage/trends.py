"""Questions about trend reports."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Forum, TrendReport


async def reports_to(
    session: AsyncSession, forum_ids: Sequence[int], *, since: datetime | None = None, limit: int | None = 20
) -> Sequence[tuple[TrendReport, str]]:
    """What has been reported to (or by) the forums, newest first, each with the name of the forum it comes from.

    `since` is aware UTC.
    """
    question = (
        select(TrendReport, Forum.name)
        .join(Forum, col(Forum.id) == TrendReport.forum_id)
        .where(col(TrendReport.to_forum_id).in_(forum_ids) | col(TrendReport.forum_id).in_(forum_ids))
        .order_by(col(TrendReport.id).desc())
        .limit(limit)
    )
    if since is not None:
        question = question.where(col(TrendReport.at) >= since)
    return (await session.exec(question)).all()
