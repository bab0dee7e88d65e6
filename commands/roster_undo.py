"""Taking back a change of the roster the same day, by the entry that it left in the trail."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Reply
from commands.finding import require_forum
from commands.permissions import Rights, rights
from commands.roster_change import DAY, Change, effects_of, store, tell_all
from commands.texts import roster as texts
from commands.words import Words
from schedules.message import Message, Part
from storage.agreements.touch import touch
from storage.handovers import take_back
from storage.models import Appointment, AuditEntry, Notice, NoticeState, Person, Seat
from storage.outbox import withdraw_notices
from storage.people import traced
from storage.vacancies import sitting_of

TOO_LATE = Reply(Message((Part(lines=(texts.TOO_LATE,)),)))
UNDOABLE = ("samverkan tillsatt", "samverkan byt", "samverkan avsluta", "samverkan lasin")


async def undo(call: Call, session: AsyncSession) -> Answer:
    """Takes back a change of the roster, if it was made today and nothing of it has changed since.

    What had been told and not yet sent is withdrawn; those who have been told are told that it is undone.
    """
    asker = await rights(call, session)
    words = Words(call.words)
    entry_id = words.take_id("e") or 0
    forum = await require_forum(words, asker) if words.text else None
    if forum is not None:
        asker.require(Action.APPOINT, forum.id)
    else:  # a whole list
        asker.require_somewhere(Action.READ_IN_ROSTER)
    # locked: two who press at once undo it once
    entry = await session.get(AuditEntry, entry_id, with_for_update=True)
    if entry is None or entry.workspace_id != call.workspace_id or entry.action not in UNDOABLE:
        return TOO_LATE
    if entry.details.get("forum") != (forum.id if forum is not None else None):
        return TOO_LATE
    changes = await _back(session, entry.details)
    same_day = entry.at.astimezone(call.local_now.tzinfo).date() == call.local_now.date()
    if not same_day or not changes or not await _all_mine(session, asker, changes):
        return TOO_LATE
    await store(session, changes)
    await take_back(
        session, entry.details.get("handovers", []), text=texts.GIVEN_BACK, person=asker.person, now=call.now
    )
    untold = await _withdrawn(session, entry.id or 0, call.now)
    effects = await effects_of(session, changes, call.local_now.date())
    undone = traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=asker.person.id if asker.person else None,
        action="samverkan angra",
        subject=entry.subject,
        subject_id=entry.subject_id,
    )
    await session.flush()
    for each in effects:
        await touch(session, each.facts.id)
        await tell_all(call, session, asker, each, key=f"roster:{undone.id}", untold=untold)
    lines = [texts.UNDONE, *(line for each in effects for line in each.lines)]
    lines += [texts.PEOPLE_STAY] if entry.subject == "roster" else []
    return Reply(Message((Part(lines=tuple(lines)),)))


async def _back(session: AsyncSession, details: Mapping[str, Any]) -> list[Change]:
    """What takes the change back; nothing where a row is not as the change left it."""
    titles = {row[0]: row for row in details.get("was", [])}
    changes = []
    for row_id, starts, ends in (*details.get("made", []), *details.get("became", [])):
        row = await session.get(Appointment, row_id)
        person = await session.get(Person, row.person_id) if row is not None else None
        if row is None or person is None or (row.starts, row.ends) != (_day(starts), _day(ends)):
            return []
        now = sitting_of(row, person.name)
        before = titles.get(row_id)
        if before is None:  # it never came to be
            becomes = replace(now, ends=row.starts - DAY)
        else:
            becomes = replace(now, starts=_day(before[1]) or row.starts, ends=_day(before[2]))
        changes.append(Change(now, becomes))
    return changes


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


async def _all_mine(session: AsyncSession, asker: Rights, changes: Sequence[Change]) -> bool:
    if asker.administrator:
        return True
    seats = {each.becomes.seat_id for each in changes}
    rows = (await session.exec(select(Seat.agreement_id).where(col(Seat.id).in_(seats)))).all()
    return set(rows) <= asker.coordinates


async def _withdrawn(session: AsyncSession, entry_id: int, now: datetime) -> frozenset[int]:
    """Takes back what waits of what the change told; the people who therefore never hear of it."""
    question = select(Notice).where(
        col(Notice.key).startswith(f"roster:{entry_id}:", autoescape=True), Notice.state == NoticeState.WAITING
    )
    waiting = (await session.exec(question)).all()
    people = {each.person_id for each in waiting if each.person_id is not None}
    if waiting:
        await withdraw_notices(session, {each.id or 0: texts.GIVEN_BACK for each in waiting}, now=now)
    return frozenset(people)
