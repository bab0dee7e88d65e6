"""Starts and stops in order: database, Slack's word on the token, the socket, the ticks; then back again."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

import aiohttp
from aiohttp import web
from alembic.util import CommandError
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from bot import heartbeat, rehearsal, texts
from bot.accounts import compare_accounts
from bot.app import Desk, build_app
from bot.calendar_files import post_calendar_files
from bot.channels import look_at_channels
from bot.clock import Clock
from bot.http.metrics import MeteredCarrier, Meters
from bot.http.reception import Reception
from bot.http.server import serve
from bot.http.signature import Verifier
from bot.link import GIVE_UP_AFTER, close_link, heard_ago, open_link, watch
from bot.mail import Carriers, MailCarrier
from bot.members import compare_members
from bot.outbound import GIVEN_UP_AFTER, SlackCarrier, kept_connections
from bot.settings import Settings, is_slacks_own
from schedules.auditor import Patience, Verdict, Watch, audit, speak
from schedules.carrier import Carrier
from schedules.composing import compose
from schedules.courier import carry
from schedules.distance import Distance
from schedules.giving_way import GivingWay
from schedules.manners import Manners
from schedules.planner import plan
from schedules.timetable import CARRY_EVERY, Timetable
from storage.auditing import note_tick
from storage.database import Database
from storage.downtime import wake
from storage.marks import let_go
from storage.migrating import migrate
from storage.models import Workspace
from storage.workspaces import OtherTeam, bind_workspace

log = logging.getLogger(__name__)

STOP_WITHIN = 25.0  # seconds from SIGTERM to the end, whatever Slack does; supervisors commonly give 30
LET_GO_WITHIN = 2.0
FOR_TICKS = 0.6  # of that; the rest is for the answers people wait for, and for closing the doors
NOTE_EVERY = timedelta(seconds=30)  # so often it is written that a tick went well, however often it ticks
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
    carrier: Carrier
    timetable: Timetable
    handler: AsyncSocketModeHandler | None  # None where Slack's requests come over HTTP, or to another process
    worker: str
    kept: aiohttp.ClientSession  # connections to Slack
    turn: asyncio.Lock = field(
        default_factory=asyncio.Lock
    )  # one round of carrying at a time: a tick's or a rehearsal's

    manners: Manners = field(default_factory=Manners)
    distance: Distance = field(default_factory=Distance)
    watching: Watch = field(default_factory=Watch)
    noted: dict[str, datetime] = field(default_factory=dict)
    meters: Meters = field(default_factory=Meters)
    reception: Reception | None = None  # None where they come over Socket Mode, or to another process
    server: web.AppRunner | None = None
    filing: "asyncio.Task[None] | None" = None  # calendar files, on their way
    compared_at: datetime | None = None  # channels with rosters
    reached_at: float | None = None  # when Slack last answered over HTTP, seconds since 1970

    async def plan(self) -> int:
        """One look at what is due."""
        new = await plan(self.database, self.clock.now())
        await self._went_well("plan")
        return new

    async def carry(self) -> int:
        """One round of carrying what may go."""
        async with self.turn:
            sent = await carry(
                self.database,
                self.carrier,
                self.clock.now,
                compose=compose,
                worker=self.worker,
                stopping=self.timetable.stopping,
                manners=self.manners,
                distance=self.distance,
                others=GivingWay(self.desk.answers),
            )
        await self._went_well("carry")
        if sent:
            self.post_calendar_files()
        return sent

    def post_calendar_files(self) -> None:
        """Sets off the calendar files of what has been posted, beside the next round; one at a time."""
        if self.filing is None or self.filing.done():
            self.filing = self.desk.keep(self._post_calendar_files())

    async def _post_calendar_files(self) -> None:
        try:
            await post_calendar_files(self.database, self.desk.client, self.clock.now())
        except (SQLAlchemyError, OSError) as fault:  # the next round with something sent tries again
            log.warning("calendar files could not be posted: %s", type(fault).__name__)

    def compare_daily(self) -> None:
        """Sets off the comparison of Slack's accounts and channels with the rosters, when it starts and once a day."""
        now = self.clock.now()
        if self.compared_at is None or now - self.compared_at >= timedelta(days=1):
            self.compared_at = now
            self.desk.keep(compare_accounts(self.desk, self._unless_stopping))
            self.desk.keep(compare_members(self.desk))

    async def _unless_stopping(self, seconds: float) -> bool:
        """Waits; False at once when the process is to end."""
        stopping = self.timetable.stopping
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), timeout=seconds)
        return not stopping.is_set()

    async def audit(self) -> Verdict:
        """One look at whether planner, courier and link do what they should; tells the coordinators what they do not,
        and lets the heartbeat beat when all is well."""
        now = self.clock.now()
        if self.reception is not None:
            await self._reach()
        ago = await self.heard_ago()
        patience = Patience.for_ticks(timedelta(seconds=self.settings.tick_seconds))
        verdict = await audit(
            self.database,
            now,
            watch=self.watching,
            link_heard=now - ago if ago is not None else None,
            patience=patience,
            worker=self.worker,
        )
        if not self.timetable.stopping.is_set():
            self.compare_daily()
            await speak(self.database, self.carrier, self.clock.now, patience=patience)
        if verdict.well and self.settings.heartbeat_url:
            await heartbeat.beat(self.settings.heartbeat_url)
        return verdict

    async def heard_ago(self) -> timedelta | None:
        """How long ago this process heard from Slack; None where that is not known.

        Over HTTP nobody may ask anything all night, so that Slack's answer to us counts as well as its requests. A
        process that only sends cannot say whether those who ask are heard.
        """
        if self.handler is not None:
            return await heard_ago(self.handler)
        if self.reception is None:
            return None
        known = [each for each in (self.reached_at, self.reception.heard_at) if each is not None]
        return timedelta(seconds=max(0.0, time.time() - max(known))) if known else None

    async def _reach(self) -> None:
        try:
            await self.desk.client.auth_test()
        except (*NETWORK, *NOT_SLACK) as lost:
            log.warning("Slack does not answer: %s", type(lost).__name__)
        else:
            self.reached_at = time.time()

    async def _went_well(self, name: str) -> None:
        now = self.clock.now()
        if name in self.noted and abs(now - self.noted[name]) < NOTE_EVERY:
            return
        async with self.database.transaction() as session:
            await note_tick(session, name, at=now, worker=self.worker)
        self.noted[name] = now


