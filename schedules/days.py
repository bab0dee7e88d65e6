"""Swedish days: red days, eves, klämdagar, ISO weeks, school breaks and the youth weekends (ungdomshelger).

Red days come from `holidays` (lag 1989:253 om allmänna helgdagar), without its plain Sundays: those are weekends here.
Midsummer's, Christmas and New Year's eve are as closed as red days (7 § semesterlagen). School breaks differ from one
municipality to the next and come with the agreement.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from dateutil.easter import easter
from holidays.constants import DE_FACTO, OPTIONAL
from holidays.countries.sweden import Sweden

from schedules.facts import NamedSpan, Span

DAY = timedelta(days=1)
JULY = 7
FRIDAY, SATURDAY = 4, 5
QUIET_WEEKS = (51, 52, 53, 1, 2)
AUTUMN_BREAK_WEEK = 44
CLOSED_EVES = ("påskafton", "pingstafton")  # always a Saturday; the other eves are the library's DE_FACTO days
NO_EVES = ("klämdag",)  # the library knows but one of them; `is_squeeze` knows them all


def iso_week(day: date) -> tuple[int, int]:
    """The ISO year and week: 1 January 2027 is (2026, 53)."""
    year, week, _ = day.isocalendar()
    return year, week


def monday_of(day: date) -> date:
    """The Monday of the day's ISO week."""
    return day - day.weekday() * DAY


@dataclass(frozen=True)
class Calendar:
    """The days as a municipality lives them. `breaks` are its schools' (lov)."""

    breaks: tuple[NamedSpan, ...] = ()

    def red_day(self, day: date) -> str | None:
        """The red day's name ("långfredagen"), else None. A plain Sunday has no name: it is a weekend."""
        return _red_days(day.year).get(day)

    def eve(self, day: date) -> str | None:
        """The name of an eve on which everything is closed ("midsommarafton"), else None."""
        return _eves(day.year).get(day)

    def half_day(self, day: date) -> str | None:
        """The name of a day on which many go home at noon ("skärtorsdagen", "valborgsmässoafton"), else None."""
        return _half_days(day.year).get(day)

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday, neither red nor a closed eve. Klämdagar and July are working days by law."""
        return day.weekday() < SATURDAY and self.red_day(day) is None and self.eve(day) is None

    def is_squeeze(self, day: date) -> bool:
        """Klämdag: a single working day between free days."""
        return self.is_working_day(day) and not self.is_working_day(day - DAY) and not self.is_working_day(day + DAY)

    def posting_hindrance(self, day: date, *, july: bool = True) -> str | None:
        """Why nothing is posted that day ("julafton", "helg", "klämdag", "juli"), else None.

        With `july` false July is like any month: for what itself takes place in July.
        """
        return _posting_hindrance(day, july)

    def posting_day_before(self, day: date, *, july: bool = True) -> date:
        """The day itself when something may be posted then, else the nearest such day before it."""
        while self.posting_hindrance(day, july=july):
            day -= DAY
        return day

    def posting_day_after(self, day: date, *, july: bool = True) -> date:
        """The day itself when something may be posted then, else the nearest such day after it."""
        while self.posting_hindrance(day, july=july):
            day += DAY
        return day

    def working_day_before(self, day: date) -> date:
        """The last working day before `day`."""
        day -= DAY
        while not self.is_working_day(day):
            day -= DAY
        return day

    def break_on(self, day: date) -> str | None:
        """The name of the school break the day lies in, else None. Höstlov is week 44 everywhere: it counts also where
        the agreement names none for that year."""
        own = next((each.name for each in self.breaks if day in each.span), None)
        if own or iso_week(day) != (day.year, AUTUMN_BREAK_WEEK):
            return own
        named = any("höstlov" in each.name.casefold() and each.span.first.year == day.year for each in self.breaks)
        return None if named else "höstlov"

    def working_days(self, first: date, last: date) -> list[date]:
        """The working days from `first` to `last`, both included."""
        return [day for day in each_day(first, last) if self.is_working_day(day)]

    def working_weeks(self, first: date, last: date) -> int:
        """ISO weeks with at least three days to meet on from `first` to `last`: what is left to plan with."""
        weeks: dict[tuple[int, int], int] = {}
        for day in each_day(first, last):
            if self.meeting_hindrance(day) is None:
                weeks[iso_week(day)] = weeks.get(iso_week(day), 0) + 1
        return sum(days >= 3 for days in weeks.values())

    def meeting_hindrance(self, day: date) -> str | None:
        """Why the day is a poor one to meet on, else None: what hinders posting, half days, school breaks and weeks
        51 to 2 (domain practice; nothing forbids it)."""
        hindrance = self.posting_hindrance(day) or self.half_day(day) or self.break_on(day)
        if hindrance:
            return hindrance
        week = iso_week(day)[1]
        return f"v. {week}" if week in QUIET_WEEKS else None


@lru_cache(maxsize=20_000)  # asked some thousand times for one look at a municipality
def _posting_hindrance(day: date, july: bool) -> str | None:
    calendar = Calendar()  # schools' breaks hinder no posting
    named = calendar.red_day(day) or calendar.eve(day)
    if named:
        return named
    if day.weekday() >= SATURDAY:
        return "helg"
    if july and day.month == JULY:
        return "juli"
    return "klämdag" if calendar.is_squeeze(day) else None


def each_day(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    for number in range((last - first).days + 1):
        yield first + number * DAY


# --- from the library, a year at a time -------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _red_days(year: int) -> Mapping[date, str]:
    return MappingProxyType({day: _plain(name) for day, name in Sweden(years=year, language="sv").items()})


@lru_cache(maxsize=64)
def _eves(year: int) -> Mapping[date, str]:
    closed = Sweden(years=year, language="sv", categories=(DE_FACTO,))
    named = {day: _plain(name) for day, name in closed.items()}
    return MappingProxyType(named | {day: name for day, name in _observed(year).items() if name in CLOSED_EVES})


@lru_cache(maxsize=64)
def _half_days(year: int) -> Mapping[date, str]:
    free = _red_days(year).keys() | _eves(year).keys()
    return MappingProxyType(
        {day: name for day, name in _observed(year).items() if day not in free and name not in NO_EVES}
    )


@lru_cache(maxsize=64)
def _observed(year: int) -> Mapping[date, str]:
    return {day: _plain(name) for day, name in Sweden(years=year, language="sv", categories=(OPTIONAL,)).items()}


def _plain(name: str) -> str:
    """The library's name as in running text: "Valborgsmässoafton (från kl. 14.00)" is "valborgsmässoafton"."""
    names = [each.partition(" (")[0] for each in name.split("; ")]
    return " och ".join(each if each.startswith("Kristi") else each[:1].lower() + each[1:] for each in names)


