"""The numbers behind GET /metrics, in Prometheus' text format. Counts are this process's; the queue is everybody's."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from schedules.auditor import Health
from schedules.carrier import Carrier, Posted, Target, Undelivered
from storage.message import Message

Result = TypeVar("Result")

SECONDS = (0.002, 0.01, 0.05, 0.25, 1.0, 5.0, 15.0, 60.0)
UNKNOWN = float("nan")


class Meters:
    """Every number of one process, in a registry of its own (two bots in one test count apart)."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.answered_at: datetime | None = None  # when a post last came to an end, well or not
        self.taken_at: datetime | None = None  # when Slack last took a message
        self.sent = self._counter("sent", "Messages Slack has taken")
        self.failed = self._counter("failed", "Posts that failed", "kind")  # passing or permanent
        self.looked = self._counter("looked", "Looks for a message that may have arrived already")
        self.heard = self._counter("slack_requests", "Signed requests from Slack over HTTP")
        self.turned_away = self._counter("turned_away", "HTTP requests that were not Slack's", "reason")
        self.tick_failed = self._counter("tick_failed", "Ticks that ended with a fault", "tick")
        self.tick = Histogram(
            "samverkansbot_tick_seconds", "How long a tick took", ["tick"], buckets=SECONDS, registry=self.registry
        )
        for name in ("plan", "carry", "audit"):
            self.tick.labels(name)
            self.tick_failed.labels(name)
        for kind in ("passing", "permanent"):
            self.failed.labels(kind)
        self.frame = self._gauge("last_frame_age_seconds", "Since this process last heard from Slack")
        self.ticked = self._gauge("tick_age_seconds", "Since a tick last ended well, in any process", "tick")
        self.queue = self._gauge("queue_length", "Messages that are due and not sent")
        self.queue_age = self._gauge("queue_age_seconds", "How long the first of them has waited")
        self.held_back = self._gauge("held_back", "Messages that are due but wait on purpose")
        self.late = self._gauge("late", "Messages later than they may be")
        self.refused = self._gauge("refused_week", "Notices Slack has refused in seven days")
        self.findings = self._gauge("findings", "What the auditor has found and not seen mended", "alarming")
        self.reachable = self._gauge("database_up", "1 when the database answers")

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(f"samverkansbot_{name}", about, labels, registry=self.registry)

    def _gauge(self, name: str, about: str, *labels: str) -> Gauge:
        return Gauge(f"samverkansbot_{name}", about, labels, registry=self.registry)

    def timed(self, name: str, tick: Callable[[], Awaitable[Result]]) -> Callable[[], Awaitable[Result]]:
        """The tick, with its duration and its failures counted."""

        async def measured() -> Result:
            began = time.perf_counter()
            try:
                return await tick()
            except Exception:  # counted and passed on
                self.tick_failed.labels(name).inc()
                raise
            finally:
                self.tick.labels(name).observe(time.perf_counter() - began)

        return measured

    def show(self, health: Health | None, frame_age: float | None) -> bytes:
        """The whole page. `health` None: the database does not answer, and what it knows is not a number."""
        self.reachable.set(0 if health is None else 1)
        self.frame.set(UNKNOWN if frame_age is None else frame_age)
        for name in ("planned", "carried", "audited"):
            ago = getattr(health, f"{name}_ago", None)
            self.ticked.labels({"planned": "plan", "carried": "carry", "audited": "audit"}[name]).set(
                UNKNOWN if ago is None else ago.total_seconds()
            )
        self.queue.set(UNKNOWN if health is None else health.queue_length)
        self.queue_age.set(UNKNOWN if health is None else health.queue_age_seconds)
        self.held_back.set(UNKNOWN if health is None else health.held_back)
        self.late.set(UNKNOWN if health is None else health.late)
        self.refused.set(UNKNOWN if health is None else health.refused)
        for alarming in (True, False):
            count = UNKNOWN if health is None else sum(each.alarming is alarming for each in health.findings)
            self.findings.labels("yes" if alarming else "no").set(count)
        return generate_latest(self.registry)


class MeteredCarrier:
    """A carrier whose posts and failures are counted, and which remembers that it gets on (by the machine's clock)."""

    def __init__(self, carrier: Carrier, meters: Meters) -> None:
        self._carrier, self._meters = carrier, meters

    async def post(self, to: Target, message: Message, key: str) -> Posted:
        """Posts as the carrier does."""
        try:
            posted = await self._carrier.post(to, message, key)
        except Undelivered as failure:
            self._meters.failed.labels("permanent" if failure.permanent else "passing").inc()
            raise
        finally:
            self._meters.answered_at = datetime.now(UTC)
        self._meters.sent.inc()
        self._meters.taken_at = datetime.now(UTC)
        return posted

    async def find(self, to: Target, key: str, since: datetime) -> Posted | None:
        """Looks as the carrier does."""
        self._meters.looked.inc()
        return await self._carrier.find(to, key, since)
