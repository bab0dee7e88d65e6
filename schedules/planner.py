"""Writes the reminders that are due into the outbox, once each."""

import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.sqltypes import UTCDateTime

from schedules.agenda import freeze
from schedules.composing import details_of
from schedules.facts import AgreementFacts
from schedules.handing_over import hand_over_due
from schedules.loading import agreement_facts, recipients
from schedules.missing_parties import watch_parties
from schedules.reminders import Reminder, ReminderKind, due_and_next, gathered, next_due
from storage import outbox
from storage.backlog import next_due as next_outgoing
from storage.database import Database
from storage.downtime import EVERY, LAST_ALIVE, beat
from storage.handovers import next_day
from storage.models import Agreement, Occasion, Workspace
from storage.outbox import Planned

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(days=1)  # also when nothing is known to fall due: appointments and absences end by themselves
AFTER_A_FAULT = timedelta(hours=1)


NOW = bindparam("now", type_=UTCDateTime())
WAITING = (
    select(Agreement.id)
    .where(col(Agreement.next_due_at).is_(None) | (col(Agreement.next_due_at) <= NOW))
    .order_by(col(Agreement.id))
)
# written once: at every tick it is only asked
LOCKED = (
    select(Agreement.workspace_id, Agreement.next_due_at, Agreement.planned_until)
    .where(Agreement.id == bindparam("agreement_id"))
    .with_for_update()
)
LOOKED = (
    update(Agreement)
    .where(col(Agreement.id) == bindparam("agreement_id"))
    .values(planned_until=NOW, next_due_at=bindparam("again", type_=UTCDateTime()), planning_fault=None)
    .execution_options(synchronize_session=False)
)
AT_A_GLANCE = select(LAST_ALIVE.scalar_subquery(), WAITING.order_by(None).exists())


async def plan(database: Database, now: datetime) -> int:
    """Plans every agreement whose time has come, each in its own transaction; returns how many notices were new.

    `now` is aware UTC. With nothing due this is one small read. Any number of replicas may do it at once. An agreement
    that cannot be planned does not stop the others: it is logged, kept in `planning_fault` and tried again in an hour.
    """
    found = await database.glance(AT_A_GLANCE, now=now)
    alive, waits = (found[0], found[1]) if found is not None else (None, False)
    ids: Sequence[int | None] = []
    if waits:
        async with database.reading() as session:
            ids = (await session.exec(WAITING, params={"now": now})).all()
    if alive is None or abs(now - alive) >= EVERY:
        async with database.transaction() as session:
            await beat(session, now=now)
    return sum([await _plan_safely(database, number, now) for number in ids if number is not None])


async def _plan_safely(database: Database, agreement_id: int, now: datetime) -> int:
    try:
        async with database.transaction() as session:
            return await _plan_one(session, agreement_id, now)
    except (SQLAlchemyError, OSError):
        raise  # the database's trouble is everybody's: the tick fails, and the next one tries again
    except Exception as fault:  # one agreement's fault must not silence the others
        log.exception("agreement %s cannot be planned", agreement_id)
        async with database.transaction() as session:
            await session.exec(
                update(Agreement)
                .where(col(Agreement.id) == agreement_id)
                .values(next_due_at=now + AFTER_A_FAULT, planning_fault=f"{type(fault).__name__}: {fault}"[:500])
            )
        return 0


async def _plan_one(session: AsyncSession, agreement_id: int, now: datetime) -> int:
    # locked before the facts are read: whoever changes them meanwhile waits, touches the row, and we look again
    workspace_id, next_due_at, planned_until = (await session.exec(LOCKED, params={"agreement_id": agreement_id})).one()
    if next_due_at is not None and next_due_at > now:
        return 0  # another replica was first
    zone = ZoneInfo((await session.exec(select(Workspace.zone).where(Workspace.id == workspace_id))).one())
    await hand_over_due(
        session,
        workspace_id=workspace_id,
        agreement_id=agreement_id,
        today=now.astimezone(zone).date(),
        now=now,
    )
    facts = await agreement_facts(session, agreement_id)
    after = planned_from(planned_until, facts.zone, now)
    reminders, upcoming = due_and_next(facts, after=after, until=now, within=LOOK_AGAIN)
    await _freeze_agendas(session, facts, reminders, now)
    planned = [each async for each in _addressed(session, facts, reminders, now)]
    new = await outbox.plan(session, workspace_id=workspace_id, reminders=planned, now=now)
    new += await watch_parties(session, facts, workspace_id=workspace_id, now=now)
    passing = await next_day(session, agreement_id=agreement_id)
    midnight = [datetime.combine(passing, time(0), zone).astimezone(now.tzinfo)] if passing is not None else []
    again = min([upcoming or now + LOOK_AGAIN, now + LOOK_AGAIN, *midnight])
    await session.exec(LOOKED, params={"agreement_id": agreement_id, "now": now, "again": again})
    return new


async def _freeze_agendas(
    session: AsyncSession, facts: AgreementFacts, reminders: Iterable[Reminder], now: datetime
) -> None:
    """A summons that is planned now goes out with an agenda that no longer changes."""
    today = now.astimezone(ZoneInfo(facts.zone)).date()
    for reminder in reminders:
        if reminder.kind is ReminderKind.SUMMONS and reminder.occasion_id is not None:
            occasion = await session.get(Occasion, reminder.occasion_id)
            if occasion is not None:
                await freeze(session, facts, occasion, today=today, now=now)


def planned_from(planned_until: datetime | None, zone: str, now: datetime) -> datetime:
    """From when on to plan: where the last look ended, however long ago. The start of the local day (just before it:
    `due` leaves its first instant out) on the first look ever, and when the clock has been turned back."""
    if planned_until is not None and planned_until <= now:
        return planned_until
    local = now.astimezone(ZoneInfo(zone))
    midnight = datetime.combine(local.date(), time(0), local.tzinfo)
    return midnight.astimezone(now.tzinfo) - timedelta(microseconds=1)


async def _addressed(
    session: AsyncSession, facts: AgreementFacts, reminders: Iterable[Reminder], now: datetime
) -> AsyncIterator[Planned]:
    today = now.astimezone(ZoneInfo(facts.zone)).date()
    for reminder in reminders:
        for to in await recipients(session, facts, reminder, today):
            due_at = gathered(reminder, facts) if to.gathers else reminder.due_at
            yield Planned(
                key=notice_key(facts.id, reminder, to.key),
                kind=reminder.kind.value,
                due_at=due_at,
                forum_id=to.forum_id,
                person_id=to.person_id,
                agreement_id=facts.id,
                about_forum_id=reminder.forum_id,
                commitment_id=reminder.commitment_id,
                occasion_id=reminder.occasion_id,
                moved_from=reminder.moved_from,
                details=details_of(reminder),
            )


def notice_key(agreement_id: int, reminder: Reminder, recipient: str) -> str:
    """The reminder's own key; with the agreement in it where the reminder is about nothing smaller (the digest)."""
    key = reminder.key(recipient)
    return key if reminder.occasion_id or reminder.commitment_id or reminder.forum_id else f"a{agreement_id}:{key}"


async def next_moment(database: Database, now: datetime) -> datetime | None:
    """When the bot next has something to say, worked out from the facts as they are; None when nothing is in sight."""
    async with database.reading() as session:
        ids = (await session.exec(select(Agreement.id))).all()
        moments = [next_due(await agreement_facts(session, number), now) for number in ids if number is not None]
        moments.append(await next_outgoing(session))
    return min((moment for moment in moments if moment is not None), default=None)
