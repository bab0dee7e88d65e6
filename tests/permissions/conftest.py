"""Byn as a fixture, on both engines: founded once for each, since everything a walk asks is rolled back."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from storage.database import Database
from tests.databases import Laid, database_at, lay_on_postgres, lay_on_sqlite
from tests.permissions.hamlet import IS, PEOPLE, Hamlet, Place, found


@dataclass(frozen=True)
class Byn:
    """The hamlet and the database it is in."""

    database: Database
    hamlet: Hamlet

    def walked(self) -> Iterator[tuple[str, Place]]:
        """Everybody in every forum; outsiders, refused before any is looked at, in one."""
        for who in PEOPLE:
            for name, place in self.hamlet.places.items():
                if who in IS or name == "Mitten":
                    yield who, place


@pytest.fixture(scope="session")
def byn_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Laid[Hamlet]:
    return lay_on_sqlite(tmp_path_factory.mktemp("byn"), found)


@pytest.fixture(scope="session")
def byn_on_postgres(postgres_server: str) -> Laid[Hamlet]:
    return lay_on_postgres(postgres_server, found)


@pytest_asyncio.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.torture)],  # rights are no matter of the engine
)
async def byn(request: pytest.FixtureRequest) -> AsyncIterator[Byn]:
    """Byn on 20 October 2027. Nothing may be left changed in it."""
    laid: Laid[Hamlet] = request.getfixturevalue("byn_on_sqlite" if request.param == "sqlite" else "byn_on_postgres")
    database = database_at(laid.url)
    yield Byn(database, laid.known)
    await database.close()
