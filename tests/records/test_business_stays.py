"""What is decided, approved and reported stays as it was said: the database refuses anything else."""

from dataclasses import dataclass

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, func, select

from storage.append_only import BUSINESS, REFUSAL
from storage.database import Database
from storage.matters import approve, held_measure, report_measure
from storage.models import MeasureState, Party
from storage.records.belonging import TABLES
from tests.permissions.hamlet import NOW, TODAY, found


@dataclass(frozen=True)
class Village:
    database: Database

    async def run(self, statement: str) -> None:
        async with self.database.transaction() as session:
            await (await session.connection()).execute(text(statement))

    async def count(self, table: str) -> int:
        async with self.database.reading() as session:
            return (await session.exec(select(func.count()).select_from(TABLES[table]))).one()


@pytest_asyncio.fixture
async def village(database: Database) -> Village:
    """Byn with a matter's steps, a decision, a party's word on it and a report of a measure."""
    async with database.transaction() as session:
        hamlet = await found(session)
        place = hamlet.places["Mitten"]
        party = (await session.exec(select(Party.id).where(col(Party.agreement_id) == hamlet.agreement))).first()
        await approve(session, decision_id=place.decision, party_id=party or 0, approves=True, person=None, now=NOW)
        measure = await held_measure(session, measure_id=place.measure)
        assert measure is not None
        await report_measure(session, measure, state=MeasureState.GOING, text="På väg", due=TODAY, person=None, now=NOW)
    return Village(database)


CHANGES = {
    "matter_step": "reason = 'en annan'",
    "decision": "text = 'ett annat'",
    "approval": "approves = false",
    "measure_report": "text = 'en annan'",
}


@pytest.mark.asyncio
async def test_none_of_it_is_changed_or_removed_whoever_writes_the_statement(village: Village) -> None:
    assert set(CHANGES) == set(BUSINESS)
    for table, change in CHANGES.items():
        before = await village.count(table)
        assert before, f"nothing to try on in {table}"
        for statement in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match=f"{table} is {REFUSAL}"):
                await village.run(statement)
        assert await village.count(table) == before


@pytest.mark.asyncio
async def test_it_can_be_added_to(village: Village) -> None:
    before = await village.count("matter_step")
    await village.run(
        "INSERT INTO matter_step (matter_id, act, reason, by_name, at) "
        "SELECT matter_id, act, reason, by_name, at FROM matter_step WHERE id = 1"
    )
    assert await village.count("matter_step") == before + 1
