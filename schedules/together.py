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
    """Those who ask while an answer is being fetched go with the next. `do` answers in the order it was asked: `most`
    at a time, and so many goes `beside` each other."""

    do: Callable[[Sequence[Asked]], Awaitable[Sequence[Told]]]
    most: int = MOST
    beside: int = 1
    waiting: list[tuple[Asked, asyncio.Future[Told]]] = field(default_factory=list)
    doing: set[asyncio.Task[None]] = field(default_factory=set)

    async def ask(self, each: Asked) -> Told:
        """The answer to this one. Raises what `do` raises, to all who were in the same go."""
        told: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        self.waiting.append((each, told))
        if len(self.doing) < self.beside:
            task = asyncio.ensure_future(self._do())
            self.doing.add(task)
        return await told

    async def _do(self) -> None:
        try:
            while self.waiting:
                several, self.waiting = self.waiting[: self.most], self.waiting[self.most :]
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
            # at once, not when the task is done: who asks in between would wait for nobody
            self.doing.remove(_this_task())


def _this_task() -> "asyncio.Task[None]":
    task = asyncio.current_task()
    assert task is not None
    return task
