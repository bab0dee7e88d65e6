"""Gallring in two steps: what would go is worked out and kept under a code; with the code, exactly that goes.

Only what a rule says may go, with a decision, and whose time has passed; and nothing that something kept refers to.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from sqlalchemy import Table, and_, delete, or_, update
from sqlmodel import SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Appointment, Disposal, Outcome, Person, RecordRule, Workspace
from storage.people import seats_held, traced
from storage.records.kinds import PRIMARY, RecordKind, Row, ages

GOOD_FOR = timedelta(days=14)  # a proposal
BATCH = 400  # rows in one statement
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without those that look alike
KEYBOARD = "kommandoraden"


class NotDisposed(Exception):
    """Nothing has gone. `why`: "unknown", "done", "old", "changed", or "nobody" where who confirms may not."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Proposal:
    """What would go, by kind, and what is old enough but held by something that is kept."""

    rows: Mapping[Row, RecordKind]
    held: Mapping[RecordKind, int]
    rules: Mapping[RecordKind, RecordRule]

    @property
    def counts(self) -> dict[RecordKind, int]:
        return dict(Counter(self.rows.values()))

    @property
    def digest(self) -> str:
        """The same for the same rows by the same rules, and for nothing else."""
        rules = sorted(f"{kind} {rule.months} {rule.decision}" for kind, rule in self.rules.items())
        rows = sorted(f"{table} {key}" for table, key in self.rows)
        return hashlib.sha256("\n".join([*rules, *rows]).encode()).hexdigest()


async def proposal(session: AsyncSession, workspace: Workspace, on: date) -> Proposal:
    """What would go on the local day `on`, by today's rules."""
    question = select(RecordRule).where(RecordRule.workspace_id == workspace.id, col(RecordRule.keep).is_(False))
    rules = {
        RecordKind(rule.kind): rule
        for rule in (await session.exec(question)).all()
        if rule.months is not None and rule.decision.strip()
    }
    old: dict[Row, RecordKind] = {}
    for kind, rule in rules.items():
        async for row, day in ages(session, kind, workspace):
            if day + relativedelta(months=rule.months or 0) < on:
                old[row] = kind
    going = await _free(session, old)
    held = Counter(kind for row, kind in old.items() if row not in going)
    return Proposal({row: kind for row, kind in old.items() if row in going}, held, rules)


async def _free(session: AsyncSession, old: Mapping[Row, RecordKind]) -> set[Row]:
    """The rows that nothing kept refers to, when all of them go together."""
    going = set(old)
    references = await _references(session, {table for table, _ in old})
    while True:
        held = {to for of, to in references if to in going and of not in going}
        if not held:
            return going
        going -= held


async def _references(session: AsyncSession, tables: set[str]) -> list[tuple[Row, Row]]:
    """(row, the row it refers to), for every foreign key into the tables."""
    found: list[tuple[Row, Row]] = []
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            for key in column.foreign_keys:
                into = key.column.table.name
                if into in tables:
                    found += await _pointing(session, table, column, into)
    if "outcome" in tables:
        found += await _older_versions(session)
    if "appointment" in tables:
        found += await _last_appointments(session)
    return found


async def _pointing(session: AsyncSession, table: Table, column: Any, into: str) -> list[tuple[Row, Row]]:
    keys = list(table.primary_key.columns)
    question: Any = select(*keys, column).where(column.is_not(None))  # type: ignore[call-overload]
    return [((table.name, tuple(row[:-1])), (into, (row[-1],))) for row in (await session.exec(question)).all()]


async def _older_versions(session: AsyncSession) -> list[tuple[Row, Row]]:
    """An outcome that counts stays as long as an earlier version of it: else that one would count."""
    rows = (await session.exec(select(Outcome.id, Outcome.occasion_id, Outcome.version))).all()
    newest: dict[int, tuple[int, int | None]] = {}
    for row_id, occasion, version in rows:
        newest[occasion] = max(newest.get(occasion, (0, None)), (version, row_id), key=lambda each: each[0])
    return [
        (("outcome", (row_id,)), ("outcome", (newest[occasion][1],)))
        for row_id, occasion, _ in rows
        if row_id != newest[occasion][1]
    ]


