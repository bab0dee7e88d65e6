"""Days for a year of meetings that meet the cadence at an even pace. Pure.

Good days are working days outside July, school breaks, klämdagar, half days and weeks 51 to 2, on which nobody of the
forum's people meets elsewhere; on the forum's usual weekday where it has one, and far enough ahead for the summons. A
forum that reports to another meets before it, so that matters can travel up: a fortnight before, so that what is sent
up stands in the summons of the meeting above.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from typing import TypeVar

from schedules.cadence import Window, due_days_of, windows
from schedules.days import Calendar, each_day, iso_week
from schedules.facts import AgreementFacts, CommitmentFacts, OccasionFacts, Span
from schedules.reminders.occasions import summons_days
from storage.terms import OccasionState

DAY = timedelta(days=1)
STEP = timedelta(days=14)  # between a forum's meeting and that of the one above it
DETOUR = 30  # how many days from its even pace a meeting is moved to leave matters their way up
STALE = timedelta(days=35)  # what was sent up longer ago than this has waited for too long
BEFORE_DEADLINE = timedelta(days=14)  # "senast i mars" is aimed at somewhat earlier
DENSE = timedelta(days=28)  # a cadence of shorter steps takes weeks 51 to 2 and school breaks where it must
PREFERRED = (2, 1, 3, 0, 4)  # Wednesday first: both ends of the week are easily lost
COUNTED = (OccasionState.PLANNED, OccasionState.HELD, OccasionState.PARTLY)
LATEST = 8  # meetings that tell what is usual
T = TypeVar("T")


@dataclass(frozen=True)
class Surroundings:
    """What else the forum's people have to think of: days they meet elsewhere, and when the forums next below and
    next above meet. `level` counts from the lowest forum (0) of `levels`: it goes before where nothing is booked."""

    busy: Collection[date] = ()
    below: Collection[date] = ()
    above: Collection[date] = ()
    level: int = 0
    levels: int = 1

    @property
    def shift(self) -> timedelta:
        """How far from the middle of its stretch the forum meets: the lowest earliest; none where the others' days are
        known."""
        if self.below or self.above:
            return timedelta()
        return STEP * (2 * self.level - (self.levels - 1)) / 2

    def hindered_ways(self, day: date) -> int:
        """How many ways for matters a meeting on the day leaves closed: what the forum below last sent up is too new
        for the summons or has grown old, or what this one sends up is too new for the meeting above."""
        before = max((each for each in self.below if each <= day), default=None)
        after = min((each for each in self.above if each >= day), default=None)
        closed = bool(self.below) and (before is None or not STEP <= day - before <= STALE)
        return int(closed) + int(after is not None and after - day < STEP)


def proposed_days(
    facts: AgreementFacts, meetings: CommitmentFacts, *, year: int, today: date, around: Surroundings | None = None
) -> tuple[date, ...]:
    """Days after `today` in the year for the meetings that are not yet held or booked, in order.

    Fewer than are missing (`missing_in`) when the rest of the year has no more days with a decent time between; none
    for a cadence without a number.
    """
    around = around or Surroundings()
    found: list[date] = []
    for window in _windows(facts, meetings, year):
        found += _within(facts, meetings, window, year, today, around, found)
    return tuple(sorted(found))


def missing_in(facts: AgreementFacts, meetings: CommitmentFacts, *, year: int, today: date) -> int:
    """How many meetings the windows that are not over by `today` lack, of those that lie in the year."""
    open_ones = [each for each in _windows(facts, meetings, year) if each.span.last > today]
    return sum(max(0, (window.least or 0) - len(_there(meetings, window))) for window in open_ones)


def usual_weekday(meetings: CommitmentFacts) -> int | None:
    """The weekday (0 = Monday) most of the latest eight meetings fell on, or the agreement's own; None: none yet."""
    if meetings.cadence.weekday is not None:
        return meetings.cadence.weekday
    return _usual([each.on.weekday() for each in _latest(meetings)])


def usual_time(meetings: CommitmentFacts) -> time | None:
    """The time of day most of the latest eight meetings began at, the later where two are as common; None: none yet."""
    return _usual([each.at for each in _latest(meetings) if each.at is not None])


def usual_place(meetings: CommitmentFacts) -> str:
    """Where the latest meeting that was not called off is or was; "" when none says."""
    return next((each.place for each in reversed(_latest(meetings)) if each.place), "")


def _latest(meetings: CommitmentFacts) -> list[OccasionFacts]:
    return sorted((each for each in meetings.occasions if each.state in COUNTED), key=lambda each: each.on)[-LATEST:]


def _usual(values: Sequence[T]) -> T | None:
    common = Counter(reversed(values)).most_common(1)
    return common[0][0] if common else None


def _windows(facts: AgreementFacts, meetings: CommitmentFacts, year: int) -> list[Window]:
    every = windows(meetings.cadence, facts.starts, facts.ends, date(year, 1, 1), date(year, 12, 31))
    return [window for window in every if window.area is None and window.least]


