"""Calendars by secret address: /kalender/TOKEN.ics. What is wrong in any way is the same empty 404.

An address is as long as a key, is kept as a checksum only, and follows its owner's rights at every request. No list of
addresses is served anywhere. Each may be asked for once a minute on average. Whoever guesses is held back, before the
database is asked, and everybody who guesses together.
"""

import asyncio
import hashlib
import ipaddress
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from commands.calendar_feed import content_of, owner_of
from commands.call import Call, Refused
from storage.calendars import digest_of, feed_by_token

if TYPE_CHECKING:
    from bot.process import Running

log = logging.getLogger(__name__)

TOKEN = re.compile(r"[A-Za-z0-9_-]{32,64}")
MOST_KNOWN = 10_000  # addresses whose pace is remembered
TRY_AGAIN = 60  # seconds, when the database does not answer
READ_WITHIN = 10.0  # seconds
OURS = [ipaddress.ip_network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")]
NEIGHBOURS = 64  # bits of an IPv6 address that one subscriber has all the others of


@dataclass
class Pace:
    """So many at once, and one more every so many seconds."""

    at_once: int
    every: float
    clock: Callable[[], float] = time.monotonic
    _left: "OrderedDict[str, tuple[float, float]]" = field(default_factory=OrderedDict)

    def left(self, whose: str) -> float:
        """How many may come now."""
        left, at = self._left.get(whose, (float(self.at_once), self.clock()))
        return min(float(self.at_once), left + (self.clock() - at) / self.every)

    def ahead(self, whose: str) -> float:
        """Seconds until the next may come; counts nothing."""
        return max(0.0, 1 - self.left(whose)) * self.every

    def wait(self, whose: str) -> float:
        """Seconds until the next may come; 0 lets this one through and counts it."""
        wait, left = self.ahead(whose), self.left(whose)
        self._left[whose] = (left if wait else left - 1, self.clock())
        self._left.move_to_end(whose)
        while len(self._left) > MOST_KNOWN:
            self._left.popitem(last=False)
        return wait


@dataclass
class Feeds:
    """What answers calendar programs."""

    running: "Running"
    each: Pace = field(default_factory=lambda: Pace(at_once=20, every=60))
    guesses: Pace = field(default_factory=lambda: Pace(at_once=20, every=10))
    misses: Pace = field(default_factory=lambda: Pace(at_once=100, every=1))

    async def give(self, request: web.Request) -> web.Response:
        """The calendar; 304 for one that has not changed, 404 for an address that is not (or no longer) one, 429 for
        who asks too often, 503 when the database does not answer."""
        token = request.match_info["token"]
        client = client_of(request.remote or "", request.headers.getall("X-Forwarded-For", []))
        wait = self.guesses.ahead(client)
        if wait:
            return _slow_down(wait)
        if not TOKEN.fullmatch(token):
            return self._missing(client)
        wait = self.each.wait(digest_of(token))
        if wait:
            return _slow_down(wait)
        try:
            content = await self._content(token)
        except (SQLAlchemyError, OSError):  # a calendar program keeps what it has
            log.warning("a calendar could not be read: the database does not answer")
            return web.Response(status=503, headers={"Retry-After": str(TRY_AGAIN)})
        if content is None:
            return self._missing(client)
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
        async with asyncio.timeout(READ_WITHIN), self.running.database.reading() as session:
            feed = await feed_by_token(session, token)
            if feed is None:
                return None
            team_id, user_id, zone = await owner_of(session, feed)
            call = Call(feed.workspace_id, team_id, user_id, self.running.clock.now(), zone=zone)
            try:
                return await content_of(session, feed, call)
            except Refused:  # has left, or sits nowhere today
                return None

    def _missing(self, client: str) -> web.Response:
        wait = max(self.guesses.wait(client), self.misses.wait(""))
        return _slow_down(wait) if wait else web.Response(status=404)


def client_of(remote: str, forwarded: Sequence[str]) -> str:
    """Who asks: the other end of the connection, or whom our own proxy says it asks for, the last in `forwarded`
    (X-Forwarded-For's values). Only a proxy on this machine or a private network is ours. "" where nobody is known."""
    peer = _address(remote)
    if peer is None:
        return ""
    if _near(peer):
        peer = _address(",".join(forwarded).rpartition(",")[2].strip()) or peer
    if isinstance(peer, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((peer, NEIGHBOURS), strict=False))
    return str(peer)


def _near(peer: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Python's `is_private` is wider: it also counts addresses that only stand in documents."""
    return peer.is_loopback or any(peer in network for network in OURS if network.version == peer.version)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _slow_down(seconds: float) -> web.Response:
    return web.Response(status=429, headers={"Retry-After": str(int(seconds) + 1)})
