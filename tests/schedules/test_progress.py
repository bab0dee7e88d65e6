"""How far a commitment has come: its state, its pace and the days suggested."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schedules.days import Calendar
from schedules.facts import AgreementFacts, CommitmentFacts, NamedSpan, OccasionFacts, Span, Waiver
from schedules.progress import Progress, open_due_days, progress
from storage.agreements.phrases import parse
from storage.terms import CommitmentKind, LeadTimes, OccasionState, Source, Standing

BREAKS = (
    NamedSpan("sportlov", Span(date(2027, 3, 1), date(2027, 3, 5))),
    NamedSpan("höstlov", Span(date(2027, 11, 1), date(2027, 11, 5))),
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def occasions(held: Sequence[str] = (), planned: Sequence[str] = (), **fields: object) -> tuple[OccasionFacts, ...]:
    made = [(text, OccasionState.HELD) for text in held] + [(text, OccasionState.PLANNED) for text in planned]
    booked = datetime(2027, 1, 2, 8, tzinfo=UTC)
    return tuple(
        replace(OccasionFacts(number, day(text), time(13), "Kommunhuset", state, booked), **fields)  # type: ignore[arg-type]
        for number, (text, state) in enumerate(made, 1)
    )


def commitment(words: str, *happened: OccasionFacts, **fields: object) -> CommitmentFacts:
    plain = CommitmentFacts(
        id=1,
        kind=CommitmentKind.MEETING,
        title="Operativa gruppens möten",
        source=Source(where="kapitel 6"),
        cadence=parse(words),
        leads=LeadTimes(),
        forum_id=3,
        occasions=tuple(happened),
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


def agreement(
    *commitments: CommitmentFacts, starts: str = "2027-01-01", ends: str | None = "2030-12-31"
) -> AgreementFacts:
    last = day(ends) if ends else None
    return AgreementFacts(1, "Nykvarns kommun", day(starts), last, (), commitments, breaks=BREAKS)


def stands(
    promise: CommitmentFacts, today: str, starts: str = "2027-01-01", ends: str | None = "2030-12-31"
) -> Progress:
    return progress(promise, agreement(promise, starts=starts, ends=ends), day(today))


FOUR = ["2027-02-10", "2027-05-12", "2027-09-08", "2027-11-24"]


@pytest.mark.parametrize(
    ("held", "planned", "today", "standing"),
    [
        ([], [], "2027-01-01", Standing.ON_PACE),  # nobody is behind when a year begins
        ([], [], "2027-04-01", Standing.ON_PACE),  # 90 of 365 days: 0,98 of one meeting
        ([], [], "2027-04-03", Standing.BEHIND),
        ([], FOUR[:1], "2027-01-15", Standing.ON_PACE),
        (FOUR[:1], [], "2027-04-03", Standing.ON_PACE),
        ([], FOUR, "2027-01-15", Standing.BOOKED),
        (FOUR[:2], FOUR[2:], "2027-06-01", Standing.BOOKED),
        (FOUR[:2], [], "2027-10-15", Standing.BEHIND),
        (FOUR, [], "2027-11-25", Standing.DONE),
        ([], FOUR[:1], "2027-02-11", Standing.UNLOGGED),
        ([], FOUR[:1], "2027-02-10", Standing.ON_PACE),  # today's is still to come
        (FOUR[:2], [], "2027-12-31", Standing.MISSED),  # two left and one day
        (FOUR[:3], [], "2027-12-31", Standing.ON_PACE),  # one left and one day: it can still be done
        ([], [], "2026-12-01", Standing.UPCOMING),
    ],
)
def test_the_state_of_four_meetings_a_year(held: list[str], planned: list[str], today: str, standing: Standing) -> None:
    assert stands(commitment("fyra gånger per år", *occasions(held, planned)), today).standing is standing


def test_an_ended_agreement_shows_how_its_last_window_closed() -> None:
    short = commitment("fyra gånger per år", *occasions(["2030-02-10"]))
    assert stands(short, "2031-05-05").standing is Standing.MISSED
    full = commitment("fyra gånger per år", *occasions([text.replace("2027", "2030") for text in FOUR]))
    assert stands(full, "2031-05-05").standing is Standing.DONE


def test_another_window_can_be_asked_about() -> None:
    promise = commitment("fyra gånger per år", *occasions(FOUR[:3]))
    state = progress(promise, agreement(promise), day("2028-01-10"), on=day("2027-06-01"))
    assert (state.standing, state.held, state.needed) == (Standing.MISSED, 3, 4)


def test_partly_done_counts_and_cancelled_does_not() -> None:
    partly = occasions(["2027-02-10"], state=OccasionState.PARTLY)
    cancelled = occasions(["2027-03-10"], state=OccasionState.CANCELLED)
    moved = occasions(["2027-04-10"], state=OccasionState.MOVED)
    assert stands(commitment("fyra gånger per år", *partly, *cancelled, *moved), "2027-05-01").held == 1


def test_the_clock_says_when_todays_meeting_has_passed() -> None:
    promise = commitment("fyra gånger per år", *occasions([], FOUR[:1]))
    before = progress(promise, agreement(promise), day(FOUR[0]), clock=time(12, 59))
    after = progress(promise, agreement(promise), day(FOUR[0]), clock=time(13))
    assert (before.standing, before.booked) == (Standing.ON_PACE, 1)
    assert (after.standing, after.booked, len(after.unlogged)) == (Standing.UNLOGGED, 0, 1)


def test_what_was_left_unlogged_last_year_is_still_asked_for() -> None:
    state = stands(commitment("fyra gånger per år", *occasions([], ["2027-11-24"])), "2028-01-10")
    assert state.standing is Standing.UNLOGGED
    assert [each.on for each in state.unlogged] == [day("2027-11-24")]
    assert state.held == 0


@pytest.mark.parametrize("words", ["löpande", "vid behov", "ej angivet", "vid ungdomshelger: halloween"])
def test_without_a_number_it_is_ongoing_and_shows_when_something_last_happened(words: str) -> None:
    state = stands(commitment(words, *occasions(["2027-02-10", "2027-03-10"])), "2027-05-05")
    assert state.standing is Standing.ONGOING
    assert state.needed is None
    assert state.last_held == day("2027-03-10")
    assert state.suggestions == ()


def test_a_share_that_rounds_to_none_asks_for_nothing() -> None:
    state = stands(commitment("en gång per år"), "2027-11-15", starts="2027-11-01")
    assert (state.standing, state.needed) == (Standing.ONGOING, None)


def test_a_waived_window_says_why_and_suggests_nothing() -> None:
    waived = Waiver(Span(day("2027-01-01"), day("2027-12-31")), "Valår, enligt chefssamrådet")
    promise = commitment("fyra gånger per år", waivers=(waived,))
    state = stands(promise, "2027-10-10")
    assert (state.standing, state.waived_because, state.suggestions) == (
        *(Standing.WAIVED, "Valår, enligt chefssamrådet", ()),
    )
    assert stands(promise, "2028-10-10").standing is Standing.BEHIND


def test_what_is_done_is_done_though_it_was_waived() -> None:
    waived = Waiver(Span(day("2027-01-01"), day("2027-12-31")), "Valår")
    promise = commitment("fyra gånger per år", *occasions(FOUR), waivers=(waived,))
    assert stands(promise, "2027-12-10").standing is Standing.DONE


@pytest.mark.parametrize(
    ("today", "standing"),
    [("2027-01-15", Standing.ON_PACE), ("2027-02-28", Standing.ON_PACE), ("2027-03-01", Standing.BEHIND)],
)
def test_a_deadline_is_behind_the_day_after_and_can_still_be_done_that_year(today: str, standing: Standing) -> None:
    assert stands(commitment("senast i februari"), today).standing is standing
    late = commitment("senast i februari", *occasions(["2027-03-09"]))
    assert stands(late, "2027-03-10").standing is Standing.DONE


def test_a_quantity_counts_what_was_counted() -> None:
    checks = occasions(["2027-02-10"], quantity=12)
    state = stands(commitment("minst 30 trafikkontroller per år", *checks), "2027-12-31")
    assert (state.held, state.needed, state.standing) == (12, 30, Standing.BEHIND)  # 18 in a day can be done


def test_one_area_does_not_make_up_for_another() -> None:
    walks = occasions(["2027-02-10", "2027-03-10"], area="Centrum")
    state = stands(commitment("en gång per år i respektive område: Centrum, Hökmossen", *walks), "2027-05-05")
    assert (state.held, state.needed) == (1, 2)
    assert state.areas == (("Centrum", 2, 1), ("Hökmossen", 0, 1))


def test_between_seasons_the_next_one_is_shown() -> None:
    state = stands(commitment("en gång på våren"), "2027-09-09")
    assert state.standing is Standing.UPCOMING
    assert state.window
    assert state.window.name == "våren 2028"


def test_next_date_is_the_earliest_booked() -> None:
    promise = commitment("fyra gånger per år", *occasions([], ["2027-09-08", "2027-05-12"]))
    state = stands(promise, "2027-03-01")
    assert (state.next_on, state.next_at) == (day("2027-05-12"), time(13))


@pytest.mark.parametrize(
    ("held", "today", "due_on"),
    [
        ([], "2027-03-01", "2027-06-30"),
        (["2027-05-05"], "2027-06-01", "2027-12-31"),
        (["2027-05-05", "2027-10-05"], "2027-11-01", "2028-06-30"),
        ([], "2027-08-01", "2027-06-30"),
    ],
)
def test_the_next_due_day_is_the_first_that_nothing_answers_for(held: list[str], today: str, due_on: str) -> None:
    state = stands(commitment("två gånger per år", *occasions(held), kind=CommitmentKind.FOLLOW_UP), today)
    assert state.due_on == day(due_on)


def test_open_due_days_may_count_what_is_booked() -> None:
    promise = commitment("två gånger per år", *occasions([], ["2027-06-10"]), kind=CommitmentKind.FOLLOW_UP)
    facts = agreement(promise)
    whole = (day("2027-01-01"), day("2027-12-31"))
    assert open_due_days(promise, facts, *whole) == [day("2027-06-30"), day("2027-12-31")]
    assert open_due_days(promise, facts, *whole, booked_too=True) == [day("2027-12-31")]


# --- suggestions ------------------------------------------------------------------------------------------------------


def suggested(words: str, today: str, *happened: OccasionFacts) -> list[str]:
    return [str(each) for each in stands(commitment(words, *happened), today).suggestions]


def test_seven_of_ten_in_late_november_are_three_wednesdays() -> None:
    held = [f"2026-{month:02d}-04" for month in range(1, 8)]
    promise = commitment("minst 10 gånger per år", *occasions(held))
    state = progress(promise, agreement(promise, starts="2026-01-01"), day("2026-11-23"))
    assert [str(each) for each in state.suggestions] == ["2026-12-02", "2026-12-09", "2026-12-16"]
    assert (state.held, state.needed) == (7, 10)


def test_four_a_year_are_spread_over_the_year() -> None:
    assert suggested("fyra gånger per år", "2027-01-11") == ["2027-02-24", "2027-05-12", "2027-08-25"]


def test_a_day_that_is_taken_is_not_suggested() -> None:
    taken = occasions([], ["2027-02-24"])
    other = commitment("fyra gånger per år", *taken, id=2)
    promise = commitment("fyra gånger per år")
    state = progress(promise, agreement(promise, other), day("2027-01-11"))
    assert str(state.suggestions[0]) == "2027-02-23"


def test_nothing_is_suggested_when_enough_is_booked() -> None:
    assert suggested("fyra gånger per år", "2027-01-11", *occasions([], FOUR)) == []


@given(
    today=st.dates(day("2026-06-01"), day("2030-12-31")),
    words=st.sampled_from(
        ["en gång per år", "fyra gånger per år", "minst 10 gånger per år", "kvartalsvis", "halvårsvis"]
    ),
)
def test_suggestions_are_days_on_which_one_could_meet(today: date, words: str) -> None:
    promise = commitment(words, *occasions([], ["2027-05-12", "2028-02-09"]))
    state = progress(promise, agreement(promise), today)
    calendar = Calendar(BREAKS)
    assert len(state.suggestions) <= 3
    assert list(state.suggestions) == sorted(set(state.suggestions))
    for each in state.suggestions:
        assert state.window
        assert each in state.window.span
        assert each > today
        assert calendar.is_working_day(each)
        assert not calendar.is_squeeze(each)
        assert each.month != 7
        assert calendar.break_on(each) is None
        assert each not in {day("2027-05-12"), day("2028-02-09")}


@given(
    today=st.dates(day("2027-01-01"), day("2030-12-31")),
    held=st.lists(st.dates(day("2027-01-01"), day("2030-12-31")), max_size=12),
    booked=st.lists(st.dates(day("2027-01-01"), day("2030-12-31")), max_size=12),
    words=st.sampled_from(
        ["fyra gånger per år", "kvartalsvis", "senast i februari", "var fjärde månad", "varje torsdag"]
    ),
)
@example(today=day("2030-12-30"), held=[], booked=[], words="varje torsdag")
def test_the_states_mean_what_they_say(today: date, held: list[date], booked: list[date], words: str) -> None:
    made = occasions([str(each) for each in held if each <= today], [str(each) for each in booked if each >= today])
    state = stands(commitment(words, *made), str(today))
    assert state.needed is not None
    assert state.standing not in (Standing.UNLOGGED, Standing.WAIVED, Standing.ONGOING)
    ready = state.held + state.booked
    assert (state.standing is Standing.DONE) == (state.held >= state.needed)
    if state.standing is Standing.BOOKED:
        assert state.held < state.needed <= ready
    if state.standing is Standing.ON_PACE:
        assert state.expected <= ready < state.needed
    if state.standing is Standing.BEHIND:
        assert ready < state.expected


@given(today=st.dates(day("2027-01-01"), day("2027-12-31")), number=st.integers(1, 60))
def test_the_pace_grows_with_the_year_and_never_asks_for_all_before_its_end(today: date, number: int) -> None:
    promise = commitment(f"minst {number} gånger per år")
    state, later = stands(promise, str(today)), stands(promise, str(today + timedelta(days=1)))
    assert state.expected < number
    assert state.expected <= later.expected or later.window != state.window
