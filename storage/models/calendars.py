"""Calendar feeds: secret addresses that a calendar program asks."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class CalendarFeed(SQLModel, table=True):
    """A secret address, one for each person and forum (None: all of the person's own). Only the address's checksum is
    kept: a lost address is replaced, never shown again."""

    __tablename__ = "calendar_feed"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    forum_id: int | None = Field(default=None, foreign_key="forum.id")
    token_digest: str = Field(unique=True)  # SHA-256, hexadecimal
    made_at: datetime
    revoked_at: datetime | None = None
