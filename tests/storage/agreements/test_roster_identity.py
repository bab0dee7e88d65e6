"""Who a roster row is in Slack: (team id, user id), with the team in a column of its own that old files do not have."""

from datetime import date

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.agreements.importing import ensure_workspace, import_agreement
from storage.agreements.roster import RosterResult, export_roster, import_roster
from storage.database import Database
from storage.models import Person
from tests.nyby import NOW
from tests.storage.agreements.files import NYBY, sound

DAY = date(2027, 3, 1)
OLD = "seat,name,slack_user_id\nKommunpolis,Petra Ek,U0PETRA\n"
NEW = "funktion,namn,slack-id,team-id\nKommunpolis,Petra Ek,U0PETRA,T0POLISEN\n"


async def founded(session: AsyncSession) -> int:
    workspace = await ensure_workspace(session)
    await import_agreement(session, workspace.id or 0, "nyby", sound(NYBY), NOW)
    return workspace.id or 0


async def teams(session: AsyncSession) -> list[str | None]:
    return list((await session.exec(select(Person.slack_team_id))).all())


@pytest.mark.asyncio
async def test_the_team_is_read_kept_by_an_old_file_and_written_out_again(database: Database) -> None:
    async with database.transaction() as session:
        workspace = await founded(session)
        await import_roster(session, workspace, OLD, DAY)
        assert await teams(session) == [None]
        assert "slack_team_id" not in await export_roster(session, workspace, DAY)
        await import_roster(session, workspace, NEW, DAY)
        assert await teams(session) == ["T0POLISEN"]
        await import_roster(session, workspace, OLD, DAY)
        assert await teams(session) == ["T0POLISEN"]
        out = await export_roster(session, workspace, DAY)
        assert out.splitlines()[0] == "seat,name,slack_user_id,email,role,from,to,slack_team_id"
        assert (await import_roster(session, workspace, out, DAY)).changes == []


@pytest.mark.asyncio
async def test_a_team_that_is_no_team_or_has_nobody_is_a_mistake_on_its_line(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        workspace = await founded(session)
        for row in ("U0PETRA,polisen", ",T0POLISEN"):
            result = await import_roster(
                session, workspace, f"seat,name,slack_user_id,slack_team_id\nKommunpolis,Petra Ek,{row}\n", DAY
            )
            assert [problem.line for problem in result.problems] == [2]


@pytest.mark.asyncio
async def test_only_an_administrator_changes_who_is_one_and_others_know_only_their_agreements(
    sqlite_database: Database,
) -> None:
    async with sqlite_database.transaction() as session:
        workspace = await founded(session)

        async def read(roster: str, **limits: object) -> RosterResult:
            return await import_roster(session, workspace, roster, DAY, **limits)  # type: ignore[arg-type]

        admin = "seat,name,slack_user_id,role\n,Petra Ek,U0PETRA,administratör\n"
        assert (await read(admin, by_administrator=False)).problems
        assert not (await read(admin)).problems
        assert not (await read(admin, by_administrator=False)).problems  # nothing new in it
        assert (await read(NEW, by_administrator=False)).problems  # whom Slack lets in as her
        assert (await read(OLD, agreements=())).problems
