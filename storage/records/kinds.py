"""The kinds of record, which tables hold them, and how old each row is.

A table that belongs to no kind and is not in NO_RECORDS fails a test. What an agreement in force is reckoned from
(occasions, outcomes, waivers, chair terms) has the agreement's end as its youngest day: it never goes before that.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import inspect
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import (
    AgendaPoint,
    Agreement,
    AgreementLook,
    Annex,
    Appointment,
    Approval,
    AttendanceAnswer,
    AuditEntry,
    CalendarFeed,
    ChairAnchor,
    ChairTerm,
    ChannelDifference,
    Commitment,
    CommitmentGoal,
    Decision,
    Downtime,
    Finding,
    FocusArea,
    Forum,
    ForumSeat,
    ForumSeatOption,
    Goal,
    HandledRequest,
    Handover,
    HandoverState,
    Matter,
    MatterState,
    MatterStep,
    Measure,
    MeasureReport,
    MeasureState,
    Minutes,
    MinutesStep,
    MissingReminder,
    Notice,
    NoticeState,
    Occasion,
    Outcome,
    Outgoing,
    OutgoingState,
    Party,
    Person,
    Pulse,
    RosterDraft,
    Seat,
    Signature,
    TrendReport,
    Waiver,
    Workspace,
)

Row = tuple[str, tuple[Any, ...]]  # table, primary key


class RecordKind(StrEnum):
    """What the municipality decides about, one by one. Names as in the file: commands/texts/records.py."""

    AGREEMENT = "agreement"
    FORUM = "forum"
    COMMITMENT = "commitment"
    ROSTER = "roster"
    OCCASION = "occasion"
    OUTCOME = "outcome"
    OUTCOME_VERSION = "outcome_version"  # those that have been corrected
    ANSWER = "answer"
    PULSE = "pulse"
    WAIVER = "waiver"
    CHAIR_TERM = "chair_term"
    NOTICE = "notice"
    AUDIT = "audit"
    MATTER = "matter"
    DECISION = "decision"
    MEASURE = "measure"
    MINUTES = "minutes"
    DOCUMENT = "document"
    EXPORT = "export"
    OWN = "own"  # what the bot notes of itself


TABLES_OF: Mapping[RecordKind, tuple[str, ...]] = {
    RecordKind.AGREEMENT: (
        *("agreement", "agreement_look", "party", "signature", "annex", "seat", "focus_area", "goal"),
    ),
    RecordKind.FORUM: ("forum", "forum_seat", "forum_seat_option", "chair_anchor", "channel_difference"),
    RecordKind.COMMITMENT: ("commitment", "commitment_goal"),
    RecordKind.ROSTER: ("person", "appointment", "calendar_feed", "handover", "roster_draft"),
    RecordKind.OCCASION: ("occasion",),
    RecordKind.OUTCOME: ("outcome",),
    RecordKind.OUTCOME_VERSION: ("outcome",),
    RecordKind.ANSWER: ("attendance_answer",),
    RecordKind.PULSE: ("pulse",),
    RecordKind.WAIVER: ("waiver",),
    RecordKind.CHAIR_TERM: ("chair_term",),
    RecordKind.NOTICE: ("notice", "outgoing"),
    RecordKind.AUDIT: ("audit_entry",),
    RecordKind.MATTER: ("matter", "matter_step", "trend_report"),
    RecordKind.DECISION: ("decision", "approval"),
    RecordKind.MEASURE: ("measure", "measure_report"),
    RecordKind.MINUTES: ("agenda_point", "minutes", "minutes_step"),
    RecordKind.DOCUMENT: (),
    RecordKind.EXPORT: (),  # never kept by the bot: sent to whoever asked; that it was made is in the trail
    RecordKind.OWN: ("downtime", "finding", "missing_reminder", "handled_request"),
}
NO_RECORDS: Mapping[str, str] = {
    "workspace": "settings",
    "slack_channel": "Slack's own word for a channel, looked up again",
    "tick": "one row each, overwritten",
    "record_rule": "the rules themselves",
    "disposal": "what has been disposed of: kept for ever",
}
# the bot itself needs these for a while: to say a thing once, and to tell why a reminder came
LEAST_MONTHS: Mapping[RecordKind, int] = {RecordKind.NOTICE: 3, RecordKind.OWN: 3}


async def ages(session: AsyncSession, kind: RecordKind, workspace: Workspace) -> AsyncIterator[tuple[Row, date]]:
    """Every row of the kind that could go one day, with the local day its time is counted from."""
    zone = ZoneInfo(workspace.zone)
    for table, question in (await _questions(session, kind, workspace.id or 0)).items():
        width = len(PRIMARY[table])
        for found in (await session.exec(question)).all():
            key, days = tuple(found[:width]), found[width:]
            if all(day is not None for day in days):
                yield (table, key), max(_local(day, zone) for day in days)


def _local(day: date | datetime, zone: ZoneInfo) -> date:
    return day.astimezone(zone).date() if isinstance(day, datetime) else day


pick: Any = select  # questions of many shapes: their rows are told apart by the table's key alone


def _of_agreement(model: Any, workspace_id: int) -> Any:
    return (
        pick(model.id, Agreement.ends)
        .join(Agreement, col(Agreement.id) == model.agreement_id)
        .where(Agreement.workspace_id == workspace_id)
    )


def _of_forum(key: Any, model: Any, workspace_id: int, *own: Any) -> Any:
    return (
        pick(*key, *own, Agreement.ends)
        .select_from(model)
        .join(Forum, col(Forum.id) == model.forum_id)
        .join(Agreement, col(Agreement.id) == Forum.agreement_id)
        .where(Agreement.workspace_id == workspace_id)
    )


def _of_commitment(key: Any, model: Any, workspace_id: int, *own: Any) -> Any:
    return (
        pick(*key, *own)
        .select_from(model)
        .join(Commitment, col(Commitment.id) == model.commitment_id)
        .join(Agreement, col(Agreement.id) == Commitment.agreement_id)
        .where(Agreement.workspace_id == workspace_id)
    )


async def _questions(session: AsyncSession, kind: RecordKind, workspace_id: int) -> dict[str, Any]:
    """Table → (primary key, days) of its rows: the youngest of the days counts, and none may be missing."""
    here = Agreement.workspace_id == workspace_id
    match kind:
        case RecordKind.AGREEMENT:
            models = (Party, Signature, Annex, Seat, FocusArea, Goal)
            return {
                "agreement": pick(Agreement.id, Agreement.ends).where(here),
                "agreement_look": pick(AgreementLook.agreement_id, Agreement.ends)
                .join(Agreement, col(Agreement.id) == AgreementLook.agreement_id)
                .where(here),
                **{str(model.__tablename__): _of_agreement(model, workspace_id) for model in models},
            }
        case RecordKind.FORUM:
            return {
                "forum": _of_agreement(Forum, workspace_id),
                "forum_seat": _of_forum((ForumSeat.id,), ForumSeat, workspace_id),
                "chair_anchor": _of_forum((ChairAnchor.id,), ChairAnchor, workspace_id),
                "channel_difference": _of_forum((ChannelDifference.forum_id,), ChannelDifference, workspace_id),
                "forum_seat_option": pick(ForumSeatOption.forum_seat_id, ForumSeatOption.seat_id, Agreement.ends)
                .join(ForumSeat, col(ForumSeat.id) == ForumSeatOption.forum_seat_id)
                .join(Forum, col(Forum.id) == ForumSeat.forum_id)
                .join(Agreement, col(Agreement.id) == Forum.agreement_id)
                .where(here),
            }
        case RecordKind.COMMITMENT:
            link = (CommitmentGoal.commitment_id, CommitmentGoal.goal_id)
            return {
                "commitment": _of_agreement(Commitment, workspace_id),
                "commitment_goal": _of_commitment(link, CommitmentGoal, workspace_id, Agreement.ends),
            }
        case RecordKind.ROSTER:
            return _roster(workspace_id)
        case RecordKind.OCCASION | RecordKind.PULSE | RecordKind.WAIVER | RecordKind.CHAIR_TERM:
            return _of_time(kind, workspace_id)
        case RecordKind.MINUTES:
            return {
                str(model.__tablename__): _of_commitment((model.id,), Occasion, workspace_id, Occasion.on).join(
                    model, col(model.occasion_id) == Occasion.id
                )
                for model in (AgendaPoint, Minutes, MinutesStep)
            }
        case RecordKind.OUTCOME | RecordKind.OUTCOME_VERSION | RecordKind.ANSWER:
            return _of_occasions(kind, workspace_id)
        case RecordKind.NOTICE | RecordKind.AUDIT:
            return _of_workspace(kind, workspace_id)
        case RecordKind.MATTER | RecordKind.DECISION | RecordKind.MEASURE:
            return _business(kind, workspace_id)
        case RecordKind.OWN:
            return await _own(session, workspace_id)
        case _:
            return {}


def _roster(workspace_id: int) -> dict[str, Any]:
    """Who has left: the last day of the last appointment. Administrators, and those never appointed, stay."""
    still = (
        pick(Appointment.id)
        .where(col(Appointment.person_id) == Person.id, col(Appointment.ends).is_(None))
        .correlate(Person)
        .exists()
    )
    return {
        "appointment": pick(Appointment.id, Appointment.ends)
        .join(Person, col(Person.id) == Appointment.person_id)
        .where(Person.workspace_id == workspace_id),
        "calendar_feed": pick(CalendarFeed.id, func.max(Appointment.ends))
        .join(Person, col(Person.id) == CalendarFeed.person_id)
        .join(Appointment, col(Appointment.person_id) == Person.id)
        .where(Person.workspace_id == workspace_id, ~still)
        .group_by(col(CalendarFeed.id)),
        "handover": pick(Handover.id, Handover.day)
        .join(Agreement, col(Agreement.id) == Handover.agreement_id)
        .where(Agreement.workspace_id == workspace_id, Handover.state != HandoverState.WAITING),
        "roster_draft": pick(RosterDraft.person_id, RosterDraft.handed_in_at)
        .join(Person, col(Person.id) == RosterDraft.person_id)
        .where(Person.workspace_id == workspace_id),
        "person": pick(Person.id, func.max(Appointment.ends))
        .join(Appointment, col(Appointment.person_id) == Person.id)
        .where(Person.workspace_id == workspace_id, col(Person.administrator).is_(False), ~still)
        .group_by(col(Person.id)),
    }


def _of_time(kind: RecordKind, workspace_id: int) -> dict[str, Any]:
    ends = Agreement.ends
    return {
        RecordKind.OCCASION: {"occasion": _of_commitment((Occasion.id,), Occasion, workspace_id, Occasion.on, ends)},
        RecordKind.PULSE: {"pulse": _of_commitment((Pulse.id,), Pulse, workspace_id, Pulse.on)},
        RecordKind.WAIVER: {"waiver": _of_commitment((Waiver.id,), Waiver, workspace_id, Waiver.last, ends)},
        RecordKind.CHAIR_TERM: {"chair_term": _of_forum((ChairTerm.id,), ChairTerm, workspace_id, ChairTerm.ends)},
    }[kind]


def _of_occasions(kind: RecordKind, workspace_id: int) -> dict[str, Any]:
    if kind is RecordKind.ANSWER:
        key = (AttendanceAnswer.occasion_id, AttendanceAnswer.person_id)
        question = _of_commitment(key, Occasion, workspace_id, Occasion.on)
        return {"attendance_answer": question.join(AttendanceAnswer, col(AttendanceAnswer.occasion_id) == Occasion.id)}
    newest = (
        pick(Outcome.occasion_id, func.max(Outcome.version).label("version")).group_by(col(Outcome.occasion_id))
    ).subquery()
    question = (
        _of_commitment((Outcome.id,), Occasion, workspace_id, Outcome.logged_at, *_until(kind))
        .join(Outcome, col(Outcome.occasion_id) == Occasion.id)
        .join(newest, newest.c.occasion_id == Outcome.occasion_id)
    )
    counts = newest.c.version == Outcome.version
    return {"outcome": question.where(counts if kind is RecordKind.OUTCOME else ~counts)}


def _until(kind: RecordKind) -> tuple[Any, ...]:
    return (Agreement.ends,) if kind is RecordKind.OUTCOME else ()


def _of_workspace(kind: RecordKind, workspace_id: int) -> dict[str, Any]:
    if kind is RecordKind.AUDIT:
        return {"audit_entry": pick(AuditEntry.id, AuditEntry.at).where(AuditEntry.workspace_id == workspace_id)}
    gone = (OutgoingState.SENT, OutgoingState.WITHDRAWN, OutgoingState.REFUSED)
    return {
        "notice": pick(Notice.id, Notice.due_at).where(
            Notice.workspace_id == workspace_id, Notice.state != NoticeState.WAITING
        ),
        "outgoing": pick(Outgoing.id, Outgoing.due_at).where(
            Outgoing.workspace_id == workspace_id, col(Outgoing.state).in_(gone)
        ),
    }


def _business(kind: RecordKind, workspace_id: int) -> dict[str, Any]:
    """A matter goes with its steps, a decision with its approvals, a measure with its reports."""
    here = Agreement.workspace_id == workspace_id
    if kind is RecordKind.MATTER:
        latest = pick(MatterStep.matter_id, func.max(MatterStep.at).label("at")).group_by(col(MatterStep.matter_id))
        last = latest.subquery()
        matters = (
            pick(Matter.id, last.c.at)
            .join(last, last.c.matter_id == Matter.id)
            .join(Agreement, col(Agreement.id) == Matter.agreement_id)
            .where(here, Matter.state != MatterState.OPEN)
        )
        closed = matters.subquery()
        steps = pick(MatterStep.id, closed.c.at).join(closed, closed.c.id == MatterStep.matter_id)
        return {
            "matter": matters,
            "matter_step": steps,
            "trend_report": _of_forum((TrendReport.id,), TrendReport, workspace_id, TrendReport.at),
        }
    if kind is RecordKind.DECISION:
        decisions = (
            pick(Decision.id, Decision.decided_on)
            .join(Forum, col(Forum.id) == Decision.forum_id)
            .join(Agreement, col(Agreement.id) == Forum.agreement_id)
            .where(here)
        )
        made = decisions.subquery()
        return {
            "decision": decisions,
            "approval": pick(Approval.id, made.c.decided_on).join(made, made.c.id == Approval.decision_id),
        }
    latest = pick(MeasureReport.measure_id, func.max(MeasureReport.at).label("at"))
    last = latest.group_by(col(MeasureReport.measure_id)).subquery()
    measures = (
        pick(Measure.id, func.coalesce(last.c.at, Measure.created_at).label("at"))
        .join(last, last.c.measure_id == Measure.id, isouter=True)
        .join(Agreement, col(Agreement.id) == Measure.agreement_id)
        .where(here, col(Measure.state).in_((MeasureState.DONE, MeasureState.DECLINED)))
    )
    over = measures.subquery()
    reports = pick(MeasureReport.id, over.c.at).join(over, over.c.id == MeasureReport.measure_id)
    return {"measure": measures, "measure_report": reports}


async def _own(session: AsyncSession, workspace_id: int) -> dict[str, Any]:
    questions: dict[str, Any] = {
        "finding": pick(Finding.key, Finding.over_at).where(Finding.workspace_id == workspace_id),
        "missing_reminder": pick(MissingReminder.id, MissingReminder.over_at).where(
            MissingReminder.workspace_id == workspace_id
        ),
    }
    if (await session.exec(pick(func.count()).select_from(Workspace))).one() == 1:  # these are everybody's
        questions["downtime"] = pick(Downtime.id, Downtime.down_to).where(Downtime.id != 0)
        questions["handled_request"] = pick(HandledRequest.key, HandledRequest.handled_at)
    return questions


PRIMARY: Mapping[str, tuple[Any, ...]] = {
    mapper.local_table.name: tuple(inspect(mapper.class_).primary_key)
    for mapper in Workspace._sa_registry.mappers
    if hasattr(mapper.local_table, "name")
}
