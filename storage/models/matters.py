"""Matters that forums take up, what is decided about them, and the measures that follow."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from storage.terms import Visibility


class MatterState(StrEnum):
    """Life of a matter."""

    OPEN = "open"  # on the next agenda of its forum
    DECIDED = "decided"
    CLOSED = "closed"  # dealt with or withdrawn without a decision


class MatterAct(StrEnum):
    """What has been done with a matter."""

    RAISED = "raised"
    SENT_UP = "sent_up"
    SENT_DOWN = "sent_down"
    DEFERRED = "deferred"  # bordlagt to the next meeting
    DECIDED = "decided"
    CLOSED = "closed"


class Matter(SQLModel, table=True):
    """Ärende: something a forum shall take up. `forum_id` is where it lies now; its way is in matter_step."""

    __tablename__ = "matter"

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    title: str
    text: str = ""
    state: MatterState = MatterState.OPEN
    visibility: str = Visibility.PARTIES.value
    raised_by: int | None = Field(default=None, foreign_key="person.id")
    raised_by_name: str = ""
    raised_at: datetime
    raised_key: str = Field(unique=True)  # the request that raised it: said twice is said once
    carried_by: int | None = Field(default=None, foreign_key="person.id")  # who speaks for it now; None: who raised it
    row_version: int = 1


class MatterStep(SQLModel, table=True):
    """One step on a matter's way, never changed."""

    __tablename__ = "matter_step"

    id: int | None = Field(default=None, primary_key=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    act: MatterAct
    from_forum_id: int | None = Field(default=None, foreign_key="forum.id")
    to_forum_id: int | None = Field(default=None, foreign_key="forum.id")
    reason: str = ""
    by: int | None = Field(default=None, foreign_key="person.id")
    by_name: str = ""
    at: datetime


class Decision(SQLModel, table=True):
    """Beslut, numbered within its forum and year. `amends`: changes the agreement, so every party must approve it
    (chapter 9)."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("forum_id", "year", "number", name="one_decision_per_number"),)

    id: int | None = Field(default=None, primary_key=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    matter_id: int | None = Field(default=None, foreign_key="matter.id", index=True)
    occasion_id: int | None = Field(default=None, foreign_key="occasion.id")
    year: int
    number: int
    text: str
    amends: bool = False
    visibility: str = Visibility.PARTIES.value
    decided_on: date
    recorded_by: int | None = Field(default=None, foreign_key="person.id")
    recorded_by_name: str = ""
    recorded_at: datetime


class Approval(SQLModel, table=True):
    """A party's word on a decision that changes the agreement; the newest of a party counts, none is changed."""

    __tablename__ = "approval"

    id: int | None = Field(default=None, primary_key=True)
    decision_id: int = Field(foreign_key="decision.id", index=True)
    party_id: int = Field(foreign_key="party.id")
    approves: bool
    by: int | None = Field(default=None, foreign_key="person.id")
    by_name: str = ""
    at: datetime


class MeasureState(StrEnum):
    """Life of a measure."""

    NEW = "new"
    GOING = "going"
    DONE = "done"
    DECLINED = "declined"  # with a reason


class Measure(SQLModel, table=True):
    """Åtgärd: what shall be done, by which function, party or other forum, by when. Its life is in measure_report.

    `waits`: its decision changes the agreement, and not every party has approved; it begins when they have.
    """

    __tablename__ = "measure"
    __table_args__ = (CheckConstraint("seat_id IS NULL OR party_id IS NULL", name="one_is_responsible"),)

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    decision_id: int | None = Field(default=None, foreign_key="decision.id", index=True)
    title: str
    seat_id: int | None = Field(default=None, foreign_key="seat.id")
    party_id: int | None = Field(default=None, foreign_key="party.id")
    answering_forum_id: int | None = Field(default=None, foreign_key="forum.id", index=True)
    due: date | None = None
    state: MeasureState = MeasureState.NEW
    waits: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    created_at: datetime
    row_version: int = 1


class MeasureReport(SQLModel, table=True):
    """A word on how a measure goes; the newest counts, none is changed."""

    __tablename__ = "measure_report"

    id: int | None = Field(default=None, primary_key=True)
    measure_id: int = Field(foreign_key="measure.id", index=True)
    state: MeasureState
    text: str = ""
    due: date | None = None  # as it was from then on
    by: int | None = Field(default=None, foreign_key="person.id")
    by_name: str = ""
    at: datetime


class HandoverState(StrEnum):
    """Life of what was chosen at a handover."""

    WAITING = "waiting"  # for the day, or for somebody on the seat
    DONE = "done"
    WITHDRAWN = "withdrawn"  # the change of the roster was undone


class Handover(SQLModel, table=True):
    """What was chosen of an open measure or matter when a seat passes from one to another: whether it follows the seat.

    `day` is the first without the one who leaves: nothing is moved before it. `to_person_id` None: nobody is on the
    seat yet, and what follows it waits for whoever comes.
    """

    __tablename__ = "handover"
    __table_args__ = (CheckConstraint("(measure_id IS NULL) <> (matter_id IS NULL)", name="one_thing_is_handed_over"),)

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    seat_id: int = Field(foreign_key="seat.id", index=True)
    measure_id: int | None = Field(default=None, foreign_key="measure.id", index=True)
    matter_id: int | None = Field(default=None, foreign_key="matter.id", index=True)
    from_person_id: int | None = Field(default=None, foreign_key="person.id")
    to_person_id: int | None = Field(default=None, foreign_key="person.id")
    follows: bool
    day: date
    state: HandoverState = HandoverState.WAITING
    by: int | None = Field(default=None, foreign_key="person.id")
    at: datetime