async def _last_appointments(session: AsyncSession) -> list[tuple[Row, Row]]:
    """The last appointment stays as long as the person: nothing else tells when they left."""
    question = select(Appointment.person_id, func.max(Appointment.id)).group_by(col(Appointment.person_id))
    rows = (await session.exec(question)).all()
    return [(("person", (person,)), ("appointment", (appointment,))) for person, appointment in rows]


async def propose(session: AsyncSession, workspace: Workspace, *, now: datetime, on: date) -> tuple[Proposal, str]:
    """Works out what would go, and keeps it under a code; "" where nothing would. `now` is aware UTC."""
    found = await proposal(session, workspace, on)
    if not found.rows:
        return found, ""
    code = "".join(secrets.choice(ALPHABET) for _ in range(8))
    disposal = Disposal(
        workspace_id=workspace.id or 0,
        code=code,
        proposed_at=now,
        proposed_on=on,
        digest=found.digest,
        counts={kind.value: count for kind, count in found.counts.items()},
        decisions={kind.value: rule.decision for kind, rule in found.rules.items() if kind in found.counts},
    )
    session.add(disposal)
    await session.flush()
    _trace(session, disposal, now, "records propose", None)
    return found, code


async def confirm(session: AsyncSession, workspace: Workspace, code: str, *, by: Person, now: datetime) -> Disposal:
    """Lets exactly what was proposed go. Raises NotDisposed, with nothing changed, where it is not the same any more,
    is older than fourteen days, has been done, or was never proposed, and where `by`, who answers for it, is neither
    administrator nor coordinator that day."""
    if not await _answers(session, workspace, by, now.astimezone(ZoneInfo(workspace.zone)).date()):
        raise NotDisposed("nobody")
    question = select(Disposal).where(Disposal.code == code.strip().upper(), Disposal.workspace_id == workspace.id)
    disposal = (await session.exec(question.with_for_update())).first()
    if disposal is None:
        raise NotDisposed("unknown")
    if disposal.confirmed_at is not None:
        raise NotDisposed("done")
    if now - disposal.proposed_at > GOOD_FOR:
        raise NotDisposed("old")
    found = await proposal(session, workspace, disposal.proposed_on)
    if found.digest != disposal.digest:
        raise NotDisposed("changed")
    disposal.open, disposal.confirmed_at, disposal.confirmed_by = True, now, by.name
    session.add(disposal)
    await session.flush()
    await _remove(session, found.rows)
    disposal.open = False
    session.add(disposal)
    await session.flush()
    _trace(session, disposal, now, "records dispose", by.id)
    return disposal


async def _answers(session: AsyncSession, workspace: Workspace, person: Person, on: date) -> bool:
    if person.workspace_id != workspace.id or person.deactivated:
        return False
    held = await seats_held(session, person_id=person.id or 0, today=on)
    return person.administrator or any(seat.coordinator for seat, _ in held)


async def _remove(session: AsyncSession, rows: Iterable[Row]) -> None:
    """Those that refer before those referred to; a row that refers to its own table lets go of it first."""
    by_table: dict[str, list[tuple[Any, ...]]] = {}
    for table, key in rows:
        by_table.setdefault(table, []).append(key)
    for table in reversed(SQLModel.metadata.sorted_tables):
        keys = by_table.get(table.name, [])
        inward = [
            column.name
            for column in table.columns
            if any(key.column.table.name == table.name for key in column.foreign_keys)
        ]
        for which in _batches(table.name, keys) if inward else ():
            await session.exec(update(table).where(which).values(dict.fromkeys(inward)))
        for which in _batches(table.name, keys):
            await session.exec(delete(table).where(which))


def _batches(table: str, keys: Sequence[tuple[Any, ...]]) -> Iterable[Any]:
    columns = PRIMARY[table]
    for first in range(0, len(keys), BATCH):
        some = keys[first : first + BATCH]
        if len(columns) == 1:
            yield columns[0].in_([key[0] for key in some])
        else:
            pairs = (zip(columns, key, strict=True) for key in some)
            yield or_(*(and_(*(column == value for column, value in pair)) for pair in pairs))


def _trace(session: AsyncSession, disposal: Disposal, now: datetime, action: str, person_id: int | None) -> None:
    traced(
        session,
        workspace_id=disposal.workspace_id,
        now=now,
        actor=KEYBOARD,
        person_id=person_id,
        action=action,
        subject="disposal",
        subject_id=disposal.id,
        **disposal.counts,
    )
