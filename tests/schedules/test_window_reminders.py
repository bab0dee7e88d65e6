"""Reminders that come from the number: nothing booked, due days, youth weekends, pulses."""

from datetime import date

import pytest

from schedules.facts import AgreementFacts, NamedSpan, Span, Waiver
from schedules.reminders import Audience, ReminderKind
from storage.terms import CommitmentKind, OccasionState
from tests.schedules.promises import BREAKS, agreement, day, lines, occasion, promise, said, told

Y2027 = ("2027-01-01", "2027-12-31")


def of(
    words: str, *args: object, starts: str = "2027-01-01", ends: str | None = "2030-12-31", **fields: object
) -> list[str]:
    """The lines of 2027 about one commitment, without those about its occasions."""
    facts = agreement(promise(words, *args, **fields), starts=starts, ends=ends)  # type: ignore[arg-type]
    return lines([each for each in told(facts, *Y2027) if each.occasion_id is None and not _ends(each.kind)])


def _ends(kind: ReminderKind) -> bool:
    return kind is ReminderKind.AGREEMENT_ENDS


def held(*days: str) -> list[object]:
    return [occasion(text, number=number, state=OccasionState.HELD) for number, text in enumerate(days, 1)]


def booked(*days: str) -> list[object]:
    return [occasion(text, number=number) for number, text in enumerate(days, 11)]


# --- nothing booked ---------------------------------------------------------------------------------------------------


def test_an_empty_year_is_told_of_a_third_and_two_thirds_in() -> None:
    assert of("fyra gånger per år") == [
        "2027-04-30 08:00 nothing_booked 1 < 2027-05-02",
        "2027-09-01 08:00 nothing_booked 2",
    ]


def test_it_is_told_to_the_chair_and_the_coordinators() -> None:
    found = told(agreement(promise("fyra gånger per år"), starts="2027-01-01"), *Y2027)
    assert {each.audiences for each in found} == {(Audience.CHAIR, Audience.COORDINATORS)}
    assert {each.about for each in found} == {day("2027-12-31")}
    assert len({each.key("p1") for each in found}) == 2


@pytest.mark.parametrize(
    ("happened", "leads"),
    [
        ([*held("2027-02-10"), *booked("2027-05-12")], [2]),  # at an even pace in May, too little in September
        ([*held("2027-02-10")], [1, 2]),  # nothing lies ahead
        ([*held("2027-02-10"), *booked("2027-05-12", "2027-09-08")], []),
        ([*booked("2027-02-10", "2027-05-12", "2027-09-08", "2027-11-24")], []),
        ([*held("2027-02-10", "2027-02-11", "2027-02-12", "2027-02-15")], []),
    ],
)
def test_only_what_lags_an_even_pace_or_has_nothing_ahead_is_told_of(happened: list[object], leads: list[int]) -> None:
    assert [int(line.split()[3]) for line in of("fyra gånger per år", *happened)] == leads


def test_once_a_year_is_told_of_until_booked() -> None:
    assert len(of("en gång per år")) == 2
    assert of("en gång per år", *booked("2027-10-13")) == []


def test_halves_have_their_own_thirds_and_july_does_not_move_them_out_of_their_half() -> None:
    assert of("halvårsvis") == [
        "2027-03-02 08:00 nothing_booked 1",
        "2027-04-30 08:00 nothing_booked 2 < 2027-05-01",
        "2027-08-31 08:00 nothing_booked 1",
        "2027-10-29 08:00 nothing_booked 2 < 2027-10-31",
    ]
    third_quarter = [line for line in of("kvartalsvis") if line < "2027-10" and line > "2027-06-15"]
    assert third_quarter == [
        "2027-08-02 08:00 nothing_booked 1 < 2027-07-31",
        "2027-08-31 08:00 nothing_booked 2",
    ]


def test_a_month_is_told_of_once_and_a_week_never() -> None:
    assert len(of("två gånger i månaden")) == 11  # not July
    assert of("varje torsdag") == of("varannan vecka") == []


def test_a_waived_window_is_left_in_peace() -> None:
    waiver = Waiver(Span(day("2027-01-01"), day("2027-12-31")), "Valår")
    assert of("fyra gånger per år", waivers=(waiver,)) == []
    assert of("en gång per år", waivers=(waiver,), kind=CommitmentKind.FOLLOW_UP) == []


def test_an_agreement_from_midsummer_has_its_thirds_in_the_autumn() -> None:
    assert of("fyra gånger per år", starts="2027-07-01") == [
        "2027-08-31 08:00 nothing_booked 1",
        "2027-10-29 08:00 nothing_booked 2 < 2027-10-31",
    ]


@pytest.mark.parametrize("words", ["löpande", "vid behov", "ej angivet"])
def test_what_has_no_number_lacks_nothing(words: str) -> None:
    assert not [line for line in of(words) if "nothing_booked" in line]