# --- youth weekends ---------------------------------------------------------------------------------------------------


def event_name(key: str) -> str:
    """The event as one writes it in Swedish; a key that is no event stays as it is."""
    return EVENTS[key][0] if key in EVENTS else key


def event_spans(key: str, year: int, breaks: tuple[NamedSpan, ...] = ()) -> tuple[Span, ...]:
    """The days to plan for that begin in the year; () when only the municipality can tell.

    The end and start of school and studenten are usual dates, for the agreement to replace. A school break is the
    agreement's own of `breaks`, by its name; only höstlov is the same week everywhere.
    """
    if key not in EVENTS:
        return ()
    name, usual = EVENTS[key]
    own = tuple(each.span for each in breaks if name in each.name.casefold() and each.span.first.year == year)
    return own or usual(year)


def _with_weekend(day: date) -> Span:
    """The day with the Friday to Sunday nearest to it: Monday and Tuesday look back, the others ahead."""
    monday = monday_of(day)
    if day.weekday() < 2:
        return Span(monday - 3 * DAY, day)
    return Span(min(day, monday + 4 * DAY), monday + 6 * DAY)


def _halloween(year: int) -> tuple[Span, ...]:
    return (_with_weekend(date(year, 10, 31)),)


def _valborg(year: int) -> tuple[Span, ...]:
    """With the first of May, which is red."""
    weekend = _with_weekend(date(year, 4, 30))
    return (Span(weekend.first, max(weekend.last, date(year, 5, 1))),)


def _lucia(year: int) -> tuple[Span, ...]:
    """With the night before, when the young are out."""
    weekend = _with_weekend(date(year, 12, 13))
    return (Span(min(weekend.first, date(year, 12, 12)), weekend.last),)


def _new_year(year: int) -> tuple[Span, ...]:
    return (Span(date(year, 12, 30), date(year + 1, 1, 1)),)


def _midsummer(year: int) -> tuple[Span, ...]:
    eve = next(day for day in each_day(date(year, 6, 19), date(year, 6, 25)) if day.weekday() == FRIDAY)
    return (Span(eve, eve + 2 * DAY),)


def _easter(year: int) -> tuple[Span, ...]:
    """Skärtorsdagen to annandag påsk."""
    return (Span(easter(year) - 3 * DAY, easter(year) + DAY),)


def _school_ends(year: int) -> tuple[Span, ...]:
    """About 9-12 June: from Wednesday of the second Friday's week to the Saturday."""
    friday = _friday(date(year, 6, 8))
    return (Span(friday - 2 * DAY, friday + DAY),)


def _graduation(year: int) -> tuple[Span, ...]:
    friday = _friday(date(year, 6, 1))
    return (Span(friday - 3 * DAY, friday + DAY),)


def _school_starts(year: int) -> tuple[Span, ...]:
    """The first weekend after 17 August."""
    friday = _friday(date(year, 8, 17))
    return (Span(friday, friday + 2 * DAY),)


def _autumn_break(year: int) -> tuple[Span, ...]:
    """Week 44 with the weekend before it."""
    monday = date.fromisocalendar(year, AUTUMN_BREAK_WEEK, 1)
    return (Span(monday - 3 * DAY, monday + 6 * DAY),)


def _nowhere_the_same(year: int) -> tuple[Span, ...]:
    return ()


def _friday(day: date) -> date:
    """The first Friday on or after the day."""
    return day + (FRIDAY - day.weekday()) % 7 * DAY


EVENTS: Mapping[str, tuple[str, Callable[[int], tuple[Span, ...]]]] = MappingProxyType(
    {
        "nyar": ("nyår", _new_year),
        "sportlov": ("sportlov", _nowhere_the_same),
        "pask": ("påsk", _easter),
        "valborg": ("valborg", _valborg),
        "studenten": ("studenten", _graduation),
        "skolavslutning": ("skolavslutning", _school_ends),
        "midsommar": ("midsommar", _midsummer),
        "skolstart": ("skolstart", _school_starts),
        "hostlov": ("höstlov", _autumn_break),
        "halloween": ("halloween", _halloween),
        "lucia": ("lucia", _lucia),
        "jullov": ("jullov", _nowhere_the_same),
    }
)
