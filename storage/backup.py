"""Copies of a SQLite database: taken while the bot writes, looked over before they are trusted, put back in its place.

SQLite's own backup reads one moment of the whole database; copying the file would miss what stands in its log.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from storage.migrating import revisions

BUSY_SECONDS = 30.0
BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps next to a database


class Why(StrEnum):
    """Why a copy was not made or not put back."""

    MISSING = "missing"  # there is nothing to copy
    EXISTS = "exists"  # a file is there already
    UNREADABLE = "unreadable"  # no SQLite database, or damaged
    FOREIGN = "foreign"  # another program's database
    NEWER = "newer"  # from a later version of this program
    RUNNING = "running"  # somebody has the database open
    NO_ROOM = "no room"  # the disk is full or may not be written


class NotCopied(Exception):
    """Nothing was changed. `path`: the file it is about; `detail`: SQLite's or the system's own words."""

    def __init__(self, why: Why, path: Path, detail: str = "") -> None:
        super().__init__(f"{why}: {path} {detail}".strip())
        self.why, self.path, self.detail = why, path, detail


@dataclass(frozen=True)
class Copy:
    """A copy that has been looked over. `kept`: where what stood in its place is now, None where nothing did."""

    path: Path
    size: int  # bytes
    revision: str  # of its tables
    kept: Path | None = None


def back_up(database: Path, to: Path) -> Copy:
    """Writes a copy of the database as it is at one moment, whoever writes in it meanwhile. Raises NotCopied.

    Never overwrites; readable by its owner alone; complete or not there at all.
    """
    if not database.is_file():
        raise NotCopied(Why.MISSING, database)
    if os.path.lexists(to):
        raise NotCopied(Why.EXISTS, to)
    draft = _draft(to)
    try:
        _copy(database, draft)
        revision = look_over(draft)
        size = draft.stat().st_size
        _publish(draft, to)
    finally:
        _remove(draft)
    return Copy(to, size, revision)


def restore(copy: Path, database: Path, now: datetime, *, prepare: Callable[[Path], object] = lambda _: None) -> Copy:
    """Puts a copy in the database's place; what stood there is kept beside it under a name with the time `now`.

    `prepare` is given the file that is about to take the place, to bring it up to date. Raises NotCopied, also when
    somebody has the database open; then, or when `prepare` raises, everything is as it was.
    """
    if not copy.is_file():
        raise NotCopied(Why.MISSING, copy)
    look_over(copy)
    database = database.resolve()
    draft = _draft(database)
    try:
        _copy(copy, draft, mode="ro")
        prepare(draft)
        _alone(draft)
        revision = look_over(draft)
        size = draft.stat().st_size
        kept = None
        if os.path.lexists(database):
            _alone(database)
            kept = _set_aside(database, now)
        try:
            _publish(draft, database)
        except NotCopied:
            if kept is not None:
                _move(kept, database)
            raise
    finally:
        _remove(draft)
    return Copy(database, size, revision, kept)


def look_over(copy: Path) -> str:
    """The revision of a copy that is whole, and whose tables this program knows. Raises NotCopied."""
    try:
        with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as found:
            said = [str(row[0]) for row in found.execute("PRAGMA integrity_check(5)")]
            if said != ["ok"]:
                raise NotCopied(Why.UNREADABLE, copy, said[0])
            if found.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise NotCopied(Why.UNREADABLE, copy, "foreign keys")
            return _revision(found, copy)
    except sqlite3.Error as wrong:
        raise NotCopied(Why.UNREADABLE, copy, str(wrong)) from wrong


def _revision(found: sqlite3.Connection, copy: Path) -> str:
    tables = {str(row[0]) for row in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"alembic_version", "outgoing", "workspace"} <= tables:
        raise NotCopied(Why.FOREIGN, copy)
    row = found.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None or str(row[0]) not in revisions():
        raise NotCopied(Why.NEWER, copy, str(row[0]) if row else "")
    return str(row[0])


def _draft(beside: Path) -> Path:
    """An empty file in the same folder, readable by its owner alone."""
    draft = beside.with_name(f".{beside.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as wrong:
        raise NotCopied(Why.NO_ROOM, beside, wrong.strerror or "") from wrong
    return draft


def _copy(database: Path, draft: Path, *, mode: str = "rw") -> None:
    address = f"{database.resolve().as_uri()}?mode={mode}"
    try:
        with (
            closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as source,
            closing(sqlite3.connect(draft)) as target,
        ):
            source.backup(target)  # all pages in one go: in one read transaction, which stops no writer
            target.execute("PRAGMA journal_mode = DELETE")  # a single file, whole by itself
    except sqlite3.DatabaseError as wrong:
        full = isinstance(wrong, sqlite3.OperationalError) and "full" in str(wrong)
        raise NotCopied(Why.NO_ROOM if full else Why.UNREADABLE, database, str(wrong)) from wrong


def _publish(draft: Path, to: Path) -> None:
    """Gives the draft its name, unless a file has got it meanwhile; on the disk before anybody is told."""
    try:
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        _name(draft, to)
        folder = os.open(to.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except FileExistsError:
        raise NotCopied(Why.EXISTS, to) from None
    except OSError as wrong:
        raise NotCopied(Why.NO_ROOM, to, wrong.strerror or "") from wrong


def _name(draft: Path, to: Path) -> None:
    """Raises FileExistsError when the name is taken."""
    try:
        os.link(draft, to)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links, as a shared folder may be
        os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        os.replace(draft, to)


def _remove(draft: Path) -> None:
    for ending in ("", *BESIDE):
        Path(f"{draft}{ending}").unlink(missing_ok=True)


def _alone(database: Path) -> None:
    """Returns when nobody else has the database open, with its log written into it. Raises NotCopied.

    A damaged one, which may be why somebody restores, counts as nobody's.
    """
    try:
        with closing(sqlite3.connect(database, timeout=0.2)) as found:
            # leaving the write-ahead log takes a lock that no other connection, idle or not, lets us have
            found.execute("PRAGMA journal_mode = WAL")
            found.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as held:
        if "locked" in str(held):
            raise NotCopied(Why.RUNNING, database) from held
    except sqlite3.DatabaseError:
        return


def _set_aside(database: Path, now: datetime) -> Path:
    stem = f"{database.name}.{now:%Y%m%dT%H%M%S}"
    kept = database.with_name(stem)
    number = 1
    while os.path.lexists(kept):
        number += 1
        kept = database.with_name(f"{stem}-{number}")
    _move(database, kept)
    return kept


def _move(database: Path, to: Path) -> None:
    for ending in BESIDE:
        with suppress(FileNotFoundError):
            os.rename(f"{database}{ending}", f"{to}{ending}")
    os.rename(database, to)
