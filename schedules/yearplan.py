"""Days for a year of meetings that meet the cadence at an even pace. Pure.

Good days are working days outside July, school breaks, klämdagar, half days and weeks 51 to 2, on which nobody of the
forum's people meets elsewhere; on the forum's usual weekday where it has one. A forum that reports to another meets
before it, so that matters can travel up: each forum's days lie a fortnight before those of the one above.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

from schedules.cadence import Window, windows
from schedules.days import Calendar, each_day, iso_week
from schedules.facts import AgreementFacts, CommitmentFacts, Span
from storage.terms import OccasionState

STEP = timedelta(days=14)  # between a forum's meeting and that of the one above it
PREFERRED = (2, 1, 3, 0, 4)  # Wednesday first: both ends of the week are easily lost
COUNTED = (OccasionState.PLANNED, OccasionState.HELD, OccasionState.PARTLY)


def proposed_days(
    facts: AgreementFacts,
    meetings: CommitmentFacts,
    *,
    year: int,
    today: date,
    busy: Collection[date] = (),
    level: int = 0,
    levels: int = 1,
) -> tuple[date, ...]:
    """Days after `today` in the year for the meetings that are not yet held or booked, in order.

    `busy` are days on which the forum's people meet elsewhere. `level` counts from the lowest forum (0) of `levels`.
    Fewer than are missing when the year has no more days to meet on; none for a cadence without a number.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    found: list[date] = []
    for window in windows(meetings.cadence, facts.starts, facts.ends, first, last):
        if window.area is None and window.least:
            found += _within(facts, meetings, window, Span(first, last), today, busy, _shift(level, levels), found)
    return tuple(sorted(found))


def usual_weekday(meetings: CommitmentFacts) -> int | None:
    """The weekday (0 = Monday) most of the latest eight meetings fell on, or the agreement's own; None: none yet."""
    if meetings.cadence.weekday is not None:
        return meetings.cadence.weekday
    latest = sorted(each.on for each in meetings.occasions if each.state in COUNTED)[-8:]
    return Counter(day.weekday() for day in latest).most_common(1)[0][0] if latest else None


def _shift(level: int, levels: int) -> timedelta:
    """How far from the middle of its stretch a forum of the level meets: the lowest earliest."""
    return STEP * (2 * level - (levels - 1)) / 2


def _within(
    facts: AgreementFacts,
    meetings: CommitmentFacts,
    window: Window,
    year: Span,
    today: date,
    busy: Collection[date],
    shift: timedelta,
    before: Sequence[date],
) -> list[date]:
    """Days for what one window lacks, in the part of it that lies in the year."""
    number = window.least or 0
    there = sorted(each.on for each in meetings.occasions if each.state in COUNTED and each.on in window.span)
    missing = number - len(there)
    span = Span(max(window.span.first, year.first, today + timedelta(days=1)), min(window.span.last, year.last))
    if missing <= 0 or span.first > span.last:
        return []
    weeks = _weeks(facts, span, {*busy, *there, *before}, missing)
    taken = list(there)
    chosen: list[date] = []
    usual = usual_weekday(meetings)
    for wanted in _middles(window.span, number, there, missing):
        if not weeks:
            break
        week = min(weeks, key=lambda days: (abs(_middle(days) - (wanted + shift)), days[0]))
        weeks.remove(week)
        day = min(week, key=lambda each: (each.weekday() != usual, PREFERRED.index(each.weekday())))
        chosen.append(day)
        taken.append(day)
    return chosen


def _weeks(facts: AgreementFacts, span: Span, busy: Collection[date], missing: int) -> list[list[date]]:
    """The span's good days, a list a week; where they do not suffice also weeks 51 to 2 and school breaks."""
    calendar = Calendar(facts.breaks)
    working = [
        day
        for day in each_day(span.first, span.last)
        if day not in busy and calendar.posting_hindrance(day) is None and calendar.half_day(day) is None
    ]
    weeks = _by_week(day for day in working if calendar.meeting_hindrance(day) is None)
    if len(weeks) < missing:
        known = {iso_week(week[0]) for week in weeks}
        weeks += [week for week in _by_week(working) if iso_week(week[0]) not in known]
    return weeks


def _by_week(days: Iterable[date]) -> list[list[date]]:
    found: dict[tuple[int, int], list[date]] = {}
    for day in days:
        found.setdefault(iso_week(day), []).append(day)
    return list(found.values())


def _middle(week: Sequence[date]) -> date:
    """The Wednesday of a week of days."""
    return week[0] - timedelta(days=week[0].weekday()) + timedelta(days=2)


def _middles(span: Span, number: int, there: Sequence[date], missing: int) -> list[date]:
    """The middles of the `number` equal stretches of the span that hold no meeting yet; of the others, if more are
    missing than that, the last ones again."""
    length = (span.last - span.first).days + 1
    held = Counter(min(number - 1, (day - span.first).days * number // length) for day in there)
    empty = [stretch for stretch in range(number) if not held[stretch]]
    wanted = sorted([*empty, *reversed(range(number))][:missing]) if len(empty) < missing else empty[-missing:]
    return [span.first + timedelta(days=(2 * stretch + 1) * length // (2 * number)) for stretch in wanted]