# --- due days ---------------------------------------------------------------------------------------------------------

FOLLOW_UP = {"kind": CommitmentKind.FOLLOW_UP}


def test_a_follow_up_twice_a_year() -> None:
    assert of("två gånger per år", **FOLLOW_UP) == [
        "2027-05-19 08:00 prepare 42",
        "2027-06-16 08:00 prepare 14",
        "2027-06-30 08:00 due 0",
        "2027-08-02 08:00 overdue -7 < 2027-07-07",
        "2027-11-19 08:00 prepare 42",
        "2027-12-17 08:00 prepare 14",
        "2027-12-30 08:00 due 0 < 2027-12-31",
    ]


def test_the_year_after_asks_for_what_was_left() -> None:
    facts = agreement(promise("en gång per år", **FOLLOW_UP), starts="2027-01-01")  # type: ignore[arg-type]
    assert lines(told(facts, "2028-01-01", "2028-01-31")) == ["2028-01-10 08:00 overdue -7 < 2028-01-07"]  # a klämdag


@pytest.mark.parametrize("kind", [CommitmentKind.FOLLOW_UP, CommitmentKind.SITUATION_REPORT, CommitmentKind.INDICATORS])
def test_follow_ups_go_to_those_responsible_and_the_coordinators(kind: CommitmentKind) -> None:
    found = told(agreement(promise("en gång per år", kind=kind), starts="2027-01-01"), *Y2027)
    assert {each.audiences for each in found} == {(Audience.RESPONSIBLE, Audience.COORDINATORS)}


def test_what_is_held_or_booked_answers_for_its_due_day_and_not_the_next() -> None:
    left = [line[:10] for line in of("två gånger per år", **FOLLOW_UP)][4:]
    for happened in (held("2027-06-10"), booked("2027-06-10"), held("2027-01-20")):
        assert [line[:10] for line in of("två gånger per år", *happened, **FOLLOW_UP)] == left


def test_an_answer_some_days_late_is_an_answer() -> None:
    done = promise("en gång per år", *held("2028-01-05"), **FOLLOW_UP)  # type: ignore[arg-type]
    assert lines(told(agreement(done, starts="2027-01-01"), "2028-01-01", "2028-01-31")) == []


def test_a_deadline_of_an_activity_is_due_by_its_day() -> None:
    assert of("senast 15 november", kind=CommitmentKind.ACTIVITY) == [
        "2027-10-04 08:00 prepare 42",
        "2027-11-01 08:00 prepare 14",
        "2027-11-15 08:00 due 0",
        "2027-11-22 08:00 overdue -7",
    ]


def test_own_lead_times_replace_the_usual() -> None:
    found = of("senast 15 november", kind=CommitmentKind.ACTIVITY, before=(30, 0), after=(3, 10))
    assert [line[17:].partition(" <")[0] for line in found] == ["prepare 30", "due 0", "overdue -3", "overdue -10"]


def test_two_moved_to_the_same_day_are_one() -> None:
    found = of("senast 20 augusti", **FOLLOW_UP)  # 42 days before is in July, 14 days before is not
    assert found[0] == "2027-06-30 08:00 prepare 42 < 2027-07-09"
    assert of("senast 10 augusti", **FOLLOW_UP)[0] == "2027-06-29 08:00 prepare 42"
    twice = [line for line in of("senast 5 augusti", before=(20, 14), **FOLLOW_UP) if "prepare" in line]
    assert twice == ["2027-06-30 08:00 prepare 14 < 2027-07-22"]


def test_the_renewal_has_its_months_and_an_open_ended_agreements_revision_its_days() -> None:
    assert of("senast i december", kind=CommitmentKind.RENEWAL) == []
    revised = of("vart tredje år", kind=CommitmentKind.RENEWAL, starts="2025-01-01", ends=None)
    assert [line[:10] for line in revised] == ["2027-11-19", "2027-12-17", "2027-12-30"]


# --- youth weekends ---------------------------------------------------------------------------------------------------

HALLOWEEN = "vid ungdomshelger: halloween"


def test_halloween_is_put_on_the_agenda_28_and_7_days_before() -> None:
    facts = agreement(promise(HALLOWEEN, kind=CommitmentKind.ACTIVITY), starts="2027-01-01")
    found = told(facts, *Y2027)
    assert lines(found) == ["2027-10-01 08:00 event 28", "2027-10-22 08:00 event 7"]
    assert {(each.window, each.detail, each.audiences) for each in found} == {
        (Span(day("2027-10-29"), day("2027-10-31")), "halloween", (Audience.CHANNEL,))
    }


