"""How often becomes when: windows and due days, form by form."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from schedules.cadence import due_days, needs_number, window_on, windows
from schedules.facts import Span
from storage.agreements.phrases import parse
from storage.terms import Cadence

EXAMPLE = (date(2027, 1, 1), date(2030, 12, 31))
GRASTORP = (date(2023, 3, 1), date(2027, 2, 28))


def day(text: str) -> date:
    return date.fromisoformat(text)


def listed(words: str, period: tuple[date, date | None], first: str, last: str) -> list[tuple[str, str, int | None]]:
    found = windows(parse(words), *period, day(first), day(last))
    return [(str(each.span.first), str(each.span.last), each.least) for each in found]


def due(words: str, period: tuple[date, date | None], first: str, last: str) -> list[str]:
    return [str(each) for each in due_days(parse(words), *period, day(first), day(last))]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("fyra gånger per år", [("2027-01-01", "2027-12-31", 4)]),
        ("minst 10 gånger per år", [("2027-01-01", "2027-12-31", 10)]),
        ("normalt fyra gånger per år", [("2027-01-01", "2027-12-31", 4)]),
        ("fyra gånger per år eller fler vid behov", [("2027-01-01", "2027-12-31", 4)]),
        ("två gånger per år samt löpande", [("2027-01-01", "2027-12-31", 2)]),
        ("minst 30 trafikkontroller per år", [("2027-01-01", "2027-12-31", 30)]),
        ("två halvdagar per år", [("2027-01-01", "2027-12-31", 2)]),
        ("halvårsvis", [("2027-01-01", "2027-06-30", 1), ("2027-07-01", "2027-12-31", 1)]),
        (
            "tertialvis",
            [("2027-01-01", "2027-04-30", 1), ("2027-05-01", "2027-08-31", 1), ("2027-09-01", "2027-12-31", 1)],
        ),
        (
            "kvartalsvis",
            [
                ("2027-01-01", "2027-03-31", 1),
                ("2027-04-01", "2027-06-30", 1),
                ("2027-07-01", "2027-09-30", 1),
                ("2027-10-01", "2027-12-31", 1),
            ],
        ),
        (
            "två gånger på våren och en på hösten",
            [("2027-01-01", "2027-06-30", 2), ("2027-07-01", "2027-12-31", 1)],
        ),
        (
            "var fjärde månad",
            [("2027-01-01", "2027-04-30", 1), ("2027-05-01", "2027-08-31", 1), ("2027-09-01", "2027-12-31", 1)],
        ),
        ("senast i februari", [("2027-01-01", "2027-12-31", 1)]),
        ("löpande", []),
        ("vid behov", []),
        ("ej angivet", []),
        ("vid ungdomshelger: halloween, skolavslutning", []),
    ],
)
def test_windows_of_2027_for_every_form(words: str, expected: list[tuple[str, str, int | None]]) -> None:
    assert listed(words, EXAMPLE, "2027-01-01", "2027-12-31") == expected


def test_a_range_keeps_both_its_ends() -> None:
    window = window_on(parse("en till två gånger per år"), *EXAMPLE, day("2027-05-05"))
    assert window
    assert (window.least, window.most) == (1, 2)


def test_a_number_per_area_gives_each_area_its_window() -> None:
    cadence = parse("en gång per år i respektive område: Centrum, Hökmossen")
    found = windows(cadence, *EXAMPLE, day("2027-01-01"), day("2027-12-31"))
    assert [(each.area, each.least) for each in found] == [("Centrum", 1), ("Hökmossen", 1)]
    assert [each.name for each in found] == ["2027, Centrum", "2027, Hökmossen"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("fyra gånger per år", "2027"),
        ("halvårsvis", "1 jan–30 juni 2027"),
        ("två gånger på våren och en på hösten", "våren 2027"),
        ("senast i december", "2027"),
    ],
)
def test_windows_have_names_one_can_say(words: str, name: str) -> None:
    window = window_on(parse(words), *EXAMPLE, day("2027-05-05"))
    assert window
    assert window.name == name


def test_two_a_month_needs_two_in_each_of_twelve_months_also_in_february_of_a_leap_year() -> None:
    found = listed("två gånger i månaden", EXAMPLE, "2028-01-01", "2028-12-31")
    assert len(found) == 12
    assert found[1] == ("2028-02-01", "2028-02-29", 2)


def test_a_period_that_begins_in_march_needs_a_proportional_number_in_its_first_and_last_year() -> None:
    assert listed("fyra gånger per år", GRASTORP, "2023-01-01", "2027-12-31") == [
        ("2023-03-01", "2023-12-31", 3),
        ("2024-01-01", "2024-12-31", 4),
        ("2025-01-01", "2025-12-31", 4),
        ("2026-01-01", "2026-12-31", 4),
        ("2027-01-01", "2027-02-28", 1),
    ]


@pytest.mark.parametrize(
    ("starts", "words", "least", "most"),
    [
        ("2027-07-01", "fyra gånger per år", 2, 2),
        ("2027-07-01", "en gång per år", 1, 1),  # 184 of 365 days: over half, rounded up
        ("2027-07-03", "en gång per år", 0, 1),  # 182 of 365: under half
        ("2027-10-01", "minst 10 gånger per år", 3, None),
        ("2027-12-01", "en till två gånger per år", 0, 1),
    ],
)
def test_an_agreement_clipped_mid_year_needs_its_share_rounded_half_up(
    starts: str, words: str, least: int, most: int | None
) -> None:
    window = window_on(parse(words), day(starts), None, day("2027-12-15"))
    assert window
    assert (window.least, window.most) == (least, most)


def test_an_open_ended_agreement_goes_on() -> None:
    assert listed("två gånger per år", (day("2020-05-01"), None), "2090-01-01", "2090-12-31") == [
        ("2090-01-01", "2090-12-31", 2)
    ]


def test_nothing_is_asked_outside_the_agreement() -> None:
    assert listed("fyra gånger per år", EXAMPLE, "2025-01-01", "2026-12-31") == []
    assert listed("fyra gånger per år", EXAMPLE, "2031-01-01", "2031-12-31") == []
    assert window_on(parse("fyra gånger per år"), *EXAMPLE, day("2026-12-31")) is None


def test_several_years_at_a_time_are_counted_from_the_agreements_first() -> None:
    every_other = Cadence(form="count", least=3, most=3, period="year", every=2)
    found = windows(every_other, day("2027-01-01"), None, day("2027-01-01"), day("2030-12-31"))
    assert [each.span for each in found] == [
        Span(day("2027-01-01"), day("2028-12-31")),
        Span(day("2029-01-01"), day("2030-12-31")),
    ]


def test_once_in_the_whole_period() -> None:
    cadence = Cadence(form="count", least=1, most=1, period="agreement")
    assert [each.span for each in windows(cadence, *GRASTORP, day("2024-01-01"), day("2024-12-31"))] == [
        Span(*GRASTORP)
    ]
    assert due_days(cadence, *GRASTORP, day("2023-01-01"), day("2030-01-01")) == [GRASTORP[1]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("en gång per år", ["2027-12-31", "2028-12-31"]),
        ("två gånger per år", ["2027-06-30", "2027-12-31", "2028-06-30", "2028-12-31"]),
        ("tre gånger per år", [f"{year}-{last}" for year in (2027, 2028) for last in ("04-30", "08-31", "12-31")]),
        ("halvårsvis", ["2027-06-30", "2027-12-31", "2028-06-30", "2028-12-31"]),
        ("senast i december", ["2027-12-31", "2028-12-31"]),
        ("senast i februari", ["2027-02-28", "2028-02-29"]),
        ("senast 15 november", ["2027-11-15", "2028-11-15"]),
        ("före sommaren", ["2027-06-30", "2028-06-30"]),
        ("vartannat år senast i december", ["2028-12-31"]),
        ("vartannat år", ["2028-12-31"]),
        ("var fjärde månad", [f"{year}-{last}" for year in (2027, 2028) for last in ("04-30", "08-31", "12-31")]),
        ("var sjätte månad från 2027-03-15", ["2027-03-15", "2027-09-15", "2028-03-15", "2028-09-15"]),
        (
            "två gånger på våren och en på hösten",
            [f"{y}-{d}" for y in (2027, 2028) for d in ("03-31", "06-30", "12-31")],
        ),
        ("löpande", []),
        ("vid behov", []),
        ("ej angivet", []),
    ],
)
def test_due_days_of_two_years(words: str, expected: list[str]) -> None:
    assert due(words, EXAMPLE, "2027-01-01", "2028-12-31") == expected


def test_five_a_year_are_spread_by_days() -> None:
    found = due("fem gånger per år", EXAMPLE, "2027-01-01", "2027-12-31")
    assert found == ["2027-03-14", "2027-05-26", "2027-08-07", "2027-10-19", "2027-12-31"]


def test_every_second_week_steps_fourteen_days_over_a_year_of_53_weeks() -> None:
    found = due_days(
        parse("varannan vecka från 2026-12-10"), day("2026-01-01"), None, day("2026-12-01"), day("2027-01-31")
    )
    assert [str(each) for each in found] == ["2026-12-10", "2026-12-24", "2027-01-07", "2027-01-21"]
    assert [each.isocalendar().week for each in found] == [50, 52, 1, 3]


def test_every_thursday_is_every_thursday() -> None:
    assert due("varje torsdag", EXAMPLE, "2027-01-01", "2027-01-31") == [
        *("2027-01-07", "2027-01-14", "2027-01-21", "2027-01-28")
    ]


def test_a_meeting_on_wednesday_instead_of_thursday_is_still_that_weeks() -> None:
    window = window_on(parse("varje torsdag"), *EXAMPLE, day("2027-01-13"))
    assert window
    assert window.span == Span(day("2027-01-11"), day("2027-01-17"))
    assert window.name == "11 jan–17 jan 2027"


def test_nothing_is_due_before_a_weekly_anchor() -> None:
    assert due("varannan vecka från 2027-03-04", EXAMPLE, "2027-01-01", "2027-03-20") == ["2027-03-04", "2027-03-18"]
    assert listed("varannan vecka från 2027-03-04", EXAMPLE, "2027-01-01", "2027-02-28") == []


def test_monthly_from_the_31st_is_clamped_and_never_drifts() -> None:
    assert due("varje månad", EXAMPLE, "2027-01-01", "2027-02-28") == ["2027-01-31", "2027-02-28"]
    cadence = Cadence(form="interval", every=1, unit="month", anchor=day("2028-01-31"))
    found = due_days(cadence, day("2028-01-01"), None, day("2028-01-01"), day("2028-06-01"))
    assert [str(each) for each in found] == ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31"]


def test_a_yearly_date_on_leap_day_is_the_28th_in_other_years_and_comes_back() -> None:
    cadence = Cadence(form="interval", every=1, unit="year", anchor=day("2028-02-29"))
    found = due_days(cadence, day("2028-01-01"), None, day("2028-01-01"), day("2032-12-31"))
    assert [str(each) for each in found] == ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]


def test_a_deadline_outside_the_agreement_is_not_asked_for() -> None:
    period = (day("2027-03-01"), day("2028-01-31"))
    assert due("senast i februari", period, "2027-01-01", "2028-12-31") == []
    assert [least for _, _, least in listed("senast i februari", period, "2027-01-01", "2028-12-31")] == [0, 0]


def test_a_renewal_is_due_the_day_the_agreement_ends() -> None:
    cadence = Cadence(form="deadline", period="agreement", every=5, month=2, day=28)
    assert due_days(cadence, *GRASTORP, day("2023-01-01"), day("2028-01-01")) == [GRASTORP[1]]


def test_winter_may_span_two_years() -> None:
    cadence = Cadence.model_validate(
        {"form": "seasons", "seasons": [{"name": "vintern", "first_month": 12, "last_month": 2, "least": 1}]}
    )
    window = window_on(cadence, *EXAMPLE, day("2028-01-15"))
    assert window
    assert window.span == Span(day("2027-12-01"), day("2028-02-29"))


# --- properties -------------------------------------------------------------------------------------------------------

counted = st.builds(
    Cadence,
    form=st.just("count"),
    least=st.integers(1, 40),
    most=st.none(),
    period=st.sampled_from(["week", "month", "quarter", "tertial", "half_year", "year"]),
    every=st.integers(1, 4),
)
stepped = st.builds(
    Cadence, form=st.just("interval"), every=st.integers(1, 30), unit=st.sampled_from(["month", "year"])
)
weekly = st.builds(
    Cadence, form=st.just("weekday"), every=st.integers(1, 8), weekday=st.integers(0, 6), unit=st.just("week")
)
deadlines = st.builds(
    Cadence,
    form=st.just("deadline"),
    every=st.integers(1, 5),
    month=st.integers(1, 12),
    day=st.none() | st.integers(1, 31),
)
starts = st.dates(day("2015-01-01"), day("2035-12-31"))


@given(cadence=counted | stepped | deadlines, first=starts, days=st.integers(0, 3000))
def test_windows_tile_the_period_without_gap_or_overlap(cadence: Cadence, first: date, days: int) -> None:
    last = first + timedelta(days=days)
    found = windows(cadence, first, last, first - timedelta(days=500), last + timedelta(days=500))
    assert found[0].span.first == first
    assert found[-1].span.last == last
    for one, following in pairwise(found):
        assert following.span.first == one.span.last + timedelta(days=1)
        assert following.nominal.first == one.nominal.last + timedelta(days=1)
    assert len({each.name for each in found}) == len(found)
    assert all((each.least is None) != needs_number(cadence) for each in found)


@given(cadence=counted | stepped | deadlines | weekly, first=starts, days=st.integers(0, 2000), on=st.integers(0, 2000))
def test_the_window_of_a_day_is_one_of_the_windows_and_holds_it(
    cadence: Cadence, first: date, days: int, on: int
) -> None:
    last, asked = first + timedelta(days=days), first + timedelta(days=on)
    window = window_on(cadence, first, last, asked)
    whole = [each for each in windows(cadence, first, last, first, last) if asked in each.span]
    assert ([window] if window else []) == whole


@given(cadence=counted | stepped | deadlines | weekly, first=starts, days=st.integers(0, 2000))
def test_as_many_due_days_as_the_windows_need_each_within_its_window(cadence: Cadence, first: date, days: int) -> None:
    last = first + timedelta(days=days)
    for window in windows(cadence, first, last, first, last):
        found = [
            each for each in due_days(cadence, first, last, window.span.first, window.span.last) if each in window.span
        ]
        assert len(found) == min(window.least or 0, (window.span.last - window.span.first).days + 1)


@given(cadence=weekly, first=starts, days=st.integers(100, 2000))
def test_weekly_dates_keep_their_weekday_and_distance(cadence: Cadence, first: date, days: int) -> None:
    found = due_days(cadence, first, None, first, first + timedelta(days=days))
    assert {each.weekday() for each in found} == {cadence.weekday}
    assert {(following - one).days for one, following in pairwise(found)} <= {7 * cadence.every}


@given(first=starts, months=st.integers(1, 40), steps=st.integers(1, 30))
def test_steps_are_counted_from_the_anchor(first: date, months: int, steps: int) -> None:
    cadence = Cadence(form="interval", every=months, unit="month", anchor=first)
    last = first + relativedelta(months=months * steps)
    assert due_days(cadence, first, None, first, last) == [
        first + relativedelta(months=months * number) for number in range(steps + 1)
    ]
