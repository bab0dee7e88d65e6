"""Minnesanteckningar: versions, what people say of them, who adjusts them, and when they are fixed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.terms import Visibility


class Minutes(SQLModel, table=True):
    """One version of a meeting's minutes; the newest counts, none is changed.

    `attendance`: {"present": [line, …], "absent": [line, …], "others": text}, lines as they were read then.
    `points`: [{"title": …, "note": …}, …] in the agenda's order.
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
