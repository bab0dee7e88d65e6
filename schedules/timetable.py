"""The two recurring ticks, on APScheduler in memory. It only ticks: what is due stands in the database."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

Tick = Callable[[], Awaitable[object]]

PLAN_EVERY = timedelta(seconds=15)
CARRY_EVERY = timedelta(seconds=2)


class Timetable:
    """Ticks `plan` and `carry` at even intervals. Each runs at most once at a time; a late tick is never skipped.

    `finished` says when each tick last ended well (aware UTC, by the machine's clock): health compares it with now.
    """

    def __init__(
        self,
        plan: Tick,
        carry: Tick,
        *,
        plan_every: timedelta = PLAN_EVERY,
        carry_every: timedelta = CARRY_EVERY,
    ) -> None:
        self.stopping = asyncio.Event()
        self.finished: dict[str, datetime] = {}
        self._ticks: dict[str, Tick] = {"plan": plan, "carry": carry}
        self._in_hand: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._scheduler = AsyncIOScheduler(
            # inside job_defaults: anywhere else APScheduler ignores them, and skips what is a second late
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=UTC,
        )
        self._scheduler.add_listener(_report, EVENT_JOB_MISSED | EVENT_JOB_ERROR)
        for name, every in (("plan", plan_every), ("carry", carry_every)):
            self._scheduler.add_job(
                self._run,
                "interval",
                args=(name,),
                id=name,
                seconds=every.total_seconds(),
                next_run_time=datetime.now(UTC),
            )

    def start(self) -> None:
        """Starts ticking, both at once. Call inside the running event loop, when everything they need is up."""
        self._scheduler.start()

    def soon(self, name: str) -> None:
        """Lets "plan" or "carry" tick now, as when a command has just put something in the outbox.

        While it ticks already it may have passed what is new: then it ticks once more right after.
        """
        if name in self._in_hand:
            self._again.add(name)
        elif self._scheduler.running and not self.stopping.is_set():
            self._set_off(name)

    async def stop(self) -> None:
        """No more ticks; waits for what is in hand, then shuts the scheduler down (which would have cancelled it)."""
        self.stopping.set()
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        await asyncio.gather(*self._in_hand.values(), return_exceptions=True)
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # AsyncIOScheduler shuts down in the loop's next turn

    def _set_off(self, name: str) -> asyncio.Task[None]:
        if name not in self._in_hand:
            self._in_hand[name] = asyncio.create_task(self._tick(name))
            self._in_hand[name].add_done_callback(lambda task: _ended(name, task))
        return self._in_hand[name]

    async def _run(self, name: str) -> None:
        """What APScheduler calls: the tick is a task of our own, out of reach of its cancelling."""
        if not self.stopping.is_set():
            await asyncio.wait([self._set_off(name)])

    async def _tick(self, name: str) -> None:
        again = True
        try:
            while again:
                self._again.discard(name)
                await self._ticks[name]()
                self.finished[name] = datetime.now(UTC)
                again = name in self._again and not self.stopping.is_set()
        finally:
            del self._in_hand[name]  # in the same breath as the last look at `again`


def _ended(name: str, task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (failure := task.exception()) is not None:
        log.error("the tick %s failed; the next one tries again", name, exc_info=failure)


def _report(event: JobExecutionEvent) -> None:
    """What APScheduler itself has to say: a tick it skipped, or a failure of its own."""
    if event.code == EVENT_JOB_MISSED:
        log.error("the tick %s of %s was missed", event.job_id, event.scheduled_run_time)
    else:
        log.error("APScheduler says that %s failed: %s", event.job_id, event.exception)
