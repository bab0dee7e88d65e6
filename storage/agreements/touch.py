"""Asks the planner to look at an agreement again."""

from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Agreement


async def touch(session: AsyncSession, agreement_id: int) -> None:
    """Call after any change of facts (occasion, outcome, chair, roster …): the next tick works out what is due."""
    await session.exec(
        update(Agreement)
        .where(col(Agreement.id) == agreement_id)
        .values(next_due_at=None, facts_version=col(Agreement.facts_version) + 1)
    )
