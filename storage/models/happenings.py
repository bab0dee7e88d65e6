"""What is planned, what came of it, and the trace of who did what."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.terms import OccasionState, Visibility


class Occasion(SQLModel, table=True):
    """Tillfälle: local date and time of day with the zone's name; becomes an instant once, late."""

    __tablename__ = "occasion"
    __table_args__ = (
        UniqueConstraint("commitment_id", "natural_key", name="one_occasion_per_natural_key"),
        CheckConstraint("quantity >= 1", name="an_occasion_counts_at_least_one"),
    )

    id: int | None = Field(default=None, primary_key=True)
    commitment_id: int = Field(foreign_key="commitment.id", index=True)
    on: date = Field(index=True)
    at: str | None = None  # HH:MM local
    zone: str = "Europe/Stockholm"
    place: str = ""
    area: str | None = None
    quantity: int = 1
    state: OccasionState = OccasionState.PLANNED
    natural_key: str  # date, and time and area where given: saying it twice is harmless
    moved_to_id: int | None = Field(default=None, foreign_key="occasion.id")
    booked_by: int | None = Field(default=None, foreign_key="person.id")
    booked_at: datetime
    row_version: int = 1  # raised by every change; guards against two people changing at once
    changed_at: datetime | None = None  # when it was last changed; None: not since it was booked


class Outcome(SQLModel, table=True):
    """What came of an occasion. A correction is a new version; the newest counts, the old ones stay."""

    __tablename__ = "outcome"
    __table_args__ = (
        UniqueConstraint("occasion_id", "version", name="one_outcome_per_version"),
        CheckConstraint("participants IS NULL OR participants >= 0", name="participants_not_negative"),
    )

    id: int | None = Field(default=None, primary_key=True)
    occasion_id: int = Field(foreign_key="occasion.id", index=True)
    version: int = 1
    state: OccasionState  # held, partly or cancelled
    on: date  # as logged, also when the occasion's date is later corrected
    place: str = ""
    area: str | None = None
    quantity: int = 1  # what it counts towards the number needed
    participants: int | None = None
    parties: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # party names
    goal_result: str = ""
    text: str = ""
    visibility: str = Visibility.PARTIES.value  # how far it may be shown
    logged_by: int | None = Field(default=None, foreign_key="person.id")
    logged_by_name: str = ""
    logged_at: datetime


class AttendanceAnswer(SQLModel, table=True):
    """Kommer / Kan inte / Skickar ersättare: a person's newest answer for an occasion."""

    __tablename__ = "attendance_answer"

    occasion_id: int = Field(foreign_key="occasion.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    coming: bool
    sends_deputy: bool = False  # not coming, but the seat's deputy is asked to
    answered_at: datetime


class Waiver(SQLModel, table=True):
    """A window for which a commitment is set aside, with the reason."""

    __tablename__ = "waiver"
    __table_args__ = (UniqueConstraint("commitment_id", "first", "last", name="one_waiver_per_window"),)

    id: int | None = Field(default=None, primary_key=True)
    commitment_id: int = Field(foreign_key="commitment.id", index=True)
    first: date
    last: date
    reason: str
    waived_by: int | None = Field(default=None, foreign_key="person.id")
    waived_at: datetime


class Pulse(SQLModel, table=True):
    """An answer about löpande work: "pågår", "har hänt" or "pausad"."""

    __tablename__ = "pulse"

    id: int | None = Field(default=None, primary_key=True)
    commitment_id: int = Field(foreign_key="commitment.id", index=True)
    on: date
    state: str
    answered_by: int | None = Field(default=None, foreign_key="person.id")
    answered_at: datetime


class AuditEntry(SQLModel, table=True):
    """Append-only: who did what to which row, when. `details` holds ids and states, never what people wrote."""

    __tablename__ = "audit_entry"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id")
    actor: str = ""  # Slack user id, "klockan" or "kommandoraden"
    action: str  # the command's name
    subject: str  # table
    subject_id: int | None = None
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
