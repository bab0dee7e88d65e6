"""The local Slack as a process of its own, with many channels and a given latency, so that it does not share our loop.

`python -m benchmarks.slack CHANNELS LATENCY_SECONDS CLOCK` prints its address and tokens; a line on standard input is
what a member writes (after ">" with the form that it opens, which is closed again), or "?", and is answered with how
many messages there are and what processor it has taken. With a CLOCK it keeps none of Slack's limits.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
from ruamel.yaml import YAML
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.faults import Fault
from sandbox.server import Sandbox
from tests.conversations.town import ROOT, WORLD

COUNT, FORM = "?", ">"
LATENCY = 0.15  # seconds to Slack and back


@dataclass
class Slack:
    """Where it is, and what it has been told."""

    api_url: str
    bot_token: str
    app_token: str
    process: asyncio.subprocess.Process

    async def count(self) -> int:
        """How many messages the bot has posted."""
        return int((await self._asked(COUNT))["count"])

    async def worked(self) -> float:
        """Seconds of processor it has taken."""
        return (await self._asked(COUNT))["worked"]

    async def anna_says(self, text: str, *, form: bool = False) -> None:
        """A member writes, a command or a word; returns when Slack has its answer, and with `form` the form too."""
        await self._asked(f"{FORM}{text}" if form else text)

    async def _asked(self, line: str) -> dict[str, float]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{line}\n".encode())
        found: dict[str, float] = json.loads(await self.process.stdout.readline())
        return found


@asynccontextmanager
async def slack(channels: int, latency: float, clock: str = "") -> AsyncIterator[Slack]:
    """Starts one, and ends it afterwards. `clock`: where its clock starts, for one that people write in."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.slack",
        str(channels),
        str(latency),
        clock,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    try:
        told = json.loads(await process.stdout.readline())
        yield Slack(**told, process=process)
    finally:
        process.terminate()
        await process.wait()


def client_of(there: Slack, kept: aiohttp.ClientSession | None = None) -> AsyncWebClient:
    """A client that repeats nothing, over `kept` connections where given."""
    return AsyncWebClient(token=there.bot_token, base_url=there.api_url, session=kept, retry_handlers=[], timeout=30)


def _world(channels: int) -> dict[str, Any]:
    """The demo's workspace with a county's channels."""
    world: dict[str, Any] = YAML(typ="safe").load(WORLD.read_text(encoding="utf-8"))
    world["channels"] += [
        {"id": f"C1{each:05}", "name": f"kanal-{each}", "members": ["U0BOT", "U0ANNA"]} for each in range(channels)
    ]
    return world


async def _serve(channels: int, latency: float, clock: str) -> None:
    begins = datetime.fromisoformat(clock) if clock else None
    world, manifest = _world(channels), ROOT / "app_manifest.yml"
    async with Sandbox.start(world, manifest, clock=begins, limits=begins is None) as local:
        if latency:
            local.faults.add(Fault("chat.postMessage", "slow", times=None, seconds=latency))
        told = {"api_url": local.api_url, "bot_token": local.bot_token, "app_token": local.app_token}
        print(json.dumps(told), flush=True)
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := (await reader.readline()).decode().strip():
            if line != COUNT:
                anna = local.member("U0ANNA")
                await anna.says("planeringsgruppen", line.removeprefix(FORM))
                if line.startswith(FORM):
                    await anna.sees_form()
                    await anna.closes()
            print(json.dumps(_count(local, channels)), flush=True)


def _count(local: Sandbox, channels: int) -> dict[str, float]:
    places = [local.workspace.conversations.named(f"C1{each:05}") for each in range(channels)]
    return {"count": sum(len(each.messages) for each in places), "worked": time.process_time()}


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]))
