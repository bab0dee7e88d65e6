"""A meeting's agenda and its minutes: versions, what people say of them, who adjusts them, when they are fixed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.terms import Visibility


class AgendaPoint(SQLModel, table=True):
    """A point of a meeting's agenda as it was sent with the summons; those that came up after it have `added`.

    Never changed: `number` and `key` mean the same point in summons, minutes and document. `key` says what the point
    is about ("standing:3", "matter:12", "measure:5", "trends:2", "due:8").
    """

    __tablename__ = "agenda_point"
    __table_args__ = (
        UniqueConstraint("occasion_id", "number", name="one_point_per_number"),
        UniqueConstraint("occasion_id", "key", name="one_point_per_key"),
    )

    id: int | None = Field(default=None, primary_key=True)
    occasion_id: int = Field(foreign_key="occasion.id", index=True)
    number: int
    key: str
    title: str
    detail: str = ""  # where it comes from, or what is known of it
    matter_id: int | None = Field(default=None, foreign_key="matter.id")
    added: bool = False
    at: datetime


class Minutes(SQLModel, table=True):
    """One version of a meeting's minutes; the newest counts, none is changed.

    `attendance`: {"present": [line, …], "absent": [line, …], "others": text}, lines as they were read then.
    `points`: [{"title": …, "note": …, "key": …, "number": …}, …] in the agenda's order; the oldest have only the first
    two.
    `fixes_at`: when they are fixed unless somebody says so before (None in the oldest).
    """

    __tablename__ = "minutes"
    __table_args__ = (UniqueConstraint("occasion_id", "version", name="one_minutes_per_version"),)

    id: int | None = Field(default=None, primary_key=True)
    occasion_id: int = Field(foreign_key="occasion.id", index=True)
    version: int = 1
    attendance: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    points: list[dict[str, str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    adjusters: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # person ids
    visibility: str = Visibility.PARTIES.value
    written_by: int | None = Field(default=None, foreign_key="person.id")
    written_by_name: str = ""
    written_at: datetime
    fixes_at: datetime | None = None


class MinutesStep(SQLModel, table=True):
    """A word on a meeting's minutes, never changed: "comment" (with text), "adjusted" or "fixed"."""

    __tablename__ = "minutes_step"

    id: int | None = Field(default=None, primary_key=True)
    occasion_id: int = Field(foreign_key="occasion.id", index=True)
    version: int
    act: str
    text: str = ""
    by: int | None = Field(default=None, foreign_key="person.id")
    by_name: str = ""
    at: datetime
