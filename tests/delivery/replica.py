"""A real process that carries messages, to be killed at any step. Started by test_kills, never imported by it.

It says to the parent's server what it is about to do, and does it when answered; a parent that would rather kill it
sends SIGKILL instead of an answer. To start quickly, one process loads the program and forks a child for every run.
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.courier import Manners, Posted, Target, Undelivered, carry
from storage import outbox
from storage.database import Database
from storage.message import Message, Part
from storage.models import Notice
from storage.outbox import Planned

ANSWER_WITHIN = aiohttp.ClientTimeout(total=20)


@dataclass
class RunningClock:
    """Stands at the time it was given, but for what is waited."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    async def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Said:
    message: Message | None
    dropped: dict[int, str] = field(default_factory=dict)


@dataclass
class Parent:
    """The server in the test: Slack's part, and the one that decides whether we go on living."""

    http: aiohttp.ClientSession
    address: str
    worker: str

    async def ask(self, path: str, **what: Any) -> tuple[int, dict[str, Any]]:
        body = {"pid": os.getpid(), "worker": self.worker, **what}
        async with self.http.post(f"{self.address}/{path}", json=body) as answer:
            return answer.status, await answer.json() if answer.content_type == "application/json" else {}

    async def about_to(self, step: str) -> None:
        await self.ask("step", step=step)

    async def post(self, to: Target, message: Message, key: str) -> Posted:
        await self.about_to("post")
        where = to.channel_id or to.user_id
        try:
            status, answer = await self.ask("post", channel=where, key=key, text=message.plain())
        except (aiohttp.ClientError, TimeoutError) as failure:
            raise Undelivered(False, type(failure).__name__) from failure
        if status == 429:
            raise Undelivered(False, "ratelimited", retry_after="1", unsure=False)
        if status != 200:
            raise Undelivered(False, str(status))
        await self.about_to("mark")
        return Posted(answer["channel"], answer["ts"])

    async def find(self, to: Target, key: str, since: datetime) -> Posted | None:
        await self.about_to("look")
        try:
            status, answer = await self.ask("find", channel=to.channel_id or to.user_id, key=key)
        except (aiohttp.ClientError, TimeoutError) as failure:
            raise Undelivered(False, type(failure).__name__) from failure
        if status != 200:
            raise Undelivered(False, str(status))
        return Posted(answer["channel"], answer["ts"]) if answer.get("ts") else None

    async def compose(self, session: AsyncSession, notices: Sequence[Notice], now: datetime) -> Said:
        await self.about_to("compose")
        return Said(Message(tuple(Part(heading=notice.key) for notice in notices)))


async def run(job: dict[str, Any], worker: str) -> None:
    """One life: plans everything (as every replica does), carries until nothing more may go."""
    clock = RunningClock(datetime.fromisoformat(job["now"]))
    database = Database(job["database"])
    try:
        async with aiohttp.ClientSession(timeout=ANSWER_WITHIN) as http:
            parent = Parent(http, job["server"], worker)
            await parent.about_to("plan")
            async with database.transaction() as session:
                wanted = [
                    Planned(key=each["key"], kind="today", due_at=clock(), forum_id=each["forum"])
                    for each in job["reminders"]
                ]
                await outbox.plan(session, workspace_id=job["workspace"], reminders=wanted, now=clock())
            await parent.about_to("claim")
            await carry(
                database,
                parent,
                clock,
                compose=parent.compose,
                worker=worker,
                wait=clock.wait,
                manners=Manners(at_once=3),
            )
    finally:
        await database.close()


def main() -> None:
    """Reads jobs, a line of JSON each; forks their workers; answers with their exit statuses when all have ended."""
    for line in sys.stdin:
        job = json.loads(line)
        children = []
        for worker in job["workers"]:
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    asyncio.run(run(job, worker))
                    status = 0
                finally:
                    sys.stderr.flush()
                    os._exit(status)
            children.append(child)
        statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        sys.stdout.write(json.dumps(statuses) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
