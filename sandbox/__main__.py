"""`python -m sandbox`: the local Slack until it is stopped; `python -m sandbox methods`: what it supports."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from sandbox.clock import read_moment
from sandbox.server import Sandbox
from sandbox.table import methods_table
from sandbox.world import WorldError

DEMO = Path(__file__).parent / "demo" / "world.yml"


def main() -> int:
    """Reads the command line; the exit status for the shell."""
    options = _options().parse_args()
    if options.what == "methods":
        print(methods_table())  # noqa: T201
        return 0
    try:
        asyncio.run(serve(options))
    except (WorldError, OSError, ValueError) as failed:
        print(failed, file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A small local Slack.")
    parser.add_argument("what", nargs="?", choices=("run", "methods"), default="run")
    parser.add_argument("--world", type=Path, default=DEMO, help="YAML: team, users, channels, bot, tokens, manifest")
    parser.add_argument("--manifest", type=Path, help="the app's manifest, when not the world's own")
    parser.add_argument("--state", type=Path, help="where to remember, and to continue from")
    parser.add_argument("--port", type=int, default=8300)
    parser.add_argument("--clock", help="where the clock starts the first time, 2027-01-11T08:00")
    parser.add_argument("--rehearsal", help="the bot's control address, to move its clock with this one")
    return parser


async def serve(options: argparse.Namespace) -> None:
    """Serves until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with Sandbox.start(
        options.world,
        options.manifest,
        clock=read_moment(options.clock) if options.clock else None,
        port=options.port,
        state=options.state,
        rehearsal=options.rehearsal,
    ) as slack:
        print(slack.address, flush=True)  # noqa: T201
        await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
