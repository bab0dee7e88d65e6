"""Work that can wait lets people go first, and the loop go round: a reminder may be a moment late, an answer not."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

A_TURN = 0.003  # seconds of work before others have theirs
PATIENCE = 0.25  # seconds without a turn because of others; then as long with turns, whoever waits


@dataclass
class GivingWay:
    """`answers` are those being worked on now: tasks, kept by who answers."""

    answers: Collection["asyncio.Task[Any]"] = field(default_factory=tuple)
    patience: float = PATIENCE
    _turn_ends: float | None = None  # None: nothing has been done yet in this round of the loop
    _waits_since: float | None = None  # None: nobody is in the way

    _queue: asyncio.Lock = field(default_factory=asyncio.Lock)  # one waits for them, and the rest for that one

    async def turn(self) -> bool:
        """Returns when a piece of work may be done; whether somebody else went before, so that what was read may have
        changed since."""
        if not self._queue.locked() and not self.answers and self._may_go():
            return False
        async with self._queue:
            loop, gave = asyncio.get_running_loop(), False
            while True:
                if self._somebody_waits(loop.time()):
                    await asyncio.wait(set(self.answers), timeout=self.patience)
                    gave = True
                elif self._may_go():
                    return gave
                else:
                    await asyncio.sleep(0)

    def _may_go(self) -> bool:
        """Whether there is time left of this round's turn; the first who asks begins it."""
        loop = asyncio.get_running_loop()
        if self._turn_ends is None:
            self._turn_ends = loop.time() + A_TURN
            loop.call_soon(self._next_round)
        return loop.time() < self._turn_ends

    def _somebody_waits(self, now: float) -> bool:
        if not self.answers:
            self._waits_since = None
            return False
        if self._waits_since is None or now - self._waits_since >= 2 * self.patience:
            self._waits_since = now
        return now - self._waits_since < self.patience

    def _next_round(self) -> None:
        self._turn_ends = None
