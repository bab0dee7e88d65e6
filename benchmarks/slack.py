"""The local Slack as a process of its own, with many channels and a given latency, so that it does not share our loop.

`python -m benchmarks.slack CHANNELS LATENCY_SECONDS` prints its address and tokens; each line on standard input is
answered with how many messages there are and when the first and the last came.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.faults import Fault
from sandbox.server import Sandbox

ROOT = Path(__file__).parent.parent


@dataclass
class Slack:
    """Where it is, and what it has been told."""

    api_url: str
    bot_token: str
    app_token: str
    process: asyncio.subprocess.Process

    async def count(self) -> tuple[int, float, float]:
        """How many messages the bot has posted, and the first's and last's time (Unix seconds)."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"?\n")
        found = json.loads(await self.process.stdout.readline())
        return found["count"], found["first"], found["last"]


@asynccontextmanager
async def slack(channels: int, latency: float) -> AsyncIterator[Slack]:
    """Starts one, and ends it afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.slack",
        str(channels),
        str(latency),
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


def _world(channels: int) -> dict[str, object]:
    return {
        "team": {"id": "T0BENCH", "name": "Bänken", "domain": "banken"},
        "bot": {"user_id": "U0BOT", "bot_id": "B0BOT", "app_id": "A0BENCH", "name": "samverkansbot"},
        "tokens": {"bot": "xoxb-bench", "app": "xapp-bench"},
        "users": [{"id": "U0ANNA", "name": "Anna Ekdal"}],
        "channels": [
            {"id": f"C1{each:05}", "name": f"kanal-{each}", "members": ["U0BOT", "U0ANNA"]} for each in range(channels)
        ],
    }


async def _serve(channels: int, latency: float) -> None:
    async with Sandbox.start(_world(channels), ROOT / "app_manifest.yml") as local:
        if latency:
            local.faults.add(Fault("chat.postMessage", "slow", times=None, seconds=latency))
        told = {"api_url": local.api_url, "bot_token": local.bot_token, "app_token": local.app_token}
        print(json.dumps(told), flush=True)
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while await reader.readline():
            stamps = [
                float(message.ts)
                for each in range(channels)
                for message in local.workspace.conversations.named(f"C1{each:05}").messages
            ]
            found = {"count": len(stamps), "first": min(stamps, default=0.0), "last": max(stamps, default=0.0)}
            print(json.dumps(found), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
