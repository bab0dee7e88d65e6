"""Swedish days: red days, eves, klämdagar, ISO weeks, school breaks and the youth weekends (ungdomshelger).

Red days come from `holidays` (lag 1989:253 om allmänna helgdagar), without its plain Sundays: those are weekends here.
Midsummer's, Christmas and New Year's eve are as closed as red days (7 § semesterlagen). School breaks differ from one
municipality to the next and come with the agreement.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from dateutil.easter import easter
from holidays.constants import DE_FACTO, OPTIONAL
from holidays.countries.sweden import Sweden

from schedules.facts import NamedSpan, Span

DAY = timedelta(days=1)
JULY = 7
SATURDAY = 5
QUIET_WEEKS = (51, 52, 53, 1, 2)
CLOSED_EVES = ("påskafton", "pingstafton")  # always a Saturday; the other eves are the library's DE_FACTO days
NO_EVES = ("klämdag",)  # the library knows but one of them; `is_squeeze` knows them all


def iso_week(day: date) -> tuple[int, int]:
    """The ISO year and week: 1 January 2027 is (2026, 53)."""
    year, week, _ = day.isocalendar()
    return year, week


def monday_of(day: date) -> date:
    """The Monday of the day's ISO week."""
    return day - day.weekday() * DAY


class Calendar:
    """The days as a municipality lives them. `breaks` are its schools' (lov)."""

    def __init__(self, breaks: tuple[NamedSpan, ...] = ()) -> None:
        self.breaks = breaks

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
        named = self.red_day(day) or self.eve(day)
        if named:
            return named
        if day.weekday() >= SATURDAY:
            return "helg"
        if july and day.month == JULY:
            return "juli"
        return "klämdag" if self.is_squeeze(day) else None

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

    def break_on(self, day: date) -> str | None:
        """The name of the school break the day lies in, else None."""
        return next((each.name for each in self.breaks if day in each.span), None)

    def working_days(self, first: date, last: date) -> list[date]:
        """The working days from `first` to `last`, both included."""
        return [day for day in days_between(first, last) if self.is_working_day(day)]

    def meeting_hindrance(self, day: date) -> str | None:
        """Why the day is a poor one to meet on, else None: what hinders posting, half days, school breaks and weeks
        51 to 2 (domain practice; nothing forbids it)."""
        hindrance = self.posting_hindrance(day) or self.half_day(day) or self.break_on(day)
        if hindrance:
            return hindrance
        week = iso_week(day)[1]
        return f"v. {week}" if week in QUIET_WEEKS else None


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included."""
    return [first + number * DAY for number in range((last - first).days + 1)]


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

EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "halloween": "halloween",
        "skolavslutning": "skolavslutning",
        "studenten": "studenten",
        "valborg": "valborg",
        "skolstart": "skolstart",
        "lucia": "lucia",
        "nyar": "nyår",
        "midsommar": "midsommar",
        "pask": "påsk",
        "hostlov": "höstlov",
        "sportlov": "sportlov",
        "jullov": "jullov",
        "pasklov": "påsklov",
    }
)


def event_spans(name: str, year: int, breaks: tuple[NamedSpan, ...] = ()) -> tuple[Span, ...]:
    """The days to plan for in a year, from Friday when a weekend is part of it; () when only the municipality knows.

    `name` is a key of EVENTS (KeyError otherwise) and `year` the one the days begin in. Fixed dates (halloween, lucia)
    take the nearest weekend with them. The end and start of school and studenten are usual dates: an agreement's own
    replace them. Breaks are the agreement's; höstlov is week 44 where it gives none.
    """
    label = EVENTS[name]
    given = tuple(each.span for each in breaks if label in each.name.casefold() and each.span.first.year == year)
    if given:
        return given
    if name == "halloween":
        return (_with_weekend(date(year, 10, 31)),)
    if name == "lucia":
        return (_joined(_with_weekend(date(year, 12, 13)), date(year, 12, 12)),)
    if name == "valborg":
        return (_joined(_with_weekend(date(year, 4, 30)), date(year, 5, 1)),)
    if name == "nyar":
        return (Span(date(year, 12, 31), date(year + 1, 1, 1)),)
    if name == "midsommar":
        eve = next(day for day in days_between(date(year, 6, 19), date(year, 6, 25)) if day.weekday() == 4)
        return (Span(eve, eve + 2 * DAY),)
    if name == "pask":
        return (Span(easter(year) - 3 * DAY, easter(year) + DAY),)
    if name == "skolavslutning":
        monday = monday_of(date(year, 6, 10))
        return (Span(monday + DAY, monday + 6 * DAY),)
    if name == "studenten":
        return (Span(date(year, 6, 1), date(year, 6, 15)),)
    if name == "skolstart":
        monday = monday_of(date(year, 8, 18))
        return (Span(monday, monday + 6 * DAY),)
    if name == "hostlov":
        monday = date.fromisocalendar(year, 44, 1)
        return (Span(monday, monday + 6 * DAY),)
    return ()


def _with_weekend(day: date) -> Span:
    """The day with the Friday to Sunday nearest to it: Monday and Tuesday look back, the others ahead."""
    monday = monday_of(day)
    if day.weekday() < 2:
        return Span(monday - 3 * DAY, day)
    return Span(min(day, monday + 4 * DAY), monday + 6 * DAY)


def _joined(span: Span, day: date) -> Span:
    return Span(min(span.first, day), max(span.last, day))
