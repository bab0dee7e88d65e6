"""A PostgreSQL of each module's own, which its tests may stop and freeze: the others' must not feel it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.postgres import Postgres, own_postgres


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A server to be stopped, frozen and started again; a test leaves it running. Not below pytest's folder, which only
    its owner may enter: the server runs as another."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        own_postgres(Path(folder) / "postgres") as server,
    ):
        yield server
