"""The workspace, its people, the seats they hold and the chairs they take."""

from datetime import date, datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel


class Workspace(SQLModel, table=True):
    """A Slack team. `team_id` is None until the bot first connects to it (files are imported before that)."""

    __tablename__ = "workspace"

    id: int | None = Field(default=None, primary_key=True)
    team_id: str | None = Field(default=None, unique=True)
    name: str = ""
    bot_user_id: str | None = None
    url: str = ""  # where its messages are opened: "https://nyby.slack.com/"
    zone: str = "Europe/Stockholm"
    post_at: str = "08:00"  # local time of day, HH:MM
    by_mail: bool = False  # an SMTP server is set: who has no Slack but an address gets e-mail
    held_until: datetime | None = None  # Slack asked us to post nothing at all before this


class Person(SQLModel, table=True):
    """Somebody on a roster, with or without Slack. Known by (team id, user id); a name is not a key."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("workspace_id", "slack_team_id", "slack_user_id", name="one_person_per_slack_user"),
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    name: str
    slack_user_id: str | None = Field(default=None, index=True)
    slack_team_id: str | None = None  # None = the workspace's own team
    email: str | None = None
    administrator: bool = False
    deactivated: bool = False  # Slack says the account is closed: no rights, whatever seats are held
    guest: bool = False  # Slack says a guest account: restricted to some channels
    absent_from: date | None = None
    absent_to: date | None = None
    quiet_from: str | None = None  # local time of day, HH:MM; no direct messages from then until `quiet_to`
    quiet_to: str | None = None
    gathers: bool = False  # reminders to the person come together on Mondays


class Appointment(SQLModel, table=True):
    """A person on a seat, from a day to a day (both included; `ends` None = until further notice)."""

    __tablename__ = "appointment"

    id: int | None = Field(default=None, primary_key=True)
    seat_id: int = Field(foreign_key="seat.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    deputy: bool = False  # ersättare
    starts: date
    ends: date | None = None


class ChannelDifference(SQLModel, table=True):
    """How a forum's channel and its roster differ: what was told last, and what somebody has said is as it should be.

    Entries are "in:USER" for somebody in the channel without a seat, "out:USER" for somebody with a seat who is not in
    it. `number` counts the differences told.
    """

    __tablename__ = "channel_difference"

    forum_id: int = Field(primary_key=True, foreign_key="forum.id")
    shown: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    settled: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    number: int = 0


class RosterDraft(SQLModel, table=True):
    """A roster file handed in and shown, that waits for somebody to say that it shall be read in. One for each person;
    empty when it has been."""

    __tablename__ = "roster_draft"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    name: str  # the file's
    content: str
    mark: str  # of what was shown
    handed_in_at: datetime


class ChairAnchor(SQLModel, table=True):
    """The answer the agreement lacks: whose turn it is, from which day, and how long a turn lasts."""

    __tablename__ = "chair_anchor"

    id: int | None = Field(default=None, primary_key=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    seat_id: int = Field(foreign_key="seat.id")
    from_day: date
    term_months: int | None = None  # None = the rule's own
    answered_by: int | None = Field(default=None, foreign_key="person.id")
    answered_at: datetime
    taken_back: bool = False


class ChairTerm(SQLModel, table=True):
    """A turn in the chair that has been, is, or is decided. Never rewritten: history is frozen."""

    __tablename__ = "chair_term"
    __table_args__ = (
        UniqueConstraint(
            "forum_id", "starts", "vice", "meeting", "occasion_id", "replaced", name="one_turn_starts_a_day"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    forum_id: int = Field(foreign_key="forum.id", index=True)
    seat_id: int = Field(foreign_key="seat.id")
    seat_title: str  # as it was called then
    person_id: int | None = Field(default=None, foreign_key="person.id")  # who held the seat then
    starts: date
    ends: date | None = None
    by_decision: bool = False
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None
    vice: bool = False  # a decision about who is vice chair; only ever by decision
    meeting: int = 0  # a decision about the meeting of that number since the anchor, whatever its day; 0 = about days
    occasion_id: int = 0  # a decision about one booked meeting, which it follows when that is moved; 0 = about none
    replaced: int = 0  # 0 = counts; a later decision about the same day sets this to its own id
