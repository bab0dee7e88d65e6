"""Which days are what in Sweden: red days, eves, klämdagar, ISO weeks, school breaks, youth weekends.

Red days come from the `holidays` library (lag 1989:253 om allmänna helgdagar); what is closed in practice, and what
makes a bad day for a reminder or a meeting, is ours.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays
from dateutil.easter import easter
from dateutil.relativedelta import FR, SA, relativedelta

from schedules.facts import NamedSpan, Span

DAY = timedelta(days=1)
FRIDAY = 4
SATURDAY = 5

SWEDISH_NAMES = {
    "New Year's Day": "nyårsdagen",
    "Epiphany": "trettondedag jul",
    "Good Friday": "långfredagen",
    "Easter Sunday": "påskdagen",
    "Easter Monday": "annandag påsk",
    "May Day": "första maj",
    "Ascension Day": "Kristi himmelsfärdsdag",
    "Pentecost": "pingstdagen",
    "National Day": "nationaldagen",
    "Midsummer Day": "midsommardagen",
    "All Saints' Day": "alla helgons dag",
    "Christmas Day": "juldagen",
    "Second Day of Christmas": "annandag jul",
}


@lru_cache(maxsize=64)
def _red_days(year: int) -> dict[date, str]:
    found = holidays.country_holidays("SE", years=year, language="en_US")
    return {day: SWEDISH_NAMES.get(name, name) for day, name in found.items() if name != "Sunday"}


@lru_cache(maxsize=64)
def _eves(year: int) -> dict[date, str]:
    """Closed in practice, though not red by law. Påskafton and the like fall on Saturdays anyway."""
    midsummer = next(day for day, name in _red_days(year).items() if name == "midsommardagen")
    return {
        midsummer - DAY: "midsommarafton",
        date(year, 12, 24): "julafton",
        date(year, 12, 31): "nyårsafton",
    }


def iso_week(day: date) -> tuple[int, int]:
    """ISO year and week: 1 Jan 2027 is (2026, 53)."""
    year, week, _ = day.isocalendar()
    return year, week


@dataclass(frozen=True)
class Calendar:
    """The days of one agreement: the country's and its own school breaks."""

    breaks: tuple[NamedSpan, ...] = ()

    def red_day(self, day: date) -> str | None:
        """The red day's Swedish name; Sundays are red but have none here."""
        return _red_days(day.year).get(day)

    def eve(self, day: date) -> str | None:
        """midsommarafton, julafton, nyårsafton: closed in practice."""
        return _eves(day.year).get(day)

    def _free(self, day: date) -> bool:
        return day.weekday() >= SATURDAY or self.red_day(day) is not None or self.eve(day) is not None

    def is_squeeze(self, day: date) -> bool:
        """Klämdag: a single working day between two free ones."""
        return not self._free(day) and self._free(day - DAY) and self._free(day + DAY)

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday, not red, not an eve."""
        return not self._free(day)

    def posting_hindrance(self, day: date) -> str | None:
        """Why a reminder would not go out this day: helg, a red day, an eve, klämdag or juli. None = it goes."""
        named = self.red_day(day) or self.eve(day)
        if named:
            return named
        if day.weekday() >= SATURDAY:
            return "helg"
        if self.is_squeeze(day):
            return "klämdag"
        return "juli" if day.month == 7 else None

    def posting_day_before(self, day: date) -> date:
        """The day itself, or the nearest earlier one on which reminders go out."""
        while self.posting_hindrance(day):
            day -= DAY
        return day

    def posting_day_after(self, day: date) -> date:
        """The day itself, or the nearest later one on which reminders go out."""
        while self.posting_hindrance(day):
            day += DAY
        return day

    def working_day_before(self, day: date) -> date:
        """The last working day before `day`."""
        day -= DAY
        while not self.is_working_day(day):
            day -= DAY
        return day

    def break_on(self, day: date) -> str | None:
        """The school break the day falls in."""
        return next((each.name for each in self.breaks if day in each.span), None)

    def working_days(self, first: date, last: date) -> list[date]:
        """Working days from first to last, both included."""
        return [day for day in each_day(first, last) if self.is_working_day(day)]

    def working_weeks(self, first: date, last: date) -> int:
        """Weeks with at least three days on which one could meet, from first to last."""
        weeks: dict[tuple[int, int], int] = {}
        for day in each_day(first, last):
            if self.meeting_hindrance(day) is None:
                weeks[iso_week(day)] = weeks.get(iso_week(day), 0) + 1
        return sum(days >= 3 for days in weeks.values())

    def meeting_hindrance(self, day: date) -> str | None:
        """Why a day is a bad one to meet: as for posting, and school breaks, Christmas weeks (51–1)."""
        hindrance = self.posting_hindrance(day) or self.break_on(day)
        if hindrance:
            return hindrance
        return "julveckorna" if (day.month, day.day) >= (12, 17) or (day.month, day.day) <= (1, 6) else None


def each_day(first: date, last: date) -> Iterator[date]:
    """Every day from first to last, both included."""
    for number in range((last - first).days + 1):
        yield first + number * DAY


def _weekend_around(day: date) -> Span:
    """The nearest weekend, Friday to Sunday, stretched to the day itself: a Sunday belongs to the one just ended."""
    friday = day + timedelta(days=(FRIDAY - day.weekday() + 3) % 7 - 3)
    return Span(min(day, friday), max(day, friday + 2 * DAY))


def _eve_and_day(month: int, day: int) -> Callable[[int], tuple[Span, ...]]:
    return lambda year: (_weekend_around(date(year, month, day)),)


def _midsummer(year: int) -> tuple[Span, ...]:
    saturday = date(year, 6, 20) + relativedelta(weekday=SA(1))
    return (Span(saturday - DAY, saturday + DAY),)


def _easter(year: int) -> tuple[Span, ...]:
    sunday = easter(year)
    return (Span(sunday - 3 * DAY, sunday + DAY),)


def _school_ends(year: int) -> tuple[Span, ...]:
    """About 9–12 June: the second Friday of June with the days around it; give your own in the file."""
    friday = date(year, 6, 1) + relativedelta(weekday=FR(2))
    return (Span(friday - 2 * DAY, friday + DAY),)


def _graduation(year: int) -> tuple[Span, ...]:
    friday = date(year, 6, 1) + relativedelta(weekday=FR(1))
    return (Span(friday - 3 * DAY, friday + DAY),)


def _school_starts(year: int) -> tuple[Span, ...]:
    friday = date(year, 8, 17) + relativedelta(weekday=FR(1))
    return (Span(friday, friday + 2 * DAY),)


def _week(number: int) -> Callable[[int], tuple[Span, ...]]:
    """A school break's week with the weekend before it."""

    def spans(year: int) -> tuple[Span, ...]:
        monday = date.fromisocalendar(year, number, 1)
        return (Span(monday - 3 * DAY, monday + 6 * DAY),)

    return spans


