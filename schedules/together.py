"""What many ask for one at a time, done for several at once: one question to the database instead of a hundred."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Told = TypeVar("Told")

MOST = 64  # in one go: the first is not to wait for the hundredth


@dataclass
class Together(Generic[Asked, Told]):
    """Those who ask while an answer is being fetched go with the next. `do` answers in the order it was asked."""

    do: Callable[[Sequence[Asked]], Awaitable[Sequence[Told]]]
    waiting: list[tuple[Asked, asyncio.Future[Told]]] = field(default_factory=list)
    doing: asyncio.Task[None] | None = None

    async def ask(self, each: Asked) -> Told:
        """The answer to this one. Raises what `do` raises, to all who were in the same go."""
        told: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        self.waiting.append((each, told))
        if self.doing is None:
            self.doing = asyncio.ensure_future(self._do())
        return await told

    async def _do(self) -> None:
        try:
            while self.waiting:
                several, self.waiting = self.waiting[:MOST], self.waiting[MOST:]
                try:
                    answers = await self.do([each for each, _ in several])
                except BaseException as fault:
                    for _, told in several:
                        if not told.done():
                            told.set_exception(fault if isinstance(fault, Exception) else asyncio.CancelledError())
                    if not isinstance(fault, Exception):
                        raise
                else:
                    for (_, told), answer in zip(several, answers, strict=True):
                        if not told.done():
                            told.set_result(answer)
        finally:
            self.doing = None
