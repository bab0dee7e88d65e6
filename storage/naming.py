"""What a row is called, for lists that hold only its table and id."""

from collections.abc import Iterable
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import (
    Commitment,
    Decision,
    Forum,
    Matter,
    Measure,
    Notice,
    Occasion,
    Outcome,
    Person,
    Pulse,
    Waiver,
)

Row = tuple[str, int | None]


OF_COMMITMENT: dict[str, Any] = {"waiver": Waiver, "pulse": Pulse, "notice": Notice, "occasion": Occasion}
QUESTIONS: dict[str, tuple[Any, Any]] = {
    "forum": (col(Forum.id), select(Forum.id, Forum.name)),
    "person": (col(Person.id), select(Person.id, Person.name)),
    "commitment": (col(Commitment.id), select(Commitment.id, Commitment.title)),
    "matter": (col(Matter.id), select(Matter.id, Matter.title)),
    "measure": (col(Measure.id), select(Measure.id, Measure.title)),
    "decision": (
        col(Decision.id),
        select(Decision.id, Forum.name).join(Forum, col(Forum.id) == Decision.forum_id),
    ),
    "outcome": (
        col(Outcome.id),
        select(Outcome.id, Commitment.title)
        .join(Occasion, col(Occasion.id) == Outcome.occasion_id)
        .join(Commitment, col(Commitment.id) == Occasion.commitment_id),
    ),
    **{
        table: (
            col(model.id),
            select(model.id, Commitment.title).join(Commitment, col(Commitment.id) == model.commitment_id),
        )
        for table, model in OF_COMMITMENT.items()
    },
}


async def names_of(session: AsyncSession, rows: Iterable[Row]) -> dict[Row, str]:
    """(table, id) → what it is called, for those that have a name: a forum's, a commitment's title, a person's …"""
    wanted: dict[str, set[int]] = {}
    for table, row_id in rows:
        if row_id is not None:
            wanted.setdefault(table, set()).add(row_id)
    found: dict[Row, str] = {}
    for table, ids in wanted.items():
        if table in QUESTIONS:
            key, question = QUESTIONS[table]
            found |= {
                (table, row_id): name for row_id, name in (await session.exec(question.where(key.in_(ids)))).all()
            }
    return found
