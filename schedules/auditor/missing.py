"""Which reminders the facts ask for and the outbox does not have, reckoned anew and not taken from the planner.

Two cases, and neither cries wolf when somebody has changed the facts afterwards:

- the planner has not come so far: whatever the facts ask for after `planned_until` is owed as they stand now;
- the planner has gone past: what the same, unchanged facts ask for since `stable_since` should be there.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.facts import AgreementFacts
from schedules.loading import Recipient, agreement_facts, recipients
from schedules.planner import notice_key, planned_from
from schedules.reminders import Reminder, due, next_due
from storage.auditing import known_keys, open_missing, planned_at
from storage.database import Database, insert_new
from storage.models import Agreement, AgreementLook, MissingReminder

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(days=1)
AFTER_A_FAULT = timedelta(minutes=5)


@dataclass(frozen=True)
class Expected:
    """A reminder to one recipient as it should stand in the outbox."""

    key: str
    reminder: Reminder
    to: Recipient


@dataclass(frozen=True)
class Reckoning:
    """What one look at an agreement found: what is missing, and what to keep of the look."""

    agreement_id: int
    workspace_id: int
    facts_version: int
    stable_since: datetime
    looked_until: datetime
    look_again_at: datetime
    owed: tuple[Expected, ...] = ()  # the planner has yet to come so far
    lost: tuple[Expected, ...] = ()  # the planner has gone past
    fault: str | None = None


async def compare(
    database: Database, agreement_id: int, *, now: datetime, watching_since: datetime, within: timedelta
) -> None:
    """Compares one agreement with the outbox and keeps what it found.

    `now` is aware UTC; `within` is how soon after its time a reminder must be planned. What fell due while nobody was
    watching (before `watching_since`: the bot was down) has until so long after it to be caught up with.
    Raises what the database raises.
    """
    try:
        async with database.reading() as session:
            found = await _reckon(session, agreement_id, now, watching_since, within)
    except (SQLAlchemyError, OSError):
        raise
    except Exception as fault:  # an agreement that cannot be reckoned is a finding, not the end of the audit
        log.exception("agreement %s cannot be reckoned", agreement_id)
        async with database.reading() as session:
            found = await _failed(session, agreement_id, fault, now)
    if found is not None:
        async with database.transaction() as session:
            await _keep(session, found, now)


async def _failed(session: AsyncSession, agreement_id: int, fault: Exception, now: datetime) -> Reckoning | None:
    agreement = await session.get(Agreement, agreement_id)
    if agreement is None:
        return None
    return Reckoning(
        agreement_id,
        agreement.workspace_id,
        agreement.facts_version,
        stable_since=now,
        looked_until=now,
        look_again_at=now + AFTER_A_FAULT,
        fault=f"{type(fault).__name__}: {fault}"[:500],
    )


async def _reckon(
    session: AsyncSession, agreement_id: int, now: datetime, watching_since: datetime, within: timedelta
) -> Reckoning | None:
    agreement = await session.get(Agreement, agreement_id)
    look = await session.get(AgreementLook, agreement_id)
    if agreement is None:
        return None
    facts = await agreement_facts(session, agreement_id)
    version = agreement.facts_version
    unchanged = look is not None and look.facts_version == version and look.fault is None and look.stable_since <= now
    stable_since = look.stable_since if look is not None and unchanged else now
    looked_until = max(stable_since, look.looked_until if look is not None and unchanged else stable_since)
    until = now - within
    planned_until = planned_from(agreement.planned_until, facts.zone, now)
    owed: list[Expected] = []
    if watching_since <= until and planned_until < until:
        owed = await _absent(session, facts, due(facts, planned_until, until), passed_by=False)
    lost: list[Expected] = []
    if looked_until < min(planned_until, until):
        lost = await _absent(session, facts, due(facts, looked_until, min(planned_until, until)), passed_by=True)
    # somebody may have changed the facts while we read them: then the next look sees them whole
    again = (await session.exec(select(Agreement.facts_version).where(Agreement.id == agreement_id))).one()
    if again != version:
        return None
    following = next_due(facts, until, horizon_days=8)
    look_again_at = min(following + within, now + LOOK_AGAIN) if following is not None else now + LOOK_AGAIN
    return Reckoning(
        agreement_id,
        agreement.workspace_id,
        version,
        stable_since,
        looked_until=max(looked_until, min(planned_until, until)),
        look_again_at=now if owed else look_again_at,
        owed=tuple(owed),
        lost=tuple(lost),
    )


async def _absent(
    session: AsyncSession, facts: AgreementFacts, reminders: Sequence[Reminder], *, passed_by: bool
) -> list[Expected]:
    """Those that are not in the outbox, whatever has become of them there.

    Where a reminder has been planned for some but on another day than its own (after an outage), the people of that day
    got it: then it is not asked who should have had it on its own.
    """
    zone = ZoneInfo(facts.zone)
    expected: list[list[Expected]] = []
    for reminder in reminders:
        day = reminder.due_at.astimezone(zone).date()
        to = await recipients(session, facts, reminder, day)
        expected.append([Expected(notice_key(facts.id, reminder, each.key), reminder, each) for each in to])
    known = await known_keys(session, [each.key for group in expected for each in group])
    absent: list[Expected] = []
    for group in expected:
        missing = [each for each in group if each.key not in known]
        if missing and passed_by and await _caught_up_later(session, facts, group[0].reminder, zone):
            continue
        absent += missing
    return absent


async def _caught_up_later(session: AsyncSession, facts: AgreementFacts, reminder: Reminder, zone: ZoneInfo) -> bool:
    planned = await planned_at(session, agreement_id=facts.id, stem=notice_key(facts.id, reminder, ""))
    day = reminder.due_at.astimezone(zone).date()
    return any(moment.astimezone(zone).date() != day for moment in planned)


async def _keep(session: AsyncSession, found: Reckoning, now: datetime) -> None:
    """Writes what is missing, closes what is no longer, and keeps how far we have looked."""
    await _keep_look(session, found)
    absent = {each.key: (each, each in found.lost) for each in (*found.owed, *found.lost)}
    for row in await open_missing(session, agreement_id=found.agreement_id):
        if row.key in absent:
            row.passed_by = absent.pop(row.key)[1]
        elif found.fault is not None:
            continue
        elif not row.passed_by or await known_keys(session, [row.key]):
            row.over_at = now  # planned after all, or asked for no more
        session.add(row)
    rows = [_row(found, each, passed_by, now) for each, passed_by in absent.values()]
    for key in await insert_new(session, MissingReminder, rows, "key"):
        log.error("agreement %s: the reminder %s was not planned", found.agreement_id, key)


async def _keep_look(session: AsyncSession, found: Reckoning) -> None:
    values = {
        "facts_version": found.facts_version,
        "stable_since": found.stable_since,
        "looked_until": found.looked_until,
        "look_again_at": found.look_again_at,
        "fault": found.fault,
    }
    if not await insert_new(session, AgreementLook, [{"agreement_id": found.agreement_id, **values}], "agreement_id"):
        await session.exec(
            update(AgreementLook).where(col(AgreementLook.agreement_id) == found.agreement_id).values(**values)
        )


def _row(found: Reckoning, each: Expected, passed_by: bool, now: datetime) -> dict[str, object]:
    return {
        "workspace_id": found.workspace_id,
        "agreement_id": found.agreement_id,
        "key": each.key,
        "kind": each.reminder.kind.value,
        "due_at": each.reminder.due_at,
        "about_forum_id": each.reminder.forum_id,
        "commitment_id": each.reminder.commitment_id,
        "forum_id": each.to.forum_id,
        "person_id": each.to.person_id,
        "passed_by": passed_by,
        "found_at": now,
    }
