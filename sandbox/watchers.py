"""Who is told that something has changed: open pages (server-sent events) and tests that wait."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Found = TypeVar("Found")
PATIENCE_SECONDS = 5.0


class Watchers:
    """Tells what has changed, to one person's pages or to everybody's."""

    def __init__(self) -> None:
        self._queues: dict[asyncio.Queue[set[str] | None], str] = {}
        self._stirred = asyncio.Event()
        self.dirty = False
        self.changes = 0  # how many times something has changed

    def changed(self, names: Iterable[str], users: Iterable[str] | None = None) -> None:
        """Tells that these things ("world", "conversation:C1", "home", "modal", "clock") have changed.

        users: whose pages are told; None for all.
        """
        told = set(names)
        only = None if users is None else set(users)
        for queue, user in self._queues.items():
            if only is None or user in only:
                queue.put_nowait(told)
        self.dirty = True
        self.changes += 1
        self._stirred.set()
        self._stirred = asyncio.Event()

    def close(self) -> None:
        """Ends every page's stream."""
        for queue in self._queues:
            queue.put_nowait(None)

    async def follow(self, user: str) -> AsyncIterator[set[str]]:
        """What changes for a person, until the server closes."""
        with self._listening(user) as queue:
            while (names := await queue.get()) is not None:
                while not queue.empty():
                    more = queue.get_nowait()
                    if more is None:
                        return
                    names = names | more
                yield names

    @contextmanager
    def _listening(self, user: str) -> Iterator[asyncio.Queue[set[str] | None]]:
        queue: asyncio.Queue[set[str] | None] = asyncio.Queue()
        self._queues[queue] = user
        try:
            yield queue
        finally:
            del self._queues[queue]

    async def until(self, found: Callable[[], Found | None], seconds: float = PATIENCE_SECONDS) -> Found:
        """Waits until `found` gives something true, and gives it. TimeoutError after `seconds`."""
        async with asyncio.timeout(seconds):
            while not (result := found()):
                await self._stirred.wait()
        return result
