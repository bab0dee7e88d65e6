"""What the auditor asks of the database and keeps in it: ticks, what is late or stuck, what is missing, its findings.

Nothing here is written by planner or courier: the auditor trusts their tables, not their word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.backlog import UNDERWAY
from storage.database import insert_new
from storage.models import (
    Agreement,
    AgreementLook,
    Finding,
    MissingReminder,
    Notice,
    NoticeState,
    Outgoing,
    OutgoingState,
    Person,
    Tick,
    Workspace,
)
from storage.quiet import quiet_until

LATE = timedelta(minutes=15)  # what is sent later than this after it was due counts as late
CLOSED = (OutgoingState.SENT, OutgoingState.WITHDRAWN, OutgoingState.REFUSED)
REFUSED = text("notice.state = 'REFUSED'")  # as in the index: SQLite does not use a partial index for a parameter


# --- ticks ------------------------------------------------------------------------------------------------------------


async def note_tick(session: AsyncSession, name: str, *, at: datetime, worker: str = "") -> None:
    """Says that "plan", "carry", "audit", "link" or "start" went well at `at` (aware UTC), on any replica."""
    done = await session.exec(update(Tick).where(col(Tick.name) == name).values(at=at, worker=worker))
    if not done.rowcount:
        await insert_new(session, Tick, [{"name": name, "at": at, "worker": worker}], "name")


async def ticks(session: AsyncSession) -> dict[str, datetime]:
    """When each last went well, on any replica."""
    return dict((await session.exec(select(Tick.name, Tick.at))).all())


async def last_sent(session: AsyncSession, *, since: datetime) -> datetime | None:
    """When a message that could go after `since` was last sent: a courier at work on much has not finished its tick."""
    question = select(func.max(Outgoing.sent_at)).where(
        Outgoing.state == OutgoingState.SENT, Outgoing.not_before >= since
    )
    return (await session.exec(question)).one()


# --- the outbox -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Queued:
    """A due message not yet sent. `could_go_at`: when it was due, known of, and outside its person's quiet hours;
    `not_before`: that, or later after a failure that passes."""

    workspace_id: int
    could_go_at: datetime
    not_before: datetime
    failure: str | None
    claimed_until: datetime | None


async def queue(session: AsyncSession, *, due_by: datetime, workspace_id: int | None = None) -> list[Queued]:
    """Every message that fell due by then (aware UTC) and is not sent, in the order in which they could have gone."""
    question = (
        select(Outgoing, Workspace.zone, Person)
        .join(Workspace, col(Workspace.id) == Outgoing.workspace_id)
        .join(Person, col(Person.id) == Outgoing.person_id, isouter=True)
        .where(col(Outgoing.state).in_(UNDERWAY), Outgoing.due_at <= due_by)
    )
    if workspace_id is not None:
        question = question.where(Outgoing.workspace_id == workspace_id)
    found = [
        Queued(
            outgoing.workspace_id,
            could_go_at(outgoing.due_at, outgoing.created_at, person, zone),
            outgoing.not_before,
            outgoing.failure,
            outgoing.lease_until if outgoing.state is OutgoingState.CLAIMED else None,
        )
        for outgoing, zone, person in (await session.exec(question)).all()
    ]
    return sorted(found, key=lambda each: each.could_go_at)


def could_go_at(due_at: datetime, known_at: datetime, person: Person | None, zone: str) -> datetime:
    """From when a message could go: it was due, it was known of, and its person (if in Slack) wanted messages."""
    moment = max(due_at, known_at)
    held = quiet_until(person, moment, zone) if person is not None and person.slack_user_id else None
    return held or moment


async def stranded(session: AsyncSession, *, since: datetime, until: datetime) -> Sequence[tuple[int, int]]:
    """Notices that wait in a message that is closed, so that nobody will ever send them: (workspace id, how many)."""
    rows = await session.exec(
        select(Outgoing.workspace_id, func.count())
        .join(Notice, col(Notice.outgoing_id) == Outgoing.id)
        .where(
            col(Outgoing.state).in_(CLOSED),
            Outgoing.not_before >= since,
            Outgoing.not_before <= until,
            Notice.state == NoticeState.WAITING,
        )
        .group_by(col(Outgoing.workspace_id))
    )
    return rows.all()


async def refused_reasons(session: AsyncSession, *, since: datetime) -> list[tuple[int, str, int]]:
    """What was refused since then: (workspace id, reason, how many notices), the commonest first."""
    rows = await session.exec(
        select(Notice.workspace_id, Notice.reason, func.count())
        .where(REFUSED, Notice.due_at >= since)
        .group_by(col(Notice.workspace_id), col(Notice.reason))
        .order_by(func.count().desc())
    )
    return [(workspace, reason or "", count) for workspace, reason, count in rows.all()]


@dataclass(frozen=True)
class Numbers:
    """How a stretch of time went. `planned` leaves out what was withdrawn; `longest` is of what has been sent."""

    planned: int
    sent: int
    late: int
    missing: int
    longest: timedelta


async def numbers(session: AsyncSession, *, agreement_id: int, since: datetime, until: datetime) -> Numbers:
    """An agreement's notices that fell due from `since` to `until` (aware UTC; the former included), counted.

    Late: sent more than a quarter of an hour after they could go, or not at all. Missing: never planned.
    """
    rows = (
        await session.exec(
            select(Notice.due_at, Outgoing.sent_at, Person, Workspace.zone)
            .join(Outgoing, col(Outgoing.id) == Notice.outgoing_id)
            .join(Workspace, col(Workspace.id) == Notice.workspace_id)
            .join(Person, col(Person.id) == Outgoing.person_id, isouter=True)
            .where(
                Notice.agreement_id == agreement_id,
                Notice.due_at >= since,
                Notice.due_at < until,
                Notice.state != NoticeState.WITHDRAWN,
            )
        )
    ).all()
    missing = select(func.count()).where(
        MissingReminder.agreement_id == agreement_id,
        MissingReminder.due_at >= since,
        MissingReminder.due_at < until,
        col(MissingReminder.over_at).is_(None),
    )
    # known only late is late as well: here what counts is when the person should have had it
    delays = [sent_at - could_go_at(due_at, due_at, person, zone) for due_at, sent_at, person, zone in rows if sent_at]
    return Numbers(
        planned=len(rows),
        sent=len(delays),
        late=sum(delay > LATE for delay in delays) + len(rows) - len(delays),
        missing=(await session.exec(missing)).one(),
        longest=max(delays, default=timedelta(0)),
    )


# --- what is missing --------------------------------------------------------------------------------------------------


async def to_look_at(session: AsyncSession, *, now: datetime, limit: int) -> list[int]:
    """The agreements to compare with the outbox: never compared, changed since, or whose time has come."""
    rows = await session.exec(
        select(Agreement.id)
        .join(AgreementLook, col(AgreementLook.agreement_id) == Agreement.id, isouter=True)
        .where(
            col(AgreementLook.agreement_id).is_(None)
            | (col(AgreementLook.facts_version) != col(Agreement.facts_version))
            | (col(AgreementLook.look_again_at) <= now)
            | (col(AgreementLook.stable_since) > now)  # the clock was turned back
        )
        .order_by(col(AgreementLook.look_again_at), col(Agreement.id))
        .limit(limit)
    )
    return [number for number in rows.all() if number is not None]


async def known_keys(session: AsyncSession, keys: Sequence[str]) -> dict[str, datetime]:
    """Which of the notice keys are in the outbox, whatever became of them, and since when."""
    rows = await session.exec(select(Notice.key, Notice.created_at).where(col(Notice.key).in_(keys)))
    return dict(rows.all())


async def planned_at(session: AsyncSession, *, agreement_id: int, stem: str) -> Sequence[datetime]:
    """When the agreement's notices whose keys begin so were planned, for whomever."""
    rows = await session.exec(
        select(Notice.created_at).where(
            Notice.agreement_id == agreement_id, col(Notice.key).startswith(stem, autoescape=True)
        )
    )
    return rows.all()


