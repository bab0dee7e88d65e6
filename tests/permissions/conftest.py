"""Byn as a fixture, on both engines: founded once for each, since everything a walk asks is rolled back."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database, async_url
from storage.migrating import migrate
from tests.permissions.hamlet import IS, PEOPLE, Hamlet, Place, found

FEW = ("ledamot", "extern", "ordforande", "samordnare", "administrator", "annan-med-samma-id")


@dataclass(frozen=True)
class Byn:
    """The hamlet and the database it is in."""

    database: Database
    hamlet: Hamlet
    thin: bool = False

    def walked(self) -> Iterator[tuple[str, Place]]:
        """Everybody in every forum; outsiders, refused before any is looked at, in one. `thin`: a few of each."""
        people = FEW if self.thin else tuple(PEOPLE)
        for who in people:
            for name, place in self.hamlet.places.items():
                if (who in IS or name == "Mitten") and not (self.thin and name in ("Syskonet", "Fjärran")):
                    yield who, place


def _apart(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs it on a loop of its own, away from the tests' own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _found(url: str) -> Hamlet:
    database = Database(url)
    try:
        await migrate(database)
        async with database.transaction() as session:
            return await found(session)
    finally:
        await database.close()


async def _create(server: str) -> str:
    name = f"byn_{uuid4().hex}"
    engine = create_async_engine(async_url(server), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def byn_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Hamlet]:
    url = f"sqlite:///{tmp_path_factory.mktemp('byn') / 'byn.sqlite3'}"
    return url, _apart(_found(url))


@pytest.fixture(scope="session")
def byn_on_postgres(postgres_server: str) -> tuple[str, Hamlet]:
    url = _apart(_create(postgres_server))
    return url, _apart(_found(url))


@pytest_asyncio.fixture(
    params=["sqlite", "postgresql, a few", pytest.param("postgresql", marks=pytest.mark.torture)],
)
async def byn(request: pytest.FixtureRequest) -> AsyncIterator[Byn]:
    """Byn on 20 October 2027. Nothing may be left changed in it."""
    url, hamlet = request.getfixturevalue("byn_on_sqlite" if request.param == "sqlite" else "byn_on_postgres")
    database = Database(url)
    yield Byn(database, hamlet, thin="few" in request.param)
    await database.close()
