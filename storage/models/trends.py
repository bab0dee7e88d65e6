"""Trends that a forum close to daily life reports upward: fixed categories, places, no individuals."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from storage.terms import Visibility


class TrendReport(SQLModel, table=True):
    """One report, never changed. `trends`: category → "up", "same" or "down"; those nobody has seen are left out."""

    __tablename__ = "trend_report"

    id: int | None = Field(default=None, primary_key=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)  # whose picture it is
    to_forum_id: int = Field(foreign_key="forum.id", index=True)
    area: str = ""
    trends: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    visibility: str = Visibility.PARTIES.value  # of what is said to the forum above; internal: the two forums' own
    by: int | None = Field(default=None, foreign_key="person.id")
    by_name: str = ""
    at: datetime