async def open_missing(
    session: AsyncSession, *, agreement_id: int | None = None, since: datetime | None = None
) -> Sequence[MissingReminder]:
    """Reminders found missing and still so, the oldest first."""
    question = select(MissingReminder).where(col(MissingReminder.over_at).is_(None))
    if agreement_id is not None:
        question = question.where(MissingReminder.agreement_id == agreement_id)
    if since is not None:
        question = question.where(MissingReminder.found_at >= since)
    return (await session.exec(question.order_by(col(MissingReminder.due_at), col(MissingReminder.id)))).all()


# --- findings ---------------------------------------------------------------------------------------------------------


async def open_findings(session: AsyncSession, *, workspace_id: int | None = None) -> Sequence[Finding]:
    """What is wrong now, the alarming first, the oldest of those first."""
    question = select(Finding).where(col(Finding.over_at).is_(None))
    if workspace_id is not None:
        question = question.where(Finding.workspace_id == workspace_id)
    return (await session.exec(question.order_by(col(Finding.alarming).desc(), col(Finding.since)))).all()


async def unsettled_findings(session: AsyncSession, *, since: datetime) -> Sequence[Finding]:
    """What is wrong now, and what has been over since then: of that, somebody may have yet to be told."""
    question = select(Finding).where(col(Finding.over_at).is_(None) | (col(Finding.over_at) >= since))
    return (await session.exec(question.order_by(col(Finding.since), col(Finding.key)))).all()


async def take_finding(session: AsyncSession, key: str, *, now: datetime, apart: timedelta) -> Finding | None:
    """The finding, to tell of: one replica gets it, and again only after `apart`. None when another has it."""
    taken = await session.exec(
        update(Finding)
        .where(
            col(Finding.key) == key,
            col(Finding.tried_at).is_(None)
            | (col(Finding.tried_at) <= now - apart)
            | (col(Finding.tried_at) > now),  # the clock was turned back
        )
        .values(tried_at=now)
    )
    if not taken.rowcount:
        return None
    return (await session.exec(select(Finding).where(Finding.key == key))).one()


async def note_told(
    session: AsyncSession, key: str, *, told: Mapping[str, str], owed: Sequence[int], now: datetime
) -> None:
    """Keeps who has been told of a finding and who is to be told of its end; only while `now` is the newest try."""
    await session.exec(
        update(Finding)
        .where(col(Finding.key) == key, col(Finding.tried_at) == now)
        .values(told=dict(told), owed=list(owed))
    )
