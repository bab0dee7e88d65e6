"""The calendar facts of 2026-2028, as the law and the almanac have them."""

from datetime import date

import pytest

from schedules.days import EVENTS, Calendar, event_name, event_spans, iso_week
from schedules.facts import NamedSpan, Span

CALENDAR = Calendar()
SPORTLOV = NamedSpan("sportlov", Span(date(2027, 3, 1), date(2027, 3, 5)))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("when", "name"),
    [
        ("2026-01-01", "nyårsdagen"),
        ("2026-01-06", "trettondedag jul"),
        ("2026-04-03", "långfredagen"),
        ("2026-04-06", "annandag påsk"),
        ("2027-03-26", "långfredagen"),
        ("2027-03-29", "annandag påsk"),
        ("2028-04-14", "långfredagen"),
        ("2028-04-17", "annandag påsk"),
        ("2026-05-01", "första maj"),
        ("2026-05-14", "Kristi himmelsfärdsdag"),
        ("2027-05-06", "Kristi himmelsfärdsdag"),
        ("2028-05-25", "Kristi himmelsfärdsdag"),
        ("2026-05-24", "pingstdagen"),
        ("2027-05-16", "pingstdagen"),
        ("2028-06-04", "pingstdagen"),
        ("2026-06-06", "nationaldagen"),
        ("2027-06-26", "midsommardagen"),
        ("2026-10-31", "alla helgons dag"),
        ("2027-11-06", "alla helgons dag"),
        ("2028-11-04", "alla helgons dag"),
        ("2027-12-25", "juldagen"),
        ("2027-12-26", "annandag jul"),
    ],
)
def test_red_days_have_their_swedish_names(when: str, name: str) -> None:
    assert CALENDAR.red_day(day(when)) == name
    assert not CALENDAR.is_working_day(day(when))


def test_there_are_thirteen_red_days_in_a_year_and_plain_sundays_are_not_among_them() -> None:
    assert sum(CALENDAR.red_day(each) is not None for each in _year(2026)) == 13
    assert CALENDAR.red_day(day("2026-11-22")) is None
    assert not CALENDAR.is_working_day(day("2026-11-22"))


@pytest.mark.parametrize(
    ("when", "name"),
    [
        ("2026-06-19", "midsommarafton"),
        ("2027-06-25", "midsommarafton"),
        ("2028-06-23", "midsommarafton"),
        ("2026-12-24", "julafton"),
        ("2026-12-31", "nyårsafton"),
        ("2026-04-04", "påskafton"),
    ],
)
def test_closed_eves_are_no_working_days(when: str, name: str) -> None:
    assert CALENDAR.eve(day(when)) == name
    assert not CALENDAR.is_working_day(day(when))


@pytest.mark.parametrize(
    ("when", "name"),
    [
        ("2027-01-05", "trettondagsafton"),
        ("2027-03-25", "skärtorsdagen"),
        ("2027-04-30", "valborgsmässoafton"),
        ("2027-11-05", "allahelgonsafton"),
    ],
)
def test_half_days_are_working_days_but_poor_for_meetings(when: str, name: str) -> None:
    assert CALENDAR.is_working_day(day(when))
    assert CALENDAR.eve(day(when)) is None
    assert CALENDAR.posting_hindrance(day(when)) is None
    assert CALENDAR.meeting_hindrance(day(when)) == name


@pytest.mark.parametrize(
    ("year", "squeezed"),
    [
        (2026, ["2026-01-02", "2026-01-05", "2026-05-15"]),
        (2027, ["2027-05-07"]),
        (2028, ["2028-01-07", "2028-05-26", "2028-06-05"]),
    ],
)
def test_klamdagar_are_single_working_days_between_free_days(year: int, squeezed: list[str]) -> None:
    assert [each.isoformat() for each in _year(year) if CALENDAR.is_squeeze(each)] == squeezed


@pytest.mark.parametrize(
    ("when", "week"),
    [
        ("2026-12-31", (2026, 53)),
        ("2027-01-01", (2026, 53)),
        ("2027-01-04", (2027, 1)),
        ("2028-01-01", (2027, 52)),
        ("2026-10-31", (2026, 44)),
        ("2027-10-31", (2027, 43)),
    ],
)
def test_weeks_near_new_year_belong_to_their_iso_year(when: str, week: tuple[int, int]) -> None:
    assert iso_week(day(when)) == week


@pytest.mark.parametrize(
    ("when", "hindrance"),
    [
        ("2027-02-09", None),
        ("2027-02-13", "helg"),
        ("2027-05-06", "Kristi himmelsfärdsdag"),
        ("2027-05-07", "klämdag"),
        ("2027-06-25", "midsommarafton"),
        ("2027-07-14", "juli"),
        ("2027-12-24", "julafton"),
        ("2027-03-02", None),  # sportlov: officials work
    ],
)
def test_what_hinders_posting_is_named(when: str, hindrance: str | None) -> None:
    assert Calendar((SPORTLOV,)).posting_hindrance(day(when)) == hindrance


