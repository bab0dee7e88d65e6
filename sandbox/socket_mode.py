"""Socket Mode: tickets, connections, envelopes and their acknowledgements, and events sent again.

Source: docs.slack.dev, apis/events-api/using-socket-mode. Each envelope goes to any one of the connections.
"""

import asyncio
import json
import random
from collections.abc import Coroutine
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.clock import Clock
from sandbox.errors import Json, PersonSaw

MOST_CONNECTIONS = 10
TICKET_SECONDS = 30.0
ACK_SECONDS = 3.0
RETRY_AFTER_SECONDS = (0.0, 60.0, 300.0)
GRACE_SECONDS = 10.0


class ConnectionLost(Exception):
    """The connection closed before the answer came."""


@dataclass(eq=False)
class Connection:
    """One WebSocket of the app's; a `retired` one gets nothing more."""

    socket: web.WebSocketResponse
    number: int
    retired: bool = False
    waiting: dict[str, "asyncio.Future[Json]"] = field(default_factory=dict)

    async def ask(self, envelope: Json, seconds: float, *, silent: bool = False) -> Json:
        """Sends an envelope and waits for its acknowledgement: its payload, or {}. TimeoutError, ConnectionLost."""
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self.waiting[envelope["envelope_id"]] = answer
        try:
            if not silent:
                await self.socket.send_str(json.dumps(envelope))
            return await asyncio.wait_for(answer, seconds)
        except ConnectionError as lost:
            raise ConnectionLost from lost
        finally:
            self.waiting.pop(envelope["envelope_id"], None)

    def take(self, text: str) -> None:
        """An acknowledgement from the app."""
        ack = json.loads(text)
        answer = self.waiting.get(ack.get("envelope_id", ""))
        if answer is not None and not answer.done():
            answer.set_result(ack.get("payload") or {})

    def lose(self) -> None:
        """Everything waiting here waits in vain."""
        for answer in self.waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionLost())


class SocketMode:
    """The app's connections and what is sent over them."""

    def __init__(
        self,
        app_id: str,
        clock: Clock,
        *,
        ack_seconds: float = ACK_SECONDS,
        retry_after: tuple[float, ...] = RETRY_AFTER_SECONDS,
        seed: int | None = None,
    ) -> None:
        self.connections: list[Connection] = []
        self.ack_seconds = ack_seconds
        self._retry_after = retry_after
        self._app_id = app_id
        self._clock = clock
        self._random = random.Random(seed)
        self._tickets: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._connected = asyncio.Event()
        self.opened = 0  # connections so far
        self.lost_events: list[Json] = []
        self.accepting = True  # False: the handshake to an address given out is refused
        self.silent = False  # True: connected, but nothing is delivered

    # ---- opening

    def new_ticket(self) -> str:
        """A ticket for one connection, good for 30 seconds."""
        ticket = token_hex(16)
        self._tickets[ticket] = self._clock.seconds + TICKET_SECONDS
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection from its first frame to its last. A used or old ticket answers 408."""
        expires = self._tickets.pop(request.query.get("ticket", ""), None)
        if expires is None or self._clock.seconds > expires or not self.accepting:
            return web.Response(status=408, text="ticket is used or expired")
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await socket.send_str(self._disconnect_frame("too_many_websockets"))
            await socket.close()
            return socket
        await self._receive(socket)
        return socket

    async def _receive(self, socket: web.WebSocketResponse) -> None:
        self.opened += 1
        connection = Connection(socket, self.opened)
        self.connections.append(connection)
        try:
            await socket.send_str(self._hello_frame())
            self._connected.set()
            self._connected = asyncio.Event()
            async for frame in socket:  # pings are answered with the same payload by aiohttp
                if frame.type is WSMsgType.TEXT:
                    connection.take(frame.data)
        finally:
            self.connections.remove(connection)
            connection.lose()

    def _hello_frame(self) -> str:
        return json.dumps(
            {
                "type": "hello",
                "num_connections": len(self.connections),
                "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
                "connection_info": {"app_id": self._app_id},
            }
        )

    def _disconnect_frame(self, reason: str) -> str:
        return json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})

    # ---- sending

    async def ask(self, kind: str, payload: Json) -> Json:
        """Sends what a person did ("slash_commands" or "interactive") once; the payload of the acknowledgement.

        PersonSaw dispatch_failed when the app is not connected, operation_timeout when it does not answer in 3 s.
        """
        connection = self._any()
        if connection is None:
            raise PersonSaw("dispatch_failed")
        envelope = {"envelope_id": token_hex(12), "type": kind, "payload": payload, "accepts_response_payload": True}
        try:
            return await connection.ask(envelope, self.ack_seconds, silent=self.silent)
        except TimeoutError:
            raise PersonSaw("operation_timeout") from None
        except ConnectionLost:
            raise PersonSaw("dispatch_failed") from None

    def tell(self, payload: Json) -> None:
        """Sends an event in the background, and again up to three times when it is not acknowledged."""
        self._in_background(self._tell(payload))

    async def _tell(self, payload: Json) -> None:
        reason = ""
        for attempt, pause in enumerate((0.0, *self._retry_after)):
            if pause:
                await asyncio.sleep(pause)
            envelope = {
                "envelope_id": token_hex(12),
                "type": "events_api",
                "payload": payload,
                "accepts_response_payload": False,
                "retry_attempt": attempt,
                "retry_reason": reason,
            }
            connection = self._any()
            try:
                if connection is not None:
                    await connection.ask(envelope, self.ack_seconds, silent=self.silent)
                    return
                reason = "connection_failed"
            except TimeoutError:
                reason = "timeout"
            except ConnectionLost:
                reason = "connection_failed"
        self.lost_events.append(payload)

    def _any(self) -> Connection | None:
        open_ones = [one for one in self.connections if not one.retired and not one.socket.closed]
        return self._random.choice(open_ones) if open_ones else None

    # ---- closing, and failing on purpose

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tells every connection to leave. "warning" only says so; the other reasons close it after a while."""
        for connection in list(self.connections):
            await connection.socket.send_str(self._disconnect_frame(reason))
            if reason != "warning":
                connection.retired = True
                self._in_background(self._close_soon(connection))

    async def _close_soon(self, connection: Connection) -> None:
        await asyncio.sleep(GRACE_SECONDS)
        await connection.socket.close()

    async def drop(self) -> None:
        """Cuts every connection without a word."""
        for connection in list(self.connections):
            connection.retired = True
            await connection.socket.close()

    async def until_connected(self, seconds: float = 10.0, *, times: int = 1) -> None:
        """Waits until the app has a connection, and has connected so many times in all. TimeoutError."""
        async with asyncio.timeout(seconds):
            while self.opened < times or not self.connections:
                await self._connected.wait()

    async def settled(self) -> None:
        """Waits until every event under way is acknowledged or lost."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stop(self) -> None:
        """Ends everything."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.drop()

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
