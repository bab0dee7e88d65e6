"""The outbox: what is to be told (notice) and the one Slack message that tells it (outgoing)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, text
from sqlmodel import Field, SQLModel


class NoticeState(StrEnum):
    """Life of one thing to tell."""

    WAITING = "waiting"
    SENT = "sent"
    WITHDRAWN = "withdrawn"  # its sense is gone; `reason` says why
    REFUSED = "refused"  # Slack will never take it; told to the coordinators


class OutgoingState(StrEnum):
    """Life of one Slack message."""

    WAITING = "waiting"
    CLAIMED = "claimed"  # a courier has it until `lease_until`
    SENT = "sent"
    WITHDRAWN = "withdrawn"  # nothing was left to say
    REFUSED = "refused"


class Outgoing(SQLModel, table=True):
    """One Slack message on its way: to a forum's channel or to a person. `key` travels as message metadata.

    `payload` (storage.message.encoded) is set for messages whose content is fixed when something happens (an outcome's
    summary); None means the text is made from its notices when sent. `lane` is the Slack address of the newest try
    ("c:C0123", "u:U0123", or "f:3"/"p:12" where there is none): one message of a lane is in flight at a time, over all
    replicas. `unsure` is True from a claim until we know whether Slack has the message: then one looks before posting.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        Index("outgoing_by_turn", "state", "not_before"),
        Index(
            "outgoing_due",
            "due_at",
            "id",
            sqlite_where=text("state IN ('WAITING', 'CLAIMED')"),
            postgresql_where=text("state IN ('WAITING', 'CLAIMED')"),
        ),
        Index("outgoing_by_lane", "workspace_id", "lane", "sent_at"),
        Index(
            "one_in_flight_per_lane",
            "workspace_id",
            "lane",
            unique=True,
            sqlite_where=text("state = 'CLAIMED'"),
            postgresql_where=text("state = 'CLAIMED'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    key: str = Field(unique=True)
    forum_id: int | None = Field(default=None, foreign_key="forum.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    payload: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    lane: str | None = None
    unsure: bool = False
    due_at: datetime
    not_before: datetime  # due, or later after a passing failure
    state: OutgoingState = OutgoingState.WAITING
    claimed_by: str | None = None
    lease_until: datetime | None = None
    tries: int = 0
    first_try_at: datetime | None = None
    channel_id: str | None = None  # where it was posted
    ts: str | None = None
    sent_at: datetime | None = None
    failure: str | None = None  # Slack's error, for status and doctor
    created_at: datetime


class Notice(SQLModel, table=True):
    """One thing to tell, once: the unique key holds commitment, window or occasion, kind and recipient."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("notice_by_occasion", "occasion_id", "state"),
        Index(
            "refused_notices",
            "due_at",
            sqlite_where=text("state = 'REFUSED'"),
            postgresql_where=text("state = 'REFUSED'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    outgoing_id: int = Field(foreign_key="outgoing.id", index=True)
    key: str = Field(unique=True)
    kind: str
    agreement_id: int | None = Field(default=None, foreign_key="agreement.id", index=True)
    forum_id: int | None = Field(default=None, foreign_key="forum.id")  # whom it is about
    commitment_id: int | None = Field(default=None, foreign_key="commitment.id", index=True)
    occasion_id: int | None = Field(default=None, foreign_key="occasion.id")
    person_id: int | None = Field(default=None, foreign_key="person.id")  # whom it addresses, where a person
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    visibility: str | None = None  # how far it may be shown; None = as its commitment
    due_at: datetime
    moved_from: date | None = None  # the day it would have gone but for a red day
    state: NoticeState = NoticeState.WAITING
    reason: str | None = None
    created_at: datetime
    calendar_at: datetime | None = None  # when its calendar file was taken, to be posted in its thread


class Downtime(SQLModel, table=True):
    """When the bot was not running. The row with id 0 is its pulse: `down_from` is moved by every tick, `down_to` None;
    a gap found at start becomes a closed row of its own."""

    __tablename__ = "downtime"

    id: int | None = Field(default=None, primary_key=True)
    down_from: datetime = Field(index=True)
    down_to: datetime | None = None  # None = the pulse


class HandledRequest(SQLModel, table=True):
    """A form or press already carried out: the second delivery of the same gets the same answer."""

    __tablename__ = "handled_request"

    key: str = Field(primary_key=True)
    handled_at: datetime


class SlackChannel(SQLModel, table=True):
    """What is known of a forum's channel: its name, and which other organisations share it (Slack team ids)."""

    __tablename__ = "slack_channel"

    workspace_id: int = Field(foreign_key="workspace.id", primary_key=True)
    channel_id: str = Field(primary_key=True)
    name: str = ""
    shared_with: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    looked_at: datetime
    unsure: bool = False  # has a new id since then: as it was, but counts as shared with anybody until looked at
