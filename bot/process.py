"""Starts and stops in order: database, Slack's word on the token, the socket, the ticks; then back again."""

import asyncio
import logging
import os
import signal
import socket
import sys
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp
from alembic.util import CommandError
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from bot import rehearsal, texts
from bot.app import Desk, build_app
from bot.clock import Clock
from bot.link import close_link, open_link, watch
from bot.outbound import SlackCarrier
from bot.settings import Settings
from schedules.composing import compose
from schedules.courier import carry
from schedules.planner import plan
from schedules.timetable import CARRY_EVERY, Timetable
from storage.database import Database
from storage.downtime import wake
from storage.migrating import migrate
from storage.models import Workspace
from storage.workspaces import OtherTeam, bind_workspace

log = logging.getLogger(__name__)

FINISH_WITHIN = 5.0
NETWORK = (aiohttp.ClientError, SlackClientError, OSError, TimeoutError)
NOT_SLACK = (AttributeError, TypeError, ValueError, LookupError)  # what the SDK makes of some other server's answer


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
    turn: asyncio.Lock = field(
        default_factory=asyncio.Lock
    )  # one round of carrying at a time: a tick's or a rehearsal's

    async def plan(self) -> int:
        """One look at what is due."""
        return await plan(self.database, self.clock.now())

    async def carry(self) -> int:
        """One round of carrying what may go."""
        async with self.turn:
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
    return AsyncWebClient(token=settings.bot_token, base_url=settings.api_url, timeout=10, retry_handlers=[])


async def start(settings: Settings, *, clock: Clock | None = None, ticking: bool = True) -> Running:
    """Brings everything up. Raises CannotStart with a sentence."""
    clock = clock or Clock(settings.clock)
    try:
        database = Database(settings.database_url)
    except (SQLAlchemyError, ImportError) as fault:
        raise CannotStart(texts.database_unusable(str(fault))) from fault
    try:
        await migrate(database)
        async with database.transaction() as session:
            await wake(session, now=clock.now())
        return await _connect(settings, clock, database, ticking=ticking)
    except (SQLAlchemyError, CommandError) as fault:
        await database.close()
        raise CannotStart(texts.database_unusable(str(getattr(fault, "orig", None) or fault).strip())) from fault
    except OSError as fault:  # the database server's: Slack's are told apart further in
        await database.close()
        raise CannotStart(texts.database_unusable(str(fault).strip())) from fault
    except BaseException:
        await database.close()
        raise


async def _greet(settings: Settings, client: AsyncWebClient, database: Database) -> tuple[Workspace, str]:
    """Whose token it is: the workspace it belongs to, and the bot's own user id."""
    try:
        known = await client.auth_test()
        team_id, team, bot_user_id = (str(known[name]) for name in ("team_id", "team", "user_id"))
    except SlackApiError as refused:
        raise CannotStart(texts.slack_refuses(_error_of(refused))) from refused
    except (*NETWORK, *NOT_SLACK) as lost:
        raise CannotStart(texts.slack_unreachable(settings.api_url)) from lost
    try:
        async with database.transaction() as session:
            workspace = await bind_workspace(session, team_id=team_id, name=team, bot_user_id=bot_user_id)
    except OtherTeam as other:
        raise CannotStart(texts.other_team(team, other.name)) from other
    return workspace, bot_user_id


def _error_of(refused: SlackApiError) -> str:
    """Slack's word for it, or what there is instead, as where some other server answers."""
    data = getattr(refused.response, "data", None)
    if isinstance(data, dict) and data.get("error"):
        return str(data["error"])
    status = getattr(refused.response, "status_code", None) or getattr(refused.response, "status", None)
    return f"HTTP {status}"


async def _connect(settings: Settings, clock: Clock, database: Database, *, ticking: bool) -> Running:
    client = _client(settings)
    workspace, bot_user_id = await _greet(settings, client, database)
    timetable: Timetable
    running: Running

    def tick_soon() -> None:
        timetable.soon("plan")
        timetable.soon("carry")

    desk = Desk(
        database=database,
        clock=clock,
        client=client,
        workspace_id=workspace.id or 0,
        team_id=workspace.team_id or "",
        bot_user_id=bot_user_id,
        zone=workspace.zone,
        after_change=tick_soon,
    )
    try:
        handler = await open_link(build_app(desk), settings.app_token, client)
    except SlackApiError as refused:
        raise CannotStart(texts.link_refused(_error_of(refused))) from refused
    except (*NETWORK, *NOT_SLACK) as lost:
        raise CannotStart(texts.slack_unreachable(settings.api_url)) from lost
    worker = f"{socket.gethostname()}:{os.getpid()}"
    timetable = Timetable(
        lambda: running.plan(),
        lambda: running.carry(),
        plan_every=timedelta(seconds=settings.tick_seconds),
        carry_every=timedelta(seconds=min(settings.tick_seconds, CARRY_EVERY.total_seconds())),
    )
    running = Running(settings, database, clock, desk, SlackCarrier(client), timetable, handler, worker)
    if ticking:
        timetable.start()
    log.info(texts.started(workspace.name))
    return running


async def stop(running: Running) -> None:
    """Takes everything down in order: no more ticks, what is in hand finished, the link closed, the database last."""
    await running.timetable.stop()
    await running.desk.finish(FINISH_WITHIN)
    await close_link(running.handler)
    await running.desk.finish(FINISH_WITHIN)  # what came in while the link was closing
    await running.database.close()


async def run(settings: Settings) -> int:
    """Runs until a signal; the exit status for the supervisor (non-zero: start me again)."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    running = await _start_unless(stopping, settings)
    if running is None:
        return 0
    try:
        control = await rehearsal.serve(running) if settings.rehearsal_port else None
    except OSError as busy:
        await stop(running)
        raise CannotStart(texts.port_busy(settings.rehearsal_port or 0)) from busy
    waits = {asyncio.create_task(stopping.wait()), asyncio.create_task(watch(running.handler))}
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


async def _start_unless(stopping: asyncio.Event, settings: Settings) -> Running | None:
    """What is running, or None when somebody wanted it stopped before it was up."""
    starting, stopped = asyncio.ensure_future(start(settings)), asyncio.ensure_future(stopping.wait())
    await asyncio.wait([starting, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if starting.done():
        return starting.result()
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    return None
