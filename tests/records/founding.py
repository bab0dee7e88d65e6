"""Byn with its history as a fixture: founded once for each engine, and copied for each test."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy.engine import make_url

from storage.database import Database
from storage.migrating import migrate
from tests.commands.conftest import _apart, _create
from tests.records.town import Hamlet, filled


@dataclass(frozen=True)
class Town:
    """The hamlet, the database it is in, and that database's address."""

    database: Database
    hamlet: Hamlet
    url: str


async def _filled(url: str) -> Hamlet:
    database = Database(url)
    try:
        await migrate(database)
        async with database.transaction() as session:
            return await filled(session)
    finally:
        await database.close()


@pytest.fixture(scope="session")
def filled_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Any]:
    url = f"sqlite:///{tmp_path_factory.mktemp('filled') / 'byn.sqlite3'}"
    return url, _apart(_filled(url))


@pytest.fixture(scope="session")
def filled_on_postgres(postgres_server: str) -> tuple[str, Any]:
    url = _apart(_create(postgres_server))
    return url, _apart(_filled(url))


async def _copy(kind: str, request: pytest.FixtureRequest, folder: Path) -> tuple[str, Hamlet]:
    if kind == "sqlite":
        url, hamlet = request.getfixturevalue("filled_on_sqlite")
        content = Path(make_url(url).database or "").read_bytes()
        (folder / "byn.sqlite3").write_bytes(content)
        return f"sqlite:///{folder / 'byn.sqlite3'}", hamlet
    url, hamlet = request.getfixturevalue("filled_on_postgres")
    return await _create(request.getfixturevalue("postgres_server"), make_url(url).database or ""), hamlet


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    """Byn, Grannbyn and Främmande with something of every kind in every forum, on both engines."""
    url, hamlet = await _copy(request.param, request, tmp_path)
    database = Database(url)
    yield Town(database, hamlet, url)
    await database.close()


@pytest_asyncio.fixture
async def sqlite_town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    """The same on SQLite alone."""
    url, hamlet = await _copy("sqlite", request, tmp_path)
    database = Database(url)
    yield Town(database, hamlet, url)
    await database.close()
