"""`python -m sandbox.demo`: prepares, starts both programs, prints one address, and ends cleanly on Ctrl-C.

The bot is run as anybody would run it, by its command line and its environment; nothing of it is imported.
"""

import argparse
import asyncio
import os
import shutil
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from pathlib import Path

import aiohttp
from ruamel.yaml import YAML

from sandbox.demo import texts

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent
KEPT = ROOT / ".demo"
BEGINS = "2027-01-11T08:00"
AGREEMENTS = ("nykvarn-2021-2022", "exempel-2027-2030")
FORUMS = {"Chefssamrådet": "C0CHEFER", "Planeringsgruppen": "C0PLANERING", "Operativa gruppen": "C0OPERATIVA"}
PATIENCE_SECONDS = 60.0


class DemoFailed(Exception):
    """Something did not start; the sentence says what."""


def main() -> int:
    """Runs the demo until it is stopped; the exit status for the shell."""
    parser = argparse.ArgumentParser(prog="make demo", description=texts.ABOUT)
    parser.add_argument("--port", type=int, default=8300)
    parser.add_argument("--fresh", action="store_true", help=texts.FRESH)
    options = parser.parse_args()
    try:
        return asyncio.run(demo(options.port, fresh=options.fresh))
    except DemoFailed as failed:
        print(failed, file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 0


async def demo(port: int, *, fresh: bool) -> int:
    """Starts the local Slack, sets the town up the first time, starts the bot, and waits for a signal."""
    if fresh:
        shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir(exist_ok=True)
    control = _free_port()
    _refuse_busy(port)
    stop = _stop_on_signals()
    started: list[Process] = []
    try:
        started.append(await _start_slack(port, control))
        address = f"http://127.0.0.1:{port}"
        now = await _clock_of(address, started)
        environment = _environment(address, control, now)
        if not (KEPT / "ready").exists():
            _say(texts.PREPARING)
            await _set_up(environment)
            (KEPT / "ready").touch()
        started.append(await _start("bot", environment, _program("samverkansbot"), "run"))
        await _until_answers(f"http://127.0.0.1:{control}/clock", started)
        _say(texts.open_address(f"{address}/"))
        return await _wait(stop, started)
    finally:
        for process in reversed(started):
            await _end(process)
        _say(texts.ENDED)


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201


def _program(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _refuse_busy(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise DemoFailed(texts.port_busy(port)) from None


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


def _tokens() -> Mapping[str, str]:
    world = YAML(typ="safe").load((HERE / "world.yml").read_text(encoding="utf-8"))
    tokens: Mapping[str, str] = world["tokens"]
    return tokens


def _environment(address: str, control: int, now: str) -> dict[str, str]:
    tokens = _tokens()
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("SLACK_")},
        "SLACK_API_URL": f"{address}/api/",
        "SLACK_BOT_TOKEN": tokens["bot"],
        "SLACK_APP_TOKEN": tokens["app"],
        "DATABASE_URL": f"sqlite:///{KEPT / 'bot.sqlite3'}",
        "SAMVERKANSBOT_CLOCK": now,
        "SAMVERKANSBOT_REHEARSAL_PORT": str(control),
    }


async def _start_slack(port: int, control: int) -> Process:
    arguments = ["-m", "sandbox", "--world", str(HERE / "world.yml"), "--state", str(KEPT / "slack.json")]
    arguments += ["--port", str(port), "--clock", BEGINS, "--rehearsal", f"http://127.0.0.1:{control}"]
    return await _start("slack", dict(os.environ), sys.executable, *arguments)


async def _start(name: str, environment: Mapping[str, str], *command: str) -> Process:
    # a session of its own: Ctrl-C reaches only us, and we end the two in order
    with (KEPT / f"{name}.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=dict(environment), stdout=log, stderr=log, start_new_session=True
        )


async def _clock_of(address: str, started: Sequence[Process]) -> str:
    """Where the local Slack's clock stands: the beginning, or where the last run left it."""
    await _until_answers(f"{address}/page/people", started)
    async with aiohttp.ClientSession() as http, http.get(f"{address}/page/world", params={"as": "U0ANNA"}) as answer:
        world = await answer.json()
    return str(world["clock"]["now"])


async def _until_answers(address: str, started: Sequence[Process]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS), aiohttp.ClientSession() as http:
        while True:
            _refuse_ended(started)
            try:
                async with http.get(address) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


def _refuse_ended(started: Sequence[Process]) -> None:
    for name, process in zip(("slack", "bot"), started, strict=False):
        if process.returncode is not None:
            raise DemoFailed(texts.ended_early(name, _last_lines(KEPT / f"{name}.log")))


def _last_lines(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:])


async def _set_up(environment: Mapping[str, str]) -> None:
    """What a coordinator does once: both agreements, the roster, a channel for each forum."""
    commands = [["import", f"agreements/{name}.yml"] for name in AGREEMENTS]
    commands.append(["roster", "import", str(HERE / "roster.csv")])
    commands += [["forum", "link", forum, channel] for forum, channel in FORUMS.items()]
    for command in commands:
        process = await asyncio.create_subprocess_exec(
            _program("samverkansbot"),
            *command,
            cwd=ROOT,
            env=dict(environment),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        if process.returncode:
            raise DemoFailed(texts.set_up_failed(" ".join(command), output.decode(errors="replace")))


async def _wait(stop: asyncio.Event, started: Sequence[Process]) -> int:
    waits = [asyncio.create_task(stop.wait()), *(asyncio.create_task(process.wait()) for process in started)]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    if not stop.is_set():
        _refuse_ended(started)
    return 0


async def _end(process: Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), timeout=15)
    except TimeoutError:
        process.kill()
        await process.wait()


if __name__ == "__main__":
    sys.exit(main())