def _client(settings: Settings, kept: aiohttp.ClientSession) -> AsyncWebClient:
    """A client that repeats nothing on its own: a POST that was accepted and then lost must not be sent twice."""
    return AsyncWebClient(
        token=settings.bot_token,
        base_url=settings.api_url,
        timeout=int(GIVEN_UP_AFTER),
        session=kept,
        retry_handlers=[],
    )


async def start(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ticking: bool = True,
    manners: Manners | None = None,
    open_database: Callable[..., Database] = Database,
) -> Running:
    """Brings everything up. Raises CannotStart with a sentence."""
    clock = clock or Clock(settings.clock)
    manners = manners or Manners()
    try:
        # a replica that stands still in a transaction is out of the others' way before its lease is
        database = open_database(settings.database_url, hold_seconds=manners.lease.total_seconds() / 3)
    except (SQLAlchemyError, ImportError) as fault:
        raise CannotStart(texts.database_unusable(str(fault))) from fault
    try:
        await migrate(database)
        async with database.transaction() as session:
            await wake(session, now=clock.now())
            await note_tick(session, "start", at=clock.now())
        return await _connect(settings, clock, database, ticking=ticking, manners=manners)
    except (SQLAlchemyError, CommandError) as fault:
        await database.close()
        raise CannotStart(texts.database_unusable(str(getattr(fault, "orig", None) or fault).strip())) from fault
    except OSError as fault:  # the database server's: Slack's are told apart further in
        await database.close()
        raise CannotStart(texts.database_unusable(str(fault).strip())) from fault
    except BaseException:
        await database.close()
        raise


