"""`python -m sandbox`: the local Slack on its own, or its table of methods."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from sandbox.slack.clock import moment
from sandbox.slack.server import Sandbox
from sandbox.slack.web_api import METHODS


def main() -> int:
    """Runs until it is stopped; `methods` prints what is supported and the test that proves it."""
    parser = argparse.ArgumentParser(prog="python -m sandbox")
    parser.add_argument("what", nargs="?", choices=["serve", "methods"], default="serve")
    parser.add_argument("--world", type=Path, default=Path(__file__).parent.parent / "demo" / "world.yml")
    parser.add_argument("--state", type=Path)
    parser.add_argument("--port", type=int, default=8300)
    parser.add_argument("--clock")
    parser.add_argument("--rehearsal")
    options = parser.parse_args()
    if options.what == "methods":
        for name, method in METHODS.items():
            print(f"{name:28} {method.scope or '-':20} {method.proof}")  # noqa: T201
        return 0
    asyncio.run(serve(options))
    return 0


async def serve(options: argparse.Namespace) -> None:
    """Serves until SIGTERM or SIGINT, then saves."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    clock = moment(options.clock) if options.clock else None
    async with Sandbox.start(
        options.world, clock=clock, port=options.port, state=options.state, rehearsal=options.rehearsal
    ) as slack:
        print(slack.address, file=sys.stderr, flush=True)  # noqa: T201
        while not stop.is_set():
            slack.save()
            try:
                await asyncio.wait_for(stop.wait(), 30)
            except TimeoutError:
                continue
