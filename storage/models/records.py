"""What the municipality has decided to keep and to dispose of, and the disposals that have been done."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field, SQLModel


class RecordRule(SQLModel, table=True):
    """One row of the records table: what is done with one kind of record. A kind without a row is kept.

    `months` after the kind's own day (docs/records.md) it may go; None where it is kept. `decision` is the
    municipality's own reference (gallringsbeslut): without one nothing goes.
    """

    __tablename__ = "record_rule"
    __table_args__ = (
        UniqueConstraint("workspace_id", "kind", name="one_rule_per_kind"),
        CheckConstraint("keep OR (months IS NOT NULL AND decision <> '')", name="disposal_needs_a_decision"),
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    kind: str  # storage.records.kinds.RecordKind
    keep: bool = True
    months: int | None = None
    decision: str = ""
    decided_on: date | None = None
    note: str = ""
    imported_at: datetime


class Disposal(SQLModel, table=True):
    """Gallring: proposed first, then confirmed with its code. `digest` is of exactly what was proposed.

    While `open`, and only inside the transaction that carries it out, the database lets rows of the trail go.
    """

    __tablename__ = "disposal"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    code: str = Field(unique=True)
    proposed_at: datetime
    proposed_on: date  # the local day all ages are counted to
    digest: str
    counts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # kind → how many
    decisions: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # kind → reference
    open: bool = False
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
