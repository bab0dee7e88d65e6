"""Socket Mode: tickets, connections, envelopes and their acks (docs.slack.dev, using Socket Mode)."""

import asyncio
import json
import random
import secrets
from typing import Any

from aiohttp import WSMsgType, web

ACK_WITHIN = 3.0
MOST_CONNECTIONS = 10


class NotAcknowledged(Exception):
    """No app is connected, or none answered in time."""


class Links:
    """The app's open connections. Every payload goes to any one of them."""

    def __init__(self, app_id: str) -> None:
        self.app_id = app_id
        self.tickets: set[str] = set()
        self.open: list[web.WebSocketResponse] = []
        self._acks: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.accept = True  # False: the handshake to an issued address is refused
        self.silent = False  # True: connected, but nothing is delivered

    def ticket(self) -> str:
        name = secrets.token_hex(8)
        self.tickets.add(name)
        return name

    async def serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets or not self.accept:
            return web.Response(status=408)
        self.tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        if len(self.open) >= MOST_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self.open.append(socket)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.open),
                "connection_info": {"app_id": self.app_id},
                "debug_info": {"approximate_connection_time": 18_060},
            }
        )
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._acknowledged(json.loads(message.data))
        finally:
            self.open.remove(socket)
        return socket

    def _acknowledged(self, answer: dict[str, Any]) -> None:
        waiting = self._acks.pop(str(answer.get("envelope_id")), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer.get("payload") or {})

    async def deliver(self, kind: str, payload: dict[str, Any], *, attempt: int = 0) -> dict[str, Any]:
        """Sends an envelope and waits for its ack; the ack's payload. Raises NotAcknowledged."""
        if not self.open or self.silent:
            raise NotAcknowledged("dispatch_failed")
        envelope_id = secrets.token_hex(16)
        waiting = asyncio.get_running_loop().create_future()
        self._acks[envelope_id] = waiting
        envelope: dict[str, Any] = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if attempt:
            envelope |= {"retry_attempt": attempt, "retry_reason": "timeout"}
        try:
            await random.choice(self.open).send_json(envelope)
            return await asyncio.wait_for(waiting, ACK_WITHIN)
        except (TimeoutError, ConnectionError) as late:
            raise NotAcknowledged("operation_timeout") from late
        finally:
            self._acks.pop(envelope_id, None)

    async def disconnect(self, reason: str) -> None:
        """Asks every connection to go: "warning", "refresh_requested" or "link_disabled"; the latter two close it."""
        for socket in list(self.open):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
            if reason != "warning":
                await socket.close()