def _carrier(settings: Settings, client: AsyncWebClient, database: Database, clock: Clock) -> Carrier:
    slack = SlackCarrier(client, clock.now)
    return slack if settings.mail is None else Carriers(slack, MailCarrier(settings.mail, database, clock.now))


async def _say_whether_by_mail(settings: Settings, database: Database, workspace_id: int) -> None:
    """Kept in the database: planner, courier and auditor of every replica go by it."""
    async with database.transaction() as session:
        workspace = await session.get(Workspace, workspace_id)
        if workspace is not None and workspace.by_mail != (settings.mail is not None):
            workspace.by_mail = settings.mail is not None
            session.add(workspace)


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
            workspace = await bind_workspace(
                session, team_id=team_id, name=team, bot_user_id=bot_user_id, url=_own_address(known.get("url"))
            )
    except OtherTeam as other:
        raise CannotStart(texts.other_team(team, other.name)) from other
    return workspace, bot_user_id


def _own_address(said: object) -> str:
    """The workspace's own address, where Slack says one that is Slack's."""
    return str(said) if is_slacks_own(str(said or "")) else ""


def _error_of(refused: SlackApiError) -> str:
    """Slack's word for it, or what there is instead, as where some other server answers."""
    data = getattr(refused.response, "data", None)
    if isinstance(data, dict) and data.get("error"):
        return str(data["error"])
    status = getattr(refused.response, "status_code", None) or getattr(refused.response, "status", None)
    return f"HTTP {status}"


async def _connect(settings: Settings, clock: Clock, database: Database, *, ticking: bool, manners: Manners) -> Running:
    kept = kept_connections()
    try:
        return await _connected(settings, clock, database, kept, ticking=ticking, manners=manners)
    except BaseException:
        await kept.close()
        raise


async def _connected(
    settings: Settings,
    clock: Clock,
    database: Database,
    kept: aiohttp.ClientSession,
    *,
    ticking: bool,
    manners: Manners,
) -> Running:
    client = _client(settings, kept)
    workspace, bot_user_id = await _greet(settings, client, database)
    await _say_whether_by_mail(settings, database, workspace.id or 0)
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
        public_url=settings.public_url if settings.http_port is not None else "",
        after_change=tick_soon,
    )
    app, meters = build_app(desk), Meters()
    handler, reception = None, None
    if settings.over_http:
        reception = Reception(app, Verifier(settings.signing_secret), meters)
    elif settings.answers:
        handler = await _link(settings, app, client)
    worker = f"{socket.gethostname()}:{os.getpid()}:{token_hex(2)}"  # in two containers both may be number 1
    timetable = Timetable(
        meters.timed("plan", lambda: running.plan()) if settings.reminds else None,
        meters.timed("carry", lambda: running.carry()) if settings.reminds else None,
        meters.timed("audit", lambda: running.audit()),
        plan_every=timedelta(seconds=settings.tick_seconds),
        carry_every=timedelta(seconds=min(settings.tick_seconds, CARRY_EVERY.total_seconds())),
    )
    running = Running(
        settings,
        database,
        clock,
        desk,
        MeteredCarrier(_carrier(settings, client, database, clock), meters),
        timetable,
        handler,
        worker,
        kept,
        manners=manners,
        meters=meters,
        reception=reception,
        reached_at=time.time(),
    )
    await _open_doors(running)
    desk.keep(look_at_channels(desk, every=True))
    if ticking:
        timetable.start()
    log.info(texts.started(workspace.name))
    return running


