"""What the bot keeps about itself: when each tick last ended well, and what its auditor found wrong."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel


class FindingKind(StrEnum):
    """What can be wrong with the bot itself. Each has its sentence in `schedules/auditor/texts.py`."""

    PLANNER = "planner"  # its tick has not ended well lately, on any replica
    COURIER = "courier"  # the same, and nothing has been sent meanwhile either
    LINK = "link"  # no replica hears Slack
    UNPLANNABLE = "unplannable"  # an agreement whose reminders cannot be worked out
    MISSING = "missing"  # reminders that the facts ask for and the outbox does not have
    LATE = "late"  # in the outbox, due, and not sent in time
    STUCK = "stuck"  # claimed by somebody who never came back
    STRANDED = "stranded"  # waiting in a message that is closed
    REFUSED = "refused"  # Slack would not take it; the coordinators have been told
    AUDITOR = "auditor"  # its own tick has not ended well lately: found by whoever reads health


class Tick(SQLModel, table=True):
    """When something of the bot's last went well, on whichever replica: "plan", "carry", "audit", "link" (when Slack
    was last heard) and "start" (when a process last came up)."""

    __tablename__ = "tick"

    name: str = Field(primary_key=True)
    at: datetime
    worker: str = ""


class AgreementLook(SQLModel, table=True):
    """How far the auditor has compared an agreement with the outbox. `stable_since`: the facts have not changed since
    then, so what fell due later must have been planned from the same."""

    __tablename__ = "agreement_look"

    agreement_id: int = Field(primary_key=True, foreign_key="agreement.id")
    facts_version: int
    stable_since: datetime
    looked_until: datetime
    look_again_at: datetime = Field(index=True)
    fault: str | None = None  # why the look failed; None = it did not


class MissingReminder(SQLModel, table=True):
    """A reminder to one recipient that the facts asked for and nobody planned. `passed_by`: the planner has looked
    beyond its time, so it will not come by itself. `over_at`: it was planned after all, or is asked for no more."""

    __tablename__ = "missing_reminder"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    agreement_id: int = Field(foreign_key="agreement.id", index=True)
    key: str = Field(unique=True)
    kind: str
    due_at: datetime
    about_forum_id: int | None = Field(default=None, foreign_key="forum.id")
    commitment_id: int | None = Field(default=None, foreign_key="commitment.id", index=True)
    forum_id: int | None = Field(default=None, foreign_key="forum.id")  # to whom: a channel …
    person_id: int | None = Field(default=None, foreign_key="person.id")  # … or a person
    passed_by: bool = False
    found_at: datetime
    over_at: datetime | None = None


class Finding(SQLModel, table=True):
    """Something that is wrong with the bot, from when it was found until it was over; the newest time of its kind.

    `told`: person id → the local day they were last told of it. `owed`: person ids to tell when it is over.
    """

    __tablename__ = "finding"

    key: str = Field(primary_key=True)  # workspace, kind, agreement
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    agreement_id: int | None = Field(default=None, foreign_key="agreement.id")
    kind: str  # a FindingKind
    alarming: bool = True
    count: int = 1
    oldest: datetime | None = None  # since when it is so, or when the first of them fell due
    reason: str | None = None  # what the code or Slack calls it
    since: datetime
    over_at: datetime | None = None
    tried_at: datetime | None = None  # when a replica last set about telling somebody
    told: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    owed: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