@pytest.mark.parametrize(
    ("when", "before", "after"),
    [
        ("2027-02-09", "2027-02-09", "2027-02-09"),
        ("2027-05-07", "2027-05-05", "2027-05-10"),
        ("2027-07-14", "2027-06-30", "2027-08-02"),
        ("2027-01-01", "2026-12-30", "2027-01-04"),
        ("2027-03-27", "2027-03-25", "2027-03-30"),
    ],
)
def test_posting_moves_to_the_nearest_day_on_which_anybody_reads(when: str, before: str, after: str) -> None:
    assert CALENDAR.posting_day_before(day(when)) == day(before)
    assert CALENDAR.posting_day_after(day(when)) == day(after)


def test_july_may_be_taken_as_any_month() -> None:
    assert CALENDAR.posting_hindrance(day("2027-07-14"), july=False) is None
    assert CALENDAR.posting_hindrance(day("2027-07-17"), july=False) == "helg"


@pytest.mark.parametrize(
    ("when", "hindrance"),
    [
        ("2027-02-10", None),
        ("2027-03-03", "sportlov"),
        ("2027-12-22", "v. 51"),
        ("2027-01-12", "v. 2"),
        ("2026-12-29", "v. 53"),
        ("2027-07-06", "juli"),
    ],
)
def test_poor_days_to_meet_on(when: str, hindrance: str | None) -> None:
    assert Calendar((SPORTLOV,)).meeting_hindrance(day(when)) == hindrance


def test_working_days_of_christmas_week() -> None:
    found = CALENDAR.working_days(day("2026-12-21"), day("2027-01-04"))
    assert [each.day for each in found] == [21, 22, 23, 28, 29, 30, 4]


def test_a_break_is_named_on_its_days_only() -> None:
    calendar = Calendar((SPORTLOV,))
    assert calendar.break_on(day("2027-03-01")) == calendar.break_on(day("2027-03-05")) == "sportlov"
    assert calendar.break_on(day("2027-03-06")) is None


@pytest.mark.parametrize(
    ("name", "year", "first", "last"),
    [
        ("halloween", 2026, "2026-10-30", "2026-11-01"),  # a Saturday
        ("halloween", 2027, "2027-10-29", "2027-10-31"),  # a Sunday
        ("halloween", 2028, "2028-10-27", "2028-10-31"),  # a Tuesday: the weekend before
        ("halloween", 2029, "2029-10-31", "2029-11-04"),  # a Wednesday: the weekend after
        ("valborg", 2026, "2026-04-30", "2026-05-03"),
        ("valborg", 2028, "2028-04-28", "2028-05-01"),
        ("lucia", 2027, "2027-12-10", "2027-12-13"),
        ("lucia", 2028, "2028-12-12", "2028-12-17"),
        ("nyar", 2027, "2027-12-30", "2028-01-01"),
        ("midsommar", 2027, "2027-06-25", "2027-06-27"),
        ("pask", 2027, "2027-03-25", "2027-03-29"),
        ("hostlov", 2026, "2026-10-23", "2026-11-01"),
        ("hostlov", 2027, "2027-10-29", "2027-11-07"),
        ("skolavslutning", 2027, "2027-06-09", "2027-06-12"),
        ("skolstart", 2027, "2027-08-20", "2027-08-22"),
    ],
)
def test_youth_weekends(name: str, year: int, first: str, last: str) -> None:
    assert event_spans(name, year) == (Span(day(first), day(last)),)


def test_a_break_is_the_agreements_own() -> None:
    assert event_spans("sportlov", 2027) == ()
    assert event_spans("sportlov", 2027, (SPORTLOV,)) == (SPORTLOV.span,)
    assert event_spans("sportlov", 2028, (SPORTLOV,)) == ()


def test_events_have_names_in_swedish() -> None:
    assert event_name("nyar") == "nyår"
    assert event_name("kräftskiva") == "kräftskiva"
    assert event_spans("kräftskiva", 2027) == ()


def test_working_weeks_leave_out_july_breaks_and_christmas() -> None:
    calendar = Calendar((SPORTLOV,))
    assert calendar.working_weeks(day("2027-02-22"), day("2027-03-14")) == 2
    assert calendar.working_weeks(day("2027-06-28"), day("2027-08-08")) == 2  # Monday to Wednesday of v. 26, and v. 31
    assert calendar.working_weeks(day("2026-11-23"), day("2026-12-31")) == 3


def test_the_working_day_before_skips_weekends_and_red_days() -> None:
    assert CALENDAR.working_day_before(day("2027-02-08")) == day("2027-02-05")
    assert CALENDAR.working_day_before(day("2027-03-30")) == day("2027-03-25")
    assert CALENDAR.working_day_before(day("2027-05-08")) == day("2027-05-07")  # a klämdag is worked


@pytest.mark.parametrize("name", EVENTS)
@pytest.mark.parametrize("year", range(2020, 2041))
def test_events_begin_in_their_year_and_run_forward(name: str, year: int) -> None:
    for span in event_spans(name, year):
        assert span.first.year == year
        assert 0 <= (span.last - span.first).days <= 14


def _year(year: int) -> list[date]:
    return [
        date.fromordinal(number) for number in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
    ]
