"""Takes Slack's requests over HTTP, checks them, and hands them to the same Bolt app as Socket Mode does."""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from bot.http.metrics import Meters
from bot.http.signature import NotSlack, Verifier

log = logging.getLogger(__name__)

LARGEST = 1_000_000  # bytes; a form with every field full is a tenth of this
READ_WITHIN = 5.0  # seconds; Slack itself waits three for the whole answer
WARN_EVERY = 60.0  # seconds between two log lines about the same kind of stranger
PASSED_ON = ("content-type", "x-slack-retry-num", "x-slack-retry-reason")  # headers are not signed: no others go on
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, RecursionError)  # what parsing makes of odd bodies


@dataclass
class Reception:
    """POST /slack/events: commands, buttons, forms, events, and the question that confirms the address.

    `heard_at`: when Slack's last signed request came, seconds since 1970; None before the first.
    """

    app: AsyncApp
    verifier: Verifier
    meters: Meters
    now: Callable[[], float] = time.time
    read_within: float = READ_WITHIN
    heard_at: float | None = None
    _warned: dict[str, float] = field(default_factory=dict)

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Answers one request. A stranger hears 401 and not why; a body no program of Slack's sends, 400."""
        try:
            body = await self._body(request)
        except TimeoutError:
            return self._refuse("slow", 408)
        except web.HTTPRequestEntityTooLarge:
            return self._refuse("large", 413)
        try:
            self.verifier.check(
                request.headers.getall("X-Slack-Request-Timestamp", []),
                request.headers.getall("X-Slack-Signature", []),
                body,
                now=self.now(),
            )
        except NotSlack as stranger:
            return self._refuse(stranger.reason, 401)
        self.heard_at = self.now()
        self.meters.heard.inc()
        try:
            asked = _bolt_request(body, request)
        except MALFORMED:
            return self._refuse("malformed", 400)
        try:
            return await to_aiohttp_response(await self.app.async_dispatch(asked))
        except MALFORMED as odd:  # Bolt trips over payloads of an odd shape; our own listeners' faults never come here
            log.warning("a signed request could not be read: %s", type(odd).__name__)
            return self._refuse("malformed", 400)

    async def _body(self, request: web.Request) -> bytes:
        if request.content_length is not None and request.content_length > LARGEST:
            raise web.HTTPRequestEntityTooLarge(LARGEST, request.content_length)
        async with asyncio.timeout(self.read_within):
            return await request.read()

    def _refuse(self, reason: str, status: int) -> web.Response:
        self.meters.turned_away.labels(reason).inc()
        now = self.now()
        if now - self._warned.get(reason, -WARN_EVERY) >= WARN_EVERY:
            self._warned[reason] = now
            log.warning("a request to /slack/events was turned away: %s", reason)
        return web.Response(status=status)


def _bolt_request(body: bytes, request: web.Request) -> AsyncBoltRequest:
    text = body.decode("utf-8")
    if request.content_type == "application/json" and not isinstance(json.loads(text), dict):
        raise ValueError("not an object")
    headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
    headers["content-type"] = request.content_type  # without its charset: Bolt compares the whole
    asked = AsyncBoltRequest(body=text, headers=dict(headers), mode="http")
    if not isinstance(asked.body, dict) or not asked.body:
        raise ValueError("nothing asked")
    return asked
