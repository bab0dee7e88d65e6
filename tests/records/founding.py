"""Byn with its history as a fixture: founded once for each engine, and copied for each test."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from storage.database import Database
from tests.databases import Laid, database_at, lay_on_postgres, lay_on_sqlite
from tests.records.town import Hamlet, filled


@dataclass(frozen=True)
class Town:
    """The hamlet, the database it is in, and that database's address."""

    database: Database
    hamlet: Hamlet
    url: str


@pytest.fixture(scope="session")
def filled_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Laid[Hamlet]:
    return lay_on_sqlite(tmp_path_factory.mktemp("filled"), filled)


@pytest.fixture(scope="session")
def filled_on_postgres(postgres_server: str) -> Laid[Hamlet]:
    return lay_on_postgres(postgres_server, filled)


@pytest_asyncio.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    """Byn, Grannbyn and Främmande with something of every kind in every forum, on both engines."""
    on_sqlite = request.param == "sqlite"
    laid: Laid[Hamlet] = request.getfixturevalue("filled_on_sqlite" if on_sqlite else "filled_on_postgres")
    url = await laid.copied(tmp_path, "" if on_sqlite else request.getfixturevalue("postgres_server"))
    database = database_at(url)
    yield Town(database, laid.known, url)
    await database.close()


@pytest_asyncio.fixture
async def sqlite_town(filled_on_sqlite: Laid[Hamlet], tmp_path: Path) -> AsyncIterator[Town]:
    """The same on SQLite alone."""
    url = filled_on_sqlite.copied_file(tmp_path)
    database = database_at(url)
    yield Town(database, filled_on_sqlite.known, url)
    await database.close()
