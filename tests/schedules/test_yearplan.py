"""Proposed days for a year's meetings: enough of them, evenly spread, on days on which people meet."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.days import Calendar
from schedules.yearplan import proposed_days, usual_weekday
from storage.terms import OccasionState
from tests.schedules.promises import BREAKS, agreement, day, occasion, promise

HELD = OccasionState.HELD
CALENDAR = Calendar(BREAKS)
NEW_YEAR = date(2026, 12, 31)


def plan(words: str, *there: str, today: date = NEW_YEAR, year: int = 2027, **more: object) -> list[str]:
    """The proposed days, with meetings there already."""
    meetings = promise(words, *[occasion(on, number=number) for number, on in enumerate(there, 1)])
    facts = agreement(meetings)
    return [each.isoformat() for each in proposed_days(facts, meetings, year=year, today=today, **more)]  # type: ignore[arg-type]


def gaps(days: list[str]) -> list[int]:
    dates = [day(each) for each in days]
    return [(later - earlier).days for earlier, later in pairwise(dates)]


@pytest.mark.parametrize(
    ("words", "number", "shortest", "longest"),
    [
        ("fyra gånger per år", 4, 70, 112),
        ("minst tio gånger per år", 10, 20, 63),  # July and New Year lie between
        ("en gång per kvartal", 4, 70, 112),
        ("två gånger per år", 2, 140, 220),
        ("en gång per månad", 11, 14, 63),  # July is left alone
        ("varannan vecka", 26, 1, 35),
    ],
)
def test_days_are_as_many_as_agreed_and_evenly_spread(words: str, number: int, shortest: int, longest: int) -> None:
    days = plan(words)
    assert len(set(days)) == len(days) == number
    assert days == sorted(days)
    assert shortest <= min(gaps(days)) <= max(gaps(days)) <= longest


def test_what_is_booked_already_counts_and_the_rest_fills_the_gaps() -> None:
    days = plan("fyra gånger per år", "2027-02-10", "2027-08-25")
    assert len(days) == 2
    assert "2027-04-01" < days[0] < "2027-06-30"
    assert "2027-10-01" < days[1] < "2027-12-20"


def test_in_october_what_is_left_of_the_year_holds_what_is_missing() -> None:
    days = plan("fyra gånger per år", "2027-02-10", today=date(2027, 10, 4))
    assert len(days) == 3
    assert all("2027-10-05" <= each <= "2027-12-31" for each in days)


def test_nothing_is_proposed_when_all_is_booked_or_nothing_is_promised() -> None:
    assert plan("två gånger per år", "2027-02-10", "2027-09-08") == []
    assert plan("vid behov") == []
    assert plan("löpande") == []
    assert plan("fyra gånger per år", today=date(2027, 12, 31)) == []


def test_forum_keeps_its_usual_weekday_where_it_can() -> None:
    thursdays = ("2026-10-01", "2026-11-05", "2026-12-03")
    meetings = promise("fyra gånger per år", *[occasion(on, state=HELD, number=n) for n, on in enumerate(thursdays, 1)])
    days = proposed_days(agreement(meetings), meetings, year=2027, today=NEW_YEAR)
    assert usual_weekday(meetings) == 3
    assert {each.weekday() for each in days} == {3}


def test_day_on_which_its_people_meet_elsewhere_is_left_to_the_others() -> None:
    free = plan("fyra gånger per år")
    others = plan("fyra gånger per år", busy=[day(each) for each in free])
    assert not set(free) & set(others)
    assert len(others) == 4


def test_lower_forum_meets_before_the_one_it_reports_to() -> None:
    operative, planning, chiefs = (plan("fyra gånger per år", level=level, levels=3) for level in range(3))
    for low, middle, high in zip(operative, planning, chiefs, strict=True):
        assert low < middle < high
        assert 7 <= (day(middle) - day(low)).days <= 28
        assert 7 <= (day(high) - day(middle)).days <= 28


COUNTS = st.integers(1, 20)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@given(count=COUNTS, today=DAYS, busy=st.lists(DAYS, max_size=40), there=st.lists(DAYS, max_size=12, unique=True))
def test_no_proposal_is_ever_past_doubled_red_or_too_many(
    count: int, today: date, busy: list[date], there: list[date]
) -> None:
    meetings = promise(
        f"{count} gånger per år", *[occasion(on.isoformat(), number=number) for number, on in enumerate(there, 1)]
    )
    facts = agreement(meetings)
    days = proposed_days(facts, meetings, year=2027, today=today, busy=busy)
    assert list(days) == sorted(set(days))
    assert len(days) <= max(0, count - sum(each.year == 2027 for each in there))
    for each in days:
        assert each > today
        assert each.year == 2027
        assert each not in busy
        assert each not in there
        assert CALENDAR.is_working_day(each)
        assert CALENDAR.posting_hindrance(each) is None


@given(count=st.integers(1, 12), lead=st.integers(0, 60))
def test_year_planned_in_good_time_always_holds_what_is_agreed(count: int, lead: int) -> None:
    meetings = promise(f"{count} gånger per år")
    days = proposed_days(agreement(meetings), meetings, year=2027, today=NEW_YEAR - timedelta(days=lead))
    assert len(days) == count
    assert all(CALENDAR.meeting_hindrance(each) is None for each in days)
