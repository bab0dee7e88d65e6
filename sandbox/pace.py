"""How often one may call: one message a second and channel, so many messages a minute in all, and Slack's tiers per
method and minute.

Source: docs.slack.dev, apis/web-api/rate-limits. It says "several hundred" messages a minute and no number: without one
there is no such limit here. A step of the rehearsal's clock counts as time that has passed.
"""

from collections import defaultdict, deque
from datetime import datetime, timedelta

from sandbox.clock import Clock

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


class TooFast(Exception):
    """HTTP 429; `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class Pace:
    """Counts calls; `enabled` False lets everything through. `posts_per_minute`: of all channels together."""

    def __init__(self, clock: Clock, *, enabled: bool = True) -> None:
        self.enabled = enabled
        self.posts_per_minute: int | None = None
        self._clock = clock
        self._calls: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self._posted: dict[str, datetime] = {}

    def call(self, method: str, tier: int | None) -> None:
        """Counts a call of a method; TooFast when its tier's minute is full."""
        if not self.enabled or tier is None:
            return
        self._count(method, PER_MINUTE[tier])

    def _count(self, what: str, most: int) -> None:
        now, calls = self._clock.now, self._calls[what]
        while calls and not timedelta(0) <= now - calls[0] < MINUTE:
            calls.popleft()
        if len(calls) >= most:
            raise TooFast(int((MINUTE - (now - calls[0])).total_seconds()) + 1)
        calls.append(now)

    def post(self, channel: str) -> None:
        """Counts a message to a channel; TooFast when the one before is less than a second old, or the minute full."""
        if not self.enabled:
            return
        now = self._clock.now
        before = self._posted.get(channel)
        if before is not None and timedelta(0) <= now - before < SECOND:
            raise TooFast(1)
        if self.posts_per_minute is not None:
            self._count("every channel", self.posts_per_minute)
        self._posted[channel] = now
