"""The town as a fixture."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.conversations.town import Town, opened


@pytest_asyncio.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town of its own for each test."""
    async with opened(f"sqlite:///{tmp_path / 'town.sqlite3'}") as found:
        yield found
