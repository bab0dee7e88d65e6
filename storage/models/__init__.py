"""The tables, by subject. Import from here."""

from storage.models.agreement import (
    Agreement,
    Annex,
    Commitment,
    CommitmentGoal,
    FocusArea,
    Forum,
    ForumSeat,
    ForumSeatOption,
    Goal,
    Party,
    Seat,
    Signature,
)
from storage.models.delivery import Downtime, HandledRequest, Notice, NoticeState, Outgoing, OutgoingState
from storage.models.happenings import AttendanceAnswer, AuditEntry, Occasion, Outcome, Pulse, Waiver
from storage.models.people import Appointment, ChairAnchor, ChairTerm, Person, Workspace

__all__ = [
    "Agreement",
    "Annex",
    "Appointment",
    "AttendanceAnswer",
    "AuditEntry",
    "ChairAnchor",
    "ChairTerm",
    "Commitment",
    "CommitmentGoal",
    "Downtime",
    "FocusArea",
    "Forum",
    "ForumSeat",
    "ForumSeatOption",
    "Goal",
    "HandledRequest",
    "Notice",
    "NoticeState",
    "Occasion",
    "Outcome",
    "Outgoing",
    "OutgoingState",
    "Party",
    "Person",
    "Pulse",
    "Seat",
    "Signature",
    "Waiver",
    "Workspace",
]
