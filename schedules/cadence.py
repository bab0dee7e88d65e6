"""How often becomes when: the windows of a cadence, how many each needs, and the days on which something is due.

Every boundary is worked out from the anchor, never from the one before it: 31 January and monthly gives 28 February and
31 March. Windows by form:

count         whole weeks, months, quarters, tertials, half-years or years of the calendar; several at a time (twice in
              two years) counted from the anchor's, else the agreement's first; "agreement" is the whole period
deadline      calendar years, so that what is done a week late still counts as that year's; the due day lies in the last
              of its years. Needed only where that day lies in the agreement
interval      in months or years a window ends on its due day: the anchor and every step after it; without an anchor the
              last day of each step from the agreement's start. In weeks, as weekday
weekday       weeks from Monday, so that a Wednesday instead of Thursday counts; due on the dates themselves, 14 days
              apart also over New Year 2026 (53 weeks)
seasons       the named months of each year
others        none: they have no number (löpande, vid behov, event-bound, unstated)

A window that the agreement's period clips needs a proportional number by days, rounded half up: 4 a year from 1 March
is 3 the first year; 1 a year in a last window of two months is 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count as counting

from dateutil.relativedelta import relativedelta

from schedules.days import monday_of
from schedules.facts import Span
from schedules.swedish import spann
from storage.terms import Cadence

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
MONTHS_OF = {"month": 1, "quarter": 3, "tertial": 4, "half_year": 6, "year": 12}


@dataclass(frozen=True)
class Window:
    """A stretch in which a number is needed. `span` is `nominal` clipped to the agreement.

    `least` None: only an upper bound. `most` None: no upper bound. `name` is in Swedish: the year, the season, else the
    days. `area` where the number holds per area.
    """

    span: Span
    nominal: Span
    least: int | None
    most: int | None
    name: str
    area: str | None = None


def windows(cadence: Cadence, starts: date, ends: date | None, first: date, last: date) -> list[Window]:
    """The windows that touch `first` to `last`, in order, clipped to the agreement (`ends` None: open-ended).

    Where the number holds per area there is one for each; none for a cadence without a number.
    """
    period = Span(starts, ends or date.max)
    if last < first:
        return []
    wanted = Span(max(first, period.first), min(last, period.last))
    found = []
    for nominal, least, most, name in _nominal(cadence, period, wanted):
        span = Span(max(nominal.first, period.first), min(nominal.last, period.last))
        if span.first > wanted.last or span.last < wanted.first or span.first > span.last:
            continue
        least, most = _clipped(cadence, period, nominal, span, least, most)
        label = name or (f"{spann(span.first, span.first)}–" if span.last == date.max else spann(span.first, span.last))
        found += [
            Window(span, nominal, least, most, f"{label}, {area}" if area else label, area)
            for area in cadence.areas or (None,)
        ]
    return found


def window_on(cadence: Cadence, starts: date, ends: date | None, day: date) -> Window | None:
    """The window the day lies in (of several areas, the first area's); None outside the agreement and its windows."""
    return next(iter(windows(cadence, starts, ends, day, day)), None)


def due_days(cadence: Cadence, starts: date, ends: date | None, first: date, last: date) -> list[date]:
    """The days from `first` to `last` by which something is due, each once.

    A counted cadence is spread evenly over its window: twice a year is 30 June and 31 December.
    """
    found = set()
    for window in windows(cadence, starts, ends, first, last):
        found |= {day for day in due_days_of(cadence, starts, ends, window) if first <= day <= last}
    return sorted(found)


def due_days_of(cadence: Cadence, starts: date, ends: date | None, window: Window) -> list[date]:
    """A window's own due days, in order; none where it needs nothing."""
    if not window.least:
        return []
    if has_own_dates(cadence):
        day = _own_date(cadence, Span(starts, ends or date.max), window.nominal)
        return [day] if day in window.span else []
    return _spread(window.span, window.least)


def needs_number(cadence: Cadence) -> bool:
    """Whether something must happen a number of times: not löpande, vid behov, event-bound or unstated."""
    return cadence.form in ("count", "interval", "weekday", "deadline", "seasons")


def has_own_dates(cadence: Cadence) -> bool:
    """Whether the cadence itself names days, rather than a number to fit into a window."""
    return cadence.form in ("deadline", "interval", "weekday")


# --- nominal windows, by form -----------------------------------------------------------------------------------------

Nominal = tuple[Span, int | None, int | None, str]


def _nominal(cadence: Cadence, period: Span, wanted: Span) -> Iterator[Nominal]:
    """The unclipped windows around `wanted`; a few too many at either side do no harm."""
    if wanted.last < wanted.first:
        return
    if cadence.form == "count":
        yield from ((span, cadence.least, cadence.most, name) for span, name in _counted(cadence, period, wanted))
    elif cadence.form == "deadline":
        yield from ((span, 1, 1, name) for span, name in _deadline_years(cadence, period, wanted))
    elif cadence.form == "interval" and cadence.unit != "week":
        yield from ((span, 1, 1, name) for span, name in _intervals(cadence, period, wanted))
    elif cadence.form in ("interval", "weekday"):
        monday = monday_of(_first_date(cadence, period))
        yield from (
            (span, 1, 1, name) for span, name in _week_steps(monday, cadence.every, wanted) if span.last >= monday
        )
    elif cadence.form == "seasons":
        yield from _seasons(cadence, wanted)


def _counted(cadence: Cadence, period: Span, wanted: Span) -> Iterator[tuple[Span, str]]:
    if cadence.period == "agreement":
        yield period, ""
        return
    base = cadence.anchor or period.first
    if cadence.period == "week":
        yield from _week_steps(monday_of(base), cadence.every, wanted)
        return
    months = MONTHS_OF[cadence.period or "year"]
    aligned = base.replace(day=1, month=(base.month - 1) // months * months + 1)
    yield from _month_steps(aligned, months * cadence.every, wanted)


def _deadline_years(cadence: Cadence, period: Span, wanted: Span) -> Iterator[tuple[Span, str]]:
    if cadence.period == "agreement":
        yield period, ""
        return
    january = date((cadence.anchor or period.first).year, 1, 1)
    yield from _month_steps(january, cadence.every * 12, wanted)


def _month_steps(base: date, months: int, wanted: Span) -> Iterator[tuple[Span, str]]:
    """Steps of whole months from `base`, the first of a month; also backwards, when `wanted` begins before it."""
    passed = (wanted.first.year - base.year) * 12 + wanted.first.month - base.month
    for number in counting(passed // months):
        span = _step(base, months, number)
        if span.first > wanted.last:
            return
        yield span, str(span.first.year) if months == 12 else ""
        if span.last == date.max:
            return


def _step(base: date, months: int, number: int) -> Span:
    first = _months_on(base, number * months)
    try:
        return Span(first, _months_on(base, (number + 1) * months) - DAY)
    except (ValueError, OverflowError):  # the last step before the calendar itself ends
        return Span(first, date.max)


def _months_on(first: date, months: int) -> date:
    """The first of a month, so many months on: a `relativedelta` does the same at ten times the cost. Raises ValueError
    where the calendar ends."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return first.replace(year=year, month=month + 1)


def _week_steps(monday: date, weeks: int, wanted: Span) -> Iterator[tuple[Span, str]]:
    for number in counting((wanted.first - monday).days // (7 * weeks)):
        first = monday + number * weeks * WEEK
        if first > wanted.last:
            return
        yield Span(first, first + weeks * WEEK - DAY), ""


def _intervals(cadence: Cadence, period: Span, wanted: Span) -> Iterator[tuple[Span, str]]:
    """Windows that end on their due day. With an anchor it is the first due day; else the first step's last day is."""
    months = cadence.every * (12 if cadence.unit == "year" else 1)
    base, lag = (cadence.anchor, 0) if cadence.anchor else (period.first, 1)
    passed = (wanted.first.year - base.year) * 12 + wanted.first.month - base.month
    for number in counting(max(0, passed // months - 1)):
        due = base + relativedelta(months=(number + lag) * months) - lag * DAY
        before = base + relativedelta(months=(number + lag - 1) * months) - lag * DAY
        if before >= wanted.last:
            return
        yield Span(before + DAY, due), ""


def _first_date(cadence: Cadence, period: Span) -> date:
    """The first date of a weekly cadence: the anchor or the agreement's start, or the right weekday after it."""
    base = cadence.anchor or period.first
    if cadence.form == "weekday" and cadence.weekday is not None:
        return base + (cadence.weekday - base.weekday()) % 7 * DAY
    return base


def _seasons(cadence: Cadence, wanted: Span) -> Iterator[Nominal]:
    found = []
    for year in range(wanted.first.year - 1, wanted.last.year + 1):
        for season in cadence.seasons:
            first = date(year, season.first_month, 1)
            months = (season.last_month - season.first_month) % 12 + 1
            span = Span(first, first + relativedelta(months=months) - DAY)
            found.append((span, season.least, None, f"{season.name} {year}"))
    yield from sorted(found, key=lambda each: (each[0].first, each[0].last))


# --- numbers and due days ---------------------------------------------------------------------------------------------


def _clipped(
    cadence: Cadence, period: Span, nominal: Span, span: Span, least: int | None, most: int | None
) -> tuple[int | None, int | None]:
    if least is None or span == nominal:
        return least, most
    if has_own_dates(cadence):
        return (1 if _own_date(cadence, period, nominal) in span else 0), most
    least = _proportion(least, nominal, span)
    return least, None if most is None else max(_proportion(most, nominal, span), least, 1)


def _proportion(number: int, nominal: Span, span: Span) -> int:
    whole, part = (nominal.last - nominal.first).days + 1, (span.last - span.first).days + 1
    return (2 * number * part + whole) // (2 * whole)


def _own_date(cadence: Cadence, period: Span, nominal: Span) -> date:
    if cadence.form == "deadline":
        if cadence.period == "agreement":
            return period.last
        month = date(nominal.last.year, cadence.month or 12, 1)
        # the day is clamped by relativedelta: "29 feb" is the 28th in most years, and no day is the month's last
        return month + relativedelta(day=cadence.day or 31)
    if cadence.form == "interval" and cadence.unit != "week":
        return nominal.last
    return nominal.first + _first_date(cadence, period).weekday() * DAY


def _spread(span: Span, number: int) -> list[date]:
    """`number` days spread over the span, the last on its last day; on month ends where whole months divide evenly."""
    after = span.last + DAY if span.last < date.max else span.last
    months = (after.year - span.first.year) * 12 + after.month - span.first.month
    if span.first.day == after.day == 1 and months % number == 0:
        return [span.first + relativedelta(months=months // number * (each + 1)) - DAY for each in range(number)]
    days = (span.last - span.first).days + 1
    return [span.first + timedelta(days=max(1, days * (each + 1) // number) - 1) for each in range(number)]
