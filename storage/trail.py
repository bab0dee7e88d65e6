"""The trail: who did what, when. Nobody's change goes without an entry, and entries are never changed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import AuditEntry, Person
from storage.records.belonging import Condition

# written beside what is done, or by touch: no change of their own
BESIDE = frozenset({"agreement", "audit_entry", "handled_request", "roster_draft"})


@dataclass
class Changes:
    """What a session has changed: the tables, and the first row by (table, id) where it is known."""

    tables: set[str] = field(default_factory=set)
    entries: int = 0
    rows: list[tuple[str, int | None]] = field(default_factory=list)

    @property
    def untraced(self) -> bool:
        """Whether something was changed and nobody said who did it."""
        return bool(self.tables - BESIDE) and not self.entries

    @property
    def subject(self) -> tuple[str, int | None]:
        """The row it was about: facts before messages."""
        told = ("notice", "outgoing")
        facts = [row for row in self.rows if row[0] not in told]
        if facts or self.rows:
            return (facts or self.rows)[0]
        return sorted(self.tables - BESIDE)[0], None

    def add(self, row: Any, *, new: bool) -> None:
        """Counts a row that has been written."""
        table = inspect(type(row)).local_table.name
        if table == "audit_entry":
            self.entries += new
            return
        self.tables.add(table)
        if table not in BESIDE:
            self.rows.append((table, getattr(row, "id", None)))


@contextmanager
def watched(session: AsyncSession) -> Iterator[Changes]:
    """What the session changes meanwhile. Flush before asking."""
    changes = Changes()

    def flushed(current: Any, _context: Any) -> None:
        for row in current.new:
            changes.add(row, new=True)
        for row in (*(each for each in current.dirty if current.is_modified(each)), *current.deleted):
            changes.add(row, new=False)

    def executed(state: ORMExecuteState) -> None:
        if (state.is_insert or state.is_update or state.is_delete) and state.bind_mapper is not None:
            table = getattr(state.bind_mapper.local_table, "name", "")
            changes.tables.add(table)

    event.listen(session.sync_session, "after_flush", flushed)
    event.listen(session.sync_session, "do_orm_execute", executed)
    try:
        yield changes
    finally:
        event.remove(session.sync_session, "after_flush", flushed)
        event.remove(session.sync_session, "do_orm_execute", executed)


@dataclass(frozen=True)
class Traced:
    """An entry as it is shown: with the name of whoever did it, where that is known."""

    entry: AuditEntry
    name: str


async def entries(
    session: AsyncSession,
    *,
    workspace_id: int,
    about: Condition | None = None,
    before_id: int | None = None,
    first: datetime | None = None,
    last: datetime | None = None,
    limit: int | None = None,
) -> Sequence[Traced]:
    """Entries of the trail, newest first. `about`: only those; `before_id`: those before it; `first` (included) and
    `last` (excluded) are aware UTC."""
    question = (
        select(AuditEntry, Person.name)
        .join(Person, col(Person.id) == AuditEntry.person_id, isouter=True)
        .where(AuditEntry.workspace_id == workspace_id)
        .order_by(col(AuditEntry.id).desc())
    )
    if about is not None:
        question = question.where(about)
    if before_id is not None:
        question = question.where(col(AuditEntry.id) < before_id)
    if first is not None:
        question = question.where(col(AuditEntry.at) >= first)
    if last is not None:
        question = question.where(col(AuditEntry.at) < last)
    if limit is not None:
        question = question.limit(limit)
    return [Traced(entry, name or "") for entry, name in (await session.exec(question)).all()]
