"""Starts and stops in order: database, Slack's word on the token, the socket, the ticks; then back again."""

import asyncio
import logging
import os
import signal
import socket
import sys
from dataclasses import dataclass

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from bot import rehearsal, texts
from bot.app import Desk, build_app
from bot.clock import Clock
from bot.outbound import SlackCarrier
from bot.settings import Settings
from schedules.composing import compose
from schedules.courier import carry
from schedules.planner import plan
from schedules.timetable import Timetable
from storage.database import Database
from storage.downtime import wake
from storage.migrating import migrate
from storage.workspaces import bind_workspace

log = logging.getLogger(__name__)

WATCH_SECONDS = 5.0
RENEW_AFTER = 20.0  # the client retries the same address for ever; after this long it must ask for a new one
GIVE_UP_AFTER = 180.0
OPEN_WITHIN = 30.0


class CannotStart(Exception):
    """Why the bot does not run, in one Swedish sentence."""


@dataclass
class Running:
    """Everything that is up, and what is needed to take it down."""

    settings: Settings
    database: Database
    clock: Clock
    desk: Desk
    carrier: SlackCarrier
    timetable: Timetable
    handler: AsyncSocketModeHandler
    worker: str

    async def plan(self) -> int:
        """One look at what is due."""
        return await plan(self.database, self.clock.now())

    async def carry(self) -> int:
        """One round of carrying what may go."""
        return await carry(
            self.database,
            self.carrier,
            self.clock.now,
            compose=compose,
            worker=self.worker,
            stopping=self.timetable.stopping,
        )


def _client(settings: Settings) -> AsyncWebClient:
    """A client that repeats nothing on its own: a POST that was accepted and then lost must not be sent twice."""
    return AsyncWebClient(token=settings.bot_token, base_url=settings.api_url, timeout=20, retry_handlers=[])


async def start(settings: Settings, *, clock: Clock | None = None, ticking: bool = True) -> Running:
    """Brings everything up. Raises CannotStart with a sentence."""
    clock = clock or Clock(settings.clock)
    database = Database(settings.database_url)
    try:
        await migrate(database)
        async with database.transaction() as session:
            await wake(session, now=clock.now())
    except (SQLAlchemyError, OSError) as fault:
        await database.close()
        raise CannotStart(texts.database_unusable(str(getattr(fault, "orig", fault)).strip())) from fault
    try:
        return await _connect(settings, clock, database, ticking=ticking)
    except CannotStart:
        await database.close()
        raise


async def _connect(settings: Settings, clock: Clock, database: Database, *, ticking: bool) -> Running:
    client = _client(settings)
    try:
        known = await client.auth_test()
    except SlackApiError as refused:
        raise CannotStart(texts.slack_refuses(str(refused.response.get("error")))) from refused
    except (aiohttp.ClientError, OSError, TimeoutError) as lost:
        raise CannotStart(texts.slack_unreachable(settings.api_url)) from lost
    async with database.transaction() as session:
        workspace = await bind_workspace(
            session, team_id=str(known["team_id"]), name=str(known.get("team", "")), bot_user_id=str(known["user_id"])
        )
    timetable: Timetable
    desk = Desk(
        database=database,
        clock=clock,
        client=client,
        workspace_id=workspace.id or 0,
        team_id=str(known["team_id"]),
        bot_user_id=str(known["user_id"]),
        zone=workspace.zone,
        after_change=lambda: [timetable.soon(name) for name in ("plan", "carry")],
    )
    handler = AsyncSocketModeHandler(build_app(desk), settings.app_token, web_client=client)
    worker = f"{socket.gethostname()}:{os.getpid()}"
    running: Running
    timetable = Timetable(lambda: running.plan(), lambda: running.carry())
    running = Running(settings, database, clock, desk, SlackCarrier(client), timetable, handler, worker)
    try:
        await asyncio.wait_for(handler.connect_async(), OPEN_WITHIN)
    except SlackApiError as refused:
        raise CannotStart(texts.link_refused(str(refused.response.get("error")))) from refused
    except (aiohttp.ClientError, OSError, TimeoutError) as lost:
        raise CannotStart(texts.slack_unreachable(settings.api_url)) from lost
    if ticking:
        timetable.start()
    log.info(texts.started(str(known.get("team", ""))))
    return running


async def stop(running: Running) -> None:
    """Takes everything down in order: no more ticks, what is in hand finished, the link closed, the database last."""
    await running.timetable.stop()
    await running.handler.close_async()
    await running.database.close()


async def _watch(running: Running) -> None:
    """Returns when the link cannot be brought back. A handshake that was refused is asked for anew on the way."""
    loop = asyncio.get_running_loop()
    lost_at: float | None = None
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        client = running.handler.client
        if await client.is_connected():
            lost_at = None
            continue
        lost_at = lost_at or loop.time()
        if loop.time() - lost_at > GIVE_UP_AFTER:
            return
        if loop.time() - lost_at > RENEW_AFTER:
            client.wss_uri = None  # else it retries an address that Slack no longer takes


async def run(settings: Settings) -> int:
    """Runs until a signal; the exit status for the supervisor (non-zero: start me again)."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    running = await start(settings)
    control = await rehearsal.serve(running) if settings.rehearsal_port else None
    waits = {asyncio.create_task(stopping.wait()), asyncio.create_task(_watch(running))}
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
        if control is not None:
            await control.cleanup()
        log.info(texts.STOPPING)
        await stop(running)
    if stopping.is_set():
        return 0
    print(texts.LINK_LOST, file=sys.stderr)  # noqa: T201
    return 1
