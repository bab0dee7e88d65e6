"""The small questions of every tick, over a connection that is kept for them.

Getting a connection, and beginning and ending a transaction on it, takes three times what such a question does.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import Executable, Row
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


class Glance:
    """One connection outside any transaction, one question at a time; opened when first asked."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT", samverkansbot_begin=None)
        self._turn = asyncio.Lock()
        self._kept: AsyncConnection | None = None

    async def first(self, question: Executable, parameters: Mapping[str, Any]) -> Row[*tuple[Any, ...]] | None:
        """The first row of the answer, or None. A connection that was lost since it was last asked is opened anew.

        Raises SQLAlchemyError when the database cannot be asked.
        """
        async with self._turn:
            rested = self._kept is not None
            try:
                return await self._asked(question, parameters)
            except DBAPIError as fault:
                if not (rested and fault.connection_invalidated):
                    raise
            return await self._asked(question, parameters)

    async def _asked(self, question: Executable, parameters: Mapping[str, Any]) -> Row[*tuple[Any, ...]] | None:
        if self._kept is None:
            self._kept = await self._engine.connect()
        try:
            return (await self._kept.execute(question, parameters)).first()
        except BaseException:  # also when we are no longer waited for: what it was in the middle of is not known
            await self._let_go()
            raise

    async def close(self) -> None:
        """Gives the connection back; it is opened again when asked."""
        async with self._turn:
            await self._let_go()

    async def _let_go(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            with suppress(SQLAlchemyError, OSError):  # it may be what is broken
                await kept.invalidate()
            await kept.close()
