"""Bolt's app and Socket Mode handler, answering Slack also where a payload is not as Slack writes them.

Bolt (1.30) reads some keys of a payload before any listener or error listener of ours has a say, and raises where they
are null or of another kind: Slack would get no answer and send the same again. What was in it is not logged.
"""

import logging

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

log = logging.getLogger(__name__)


class SturdyApp(AsyncApp):
    """An AsyncApp that takes what it cannot read, and does nothing about it."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Bolt's own answer; an empty one where Bolt breaks."""
        try:
            return await super().async_dispatch(req)
        except Exception as error:  # noqa: BLE001  (the edge: whatever Bolt makes of it)
            log.error("a payload could not be read: %s", type(error).__name__)
            return BoltResponse(status=200)


class SturdyHandler(AsyncSocketModeHandler):
    """A handler that acknowledges what Bolt cannot make a request of."""

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Bolt's own handling; a bare acknowledgement where it breaks. Raises what the network raises."""
        try:
            request = AsyncBoltRequest(mode="socket_mode", body=req.payload)
        except Exception as error:  # noqa: BLE001  (the edge)
            log.error("a payload could not be read: %s", type(error).__name__)
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
            return
        del request  # Bolt makes its own
        await super().handle(client, req)
