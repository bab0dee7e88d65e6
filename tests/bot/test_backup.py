"""Backup and restore: a copy taken while the bot writes is whole; restoring loses nothing that stood there, and says no
when it should."""

import asyncio
import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from bot.clock import Clock
from bot.process import start, stop
from bot.rehearsal import settle
from bot.settings import Settings
from sandbox.server import Sandbox
from storage.backup import NotCopied, Why, back_up, restore
from storage.database import Database
from storage.models import Workspace
from tests.bot.test_cli import Keyboard, imported, keyboard  # noqa: F401  (fixtures)
from tests.conversations.town import BEGINS, ROOT, WORLD, prepared

NOW = datetime(2027, 1, 11, 12, 0, tzinfo=UTC)


def count(file: Path, table: str = "audit_entry") -> int:
    with closing(sqlite3.connect(file)) as opened:
        return int(opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def refused(work: object, *arguments: object) -> Why:
    assert callable(work)
    with pytest.raises(NotCopied) as wrong:
        work(*arguments)
    return wrong.value.why


@contextmanager
def somebody_writes(file: Path) -> Iterator[list[int]]:
    """Pairs of rows that belong together, as fast as it goes, from another connection in the bot's own mode."""
    written: list[int] = []
    going = threading.Event()
    ending = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as opened:
            opened.execute("PRAGMA journal_mode = WAL")
            opened.execute("CREATE TABLE IF NOT EXISTS pair (number INTEGER, half TEXT, filler TEXT)")
            while not ending.is_set():
                opened.execute("BEGIN IMMEDIATE")
                for half in ("a", "b"):
                    opened.execute("INSERT INTO pair VALUES (?, ?, ?)", (len(written), half, "x" * 500))
                opened.execute("COMMIT")
                written.append(len(written))
                if len(written) == 50:
                    going.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert going.wait(30)
        yield written
    finally:
        ending.set()
        writer.join()


def pairs(file: Path) -> int:
    """How many there are, none of them half."""
    with closing(sqlite3.connect(file)) as opened:
        halves = opened.execute("SELECT number, count(*) FROM pair GROUP BY number ORDER BY number").fetchall()
    assert all(how_many == 2 for _, how_many in halves)
    assert [number for number, _ in halves] == list(range(len(halves)))
    return len(halves)


def test_copies_taken_while_somebody_writes_are_whole_and_hold_what_was_committed_before(
    imported: Keyboard,  # noqa: F811
    tmp_path: Path,
) -> None:
    with somebody_writes(imported.database) as written:
        for number in range(5):
            before = len(written)
            copy = back_up(imported.database, tmp_path / f"copy{number}")
            assert before <= pairs(copy.path) <= len(written) + 1
        assert len(written) > before  # nobody was stopped
    restored = tmp_path / "elsewhere" / "bot.sqlite3"
    restored.parent.mkdir()
    restore(tmp_path / "copy4", restored, NOW)
    assert pairs(restored) == pairs(tmp_path / "copy4")


def test_a_copy_is_one_file_that_only_its_owner_may_read(imported: Keyboard, tmp_path: Path) -> None:  # noqa: F811
    folder = tmp_path / "copies"
    folder.mkdir()
    said = imported.right("backup", folder / "copy.sqlite3")
    assert "Klart" in said
    assert [each.name for each in folder.iterdir()] == ["copy.sqlite3"]
    assert stat.S_IMODE((folder / "copy.sqlite3").stat().st_mode) == 0o600


def test_nothing_is_overwritten(imported: Keyboard, tmp_path: Path) -> None:  # noqa: F811
    there = tmp_path / "there"
    there.write_text("viktigt")
    assert "finns redan" in imported.wrong("backup", there)
    assert there.read_text() == "viktigt"
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    assert "finns redan" in imported.wrong("backup", tmp_path / "dangling")
    assert "finns redan" in imported.wrong("backup", imported.database)


def test_what_cannot_be_written_or_is_not_there_is_told_and_nothing_is_left(
    imported: Keyboard,  # noqa: F811
    tmp_path: Path,
) -> None:
    assert "går inte att skriva" in imported.wrong("backup", tmp_path / "no" / "folder")
    before = sorted(each.name for each in tmp_path.iterdir())
    assert refused(back_up, tmp_path / "nothing", tmp_path / "copy") is Why.MISSING
    (tmp_path / "rubbish").write_bytes(b"rubbish" * 1_000)
    assert refused(back_up, tmp_path / "rubbish", tmp_path / "copy") is Why.UNREADABLE
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([*before, "rubbish"])


def test_a_restored_copy_takes_the_place_and_what_was_there_is_kept_beside_it(
    imported: Keyboard,  # noqa: F811
    tmp_path: Path,
) -> None:
    copy = tmp_path / "copy"
    imported.right("backup", copy)
    imported.right("roster", "import", ROOT / "sandbox" / "demo" / "roster.csv")
    people = count(imported.database, "person")
    assert people > 0
    said = imported.right("restore", copy)
    kept = next(tmp_path.glob("bot.sqlite3.2027*"))
    assert kept.name in said
    assert count(imported.database, "person") == 0
    assert count(kept, "person") == people
    assert stat.S_IMODE(imported.database.stat().st_mode) == 0o600
    assert copy.exists()
    imported.right("roster", "import", ROOT / "sandbox" / "demo" / "roster.csv")  # it works on
    imported.right("restore", kept)  # and back again
    assert count(imported.database, "person") == people
    assert len(list(tmp_path.glob("bot.sqlite3.2027*"))) == 2


@pytest.mark.asyncio
async def test_a_running_bot_also_an_idle_one_is_not_restored_under(
    imported: Keyboard,  # noqa: F811
    tmp_path: Path,
) -> None:
    copy = back_up(imported.database, tmp_path / "copy").path
    database = Database(f"sqlite:///{imported.database}")
    async with database.reading() as session:
        await session.exec(select(Workspace))
    before = imported.database.read_bytes()
    assert refused(restore, copy, imported.database, NOW) is Why.RUNNING
    assert imported.database.read_bytes() == before
    await database.close()
    restore(copy, imported.database, NOW)


def test_a_copy_that_is_damaged_foreign_or_of_a_later_version_changes_nothing(
    imported: Keyboard,  # noqa: F811
    tmp_path: Path,
) -> None:
    copy = back_up(imported.database, tmp_path / "copy").path
    before = imported.database.read_bytes()

    def altered(name: str, statement: str) -> Path:
        shutil.copy(copy, tmp_path / name)
        with closing(sqlite3.connect(tmp_path / name)) as opened:
            opened.execute(statement)
            opened.commit()
        return tmp_path / name

    cut = tmp_path / "cut"
    cut.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    scribbled = tmp_path / "scribbled"
    content = bytearray(copy.read_bytes())
    for page in range(2, 20):
        content[page * 4096 : page * 4096 + 200] = os.urandom(200)
    scribbled.write_bytes(content)
    orphaned = altered("orphaned", "UPDATE forum SET agreement_id = 4711")
    newer = altered("newer", "UPDATE alembic_version SET version_num = '9999'")
    foreign = tmp_path / "foreign"
    with closing(sqlite3.connect(foreign)) as opened:
        opened.execute("CREATE TABLE letters (text TEXT)")
    for file, why in (
        (cut, Why.UNREADABLE),
        (scribbled, Why.UNREADABLE),
        (orphaned, Why.UNREADABLE),
        (newer, Why.NEWER),
        (foreign, Why.FOREIGN),
        (tmp_path / "nothing", Why.MISSING),
    ):
        assert refused(restore, file, imported.database, NOW) is why, file
        assert "Traceback" not in imported.wrong("restore", file)
    assert imported.database.read_bytes() == before
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".")]


