"""The Socket Mode link: opened with a clear word when it cannot be, watched, and given up when it stays silent.

The SDK's client has three habits to work around (3.47): `connect()` swallows every refusal and tries again for ever;
it tries the same address again, also when Slack no longer takes it; and told that there are too many links already, it
asks for a new one at once, hundreds of times a second. So we ask for the first address ourselves, take a stale one from
it, and make it wait between addresses.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sturdy import SturdyHandler

log = logging.getLogger(__name__)

OPEN_WITHIN = 30.0
WATCH_SECONDS = 5.0
RENEW_AFTER = 20.0
GIVE_UP_AFTER = 180.0
AT_ONCE = 3  # addresses it may ask for in a row: Slack's warning and refresh together take two


async def open_link(
    app: AsyncApp,
    app_token: str,
    client: AsyncWebClient,
    *,
    within: float = OPEN_WITHIN,
    renew_every: float = 5.0,
    ping_every: float = 10.0,
) -> AsyncSocketModeHandler:
    """A link that is up. Raises SlackApiError for a token Slack does not take, TimeoutError when no link came up in
    `within` seconds, and what the network raises."""
    issued = await client.apps_connections_open(app_token=app_token)
    handler = SturdyHandler(app, app_token, web_client=client, ping_interval=ping_every)
    handler.client.wss_uri = str(issued["url"])
    handler.client.issue_new_wss_url = _unhurried(handler.client.issue_new_wss_url, ping_every)  # type: ignore[method-assign]
    try:
        async with asyncio.timeout(within):
            await _connect(handler, renew_every)
    except BaseException:
        await close_link(handler)
        raise
    return handler


async def _connect(handler: AsyncSocketModeHandler, renew_every: float) -> None:
    connecting = asyncio.ensure_future(handler.connect_async())
    try:
        while not (await asyncio.wait([connecting], timeout=renew_every))[0]:
            handler.client.wss_uri = None
        connecting.result()
    finally:
        connecting.cancel()


def _unhurried(ask: Callable[[], Coroutine[Any, Any, str]], every: float) -> Callable[[], Coroutine[Any, Any, str]]:
    """Asks for an address, at most `AT_ONCE` times in as many times `every` seconds; then it waits first."""
    asked: deque[float] = deque(maxlen=AT_ONCE)

    async def issue() -> str:
        loop = asyncio.get_running_loop()
        if len(asked) == AT_ONCE and (left := asked[0] + AT_ONCE * every - loop.time()) > 0:
            await asyncio.sleep(left)
        asked.append(loop.time())
        return await ask()

    return issue


async def close_link(handler: AsyncSocketModeHandler) -> None:
    """Takes the link down, with the tasks the client leaves behind."""
    client = handler.client
    await handler.close_async()
    left = [client.message_processor, client.current_session_monitor, client.message_receiver]
    await asyncio.gather(*(task for task in left if task is not None), return_exceptions=True)


async def watch(
    handler: AsyncSocketModeHandler,
    *,
    every: float = WATCH_SECONDS,
    renew_after: float = RENEW_AFTER,
    give_up_after: float = GIVE_UP_AFTER,
) -> None:
    """Returns when the link has been down for `give_up_after` seconds: then the process had better start afresh."""
    loop = asyncio.get_running_loop()
    lost_at: float | None = None
    while True:
        await asyncio.sleep(every)
        if await handler.client.is_connected():
            if lost_at is not None:
                log.info("the link is back after %.0f s", loop.time() - lost_at)
            lost_at = None
            continue
        lost_at = loop.time() if lost_at is None else lost_at
        silent = loop.time() - lost_at
        if silent >= give_up_after:
            return
        if silent >= renew_after:
            handler.client.wss_uri = None


async def heard_ago(handler: AsyncSocketModeHandler) -> timedelta | None:
    """How long ago Slack was last heard on this link (it answers a ping every ten seconds); None while it is down and
    nothing is known."""
    last = handler.client.last_ping_pong_time
    if last is not None:
        return timedelta(seconds=max(0.0, time.time() - last))
    return timedelta(0) if await handler.client.is_connected() else None