# What the file may name; the dates are a start for the forum to adjust, and the agreement's own override them.
EVENTS: dict[str, tuple[str, Callable[[int], tuple[Span, ...]]]] = {
    "nyar": ("nyår", lambda year: (Span(date(year, 12, 30), date(year + 1, 1, 1)),)),
    "sportlov": ("sportlov", _week(9)),
    "pask": ("påsk", _easter),
    "valborg": ("valborg", _eve_and_day(4, 30)),
    "studenten": ("studenten", _graduation),
    "skolavslutning": ("skolavslutning", _school_ends),
    "midsommar": ("midsommar", _midsummer),
    "skolstart": ("skolstart", _school_starts),
    "hostlov": ("höstlov", _week(44)),
    "halloween": ("Halloween", _eve_and_day(10, 31)),
    "lucia": ("Lucia", _eve_and_day(12, 13)),
    "jullov": ("jullov", lambda year: (Span(date(year, 12, 20), date(year + 1, 1, 8)),)),
}


def event_name(key: str) -> str:
    """The event as one writes it in Swedish."""
    return EVENTS[key][0] if key in EVENTS else key


def event_spans(key: str, year: int) -> tuple[Span, ...]:
    """The days of an event in a year; none for an event only the agreement's own dates can tell."""
    return EVENTS[key][1](year) if key in EVENTS else ()
