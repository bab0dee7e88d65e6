"""Nyby as a fixture: founded once for each engine, and copied for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.databases import Laid, database_at, lay_on_postgres, lay_on_sqlite
from tests.nyby import NOW, Nyby, Room, nyby


@pytest.fixture(scope="session")
def nyby_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Laid[Nyby]:
    return lay_on_sqlite(tmp_path_factory.mktemp("nyby"), nyby)


@pytest.fixture(scope="session")
def nyby_on_postgres(postgres_server: str) -> Laid[Nyby]:
    return lay_on_postgres(postgres_server, nyby)


@pytest_asyncio.fixture
async def sqlite_room(nyby_on_sqlite: Laid[Nyby], tmp_path: Path) -> AsyncIterator[Room]:
    """Nyby on SQLite alone: for what the database's kind cannot matter to, such as how words are understood."""
    database = database_at(nyby_on_sqlite.copied_file(tmp_path))
    yield Room(database, nyby_on_sqlite.known, NOW)
    await database.close()


@pytest_asyncio.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)])
async def room(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Room]:
    """Nyby on 20 October 2027: every test that asks for it runs on both engines."""
    on_sqlite = request.param == "sqlite"
    laid: Laid[Nyby] = request.getfixturevalue("nyby_on_sqlite" if on_sqlite else "nyby_on_postgres")
    database = database_at(await laid.copied(tmp_path, "" if on_sqlite else request.getfixturevalue("postgres_server")))
    yield Room(database, laid.known, NOW)
    await database.close()