async def _link(settings: Settings, app: AsyncApp, client: AsyncWebClient) -> AsyncSocketModeHandler:
    try:
        return await open_link(app, settings.app_token, client)
    except SlackApiError as refused:
        raise CannotStart(texts.link_refused(_error_of(refused))) from refused
    except (*NETWORK, *NOT_SLACK) as lost:
        raise CannotStart(texts.slack_unreachable(settings.api_url)) from lost


async def _open_doors(running: Running) -> None:
    """Starts the HTTP server, where there shall be one."""
    host, port = running.settings.http_host, running.settings.http_port
    if port is None:
        return
    try:
        running.server = await serve(running, host=host, port=port)
    except OSError as busy:
        if running.handler is not None:
            await close_link(running.handler)
        raise CannotStart(texts.port_busy(port, "SAMVERKANSBOT_HTTP_PORT")) from busy
    log.info(texts.listens(f"http://{host}:{running.server.addresses[0][1]}"))


async def stop(running: Running, *, within: float = STOP_WITHIN) -> None:
    """Takes everything down in order: no more ticks, what is in hand finished, the doors closed, the database last.

    After `within` seconds, or little more, nothing is waited for: a message in hand is then given back, and whoever
    takes it looks for it in Slack before posting it again.
    """
    end = asyncio.get_running_loop().time() + within

    def left() -> float:
        return max(0.0, end - asyncio.get_running_loop().time())

    finished = await running.timetable.stop(within * FOR_TICKS)
    if not finished:
        await _let_go(running)
    await running.desk.finish(left() / 2)
    await _close_doors(running, left())
    await running.desk.finish(left())  # what came in while the doors were closing
    await running.desk.let_go()
    await running.kept.close()
    await running.database.close()


async def _close_doors(running: Running, within: float) -> None:
    """No more requests: Slack takes a while to say goodbye on a link, or never does."""
    try:
        async with asyncio.timeout(within):
            if running.server is not None:
                await running.server.cleanup()
            if running.handler is not None:
                await close_link(running.handler)
    except TimeoutError:
        log.warning("the doors did not close in time")


async def _let_go(running: Running) -> None:
    now = running.clock.now()
    try:
        async with asyncio.timeout(LET_GO_WITHIN), running.database.transaction() as session:
            count = await let_go(session, worker=running.worker, not_before=now + running.manners.settle)
        log.warning("%s messages in hand were given back unfinished", count)
    except (SQLAlchemyError, OSError, TimeoutError) as fault:
        log.warning("messages in hand stay claimed until their leases run out: %s", type(fault).__name__)


async def run(settings: Settings, *, manners: Manners | None = None, link_patience: float = GIVE_UP_AFTER) -> int:
    """Runs until a signal, or until the link has been down for so many seconds; the exit status for the supervisor
    (non-zero: start me again)."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    running = await _start_unless(stopping, settings, manners)
    if running is None:
        return 0
    keep_what_is_loaded()
    try:
        control = await rehearsal.serve(running) if settings.rehearsal_port else None
    except OSError as busy:
        await stop(running)
        raise CannotStart(texts.port_busy(settings.rehearsal_port or 0)) from busy
    waits: set[asyncio.Task[Any]] = {asyncio.create_task(stopping.wait())}
    if running.handler is not None:
        waits.add(asyncio.create_task(watch(running.handler, give_up_after=link_patience)))
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


def keep_what_is_loaded() -> None:
    """Tells Python that what is in memory now will stay: looking through it all for rubbish, again and again, would
    keep whoever asks something just then waiting for more than a tenth of a second. Once, in a process of its own."""
    gc.collect()
    gc.freeze()


async def _start_unless(stopping: asyncio.Event, settings: Settings, manners: Manners | None) -> Running | None:
    """What is running, or None when somebody wanted it stopped before it was up."""
    starting, stopped = asyncio.ensure_future(start(settings, manners=manners)), asyncio.ensure_future(stopping.wait())
    await asyncio.wait([starting, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if starting.done():
        return starting.result()
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    return None
