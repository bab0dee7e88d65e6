"""How far a commitment has come in its window: its state, its pace, and days to suggest. Pure (design: states)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from schedules.cadence import Window, due_days, needs_number, window_on, windows
from schedules.days import Calendar
from schedules.facts import AgreementFacts, CommitmentFacts, OccasionFacts, Span
from storage.terms import CommitmentKind, OccasionState, Standing

DAY = timedelta(days=1)
COUNTS = (OccasionState.HELD, OccasionState.PARTLY)  # partly done still came together; the outcome says what lacked


@dataclass(frozen=True)
class Progress:
    """State and pace in the window that today falls in (or the nearest one). `needed` None: there is no number."""

    standing: Standing
    window: Window | None
    held: int
    booked: int
    needed: int | None
    most: int | None
    expected: int  # what an even pace asks for today
    next_on: date | None
    next_at: time | None
    last_held: date | None
    unlogged: tuple[OccasionFacts, ...]
    working_weeks_left: int
    suggestions: tuple[date, ...]
    waived_because: str = ""


def progress(commitment: CommitmentFacts, facts: AgreementFacts, today: date) -> Progress:
    """Where the commitment stands on the local day `today`. An occasion of today is not unlogged until tomorrow."""
    calendar = Calendar(breaks=facts.breaks)
    window = _window(commitment, facts, today)
    inside = [each for each in commitment.occasions if window is None or each.on in window.span]
    held = sum(each.quantity for each in inside if each.state in COUNTS)
    coming = [each for each in commitment.occasions if each.state is OccasionState.PLANNED and each.on >= today]
    booked = sum(each.quantity for each in coming if window is None or each.on in window.span)
    unlogged = tuple(each for each in commitment.occasions if each.state is OccasionState.PLANNED and each.on < today)
    needed = window.least if window else None
    if needed is not None and window is not None and commitment.cadence.areas:
        needed *= len(commitment.cadence.areas)
    expected = _expected(needed or 0, window, today)
    waived = next((each.reason for each in commitment.waivers if window and each.window.first == window.span.first), "")
    lacking = max(0, (needed or 0) - held - booked)
    return Progress(
        standing=_standing(commitment, facts, window, today, held, booked, needed, expected, unlogged, bool(waived)),
        window=window,
        held=held,
        booked=booked,
        needed=needed,
        most=window.most if window else None,
        expected=expected,
        next_on=coming[0].on if coming else None,
        next_at=coming[0].at if coming else None,
        last_held=max((each.on for each in commitment.occasions if each.state in COUNTS), default=None),
        unlogged=unlogged,
        working_weeks_left=calendar.working_weeks(max(today, window.span.first), window.span.last) if window else 0,
        suggestions=suggestions(window.span, today, lacking, calendar, _taken(facts)) if window and lacking else (),
        waived_because=waived,
    )


def _window(commitment: CommitmentFacts, facts: AgreementFacts, today: date) -> Window | None:
    """The window of today; before the agreement its first one, after it its last."""
    if not needs_number(commitment.cadence):
        return None
    last = facts.ends or today
    day = min(max(today, facts.starts), max(last, facts.starts))
    found = window_on(commitment.cadence, facts.starts, facts.ends, day)
    if found is not None:
        return found
    # between seasons: the next one, else the last
    later = windows(commitment.cadence, facts.starts, facts.ends, day, day + timedelta(days=400))
    earlier = windows(commitment.cadence, facts.starts, facts.ends, day - timedelta(days=400), day)
    return next(iter(later), None) or (earlier[-1] if earlier else None)


def _expected(needed: int, window: Window | None, today: date) -> int:
    """What an even pace asks for today, rounded down: nobody is behind on the first day of a year."""
    if window is None or today < window.span.first:
        return 0
    days = (window.span.last - window.span.first).days + 1
    passed = min((today - window.span.first).days, days)
    return needed * passed // days


def _standing(
    commitment: CommitmentFacts,
    facts: AgreementFacts,
    window: Window | None,
    today: date,
    held: int,
    booked: int,
    needed: int | None,
    expected: int,
    unlogged: Sequence[OccasionFacts],
    waived: bool,
) -> Standing:
    if waived:
        return Standing.WAIVED
    if unlogged:
        return Standing.UNLOGGED
    if today < facts.starts:
        return Standing.UPCOMING
    if window is None or needed is None:
        return Standing.ONGOING
    if held >= needed:
        return Standing.DONE
    if today > window.span.last:
        return Standing.MISSED
    if held + booked >= needed:
        return Standing.BOOKED
    if today < window.span.first:
        return Standing.UPCOMING
    return Standing.ON_PACE if held + booked >= expected else Standing.BEHIND


def _taken(facts: AgreementFacts) -> frozenset[date]:
    return frozenset(
        occasion.on
        for commitment in facts.commitments
        for occasion in commitment.occasions
        if occasion.state is OccasionState.PLANNED
    )


def suggestions(
    span: Span, today: date, lacking: int, calendar: Calendar, taken: frozenset[date], most: int = 3
) -> tuple[date, ...]:
    """At most three days at an even pace over what is left of the span: Tuesday to Thursday, no breaks, not taken."""
    first = max(today + 7 * DAY, span.first)
    if first > span.last:
        first = max(today + DAY, span.first)
    room = (span.last - first).days
    found: list[date] = []
    for number in range(min(lacking, most)):
        middle = first + timedelta(days=room * (2 * number + 1) // (2 * lacking))
        day = _good_day(middle, first, span.last, calendar, taken | frozenset(found))
        if day is not None:
            found.append(day)
    return tuple(sorted(found))


def _good_day(wanted: date, first: date, last: date, calendar: Calendar, taken: frozenset[date]) -> date | None:
    """The day nearest the wanted one that suits; Monday or Friday only when no other does."""
    nearest = sorted(
        (wanted + timedelta(days=away) for away in range(-45, 46)), key=lambda day: (abs((day - wanted).days), day)
    )
    fit = [day for day in nearest if first <= day <= last and not calendar.meeting_hindrance(day) and day not in taken]
    return next((day for day in fit if day.weekday() in (1, 2, 3)), fit[0] if fit else None)


def has_due_day(kind: CommitmentKind) -> bool:
    """Whether a commitment of the kind is due by days (a follow-up, the lägesbild), rather than by booked occasions."""
    return kind in (CommitmentKind.FOLLOW_UP, CommitmentKind.SITUATION_REPORT, CommitmentKind.INDICATORS)


def open_due_days(commitment: CommitmentFacts, facts: AgreementFacts, first: date, last: date) -> list[date]:
    """Due days in [first, last] that nothing logged answers for: the k-th of a window is met by its k-th occasion."""
    found = []
    for window in windows(commitment.cadence, facts.starts, facts.ends, first, last):
        if any(waiver.window.first == window.span.first for waiver in commitment.waivers):
            continue
        days = due_days(commitment.cadence, facts.starts, facts.ends, window.span.first, window.span.last)
        done = sum(each.quantity for each in commitment.occasions if each.state in COUNTS and each.on in window.span)
        found += [day for day in days[done:] if first <= day <= last]
    return found
