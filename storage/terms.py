"""The terms an agreement is written in, as plain values: cadence, chair rule, lead times, kinds and states.

Reaches no database: the pure rules in `schedules` may use these as freely as the tables do.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

# Days before and after these are no agreement's, and every rule asks for the days around a day: the calendar's own
# first and last have none.
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


def known_day(day: date) -> date:
    """The day. Raises ValueError where no agreement can mean it."""
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"{day} lies too far away")
    return day


class Term(BaseModel):
    """A frozen value that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CommitmentKind(StrEnum):
    """What sort of promise a commitment is; decides its default lead times."""

    MEETING = "meeting"  # a forum's meetings
    ACTIVITY = "activity"  # anything in the activity plan
    WALK = "walk"  # trygghetsvandring
    FOLLOW_UP = "follow_up"  # a row of the follow-up plan
    SITUATION_REPORT = "situation_report"  # lägesbilden
    INDICATORS = "indicators"  # statistics followed up
    RENEWAL = "renewal"  # the agreement's own end


class Visibility(StrEnum):
    """How far an item may be shown. The values are the agreement file's own words."""

    INTERNAL = "intern"  # the forum's own people; not in a channel shared outside the parties
    PARTIES = "parterna"  # the agreement's parties
    PUBLIC = "publik"  # anybody


NOT_INTERNAL = (Visibility.PARTIES.value, Visibility.PUBLIC.value)


def is_internal(visibility: str) -> bool:
    """Whether an item marked so is the forum's own. A mark nobody has heard of counts as internal."""
    return visibility not in NOT_INTERNAL


def is_public(visibility: str) -> bool:
    """Whether an item marked so may be read by others than the parties."""
    return visibility == Visibility.PUBLIC.value


def strictest(visibilities: Iterable[str]) -> str:
    """The narrowest of several marks, what holds for a message that says all of it; for none, the parties'."""
    marks = set(visibilities)
    if any(is_internal(each) for each in marks):
        return Visibility.INTERNAL.value
    return Visibility.PUBLIC.value if marks == {Visibility.PUBLIC.value} else Visibility.PARTIES.value


class OccasionState(StrEnum):
    """How one planned or held instance of a commitment stands."""

    PLANNED = "planned"
    HELD = "held"
    PARTLY = "partly"
    CANCELLED = "cancelled"
    MOVED = "moved"  # replaced by another occasion


class Standing(StrEnum):
    """State of a commitment in its window (docs/glossary.md)."""

    DONE = "done"
    BOOKED = "booked"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    MISSED = "missed"
    UNLOGGED = "unlogged"
    ONGOING = "ongoing"
    WAIVED = "waived"
    UPCOMING = "upcoming"  # the window (or agreement) has not begun


Period = Literal["week", "month", "quarter", "tertial", "half_year", "year", "agreement"]


class SeasonCount(Term):
    """So many in a named part of the year, e.g. two in the spring (months 1-6)."""

    name: str
    first_month: int
    last_month: int
    least: int


class Cadence(Term):
    """How often something shall happen. Exactly one `form` decides which other fields count.

    count        `least`..`most` (None = no upper bound) per `every` x `period`; exact when equal
    interval     every `every` `unit`s, dated from `anchor` (or the agreement's start)
    weekday      every `every` weeks on `weekday` (0 = Monday), dated from `anchor`
    deadline     once per `every` years, latest by the end of `month` (or by `month`-`day`)
    seasons      `seasons`, each with its own count
    ongoing      no number (löpande); a quarterly pulse
    event        bound to named days or weekends (`events`), e.g. "halloween", "skolavslutning"
    on_demand    vid behov, nothing is ever due
    unspecified  the source says nothing

    `also_ongoing` adds löpande work to any numbered form ("två gånger per år samt löpande"); `more_if_needed` is "eller
    fler vid behov"; `areas` means the count holds per area; `unit_name` names what is counted when it is not occasions
    ("trafikkontroller"); `duration` is "half_day" or "full_day"; `normally` softens the count ("normalt fyra").
    """

    form: Literal["count", "interval", "weekday", "deadline", "seasons", "ongoing", "event", "on_demand", "unspecified"]
    least: int | None = None
    most: int | None = None
    period: Period | None = None
    every: int = 1
    unit: Literal["week", "month", "year"] | None = None
    weekday: int | None = None
    anchor: date | None = None
    month: int | None = None
    day: int | None = None
    seasons: tuple[SeasonCount, ...] = ()
    events: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    also_ongoing: bool = False
    more_if_needed: bool = False
    normally: bool = False
    unit_name: str | None = None
    duration: Literal["half_day", "full_day"] | None = None


class ChairRule(Term):
    """Who chairs a forum.

    fixed         always the seat `order[0]`
    rotating      the seats in `order` take turns, `term_months` each (12 = a year); from an anchor
    alternating   the parties in `order` (names) take turns; the person is the party's own seat in the forum (`seats`)
    per_meeting   the seats in `order` take turns meeting by meeting
    appointed     named by `by` (a body), recorded by decision
    elected       chosen within the forum, recorded by decision
    convener      somebody only convenes: `order[0]`
    unstated      the source says nothing

    `term_months` None where the source gives none: then the bot asks. `anchor_seat`/`anchor_from` say whose turn it is
    from which day; missing in a source means the bot asks the coordinators and never guesses. `vice` is a seat.
    For "alternating", `order` holds the chairing seats too (one per party), so that rotation always walks seats.
    """

    form: Literal["fixed", "rotating", "alternating", "per_meeting", "appointed", "elected", "convener", "unstated"]
    order: tuple[str, ...] = ()  # seat titles as written in the file
    parties: tuple[str, ...] = ()  # for "alternating": party names, same order
    term_months: int | None = None
    anchor_seat: str | None = None
    anchor_from: date | None = None
    vice: str | None = None
    by: str | None = None

    @property
    def rotates(self) -> bool:
        return self.form in ("rotating", "alternating", "per_meeting")


class LeadTimes(Term):
    """Days before (`before`) and after (`after`) at which to remind; None = the kind's default."""

    before: tuple[int, ...] | None = None
    after: tuple[int, ...] | None = None


class Source(Term):
    """Where in the agreement a promise stands: quoted by everything the bot says about it."""

    where: str  # "bilaga 2, Trygghet i Nykvarns kommun"
    quote: str = ""  # the line itself


class Responsible(Term):
    """Who answers for a commitment: a forum, a party, a seat, or words that name none of these."""

    kind: Literal["forum", "party", "seat", "text"]
    name: str
