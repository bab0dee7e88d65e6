"""Calendars by secret address: /kalender/TOKEN.ics. What is wrong in any way is the same empty 404.

An address is as long as a key, is kept as a checksum only, and follows its owner's rights at every request. No list of
addresses is served anywhere. Each may be asked for once a minute on average; guessing is held back for everybody.
"""

import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from commands.calendar_feed import content_of, owner_of
from commands.call import Call, Refused
from storage.calendars import digest_of, feed_by_token

if TYPE_CHECKING:
    from bot.process import Running

TOKEN = re.compile(r"[A-Za-z0-9_-]{32,64}")
MOST_KNOWN = 10_000  # addresses whose pace is remembered


@dataclass
class Pace:
    """So many at once, and one more every so many seconds."""

    at_once: int
    every: float
    clock: Callable[[], float] = time.monotonic
    _left: "OrderedDict[str, tuple[float, float]]" = field(default_factory=OrderedDict)

    def wait(self, whose: str) -> float:
        """Seconds until the next may come; 0 lets this one through and counts it."""
        now = self.clock()
        left, at = self._left.pop(whose, (float(self.at_once), now))
        left = min(float(self.at_once), left + (now - at) / self.every)
        let_through = left >= 1
        self._left[whose] = (left - 1 if let_through else left, now)
        while len(self._left) > MOST_KNOWN:
            self._left.popitem(last=False)
        return 0.0 if let_through else (1 - left) * self.every


@dataclass
class Feeds:
    """What answers calendar programs."""

    running: "Running"
    each: Pace = field(default_factory=lambda: Pace(at_once=20, every=60))
    misses: Pace = field(default_factory=lambda: Pace(at_once=100, every=1))

    async def give(self, request: web.Request) -> web.Response:
        """The calendar; 304 for one that has not changed, 404 for an address that is not (or no longer) one, 429."""
        token = request.match_info["token"]
        if not TOKEN.fullmatch(token):
            return self._missing()
        wait = self.each.wait(digest_of(token))
        if wait:
            return _slow_down(wait)
        content = await self._content(token)
        if content is None:
            return self._missing()
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {
            "ETag": tag,
            "Cache-Control": "private, max-age=300",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex",
        }
        if tag in [each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")]:
            return web.Response(status=304, headers=headers)
        headers["Content-Disposition"] = 'inline; filename="samverkan.ics"'
        return web.Response(body=content, content_type="text/calendar", charset="utf-8", headers=headers)

    async def _content(self, token: str) -> bytes | None:
        async with self.running.database.reading() as session:
            feed = await feed_by_token(session, token)
            if feed is None:
                return None
            team_id, user_id, zone = await owner_of(session, feed)
            call = Call(feed.workspace_id, team_id, user_id, self.running.clock.now(), zone=zone)
            try:
                return await content_of(session, feed, call)
            except Refused:  # has left, or sits nowhere today
                return None

    def _missing(self) -> web.Response:
        wait = self.misses.wait("")
        return _slow_down(wait) if wait else web.Response(status=404)


def _slow_down(seconds: float) -> web.Response:
    return web.Response(status=429, headers={"Retry-After": str(int(seconds) + 1)})
