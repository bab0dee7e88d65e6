"""Proposed days for a year's meetings: enough of them, evenly spread, on days on which people meet."""

from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.days import Calendar
from schedules.facts import NamedSpan
from schedules.yearplan import Surroundings, missing_in, proposed_days, usual_place, usual_time, usual_weekday
from storage.terms import Cadence, OccasionState
from tests.schedules.promises import BREAKS, agreement, day, occasion, promise

HELD = OccasionState.HELD
CALENDAR = Calendar(BREAKS)
NEW_YEAR = date(2026, 12, 31)


def plan(
    words: str | Cadence,
    *there: str,
    today: date = NEW_YEAR,
    year: int = 2027,
    breaks: tuple[NamedSpan, ...] = BREAKS,
    **around: object,
) -> list[str]:
    """The proposed days, with meetings there already."""
    meetings = promise(words, *[occasion(on, number=number) for number, on in enumerate(there, 1)])
    facts = agreement(meetings, breaks=breaks)
    found = proposed_days(facts, meetings, year=year, today=today, around=Surroundings(**around))  # type: ignore[arg-type]
    return [each.isoformat() for each in found]


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


def test_from_the_middle_of_the_year_what_is_missing_is_spread_over_what_is_left() -> None:
    days = plan("fyra gånger per år", today=date(2027, 6, 1))
    assert len(days) == 4
    assert days[0] >= "2027-06-12", "the summons goes out ten days before"
    assert min(gaps(days)) >= 35


def test_when_the_year_is_nearly_over_no_more_is_proposed_than_there_is_room_for() -> None:
    meetings = promise("fyra gånger per år")
    facts, late = agreement(meetings), date(2027, 11, 22)
    days = proposed_days(facts, meetings, year=2027, today=late)
    assert 1 <= len(days) < missing_in(facts, meetings, year=2027, today=late) == 4
    assert all(CALENDAR.meeting_hindrance(each) is None for each in days), "not the week before Christmas"
    assert all((later - earlier).days >= 14 for earlier, later in pairwise(days))


def test_meeting_due_by_a_month_is_proposed_before_its_end() -> None:
    (only,) = plan(Cadence(form="deadline", month=3))
    assert "2027-03-08" <= only <= "2027-03-31"


def test_autumn_break_is_left_alone_also_where_the_agreement_names_no_breaks() -> None:
    days = plan("tolv gånger per år", breaks=())
    assert days
    assert not [each for each in days if "2027-11-01" <= each <= "2027-11-05"]


def test_usual_time_and_place_are_those_of_meetings_that_were_not_called_off() -> None:
    meetings = promise(
        "fyra gånger per år",
        occasion("2027-02-03", "09:00", number=1, state=HELD, place="Kommunhuset"),
        occasion("2027-04-07", "09:00", number=2, state=HELD, place="Kommunhuset"),
        occasion("2027-06-02", "15:30", number=3, state=OccasionState.CANCELLED, place="Stationen"),
    )
    assert (usual_time(meetings), usual_place(meetings)) == (time(9), "Kommunhuset")


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


def test_matters_have_time_to_travel_up_between_the_days_that_are_booked() -> None:
    operative = plan("minst tio gånger per år", level=0, levels=3)
    planning = plan("fyra gånger per år", level=1, levels=3, below=[day(each) for each in operative])
    chiefs = plan("fyra gånger per år", level=2, levels=3, below=[day(each) for each in planning])
    for forum, below in ((planning, operative), (chiefs, planning)):
        for each in forum:
            last = max(day(low) for low in below if low <= each)
            assert 14 <= (day(each) - last).days <= 35, (each, last)


def test_lower_forum_that_is_planned_last_leaves_time_before_the_meeting_above() -> None:
    chiefs = plan("fyra gånger per år", level=1, levels=2)
    planning = plan("fyra gånger per år", level=0, levels=2, above=[day(each) for each in chiefs])
    for each in planning:
        above = min((day(high) for high in chiefs if high >= each), default=None)
        assert above is None or (above - day(each)).days >= 14


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
    around = Surroundings(busy=busy, below=there, above=busy[:5])
    days = proposed_days(facts, meetings, year=2027, today=today, around=around)
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
