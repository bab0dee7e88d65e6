"""The bot at its desk, as in tests/bot; and over PostgreSQL, which refuses what SQLite takes."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy.engine import make_url

from storage.migrating import migrate
from tests.bot.conftest import Office, at_the_desk, fill, filled_town, office
from tests.databases import apart, database_at, new_on_postgres

__all__ = ["filled_on_postgres", "filled_town", "office", "office_on_postgres"]


@pytest.fixture(scope="session")
def filled_on_postgres(postgres_server: str) -> tuple[str, str, int]:
    """The server, the name of a database with everything imported, to be copied, and its workspace's id."""

    async def make() -> tuple[str, int]:
        url = await new_on_postgres(postgres_server)
        database = database_at(url)
        await migrate(database)
        workspace_id = await fill(database)
        await database.close()
        return str(make_url(url).database), workspace_id

    return (postgres_server, *apart(make()))


@pytest_asyncio.fixture
async def office_on_postgres(filled_on_postgres: tuple[str, str, int]) -> AsyncIterator[Office]:
    """Monday 11 January 2027, 08.00."""
    server, template, workspace_id = filled_on_postgres
    async with at_the_desk(await new_on_postgres(server, template), workspace_id) as opened:
        yield opened
