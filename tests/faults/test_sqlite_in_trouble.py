"""The SQLite file locked by another process, its disk full, the file read-only: people hear what is wrong and that
nothing was saved, nothing is lost, nothing comes twice, and all goes on when it is mended."""

import asyncio
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot import texts
from bot.process import CannotStart, start
from bot.settings import Settings
from bot.troubles import trouble
from sandbox.server import Sandbox
from schedules.carrier import Posted, Target
from storage.database import Ailment, Database, ailment
from storage.message import Message
from storage.migrating import migrate
from tests.conversations.town import BEGINS, Town, opened
from tests.delivery.world import Noticeboard, found, plan, post_office, reminder
from tests.faults.disk import empty, fill, read_only, small_disk
from tests.faults.machine import UP, machines, started, until, until_it_is
from tests.faults.town import count, manifest, migrated, owe, waiting, world
from tests.faults.town import found as found_town

PLANNING = "C0PLANERING"
LOGGED = "/logga aktivitet trygghetsvandring 8 jan genomförd 12 deltagare kommunen polisen"
HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Another process holds the write lock."""
    words = [sys.executable, "-c", HOLDER, str(file)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            yield
        finally:
            holder.communicate("")


async def told_and_nothing_kept(town: Town, sentence: str) -> None:
    """Somebody logs and hears the sentence with what they wrote; the morning's digest waits."""
    anna = town.member("anna")
    town.bot.clock.set(BEGINS + timedelta(minutes=1))
    planning = asyncio.create_task(town.bot.plan())
    await anna.says(PLANNING, LOGGED)
    assert "8 jan" in await anna.waits_for(PLANNING, sentence, seconds=10)
    with pytest.raises(OperationalError):
        await planning
    assert town.slack.posted == []


async def all_goes_on(town: Town) -> None:
    """The same again works, and is told once; the digest comes, once."""
    anna = town.member("anna")
    await anna.says(PLANNING, LOGGED)
    await anna.waits_for(PLANNING, "Tack, det är loggat.")
    await town.at(BEGINS + timedelta(minutes=5))
    said = [each["text"] for each in town.slack.posted]
    assert sum("loggat av" in each for each in said) == 1
    keys = [each["metadata"]["event_payload"]["key"] for each in town.slack.posted if each["metadata"]]
    assert len(keys) == len(set(keys)) > 1


@pytest.mark.asyncio
async def test_a_file_locked_by_another_process_is_waited_for_and_then_told_of(tmp_path: Path) -> None:
    file = tmp_path / "bot.sqlite3"
    async with opened(f"sqlite:///{file}") as town:
        with locked(file):
            await told_and_nothing_kept(town, texts.BUSY)
        await all_goes_on(town)


@pytest.mark.asyncio
async def test_a_full_disk_is_told_of_and_loses_nothing() -> None:
    with small_disk(8) as disk:
        async with opened(f"sqlite:///{disk / 'bot.sqlite3'}") as town:
            fill(disk)
            await told_and_nothing_kept(town, texts.DISK_FULL)
            empty(disk)
            await all_goes_on(town)


@pytest.mark.asyncio
async def test_a_disk_that_fills_between_post_and_mark_neither_loses_nor_doubles() -> None:
    with small_disk(4) as disk:
        database = Database(f"sqlite:///{disk / 'bot.sqlite3'}")
        await migrate(database)
        town = await found(database)
        await plan(database, town, reminder("r1", forum_id=town.council))
        office = post_office(database)
        office.board = Filling(office.clock, disk)
        with pytest.raises(OperationalError) as failed:
            await office.carry()
        assert ailment(failed.value) is Ailment.FULL
        empty(disk)
        await office.carry_for(minutes=10)
        assert office.board.in_channel("C1") == [f"r1:f{town.council}"]
        assert await waiting(database) == 0
        await database.close()


class Filling(Noticeboard):
    """Slack takes the message, and meanwhile the disk fills up."""

    def __init__(self, clock: object, disk: Path) -> None:
        super().__init__(clock)  # type: ignore[arg-type]
        self.disk = disk

    async def post(self, to: Target, message: Message, key: str) -> Posted:
        posted = await super().post(to, message, key)
        fill(self.disk)
        return posted


@pytest.mark.asyncio
async def test_a_process_that_may_write_no_more_goes_on_when_it_may(tmp_path: Path) -> None:
    """A real process whose files may not grow (a quota): it lives, says so in its log, and sends everything once."""
    file = tmp_path / "bot.sqlite3"
    address = f"sqlite:///{file}"
    async with migrated(address) as database:
        town = await found_town(database, channels=5, people=1)
        async with Sandbox.start(world(5, 1), manifest(), limits=False) as slack, machines() as running:
            running.append(await started(slack, address))
            await running[0].says(UP)
            pid = running[0].process.pid
            before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, before[1]))
            owed = await owe(database, town, 25)
            await running[0].says("disk")
            standing = len(slack.posted)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
            await until(lambda: len(slack.posted) > standing)
            await until_it_is(lambda: _finished(database))
            assert await running[0].stop() == 0
            told = await count(database, slack)
            assert (told.sent, told.lost, told.doubled) == (owed, 0, 0)


async def _finished(database: Database) -> bool:
    return await waiting(database) == 0


@pytest.mark.asyncio
async def test_a_read_only_file_is_one_clear_sentence_at_the_start() -> None:
    with small_disk(4) as disk:
        address = f"sqlite:///{disk / 'bot.sqlite3'}"
        database = Database(address)
        await migrate(database)
        await database.close()
        with (
            read_only(disk),
            pytest.raises(CannotStart, match=r"Databasen går inte att använda.*att filen går att skriva"),
        ):
            await start(Settings("xoxb-1", "xapp-1", "http://127.0.0.1:1/api/", address))


@pytest.mark.asyncio
async def test_a_disk_that_becomes_read_only_under_a_running_bot_is_told_of_and_loses_nothing() -> None:
    """Its disk may not be written for a while; the connections it had are gone with the file they had open."""
    with small_disk(8) as disk:
        async with opened(f"sqlite:///{disk / 'bot.sqlite3'}") as town:
            await town.bot.timetable.stop()
            town.bot.timetable.stopping.clear()
            await town.bot.desk.finish(10)
            await town.bot.database.close()
            with read_only(disk):
                anna = town.member("anna")
                await anna.says(PLANNING, LOGGED)
                assert "8 jan" in await anna.waits_for(PLANNING, texts.NOT_OPENED, seconds=10)
                for tick in (town.bot.plan, town.bot.carry):
                    with pytest.raises(OperationalError) as failed:
                        await tick()
                    assert ailment(failed.value) is Ailment.CLOSED
                assert town.slack.posted == []
                await town.bot.database.close()
            await all_goes_on(town)


@pytest.mark.asyncio
async def test_a_file_that_becomes_read_only_is_told_of_in_those_words(sqlite_database: Database) -> None:
    async with sqlite_database.engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA query_only = ON")
        with pytest.raises(OperationalError) as refused:
            await connection.exec_driver_sql("DELETE FROM notice")
        await connection.rollback()
        await connection.exec_driver_sql("PRAGMA query_only = OFF")
    assert trouble(refused.value).sentence == texts.READ_ONLY
