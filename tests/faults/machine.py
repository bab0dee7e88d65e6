"""Real processes of the bot: started, killed, frozen, woken and stopped; what they say is kept."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.server import Sandbox

ROOT = Path(__file__).parent.parent.parent
UP = "uppkopplad"
AS_INSTALLED = ("bot", "run")
LATEST_LINES = 2_000

# What a test can afford to wait for. The lease outlasts posting and settling together, as it must.
HASTY = {
    "lease": 3.0,
    "post_within": 1.0,
    "settle": 0.5,
    "first_wait": 0.2,
    "longest_wait": 2.0,
    "pace": 0.05,
}


async def until(so: Callable[[], bool], seconds: float = 60.0, why: Callable[[], object] = lambda: "") -> float:
    """Waits until it is so; how long that took. AssertionError after `seconds`, saying `why`."""
    begun = time.monotonic()
    while not so():
        assert time.monotonic() - begun < seconds, why()
        await asyncio.sleep(0.01)
    return time.monotonic() - begun


async def until_it_is(
    ask: Callable[[], Awaitable[bool]], seconds: float = 60.0, why: Callable[[], object] = lambda: ""
) -> None:
    """As `until`, of something that must be asked for, a database say."""
    begun = time.monotonic()
    while not await ask():
        assert time.monotonic() - begun < seconds, why()
        await asyncio.sleep(0.05)


@dataclass
class Machine:
    """One process of the bot."""

    process: asyncio.subprocess.Process
    said: list[str] = field(default_factory=list)
    _reading: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        return self.process.returncode is None

    async def says(self, words: str, seconds: float = 30.0) -> None:
        """Waits until it has said so."""
        await until(
            lambda: any(words in line for line in self.said) or not self.alive, seconds, lambda: self.said[-20:]
        )
        assert any(words in line for line in self.said), self.said[-20:]

    def kill(self) -> None:
        """SIGKILL."""
        self._send(signal.SIGKILL)

    def freeze(self) -> None:
        """SIGSTOP: it stands still, with its connections and claims."""
        self._send(signal.SIGSTOP)

    def wake(self) -> None:
        """SIGCONT: it goes on, not knowing that time has passed."""
        self._send(signal.SIGCONT)

    async def stop(self, seconds: float = 60.0) -> int:
        """SIGTERM; its exit status."""
        self._send(signal.SIGTERM)
        return await self.ended(seconds)

    async def ended(self, seconds: float = 60.0) -> int:
        """Waits until it has ended; its exit status."""
        status = await asyncio.wait_for(self.process.wait(), seconds)
        if self._reading is not None:
            await self._reading
        return status

    def _send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            self.process.send_signal(number)

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.said.append(line.decode(errors="replace").rstrip())
            del self.said[:-LATEST_LINES]


async def started(
    slack: Sandbox,
    database_url: str,
    *,
    manners: dict[str, float] | None = None,
    tick: float = 0.2,
    program: Sequence[str] = ("tests.faults.replica",),
    **more: str,
) -> Machine:
    """A new process of the bot, on its way up. `program` AS_INSTALLED: with the waits it has in a municipality."""
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
        "SAMVERKANSBOT_TICK_SECONDS": str(tick),
        "BOT_MANNERS": json.dumps(HASTY if manners is None else manners),
        **more,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *program,
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=1_000_000,
    )
    machine = Machine(process)
    machine._reading = asyncio.create_task(machine._read())
    return machine


@asynccontextmanager
async def machines() -> AsyncIterator[list[Machine]]:
    """A list to put processes in; whatever is left of them at the end is killed."""
    running: list[Machine] = []
    try:
        yield running
    finally:
        for machine in running:
            if machine.alive:
                machine.wake()
                machine.kill()
            await machine.ended()
