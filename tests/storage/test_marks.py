"""A worker that stops gives back what is its own; an old copy of the outbox looks before it posts."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from storage.agreements.importing import ensure_workspace
from storage.database import Database
from storage.marks import let_go, look_first
from storage.models import Outgoing, OutgoingState

NOW = datetime(2027, 1, 11, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def filled(database: Database) -> None:
    async with database.transaction() as session:
        workspace = await ensure_workspace(session)
        for key, state, worker, due in (
            ("mine", OutgoingState.CLAIMED, "w1", NOW - MINUTE),
            ("theirs", OutgoingState.CLAIMED, "w2", NOW - MINUTE),
            ("sent", OutgoingState.SENT, "w1", NOW - MINUTE),
            ("waiting", OutgoingState.WAITING, None, NOW),
            ("later", OutgoingState.WAITING, None, NOW + MINUTE),
        ):
            session.add(
                Outgoing(
                    workspace_id=workspace.id or 0,
                    key=key,
                    lane=f"c:{key}",
                    due_at=due,
                    not_before=due,
                    state=state,
                    claimed_by=worker,
                    lease_until=NOW + 3 * MINUTE if state is OutgoingState.CLAIMED else None,
                    unsure=state is OutgoingState.CLAIMED,
                    created_at=NOW,
                )
            )


async def rows(database: Database) -> dict[str, Outgoing]:
    async with database.reading() as session:
        return {each.key: each for each in (await session.exec(select(Outgoing).order_by(col(Outgoing.id)))).all()}


@pytest.mark.asyncio
async def test_a_worker_that_stops_lets_go_of_its_own_alone_and_they_stay_unsure(database: Database) -> None:
    await filled(database)
    before = await rows(database)
    async with database.transaction() as session:
        assert await let_go(session, worker="w1", not_before=NOW + MINUTE) == 1
    after = await rows(database)
    mine = after["mine"]
    assert (mine.state, mine.claimed_by, mine.lease_until, mine.unsure) == (OutgoingState.WAITING, None, None, True)
    assert mine.not_before == NOW + MINUTE
    assert {key: each for key, each in after.items() if key != "mine"} == {
        key: each for key, each in before.items() if key != "mine"
    }


@pytest.mark.asyncio
async def test_what_is_due_in_an_old_copy_is_looked_for_from_when_it_fell_due(database: Database) -> None:
    await filled(database)
    async with database.transaction() as session:
        assert await look_first(session, now=NOW) == 3
    after = await rows(database)
    for key in ("mine", "theirs", "waiting"):
        row = after[key]
        assert (row.state, row.unsure, row.first_try_at) == (OutgoingState.WAITING, True, row.due_at)
    assert (after["later"].unsure, after["later"].first_try_at) == (False, None)
    assert after["sent"].state is OutgoingState.SENT
