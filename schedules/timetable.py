"""The recurring ticks, on APScheduler in memory. It only ticks: what is due stands in the database."""

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
AUDIT_EVERY = timedelta(minutes=1)
AUDIT_AFTER = timedelta(seconds=10)  # from the start: planner and courier go first


class Timetable:
    """Ticks `plan`, `carry` and `audit` at even intervals, those there are. Each runs at most once at a time, whatever
    becomes of the others; a late tick is never skipped.

    `finished` says when each tick last ended well, `ended` when it ended at all (aware UTC, by the machine's clock):
    health compares the one with now, and whoever would restart the process the other.
    """

    def __init__(
        self,
        plan: Tick | None,
        carry: Tick | None,
        audit: Tick | None = None,
        *,
        plan_every: timedelta = PLAN_EVERY,
        carry_every: timedelta = CARRY_EVERY,
        audit_every: timedelta = AUDIT_EVERY,
    ) -> None:
        self.stopping = asyncio.Event()
        self.finished: dict[str, datetime] = {}
        self.ended: dict[str, datetime] = {}
        every = {"plan": (plan, plan_every), "carry": (carry, carry_every), "audit": (audit, audit_every)}
        self._ticks: dict[str, Tick] = {name: tick for name, (tick, _) in every.items() if tick is not None}
        self._in_hand: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._scheduler = AsyncIOScheduler(
            # inside job_defaults: anywhere else APScheduler ignores them, and skips what is a second late
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=UTC,
        )
        self._scheduler.add_listener(_report, EVENT_JOB_MISSED | EVENT_JOB_ERROR)
        for name in self._ticks:
            after = min(AUDIT_AFTER, audit_every) if name == "audit" else timedelta()
            self._scheduler.add_job(
                self._run,
                "interval",
                args=(name,),
                id=name,
                seconds=every[name][1].total_seconds(),
                next_run_time=datetime.now(UTC) + after,
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The ticks there are."""
        return tuple(self._ticks)

    def start(self) -> None:
        """Starts ticking, both at once. Call inside the running event loop, when everything they need is up."""
        self._scheduler.start()

    def soon(self, name: str) -> None:
        """Lets "plan", "carry" or "audit" tick now, as when a command has just put something in the outbox. Nothing
        where there is no such tick: then it is another process's.

        While it ticks already it may have passed what is new: then it ticks once more right after.
        """
        if name in self._in_hand:
            self._again.add(name)
        elif name in self._ticks and self._scheduler.running and not self.stopping.is_set():
            self._set_off(name)

    async def stop(self, within: float | None = None) -> bool:
        """No more ticks; waits for what is in hand, then shuts the scheduler down (which would have cancelled it).

        `within`: how many seconds to wait at most (None: as long as it takes); then what is in hand is cancelled.
        Whether everything ended by itself.
        """
        self.stopping.set()
        if not self._scheduler.running:
            return True
        self._scheduler.pause()
        in_hand = set(self._in_hand.values())
        late = (await asyncio.wait(in_hand, timeout=within))[1] if in_hand else set()
        for task in late:
            task.cancel()
        await asyncio.gather(*in_hand, return_exceptions=True)
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # AsyncIOScheduler shuts down in the loop's next turn
        return not late

    def _set_off(self, name: str) -> asyncio.Task[None]:
        if name not in self._in_hand:
            self._in_hand[name] = asyncio.create_task(self._tick(name))
            self._in_hand[name].add_done_callback(lambda task: _ended(name, task))
        return self._in_hand[name]

    async def _run(self, name: str) -> None:
        """What APScheduler calls: the tick is a task of our own, out of reach of its cancelling. Not waited for, or it
        would warn of every tick that comes while a long one is at work."""
        if not self.stopping.is_set():
            self._set_off(name)

    async def _tick(self, name: str) -> None:
        again = True
        try:
            while again:
                self._again.discard(name)
                await self._ticks[name]()
                self.finished[name] = datetime.now(UTC)
                again = name in self._again and not self.stopping.is_set()
        finally:
            self.ended[name] = datetime.now(UTC)
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