def _there(meetings: CommitmentFacts, window: Window) -> list[date]:
    return sorted(each.on for each in meetings.occasions if each.state in COUNTED and each.on in window.span)


def _within(
    facts: AgreementFacts,
    meetings: CommitmentFacts,
    window: Window,
    year: int,
    today: date,
    around: Surroundings,
    before: Sequence[date],
) -> list[date]:
    """Days for what one window lacks, in the part of it that lies in the year."""
    there = _there(meetings, window)
    missing = (window.least or 0) - len(there)
    last = min(window.span.last, date(year, 12, 31))
    deadline = due_days_of(meetings.cadence, facts.starts, facts.ends, window)
    if meetings.cadence.form == "deadline" and deadline and deadline[-1] > today:
        last = min(last, deadline[-1])
    for notice in (timedelta(days=summons_days(meetings)), timedelta()):
        span = Span(max(window.span.first, date(year, 1, 1), today + notice + DAY), last)
        if missing > 0 and span.first <= span.last:
            chosen = _chosen(facts, meetings, window, span, missing, there, around, before)
            if chosen:
                return chosen
    return []


def _chosen(
    facts: AgreementFacts,
    meetings: CommitmentFacts,
    window: Window,
    span: Span,
    missing: int,
    there: Sequence[date],
    around: Surroundings,
    before: Sequence[date],
) -> list[date]:
    step = ((window.span.last - window.span.first) + DAY) / (window.least or 1)
    apart = min(STEP, step / 2)
    weeks = _weeks(facts, span, {*around.busy, *before}, missing, dense=step < DENSE)
    usual = usual_weekday(meetings)
    taken = list(there)
    wishes = _evenly(span, there, missing, step)
    if meetings.cadence.form == "deadline":
        wishes = [max(span.first, span.last - BEFORE_DEADLINE)]
    for wish in wishes:
        best = [
            min(
                free,
                key=lambda day: (around.hindered_ways(day), day.weekday() != usual, PREFERRED.index(day.weekday())),
            )
            for week in weeks
            if (free := [day for day in week if all(abs(day - other) >= apart for other in taken)])
        ]
        if not best:
            break
        target = wish + around.shift
        taken.append(min(best, key=lambda day: (_distance(day, target) + DETOUR * around.hindered_ways(day), day)))
    return taken[len(there) :]


def _distance(day: date, target: date) -> int:
    """Days between the target and the middle of the day's week: which day of the week it is, is another question."""
    return abs((day - timedelta(days=day.weekday()) + timedelta(days=2) - target).days)


def _weeks(facts: AgreementFacts, span: Span, busy: Collection[date], missing: int, *, dense: bool) -> list[list[date]]:
    """The span's good days, a list a week; of a dense cadence where they do not suffice also weeks 51 to 2 and school
    breaks."""
    calendar = Calendar(facts.breaks)
    working = [
        day
        for day in each_day(span.first, span.last)
        if day not in busy and calendar.posting_hindrance(day) is None and calendar.half_day(day) is None
    ]
    weeks = _by_week(day for day in working if calendar.meeting_hindrance(day) is None)
    if dense and len(weeks) < missing:
        known = {iso_week(week[0]) for week in weeks}
        weeks += [week for week in _by_week(working) if iso_week(week[0]) not in known]
    return weeks


def _by_week(days: Iterable[date]) -> list[list[date]]:
    found: dict[tuple[int, int], list[date]] = {}
    for day in days:
        found.setdefault(iso_week(day), []).append(day)
    return list(found.values())


@dataclass
class _Stretch:
    """Days between two meetings, or between a meeting and an end of the span, to put `more` meetings into."""

    first: date
    last: date
    ends: float  # half a pace lies between an end of the span and a meeting, a whole one between two meetings
    more: int = 0

    @property
    def pace(self) -> float:
        """Days between meetings, as things stand; endless where nothing is there at all."""
        steps = self.more + self.ends
        return (self.last - self.first).days / steps if steps else float("inf")

    def days(self, begins_with_meeting: bool) -> list[date]:
        """Where the new ones go."""
        start = self.pace if begins_with_meeting else self.pace / 2
        return [self.first + timedelta(days=int(start + self.pace * number)) for number in range(self.more)]


def _evenly(span: Span, there: Sequence[date], missing: int, step: timedelta) -> list[date]:
    """The days of the span on which `missing` more meetings make the pace most even, with those that are there."""
    fixed = [day for day in there if day > span.first - step]  # what lies further back has no say in what comes
    bounds = [*([] if fixed and fixed[0] < span.first else [span.first]), *fixed]
    bounds += [span.last + DAY] if not fixed or fixed[-1] <= span.last else []
    meeting = [day in fixed for day in bounds]
    stretches = [
        _Stretch(first, last, (meeting[number] + meeting[number + 1]) / 2)
        for number, (first, last) in enumerate(pairwise(bounds))
    ]
    for _ in range(missing):
        max(stretches, key=lambda each: each.pace).more += 1
    return sorted(day for number, each in enumerate(stretches) for day in each.days(meeting[number]))
