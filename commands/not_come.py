"""Why a reminder has not come: what a waiting one waits for, why a late one was late, and those that never came."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Call
from commands.reminder_search import MOST_SHOWN, Scope
from commands.texts import answer as answer_texts
from commands.texts import not_come as texts
from schedules.auditor import Patience
from schedules.facts import AgreementFacts
from schedules.loading import agreement_facts
from schedules.message import Part
from schedules.planner import notice_key
from schedules.reminders import Reminder, due
from schedules.texts import KINDS
from storage.auditing import LATE, ticks
from storage.backlog import UNDERWAY
from storage.downtime import downtime_between
from storage.models import (
    Agreement,
    Forum,
    MissingReminder,
    Notice,
    NoticeState,
    Outgoing,
    OutgoingState,
    Person,
    Workspace,
)
from storage.quiet import quiet_until

BACK = timedelta(days=92)
LONG_AGO = timedelta(days=500)


async def why_not_yet(call: Call, session: AsyncSession, notice: Notice, outgoing: Outgoing | None) -> list[str]:
    """What a waiting notice waits for, or why a sent one came late; empty where there is nothing to explain."""
    if outgoing is None:
        return []
    if notice.state is NoticeState.WAITING:
        return await _waits_for(call, session, outgoing)
    if notice.state is NoticeState.SENT and outgoing.sent_at is not None and outgoing.sent_at - notice.due_at > LATE:
        lines = [texts.planned_late(notice.created_at, call.zone)] if notice.created_at - notice.due_at > LATE else []
        outages = await downtime_between(session, notice.due_at - timedelta(days=1), outgoing.sent_at)
        during = [each for each in outages if each[1] > notice.due_at]
        return [texts.late(notice.due_at, call.zone, during), *lines]
    return []


async def _waits_for(call: Call, session: AsyncSession, outgoing: Outgoing) -> list[str]:
    if outgoing.due_at > call.now:
        return []
    if outgoing.state is OutgoingState.CLAIMED:
        return [texts.ON_ITS_WAY]
    lines = []
    person = await session.get(Person, outgoing.person_id) if outgoing.person_id is not None else None
    held = quiet_until(person, call.now, call.zone) if person is not None and person.slack_user_id else None
    if held is not None:
        lines.append(texts.quiet(held, call.zone))
    workspace = await session.get(Workspace, outgoing.workspace_id)
    if workspace is not None and workspace.held_until is not None and workspace.held_until > call.now:
        lines.append(texts.asked_to_wait(workspace.held_until, call.zone))
    if outgoing.failure:
        lines.append(texts.tried(outgoing.tries, outgoing.failure, outgoing.not_before, call.zone))
    forum = await session.get(Forum, outgoing.forum_id) if outgoing.forum_id is not None else None
    if forum is not None and forum.channel_id is None:
        lines.append(texts.NO_CHANNEL)
    if before := await _before(session, outgoing):
        lines.append(texts.queued(before))
    carried = (await ticks(session)).get("carry")
    if not lines and carried is not None and call.now - carried > Patience().tick:
        lines.append(texts.NOT_CARRIED)
    return lines


async def _before(session: AsyncSession, outgoing: Outgoing) -> int:
    """How many messages to the same forum or person are to go first."""
    question = select(func.count()).where(
        col(Outgoing.state).in_(UNDERWAY),
        col(Outgoing.forum_id).is_not_distinct_from(outgoing.forum_id),
        col(Outgoing.person_id).is_not_distinct_from(outgoing.person_id),
        (col(Outgoing.due_at) < outgoing.due_at)
        | ((col(Outgoing.due_at) == outgoing.due_at) & (col(Outgoing.id) < outgoing.id)),
    )
    return (await session.exec(question)).one()


async def never_came(call: Call, session: AsyncSession, scope: Scope, span: tuple[datetime, datetime]) -> Part | None:
    """The reminders of the scope, due within the span (aware UTC), that the rules know and nobody got, each with why.

    Those the auditor found missing; those due before the agreement was imported; those that only later changes would
    give; and those left out because their occasion was booked too late.
    """
    facts = await agreement_facts(session, scope.agreement_id)
    missing = await _found_missing(call, session, scope, span)
    known = await _stems(session, scope)
    lines = [(row.due_at, line) for row, line in missing]
    told = {row.key.rpartition(":")[0] + ":" for row, _ in missing}
    agreement = await session.get_one(Agreement, scope.agreement_id)
    asked = {notice_key(facts.id, each, ""): each for each in due(facts, *span)}
    for stem, reminder in asked.items():
        if scope.covers(reminder) and stem not in known and stem not in told:
            lines.append(
                (reminder.due_at, _why_never(reminder, agreement, call.zone, kind_and_about(reminder, facts, scope)))
            )
    lines += _booked_too_late(call, facts, scope, known | told, span)
    if not lines:
        return None
    newest = sorted(lines, reverse=True)[:MOST_SHOWN]
    return Part(heading=texts.HEADING, lines=tuple(line for _, line in newest))


def kind_and_about(reminder: Reminder, facts: AgreementFacts, scope: Scope) -> str:
    """What it is; and what about, where that is not what was asked for."""
    own = scope.commitment.id if scope.commitment else None
    title = next((each.title for each in facts.commitments if each.id == reminder.commitment_id != own), "")
    return answer_texts.headline(KINDS[reminder.kind.value], title)


def _why_never(reminder: Reminder, agreement: Agreement, zone: str, kind: str) -> str:
    if reminder.due_at < agreement.imported_at:
        return texts.before_import(reminder.due_at, kind, zone, agreement.imported_at)
    return texts.changed_since(reminder.due_at, kind, zone)


async def _found_missing(
    call: Call, session: AsyncSession, scope: Scope, span: tuple[datetime, datetime]
) -> list[tuple[MissingReminder, str]]:
    rows = await session.exec(
        select(MissingReminder, Person.name, Forum.name)
        .join(Person, col(Person.id) == MissingReminder.person_id, isouter=True)
        .join(Forum, col(Forum.id) == MissingReminder.forum_id, isouter=True)
        .where(scope.missing, col(MissingReminder.due_at) > span[0], col(MissingReminder.due_at) <= span[1])
        .order_by(col(MissingReminder.due_at).desc())
        .limit(MOST_SHOWN)
    )
    found = []
    for row, person, forum in rows.all():
        to = answer_texts.to_person(person) if person else answer_texts.to_channel(forum) if forum else ""
        kind = KINDS.get(row.kind, row.kind)
        found.append((row, texts.never_planned(row.due_at, kind, call.zone, to, row.over_at is not None)))
    return found


async def _stems(session: AsyncSession, scope: Scope) -> set[str]:
    """The keys, without their recipients, of everything planned about it."""
    rows = await session.exec(select(Notice.key).where(scope.notices))
    return {key.rpartition(":")[0] + ":" for key in rows.all()}


def _booked_too_late(
    call: Call, facts: AgreementFacts, scope: Scope, known: set[str], span: tuple[datetime, datetime]
) -> list[tuple[datetime, str]]:
    """What the rules would have given, had each occasion been booked long before."""
    booked = {occasion.id: occasion.booked_at for each in facts.commitments for occasion in each.occasions}
    early = replace(
        facts,
        commitments=tuple(
            replace(
                each,
                occasions=tuple(
                    replace(occasion, booked_at=occasion.booked_at - LONG_AGO) for occasion in each.occasions
                ),
            )
            for each in facts.commitments
        ),
    )
    return [
        (
            reminder.due_at,
            texts.booked_too_late(
                reminder.due_at,
                kind_and_about(reminder, facts, scope),
                call.zone,
                reminder.about,
                booked[reminder.occasion_id],
            ),
        )
        for reminder in due(early, *span)
        if reminder.occasion_id is not None
        and scope.covers(reminder)
        and reminder.due_at <= booked.get(reminder.occasion_id, reminder.due_at - LONG_AGO)
        and notice_key(facts.id, reminder, "") not in known
    ]
