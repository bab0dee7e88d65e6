"""Which rows of which table belong to a forum, and which to a person. The export and the trail ask here.

A table that is in neither `belonging` nor EXCLUDED fails a test: new tables must be thought about.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, cast, func, inspect, or_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar
from sqlmodel.sql.sqltypes import AutoString

from storage import models
from storage.models import (
    AgendaPoint,
    Agreement,
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
    FocusArea,
    Forum,
    ForumSeat,
    ForumSeatOption,
    Goal,
    Handover,
    Matter,
    MatterStep,
    Measure,
    MeasureReport,
    Minutes,
    MinutesStep,
    Notice,
    Occasion,
    Outcome,
    Outgoing,
    Party,
    Person,
    Pulse,
    Seat,
    Signature,
    SlackChannel,
    TrendReport,
    Waiver,
)

Condition = ColumnElement[bool]
TABLES: Mapping[str, Any] = {
    getattr(models, name).__tablename__: getattr(models, name)
    for name in models.__all__
    if hasattr(getattr(models, name), "__table__")
}
# why a table is not in a forum's export
EXCLUDED: Mapping[str, str] = {
    "workspace": "settings of the whole Slack team",
    "downtime": "about the bot itself",
    "tick": "about the bot itself",
    "finding": "about the bot itself",
    "missing_reminder": "about the bot itself",
    "agreement_look": "about the bot itself",
    "handled_request": "keys of presses, without content",
    "roster_draft": "a file that waits to be read in: nobody's yet",
    "record_rule": "the municipality's, for all forums",
    "disposal": "counts for all forums",
}


def belonging(forums: Sequence[int]) -> dict[str, Condition]:
    """Table → which of its rows belong to the forums. Of an agreement: only what these forums have of it."""
    of_forum = select(Forum.agreement_id).where(col(Forum.id).in_(forums))
    commitments = select(Commitment.id).where(col(Commitment.forum_id).in_(forums))
    occasions = select(Occasion.id).where(col(Occasion.commitment_id).in_(commitments))
    lines = select(ForumSeat.id).where(col(ForumSeat.forum_id).in_(forums))
    seats = select(ForumSeatOption.seat_id).where(col(ForumSeatOption.forum_seat_id).in_(lines))
    people = select(Appointment.person_id).where(col(Appointment.seat_id).in_(seats))
    decisions = select(Decision.id).where(col(Decision.forum_id).in_(forums))
    of_measure = or_(col(Measure.forum_id).in_(forums), col(Measure.answering_forum_id).in_(forums))
    measures = select(Measure.id).where(of_measure)
    steps = or_(col(MatterStep.from_forum_id).in_(forums), col(MatterStep.to_forum_id).in_(forums))
    through = select(MatterStep.matter_id).where(steps)
    channels = select(Forum.channel_id).where(col(Forum.id).in_(forums), col(Forum.channel_id).is_not(None))
    areas = select(Commitment.focus_area_id).where(col(Commitment.forum_id).in_(forums))
    goals = select(CommitmentGoal.goal_id).where(col(CommitmentGoal.commitment_id).in_(commitments))
    of_notice = or_(
        col(Notice.forum_id).in_(forums),
        col(Notice.forum_id).is_(None) & col(Notice.commitment_id).in_(commitments),
    )
    mine = select(Notice.outgoing_id).where(of_notice)
    others = select(Notice.outgoing_id).where(~or_(of_notice, of_notice.is_(None)))
    rows: dict[str, Condition] = {
        "agreement": col(Agreement.id).in_(of_forum),
        "party": col(Party.agreement_id).in_(of_forum),
        "signature": col(Signature.agreement_id).in_(of_forum),
        "annex": col(Annex.agreement_id).in_(of_forum),
        "focus_area": col(FocusArea.id).in_(areas),
        "goal": col(Goal.id).in_(goals),
        "forum": col(Forum.id).in_(forums),
        "forum_seat": col(ForumSeat.forum_id).in_(forums),
        "forum_seat_option": col(ForumSeatOption.forum_seat_id).in_(lines),
        "seat": col(Seat.id).in_(seats),
        "appointment": col(Appointment.seat_id).in_(seats),
        "person": col(Person.id).in_(people),
        "chair_anchor": col(ChairAnchor.forum_id).in_(forums),
        "chair_term": col(ChairTerm.forum_id).in_(forums),
        "channel_difference": col(ChannelDifference.forum_id).in_(forums),
        "handover": col(Handover.forum_id).in_(forums),
        "commitment": col(Commitment.forum_id).in_(forums),
        "commitment_goal": col(CommitmentGoal.commitment_id).in_(commitments),
        "occasion": col(Occasion.commitment_id).in_(commitments),
        "outcome": col(Outcome.occasion_id).in_(occasions),
        "attendance_answer": col(AttendanceAnswer.occasion_id).in_(occasions),
        "trend_report": or_(col(TrendReport.forum_id).in_(forums), col(TrendReport.to_forum_id).in_(forums)),
        "agenda_point": col(AgendaPoint.occasion_id).in_(occasions),
        "minutes": col(Minutes.occasion_id).in_(occasions),
        "minutes_step": col(MinutesStep.occasion_id).in_(occasions),
        "waiver": col(Waiver.commitment_id).in_(commitments),
        "pulse": col(Pulse.commitment_id).in_(commitments),
        "matter": or_(col(Matter.forum_id).in_(forums), col(Matter.id).in_(through)),
        "matter_step": steps,
        "decision": col(Decision.forum_id).in_(forums),
        "approval": col(Approval.decision_id).in_(decisions),
        "measure": of_measure,
        "measure_report": col(MeasureReport.measure_id).in_(measures),
        "calendar_feed": col(CalendarFeed.forum_id).in_(forums),
        "slack_channel": col(SlackChannel.channel_id).in_(channels),
        "notice": of_notice,
        # a message that also carries what is another forum's is not this one's to give out; its own notices are
        "outgoing": col(Outgoing.id).in_(mine) & ~col(Outgoing.id).in_(others),
    }
    rows["audit_entry"] = trail_of(rows)
    return rows


SHARED = frozenset({"agreement", "party", "signature", "annex", "goal", "focus_area", "seat", "person", "appointment"})


def trail_of(rows: Mapping[str, Condition], but: frozenset[str] = SHARED) -> Condition:
    """Which entries of the trail are about the rows. `but`: tables whose rows several forums have in common."""
    about = [
        (col(AuditEntry.subject) == name) & col(AuditEntry.subject_id).in_(select(TABLES[name].id).where(condition))
        for name, condition in rows.items()
        if name not in but and name in TABLES and hasattr(TABLES[name], "id")
    ]
    return or_(*about)


def trail_of_agreements(agreements: Sequence[int], forums: Sequence[int]) -> Condition:
    """Which entries are about the agreements, their forums, seats and people."""
    rows = belonging(forums)
    of = col(Commitment.agreement_id).in_(agreements)
    seats = select(Seat.id).where(col(Seat.agreement_id).in_(agreements))
    people = select(Appointment.person_id).where(col(Appointment.seat_id).in_(seats))
    rows |= {
        "agreement": col(Agreement.id).in_(agreements),
        "commitment": of,
        "seat": col(Seat.id).in_(seats),
        "appointment": col(Appointment.seat_id).in_(seats),
        "person": col(Person.id).in_(people),
    }
    return trail_of(rows, but=frozenset())


def of_person(person_id: int) -> dict[str, Condition]:
    """Table → which of its rows point at the person, by every foreign key there is; and the person's own row."""
    rows: dict[str, Condition] = {}
    for name, model in TABLES.items():
        columns = [column for column in inspect(model).columns if _means_person(column)]
        if columns:
            rows[name] = or_(*(column == person_id for column in columns))
    rows["person"] = col(Person.id) == person_id
    rows["audit_entry"] = or_(
        rows["audit_entry"],
        (col(AuditEntry.subject) == "person") & (col(AuditEntry.subject_id) == person_id),
    )
    seats = select(Appointment.seat_id).where(Appointment.person_id == person_id)
    rows["seat"] = col(Seat.id).in_(seats)
    rows["minutes"] = or_(rows["minutes"], _lists(col(Minutes.adjusters), person_id))
    messages = select(Notice.outgoing_id).where(Notice.person_id == person_id)
    rows["outgoing"] = or_(rows["outgoing"], col(Outgoing.id).in_(messages))
    return rows


