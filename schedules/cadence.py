"""How often: a cadence becomes windows with a number needed, or days on which something is due. Pure.

A *window* is the stretch a number holds for (a calendar year, a half-year, a school term …), clipped to the agreement's
period. A window that is clipped needs its share of the number, rounded half up: two walks a year in an agreement that
starts 1 July needs one that year. Everything counts from the anchor or the calendar, never from the step before: months
added one at a time drift (31 Jan, 28 Feb, 28 March).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from schedules.facts import Span
from schedules.swedish import spann
from storage.terms import Cadence

DAY = timedelta(days=1)
FAR = date(2200, 1, 1)  # open-ended agreements end "never"
MONTHS = {"month": 1, "quarter": 3, "tertial": 4, "half_year": 6, "year": 12}


@dataclass(frozen=True)
class Window:
    """A stretch with a number. `span` is clipped to the agreement, `nominal` is not; `area` when it holds per area."""

    span: Span
    nominal: Span
    least: int | None
    most: int | None
    name: str
    area: str | None = None


def windows(cadence: Cadence, starts: date, ends: date | None, first: date, last: date) -> list[Window]:
    """The windows that touch [first, last], in order. Empty for cadences without a number."""
    found = []
    for nominal, least, most, name in _nominal(cadence, starts, ends, first, last):
        span = _clip(nominal, starts, ends)
        if span is None or span.last < first or span.first > last:
            continue
        if cadence.form in ("count", "seasons"):
            needed, ceiling = _share(least, nominal, span), _share(most, nominal, span)
        else:  # one is due by the end of the stretch, or none where the agreement ends before that
            needed, ceiling = (least if span.last == nominal.last else 0), most
        label = name or spann(span.first, span.last)
        found += [
            Window(span, nominal, needed, ceiling, f"{label}, {area}" if area else label, area)
            for area in (cadence.areas or (None,))
        ]
    return found


def window_on(cadence: Cadence, starts: date, ends: date | None, day: date) -> Window | None:
    """The window the day falls in (the first area's where it holds per area), or None."""
    return next(iter(windows(cadence, starts, ends, day, day)), None)


def needs_number(cadence: Cadence) -> bool:
    """Whether something must happen a number of times: not löpande, vid behov, event-bound or unstated."""
    return cadence.form in ("count", "interval", "weekday", "deadline", "seasons")


def due_days(cadence: Cadence, starts: date, ends: date | None, first: date, last: date) -> list[date]:
    """Days within [first, last] on which one more is due at the latest.

    A number per window is spread evenly: two a year fall due 30 June and 31 December. Intervals and weekdays fall due
    on their dates, deadlines on theirs.
    """
    if cadence.form in ("interval", "weekday"):
        found = _dates(cadence, starts, ends, first, last)
    else:
        found = (
            day
            for window in windows(cadence, starts, ends, first, last)
            for day in spread(window.span, window.least or 0)
        )
    return sorted({day for day in found if first <= day <= last})


def spread(span: Span, number: int) -> list[date]:
    """The last days of `number` even parts of the span; whole months where the parts are whole months."""
    months = (span.last.year - span.first.year) * 12 + span.last.month - span.first.month + 1
    whole = span.first.day == 1 and (span.last + DAY).day == 1
    if number and whole and months % number == 0:
        return [span.first + relativedelta(months=months // number * part) - DAY for part in range(1, number + 1)]
    days = (span.last - span.first).days + 1
    return [span.first + timedelta(days=days * part // number - 1) for part in range(1, number + 1)]


def _share(number: int | None, nominal: Span, span: Span) -> int | None:
    if number is None or span == nominal:
        return number
    whole = (nominal.last - nominal.first).days + 1
    part = (span.last - span.first).days + 1
    return (2 * number * part + whole) // (2 * whole)  # half up, without floating point


def _clip(span: Span, starts: date, ends: date | None) -> Span | None:
    first, last = max(span.first, starts), min(span.last, ends or FAR)
    return Span(first, last) if first <= last else None


Nominal = tuple[Span, int | None, int | None, str]


def _nominal(cadence: Cadence, starts: date, ends: date | None, first: date, last: date) -> Iterator[Nominal]:
    if cadence.form == "count":
        for span, name in _periods(cadence, starts, ends, first, last):
            yield span, cadence.least, cadence.most, name
    elif cadence.form == "seasons":
        for year in range(first.year - 1, last.year + 1):
            for season in cadence.seasons:
                yield _season(year, season.first_month, season.last_month), season.least, None, f"{season.name} {year}"
    elif cadence.form == "deadline":
        yield from _deadlines(cadence, starts, first, last)
    elif cadence.form in ("interval", "weekday"):
        yield from _steps(cadence, starts, ends, first, last)


def _season(year: int, first_month: int, last_month: int) -> Span:
    """From the first day of one month to the last of another, over New Year when it comes earlier in the year."""
    start = date(year, first_month, 1)
    end_year = year if last_month >= first_month else year + 1
    return Span(start, date(end_year, last_month, 1) + relativedelta(months=1) - DAY)


def _periods(cadence: Cadence, starts: date, ends: date | None, first: date, last: date) -> Iterator[tuple[Span, str]]:
    """Calendar periods; several at a time ("vartannat år") are counted from the agreement's first one."""
    if cadence.period == "agreement":
        span = Span(starts, ends or FAR)
        yield span, spann(span.first, span.last) if ends else f"från {spann(starts, starts)}"
        return
    if cadence.period == "week":
        monday = starts - timedelta(days=starts.weekday())
        step = timedelta(weeks=cadence.every)
        number = max(0, (first - monday).days // step.days - 1)
        while monday + number * step <= last:
            begin = monday + number * step
            yield Span(begin, begin + step - DAY), ""
            number += 1
        return
    months = MONTHS[cadence.period or "year"]
    base = date(starts.year, (starts.month - 1) // months * months + 1, 1)
    size = months * cadence.every
    number = max(0, ((first.year - base.year) * 12 + first.month - base.month) // size - 1)
    while (begin := base + relativedelta(months=size * number)) <= last:
        span = Span(begin, begin + relativedelta(months=size) - DAY)
        yield span, str(begin.year) if size == 12 else ""
        number += 1


def _deadlines(cadence: Cadence, starts: date, first: date, last: date) -> Iterator[Nominal]:
    """One by the end of a month (or a day in it), every so many years from the first such day in the period."""
    base = _last_day(cadence, starts.year)
    if base < starts:
        base = _last_day(cadence, starts.year + 1)
    for year in range(base.year, last.year + cadence.every + 1, cadence.every):
        end = _last_day(cadence, year)
        begin = _last_day(cadence, year - cadence.every) + DAY
        if end >= first and begin <= last:
            yield Span(begin, end), 1, None, str(year)


def _last_day(cadence: Cadence, year: int) -> date:
    month = cadence.month or 12
    end = date(year, month, 1) + relativedelta(months=1) - DAY
    return end if cadence.day is None else min(end, date(year, month, 1) + timedelta(days=cadence.day - 1))


def _steps(cadence: Cadence, starts: date, ends: date | None, first: date, last: date) -> Iterator[Nominal]:
    """The stretch from one date to the day before the next: one is needed in each."""
    for begin, end in _step_spans(cadence, starts, first, last):
        if begin <= (ends or FAR):
            yield Span(begin, end), 1, None, spann(begin, end)


def _dates(cadence: Cadence, starts: date, ends: date | None, first: date, last: date) -> Iterator[date]:
    for begin, end in _step_spans(cadence, starts, first, last):
        # a weekday is due on the day itself; an interval at the end of each stretch
        day = begin if cadence.form == "weekday" or cadence.unit == "week" else end
        if starts <= day <= (ends or FAR):
            yield day


def _step_spans(cadence: Cadence, starts: date, first: date, last: date) -> Iterator[tuple[date, date]]:
    anchor = cadence.anchor or starts
    if cadence.form == "weekday":
        anchor += timedelta(days=((cadence.weekday or 0) - anchor.weekday()) % 7)
        step: relativedelta = relativedelta(weeks=cadence.every)
    else:
        step = {
            "week": relativedelta(weeks=cadence.every),
            "month": relativedelta(months=cadence.every),
            "year": relativedelta(years=cadence.every),
        }[cadence.unit or "month"]
    number = max(0, _steps_before(anchor, step, first))
    while (begin := anchor + step * number) <= last:
        yield begin, anchor + step * (number + 1) - DAY
        number += 1


def _steps_before(anchor: date, step: relativedelta, day: date) -> int:
    if step.days:
        return (day - anchor).days // step.days - 1
    months = step.years * 12 + step.months
    return ((day.year - anchor.year) * 12 + day.month - anchor.month) // months - 1
