"""An agreement and what it names: parties, seats, forums, goals and everything promised with a cadence."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.terms import CommitmentKind, Visibility


class Agreement(SQLModel, table=True):
    """One samverkansöverenskommelse. `document` is the whole file as validated; the rows are what is asked about."""

    __tablename__ = "agreement"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key", name="one_agreement_per_key"),
        CheckConstraint("ends IS NULL OR ends >= starts", name="period_runs_forward"),
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    key: str  # "nykvarn-2021-2022": the file's name for it
    municipality: str
    title: str
    starts: date
    ends: date | None = None
    example: bool = False  # plainly nobody's signed agreement
    predecessor: str | None = None
    successor: str | None = None  # words: "2023-01-01–2026-12-31"
    document: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    imported_at: datetime
    planned_until: datetime | None = None  # reminders up to here are in the outbox; None before the first tick
    next_due_at: datetime | None = Field(default=None, index=True)  # when the planner must look again; None = now
    facts_version: int = 0  # counts changes of facts: every touch adds one
    planning_fault: str | None = None  # why the planner's last look failed; None = it did not


class Party(SQLModel, table=True):
    """Kommun, polis, räddningstjänst, company, school … `signatory`: one of the agreement's own parties."""

    __tablename__ = "party"
    __table_args__ = (UniqueConstraint("agreement_id", "key", name="one_party_per_key"),)

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    key: str
    name: str
    short: str  # "kommunen"
    kind: str  # "kommun", "polis", "räddningstjänst", "bolag", "skola", "förening", "annan"
    signatory: bool = True
    org_number: str | None = None
    aliases: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    position: int = 0
    active: bool = True


class Signature(SQLModel, table=True):
    """Who signed for whom and when, by function."""

    __tablename__ = "signature"

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    party_id: int = Field(foreign_key="party.id")
    function: str
    signed_on: date
    place: str | None = None


class Annex(SQLModel, table=True):
    """A numbered annex and the rule for updating it."""

    __tablename__ = "annex"

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    number: int
    title: str
    update_rule: str | None = None


class Seat(SQLModel, table=True):
    """A function ("Kommunens säkerhetschef"). The same seat may sit in several forums."""

    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("agreement_id", "key", name="one_seat_per_key"),)

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    key: str
    title: str
    party_id: int | None = Field(default=None, foreign_key="party.id")
    coordinator: bool = False  # samordnare
    aliases: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    active: bool = True


class Forum(SQLModel, table=True):
    """A forum, the forum it reports to and its Slack channel. `channel_id` is set by linking, never by the file."""

    __tablename__ = "forum"
    __table_args__ = (UniqueConstraint("agreement_id", "key", name="one_forum_per_key"),)

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    key: str  # "planeringsgruppen"
    name: str
    purpose: str = ""
    parent_id: int | None = Field(default=None, foreign_key="forum.id")
    reports: str = ""  # what it reports to the parent, in words
    chair_rule: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))  # terms.ChairRule
    # standing points of its meetings; empty = the program's own model
    agenda: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]"))
    strategic_council: bool = False  # the council of 10 § lag (2023:196)
    places_only: bool = False  # no individuals, ever
    aliases: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    channel_id: str | None = Field(default=None, index=True)
    position: int = 0
    active: bool = True


class ForumSeat(SQLModel, table=True):
    """A place in a forum: one line of its list of members. `places` people may hold it; `kind` is
    "ledamot", "inbjuden", "adjungerad" or "sekreterare"."""

    __tablename__ = "forum_seat"

    id: int | None = Field(default=None, primary_key=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    label: str  # as the agreement writes it
    kind: str = "ledamot"
    places: int = 1
    position: int = 0
    active: bool = True


class ForumSeatOption(SQLModel, table=True):
    """The seat that holds a place in a forum; several for either/or."""

    __tablename__ = "forum_seat_option"

    forum_seat_id: int = Field(foreign_key="forum_seat.id", primary_key=True)
    seat_id: int = Field(foreign_key="seat.id", primary_key=True, index=True)


class FocusArea(SQLModel, table=True):
    """A prioritised area of cooperation, with its part of the situation report."""

    __tablename__ = "focus_area"

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    key: str
    name: str
    description: str = ""
    position: int = 0
    active: bool = True


class Goal(SQLModel, table=True):
    """A numbered goal. Numbers are the agreement's own; two may read the same."""

    __tablename__ = "goal"
    __table_args__ = (UniqueConstraint("agreement_id", "number", name="one_goal_per_number"),)

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    number: int
    text: str
    note: str = ""
    active: bool = True


class Commitment(SQLModel, table=True):
    """Åtagande: anything promised with a cadence. One idea, one table, one set of rules."""

    __tablename__ = "commitment"
    __table_args__ = (UniqueConstraint("agreement_id", "key", name="one_commitment_per_key"),)

    id: int | None = Field(default=None, primary_key=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    key: str
    kind: CommitmentKind
    title: str  # short: "Trygghetsvandring"
    text: str = ""  # the activity as the agreement describes it
    purpose: str = ""
    method: str = ""
    time_text: str = ""  # the agreement's own words on when
    forum_id: int | None = Field(default=None, foreign_key="forum.id", index=True)  # where it is told and logged
    focus_area_id: int | None = Field(default=None, foreign_key="focus_area.id")
    cadence: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))  # terms.Cadence
    leads: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # terms.LeadTimes
    source: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))  # terms.Source
    responsible: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    cooperating: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    aliases: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    visibility: str = Visibility.PARTIES.value  # how far what is told and logged about it may be shown
    position: int = 0
    active: bool = True  # False once a later file no longer has it: history stays


class CommitmentGoal(SQLModel, table=True):
    """Which goals an activity serves."""

    __tablename__ = "commitment_goal"

    commitment_id: int = Field(foreign_key="commitment.id", primary_key=True)
    goal_id: int = Field(foreign_key="goal.id", primary_key=True, index=True)