def _lists(column: Any, number: int) -> Condition:
    """Whether a JSON list of numbers has this one in it."""
    text = func.replace(cast(column, String), " ", "")
    return or_(*(text.like(each) for each in (f"[{number}]", f"[{number},%", f"%,{number},%", f"%,{number}]")))


def _means_person(column: Any) -> bool:
    return any(key.column.table.name == "person" for key in column.foreign_keys)


# what nobody writes in: keys, and what the bot notes of itself
WITHOUT_NAMES = frozenset(
    {"person", "workspace", "downtime", "tick", "finding", "missing_reminder", "handled_request", "agreement_look"}
)


def naming(name: str) -> dict[str, tuple[list[str], Condition]]:
    """Table → (columns, which of its rows may hold the name in what somebody wrote), texts and JSON alike.

    The rows are a few too many, for the caller to look through: databases fold å, ä and ö each in their own way, and
    JSON is stored with them written out, so only the other letters are asked for.
    """
    found: dict[str, tuple[list[str], Condition]] = {}
    pattern = "%" + "".join(map(_loosely, name)) + "%"
    for table, model in TABLES.items():
        columns = [column for column in inspect(model).columns if isinstance(column.type, AutoString | JSON)]
        if columns and table not in WITHOUT_NAMES:
            match = or_(*(cast(column, String).ilike(pattern, escape="!") for column in columns))
            found[table] = ([column.key for column in columns], match)
    return found


def _loosely(letter: str) -> str:
    if not letter.isascii() or letter.isspace():
        return "%"
    return f"!{letter}" if letter in "!%_" else letter


def rows_where(model: Any, condition: Condition) -> SelectOfScalar[Any]:
    """The question for them, in the order they were made."""
    return select(model).where(condition).order_by(*inspect(model).primary_key)
