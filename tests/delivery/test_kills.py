"""Real processes, killed with SIGKILL between claim, look, post and mark; answers lost, refused and late. Counted."""

import asyncio
import json
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from storage.database import Database
from storage.models import NoticeState, OutgoingState
from tests.delivery.world import MORNING, found, notices, outgoings

# How often a step is somebody's last: the rarer the step, the deadlier, so that deaths come everywhere
DEADLY = {"plan": 0.03, "claim": 0.06, "compose": 0.06, "look": 0.3, "post": 0.1, "mark": 0.15}
EVERYWHERE = {*DEADLY, "post, accepted"}
OVER = {OutgoingState.SENT, OutgoingState.WITHDRAWN}  # withdrawn: joined to another in a list
ROOT = Path(__file__).parent.parent.parent


@dataclass
class Slack:
    """Takes messages over HTTP and keeps them; kills those who ask and loses answers, as chance has it."""

    chance: random.Random
    deadly: bool = False
    faulty: float = 0.0  # how often a request goes wrong in some way
    history: list[tuple[str, str]] = field(default_factory=list)  # (channel, key)
    killed: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def kill(self, request: dict[str, Any], step: str) -> None:
        os.kill(request["pid"], signal.SIGKILL)
        self.killed[step] += 1

    async def step(self, request: web.Request) -> web.Response:
        body = await request.json()
        step = body["step"]
        # half the time where nobody has died yet, so that a short run has been everywhere too
        if self.deadly and self.chance.random() < (DEADLY[step] if self.killed[step] else 0.5):
            self.kill(body, step)
        return web.json_response({})

    async def post(self, request: web.Request) -> web.Response:
        body = await request.json()
        fault = self.fault("429", "500 before", "500 after", "dropped before", "dropped after", "killed during")
        if fault == "429":
            return web.json_response({}, status=429)
        if fault == "500 before":
            return web.json_response({}, status=500)
        if fault == "dropped before":
            return self.drop(request)
        self.history.append((body["channel"], body["key"]))
        if fault == "killed during" or (self.deadly and not self.killed["post, accepted"]):
            self.kill(body, "post, accepted")
        if fault == "dropped after":
            return self.drop(request)
        status = 500 if fault == "500 after" else 200
        return web.json_response({"channel": body["channel"], "ts": f"{len(self.history)}.0"}, status=status)

    async def find(self, request: web.Request) -> web.Response:
        body = await request.json()
        fault = self.fault("500 before", "dropped before")
        if fault == "500 before":
            return web.json_response({}, status=500)
        if fault == "dropped before":
            return self.drop(request)
        for number, (channel, key) in enumerate(self.history, 1):
            if (channel, key) == (body["channel"], body["key"]):
                return web.json_response({"channel": channel, "ts": f"{number}.0"})
        return web.json_response({})

    def fault(self, *kinds: str) -> str:
        if self.chance.random() >= self.faulty:
            return ""
        kind = self.chance.choice(kinds)
        self.faults[kind] += 1
        return kind

    @staticmethod
    def drop(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        application = web.Application()
        application.add_routes(
            [web.post("/step", self.step), web.post("/post", self.post), web.post("/find", self.find)]
        )
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


@asynccontextmanager
async def replicas() -> AsyncIterator[asyncio.subprocess.Process]:
    """The process that forks the workers."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.delivery.replica",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


async def live_and_die(database: Database, slack: Slack, *, workers: int, kills: int) -> int:
    """Lets generations of workers carry, be killed and be followed by others; returns how many generations it took.

    A new generation's clock starts where the leases of the one before have run out. New reminders come with each until
    there have been enough deaths, at every step; the last generations are left in peace.
    """
    town = await found(database)
    now: datetime = MORNING
    reminders: list[dict[str, Any]] = []
    generation = 0
    async with slack.serving() as server, replicas() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        while True:
            generation += 1
            peace = not slack.deadly or (sum(slack.killed.values()) >= kills and set(+slack.killed) == EVERYWHERE)
            if peace:
                slack.deadly, slack.faulty = False, 0.0
            if not peace or generation == 1:
                reminders += [
                    {"key": f"g{generation}:{number}:f{forum}", "forum": forum}
                    for number in range(2)
                    for forum in (town.council, town.planning)
                ]
            job = {
                "now": now.isoformat(),
                "database": database.engine.url.render_as_string(hide_password=False),
                "server": server,
                "workspace": town.workspace,
                "workers": [f"w{generation}.{number}" for number in range(workers)],
                "reminders": reminders,
            }
            process.stdin.write(json.dumps(job).encode() + b"\n")
            statuses = json.loads(await process.stdout.readline())
            assert set(statuses) <= {0, -signal.SIGKILL}, statuses
            now += timedelta(minutes=30)
            rows = await outgoings(database)
            planned = {each.key for each in await notices(database)}
            if peace and planned >= {each["key"] for each in reminders} and all(row.state in OVER for row in rows):
                return generation
            assert generation < 1000, slack.killed


async def count(database: Database, slack: Slack) -> tuple[int, int, int]:
    """(told, lost, doubled): notices planned, notices of which Slack has nothing, messages Slack has more than once."""
    rows = await outgoings(database)
    told = await notices(database)
    assert {row.state for row in rows} <= OVER
    assert {each.state for each in told} == {NoticeState.SENT}
    standing = Counter(key for _, key in slack.history)
    keys = {row.id: row.key for row in rows}
    lost = sum(not standing[keys[each.outgoing_id]] for each in told)
    doubled = sum(times - 1 for times in standing.values())
    return len(told), lost, doubled


async def check(database: Database, *, workers: int, kills: int, seed: int) -> None:
    slack = Slack(random.Random(seed), deadly=True, faulty=0.2)
    await live_and_die(database, slack, workers=workers, kills=kills)
    told, lost, doubled = await count(database, slack)
    assert told > 0
    assert (lost, doubled) == (0, 0), (slack.killed, slack.faults)


@pytest.mark.asyncio
async def test_killed_between_claim_look_post_and_mark_nothing_is_lost_and_nothing_doubled(database: Database) -> None:
    """One process on SQLite, three replicas at once on PostgreSQL."""
    await check(database, workers=1 if database.is_sqlite else 3, kills=20, seed=7)


@pytest.mark.asyncio
async def test_the_count_shows_a_message_lost_and_one_doubled(sqlite_database: Database) -> None:
    """The measure itself: a history tampered with is seen."""
    slack = Slack(random.Random(1))
    await live_and_die(sqlite_database, slack, workers=1, kills=0)
    told, lost, doubled = await count(sqlite_database, slack)
    assert (lost, doubled) == (0, 0)
    slack.history.append(slack.history[0])
    assert (await count(sqlite_database, slack))[2] == 1
    slack.history.clear()
    assert (await count(sqlite_database, slack))[1] == told


@pytest.mark.torture(minutes=1)
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.asyncio
async def test_a_thousand_deaths_lose_nothing_and_double_nothing(database: Database, seed: int) -> None:
    await check(database, workers=1 if database.is_sqlite else 4, kills=200, seed=seed)