def test_the_agreements_own_days_replace_the_usual() -> None:
    own = {"halloween": (Span(day("2027-11-05"), day("2027-11-06")),)}
    facts = agreement(promise(HALLOWEEN, kind=CommitmentKind.ACTIVITY), starts="2027-01-01", event_days=own)
    assert {each.about for each in told(facts, *Y2027)} == {day("2027-11-05")}


def test_a_school_break_is_known_from_the_agreements_breaks() -> None:
    words = "vid ungdomshelger: sportlov"
    assert of(words, kind=CommitmentKind.ACTIVITY) == ["2027-02-01 08:00 event 28", "2027-02-22 08:00 event 7"]
    nowhere = agreement(promise(words, kind=CommitmentKind.ACTIVITY), starts="2027-01-01", breaks=BREAKS[1:])
    assert told(nowhere, *Y2027) == []


def test_a_weekend_with_something_booked_needs_no_agenda() -> None:
    assert of(HALLOWEEN, *booked("2027-10-29"), kind=CommitmentKind.ACTIVITY) == []
    assert len(of(HALLOWEEN, *booked("2027-10-22"), kind=CommitmentKind.ACTIVITY)) == 2


def test_new_years_eve_belongs_to_the_year_it_begins() -> None:
    facts = agreement(promise("vid ungdomshelger: nyår", kind=CommitmentKind.ACTIVITY), starts="2027-01-01")
    found = told(facts, *Y2027)
    assert lines(found) == ["2027-12-02 08:00 event 28", "2027-12-23 08:00 event 7"]
    assert {each.about for each in found} == {day("2027-12-30")}


# --- pulse ------------------------------------------------------------------------------------------------------------


def test_ongoing_work_is_asked_about_each_quarter() -> None:
    facts = agreement(promise("löpande", kind=CommitmentKind.ACTIVITY), starts="2026-01-01")
    found = told(facts, *Y2027)
    assert lines(found) == [
        "2027-03-10 08:00 pulse 0",
        "2027-06-10 08:00 pulse 0",
        "2027-09-10 08:00 pulse 0",
        "2027-12-10 08:00 pulse 0",
    ]
    assert {each.audiences for each in found} == {(Audience.RESPONSIBLE,)}


def test_whoever_has_just_told_is_not_asked() -> None:
    assert len(of("löpande", pulses=(day("2027-02-20"),), kind=CommitmentKind.ACTIVITY)) == 3
    assert len(of("löpande", *held("2027-08-20"), kind=CommitmentKind.ACTIVITY)) == 3


def test_a_new_agreement_is_given_time_before_the_first_pulse() -> None:
    assert of("löpande", kind=CommitmentKind.ACTIVITY, starts="2027-03-01")[0][:10] == "2027-06-10"


# --- the agreement's own time -----------------------------------------------------------------------------------------


def ended() -> AgreementFacts:
    """Nykvarn 2021-2022, with a meeting in its last week that nobody has logged."""
    return agreement(
        promise("fyra gånger per år", occasion("2022-12-28", booked="2022-11-01 09:00")),
        promise("två gånger per år", kind=CommitmentKind.FOLLOW_UP, number=2),
        promise("löpande", kind=CommitmentKind.ACTIVITY, number=3),
        promise(HALLOWEEN, kind=CommitmentKind.ACTIVITY, number=4),
        starts="2021-01-01",
        ends="2022-12-31",
    )


def test_after_its_end_an_agreement_only_asks_for_what_is_left_to_log() -> None:
    assert lines(told(ended(), "2023-01-01", "2030-12-31", but=())) == [
        "2023-01-04 08:00 log -7",
        "2023-01-09 08:00 overdue -7 < 2023-01-07",
        "2023-01-11 08:00 log -14",
    ]


def test_an_ended_agreement_is_silent_years_later() -> None:
    assert told(ended(), "2027-01-01", "2027-12-31", but=()) == []


def test_before_it_begins_an_agreement_only_tells_of_what_is_booked() -> None:
    facts = agreement(
        promise("fyra gånger per år", occasion("2027-01-20")),
        promise("två gånger per år", kind=CommitmentKind.FOLLOW_UP, number=2),
        starts="2027-01-01",
    )
    found = told(facts, "2026-06-01", "2026-12-31", but=())
    assert lines(found) == ["2026-12-30 08:00 call_for_matters 21"]


def test_names_of_breaks_need_not_be_the_bare_word() -> None:
    breaks = (NamedSpan("Sportlov 2027", Span(date(2027, 2, 22), date(2027, 2, 26))),)
    facts = agreement(
        promise("vid ungdomshelger: sportlov", kind=CommitmentKind.ACTIVITY), starts="2027-01-01", breaks=breaks
    )
    assert [said(each.due_at) for each in told(facts, *Y2027)] == ["2027-01-25 08:00", "2027-02-15 08:00"]
