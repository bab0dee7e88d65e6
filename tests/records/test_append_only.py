"""The database itself refuses to change or take away the trail, outcomes and disposals."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from storage.append_only import AGENDA, BUSINESS, FROZEN, KEPT, MINUTES, REFUSAL, TRENDS
from storage.database import Database
from storage.models import AuditEntry, Disposal, Workspace
from storage.people import traced

NOW = datetime(2027, 10, 20, 8, 0, tzinfo=UTC)


async def leave_a_trace(database: Database) -> None:
    async with database.transaction() as session:
        workspace = Workspace(team_id="T0NYBY")
        session.add(workspace)
        await session.flush()
        traced(
            session,
            workspace_id=workspace.id or 0,
            now=NOW,
            actor="U0ANNA",
            person_id=None,
            action="mote boka",
            subject="occasion",
            subject_id=7,
        )
        session.add(
            Disposal(
                workspace_id=workspace.id or 0,
                code="ABCD",
                proposed_at=NOW,
                proposed_on=date(2027, 10, 20),
                digest="",
            )
        )


async def refused(database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match=REFUSAL):
        async with database.transaction() as session:
            await (await session.connection()).execute(text(statement))


@pytest.mark.asyncio
async def test_an_entry_of_the_trail_is_never_changed_or_removed(database: Database) -> None:
    await leave_a_trace(database)
    await refused(database, "UPDATE audit_entry SET actor = 'U0NAGON'")
    await refused(database, "DELETE FROM audit_entry")
    async with database.reading() as session:
        assert (await session.exec(select(AuditEntry.actor))).all() == ["U0ANNA"]


@pytest.mark.asyncio
async def test_a_disposal_that_is_not_open_lets_nothing_go_and_never_goes_itself(database: Database) -> None:
    await leave_a_trace(database)
    await refused(database, "DELETE FROM disposal")
    async with database.transaction() as session:
        await (await session.connection()).execute(text("UPDATE disposal SET open = true"))
        await (await session.connection()).execute(text("DELETE FROM audit_entry"))
        await (await session.connection()).execute(text("UPDATE disposal SET open = false"))
    await leave_no_more(database)


async def leave_no_more(database: Database) -> None:
    async with database.transaction() as session:
        workspace = (await session.exec(select(Workspace.id))).one()
        session.add(AuditEntry(workspace_id=workspace or 0, at=NOW, action="x", subject="person"))
    await refused(database, "DELETE FROM audit_entry")


@pytest.mark.asyncio
async def test_an_open_disposal_does_not_let_anything_be_changed(database: Database) -> None:
    await leave_a_trace(database)
    async with database.transaction() as session:
        await (await session.connection()).execute(text("UPDATE disposal SET open = true"))
    await refused(database, "UPDATE audit_entry SET actor = 'U0NAGON'")


@pytest.mark.asyncio
async def test_every_table_that_shall_be_append_only_is_in_the_migrated_database(database: Database) -> None:
    """A later migration that makes a table anew would lose its triggers without a word."""
    question = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if database.is_sqlite
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    async with database.reading() as session:
        names = set((await (await session.connection()).execute(text(question))).scalars())
    never_changed = (*FROZEN, *BUSINESS, *MINUTES, *TRENDS, *AGENDA)
    wanted = {f"{table}_is_not_removed" for table in (*never_changed, *KEPT)}
    wanted |= {f"{table}_is_not_changed" for table in never_changed}
    if not database.is_sqlite:
        wanted |= {f"{table}_is_not_emptied" for table in (*never_changed, *KEPT)}
    assert wanted <= names


@pytest.mark.asyncio
async def test_a_rule_without_a_decision_cannot_be_stored(database: Database) -> None:
    await leave_a_trace(database)
    statement = (
        "INSERT INTO record_rule (workspace_id, kind, keep, months, decision, note, imported_at) "
        "VALUES (1, 'audit', false, 24, '', '', '2027-01-01 00:00:00')"
    )
    with pytest.raises(DBAPIError, match="disposal_needs_a_decision"):
        async with database.transaction() as session:
            await (await session.connection()).execute(text(statement))