def test_a_damaged_database_is_the_reason_to_restore_and_is_kept_as_it_is(
    imported: Keyboard,  # noqa: F811
    tmp_path: Path,
) -> None:
    copy = back_up(imported.database, tmp_path / "copy").path
    imported.database.write_bytes(b"rubbish" * 1_000)
    done = restore(copy, imported.database, NOW)
    assert done.kept is not None
    assert done.kept.read_bytes() == b"rubbish" * 1_000
    assert count(imported.database, "agreement") == 1


def test_what_fails_on_the_way_leaves_everything_as_it_was(imported: Keyboard, tmp_path: Path) -> None:  # noqa: F811
    copy = back_up(imported.database, tmp_path / "copy").path
    before = imported.database.read_bytes()

    def failing(_: Path) -> None:
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        restore(copy, imported.database, NOW, prepare=failing)
    assert imported.database.read_bytes() == before
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".")]


def test_postgresql_is_pointed_to_its_own_tools(imported: Keyboard, tmp_path: Path) -> None:  # noqa: F811
    postgres = {"DATABASE_URL": "postgresql://boten:hemligt@db/samverkan"}
    for command in ("backup", "restore"):
        said = imported.wrong(command, tmp_path / "copy", **postgres)
        assert "pg_dump" in said
        assert "hemligt" not in said


@pytest.mark.asyncio
async def test_what_was_sent_after_the_copy_was_taken_is_found_in_slack_and_not_sent_again(
    keyboard: Keyboard,  # noqa: F811
    tmp_path: Path,
) -> None:
    await prepared(f"sqlite:///{keyboard.database}")
    copy = back_up(keyboard.database, tmp_path / "copy").path  # Monday before eight
    async with Sandbox.start(WORLD, ROOT / "app_manifest.yml", clock=BEGINS) as slack:
        settings = Settings(slack.bot_token, slack.app_token, slack.api_url, f"sqlite:///{keyboard.database}")

        async def a_round() -> None:
            bot = await start(settings, clock=Clock(BEGINS), ticking=False)
            await settle(bot)
            await stop(bot)

        await a_round()
        posted = [each["text"] for each in slack.posted]
        assert posted
        restored = await asyncio.to_thread(keyboard.right, "restore", copy)
        assert "letar den efter" in restored
        await a_round()
        assert [each["text"] for each in slack.posted] == posted
        assert any(method == "conversations.history" for method, _ in slack.calls)
