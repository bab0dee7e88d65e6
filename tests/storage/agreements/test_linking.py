"""A forum and its channel."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import models
from storage.agreements.importing import ensure_workspace, import_agreement
from storage.agreements.linking import LinkError, link_forum
from storage.database import Database
from tests.storage.agreements.files import EXAMPLE, NYKVARN, sound

NOW = datetime(2027, 1, 11, 7, tzinfo=UTC)
TODAY = date(2027, 1, 11)


async def two_agreements(session: AsyncSession) -> None:
    workspace = await ensure_workspace(session)
    assert workspace.id is not None
    await import_agreement(session, workspace.id, "nykvarn-2021-2022", sound(NYKVARN), NOW)
    await import_agreement(session, workspace.id, "exempel-2027-2030", sound(EXAMPLE), NOW)


async def channels(session: AsyncSession) -> dict[tuple[str, str], str | None]:
    question = select(models.Agreement.key, models.Forum.key, models.Forum.channel_id).join(
        models.Forum,
        models.Forum.agreement_id == models.Agreement.id,  # type: ignore[arg-type]
    )
    return {
        (agreement, forum): channel for agreement, forum, channel in (await session.exec(question)).all() if channel
    }


@pytest.mark.asyncio
async def test_a_forum_is_found_by_name_or_alias_in_the_agreements_in_force(database: Database) -> None:
    async with database.transaction() as session:
        await two_agreements(session)
        (forum,) = await link_forum(session, "planeringsgrupp", "C0PLAN", today=TODAY)
        assert forum.name == "Planeringsgruppen"
        await link_forum(session, "CHEFSRÅDET", "C0CHEF", today=TODAY)
        assert await channels(session) == {
            ("exempel-2027-2030", "planeringsgruppen"): "C0PLAN",
            ("exempel-2027-2030", "chefssamradet"): "C0CHEF",
        }


@pytest.mark.asyncio
async def test_a_forum_of_a_named_agreement_is_linked_there_alone(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        await two_agreements(session)
        await link_forum(session, "Operativa gruppen", "C0OP", "nykvarn-2021-2022", TODAY)
        assert await channels(session) == {("nykvarn-2021-2022", "operativa-gruppen"): "C0OP"}
        assert len(await link_forum(session, "Operativa gruppen", "C0OP2")) == 2  # no day given: in both


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("forum", "channel", "key", "message"),
    [
        ("Planeringsgrupen", "C0X", None, "Menade du Planeringsgruppen?"),
        ("xyz", "C0X", None, "Forumen är: Chefssamrådet, Planeringsgruppen, Operativa gruppen"),
        ("Planeringsgruppen", "#planering", None, "är inget kanal-id"),
        ("Planeringsgruppen", "", None, "är inget kanal-id"),
        ("Planeringsgruppen", "C0CHEF", None, "redan kopplad till Chefssamrådet"),
        ("Planeringsgruppen", "C0X", "nyby", "Ingen överenskommelse heter nyby"),
    ],
)
async def test_what_cannot_be_linked_is_told_clearly(
    sqlite_database: Database, forum: str, channel: str, key: str | None, message: str
) -> None:
    async with sqlite_database.transaction() as session:
        await two_agreements(session)
        await link_forum(session, "Chefssamrådet", "C0CHEF", today=TODAY)
        with pytest.raises(LinkError, match=message.replace("?", r"\?")):
            await link_forum(session, forum, channel, key, TODAY)
        assert len(await channels(session)) == 1
