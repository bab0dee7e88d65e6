"""What the rules are given: plain values read from storage, with no way back to it.

Dates and times of day are civil (local to the workspace); every `datetime` is aware UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from storage.terms import Cadence, ChairRule, CommitmentKind, LeadTimes, OccasionState, Responsible, Source


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


@dataclass(frozen=True)
class NamedSpan:
    """A school break or the like: "sportlov", 2027-03-01 to 2027-03-05."""

    name: str
    span: Span


@dataclass(frozen=True)
class OccasionFacts:
    """One planned or held instance. `logged` is when its outcome was (last) stored."""

    id: int
    on: date
    at: time | None
    place: str
    state: OccasionState
    booked_at: datetime
    logged_at: datetime | None = None
    area: str | None = None
    quantity: int = 1  # what it counts towards the number needed (quantity targets count more than one)
    coming: int = 0
    declined: int = 0


@dataclass(frozen=True)
class Waiver:
    """A window for which the commitment was set aside, with the reason every report shows."""

    window: Span
    reason: str


@dataclass(frozen=True)
class CommitmentFacts:
    """A promise with its cadence and everything that has come of it."""

    id: int
    kind: CommitmentKind
    title: str
    source: Source
    cadence: Cadence
    leads: LeadTimes
    forum_id: int | None
    responsible: tuple[Responsible, ...] = ()
    occasions: tuple[OccasionFacts, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    pulses: tuple[date, ...] = ()  # days on which somebody answered the pulse


@dataclass(frozen=True)
class AppointmentFacts:
    """Somebody on a seat from a day to a day; `last` None = until further notice. `away`: days of set absence."""

    person_id: int
    name: str
    first: date
    last: date | None
    deputy: bool = False
    away: tuple[Span, ...] = ()


Appointments = Mapping[str, tuple[AppointmentFacts, ...]]  # by the seat's title


@dataclass(frozen=True)
class ChairTerm:
    """Who chaired, chairs or will chair by decision. `seat` is a title; `last` None = until further notice.

    `meeting`: the decision is about the meeting of that number since the anchor (the first is 1), whatever its day
    becomes; 0 = about the days. `occasion`: it is about one booked meeting and has that one's day; 0 = about none.
    """

    seat: str
    first: date
    last: date | None
    by_decision: bool = False
    person: str | None = None
    decided_on: date | None = None  # the day of the decision
    person_id: int | None = None
    meeting: int = 0
    occasion: int = 0


@dataclass(frozen=True)
class ForumFacts:
    """A forum as the rules see it. `terms` is frozen history plus decided turns, in order.

    `appointments`: who sits, has sat and will sit on the agreement's seats; None where that is not looked into, and
    then no seat is vacant.
    """

    id: int
    name: str
    chair_rule: ChairRule
    terms: tuple[ChairTerm, ...] = ()
    appointments: Appointments | None = None
    vice_terms: tuple[ChairTerm, ...] = ()  # who is vice chair by decision; else the rule says
    has_channel: bool = True
    meetings: tuple[date, ...] = ()  # the days it meets, held and booked
    parent_id: int | None = None
    reports: bool = False  # the agreement says that it reports to the forum above
    reported: tuple[date, ...] = ()  # the local days on which it has reported trends
    worked_out: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)  # asked for before


@dataclass(frozen=True)
class MeasureFacts:
    """An open measure with a last day. `responsible` None: the forum itself.

    `forum_id` is the forum that decided; `answering_forum_id` another that is to do it.
    """

    id: int
    title: str
    forum_id: int
    due: date
    responsible: Responsible | None = None
    answering_forum_id: int | None = None


@dataclass(frozen=True)
class AgreementFacts:
    """One agreement, whole: what `reminders.due` needs to know about it."""

    id: int
    municipality: str
    starts: date
    ends: date | None
    forums: tuple[ForumFacts, ...]
    commitments: tuple[CommitmentFacts, ...]
    breaks: tuple[NamedSpan, ...] = ()
    post_at: time = time(8, 0)
    zone: str = "Europe/Stockholm"
    successor_known: bool = False
    measures: tuple[MeasureFacts, ...] = ()
    event_days: dict[str, tuple[Span, ...]] = field(default_factory=dict)  # local dates that override days.event_spans
    worked_out: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)  # asked for before
