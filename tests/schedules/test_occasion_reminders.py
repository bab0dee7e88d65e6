"""Reminders before and after an occasion, kind by kind, to the minute."""

import pytest

from schedules.reminders import Audience, Reminder, ReminderKind, due
from storage.terms import CommitmentKind, OccasionState
from tests.schedules.promises import agreement, lines, local, occasion, promise, said, told

YEARS = ("2026-01-01", "2028-12-31")


def of(*args: object, **fields: object) -> list[str]:
    """The lines about one commitment with the one occasion; without the tally, which has its own tests."""
    return lines(each for each in _told(*args, **fields) if each.kind is not ReminderKind.TALLY)


def _told(*args: object, **fields: object) -> list[Reminder]:
    return told(agreement(promise("vid behov", *args, **fields)), *YEARS)  # type: ignore[arg-type]


def test_a_meeting_is_told_of_at_21_10_1_and_0_days_and_asked_about_until_logged() -> None:
    assert of(occasion("2027-02-10")) == [
        "2027-01-20 08:00 call_for_matters 21",
        "2027-01-29 08:00 summons 10 < 2027-01-31",
        "2027-02-09 08:00 soon 1",
        "2027-02-10 08:00 today 0",
        "2027-02-11 08:00 log -1",
        "2027-02-17 08:00 log -7",
        "2027-02-24 08:00 log -14",
    ]


def test_who_is_told_of_a_meeting() -> None:
    found = told(agreement(promise("vid behov", occasion("2027-02-10"))), *YEARS)
    assert [each.audiences for each in found] == [
        *[(Audience.CHANNEL,)] * 2,
        (Audience.CHAIR,),  # the tally
        *[(Audience.CHANNEL,)] * 3,
        (Audience.CHAIR,),
        (Audience.COORDINATORS,),
    ]


def tallies(*args: object, **fields: object) -> list[str]:
    return lines(each for each in _told(*args, **fields) if each.kind is ReminderKind.TALLY)


@pytest.mark.parametrize(
    ("meets", "day"),
    [
        ("2027-02-10", "2027-02-08"),  # Wednesday: Monday
        ("2027-02-08", "2027-02-04"),  # Monday: Thursday, and no moving
        ("2027-03-30", "2027-03-24"),  # after Easter
        ("2027-07-14", "2027-07-12"),  # who meets in July works in July
    ],
)
def test_the_chair_has_the_tally_two_working_days_before(meets: str, day: str) -> None:
    assert tallies(occasion(meets)) == [f"{day} 08:00 tally 2"]


def test_no_tally_of_what_is_no_meeting_is_booked_late_or_wants_no_reminders() -> None:
    assert tallies(occasion("2027-02-10"), kind=CommitmentKind.WALK) == []
    assert tallies(occasion("2027-02-10", booked="2027-02-08 09:00")) == []
    assert tallies(occasion("2027-02-10"), before=()) == []


def test_a_walk_is_prepared_at_42_and_21_days() -> None:
    assert of(occasion("2027-10-13", "18:00"), kind=CommitmentKind.WALK) == [
        "2027-09-01 08:00 prepare 42",
        "2027-09-22 08:00 prepare 21",
        "2027-10-11 08:00 soon 2",
        "2027-10-13 08:00 today 0",
        "2027-10-14 08:00 log -1",
        "2027-10-20 08:00 log -7",
        "2027-10-27 08:00 log -14",
    ]


def test_a_walk_that_was_walked_is_followed_for_a_year() -> None:
    walked = occasion("2027-10-13", "18:00", state=OccasionState.HELD)
    assert of(walked, kind=CommitmentKind.WALK) == [
        "2027-10-27 08:00 walk_protocol -14",
        "2027-11-03 08:00 walk_feedback -21",
        "2027-12-13 08:00 walk_measures -60 < 2027-12-12",
        "2028-02-10 08:00 walk_measures -120",
        "2028-10-12 08:00 walk_again -365",
    ]


def test_a_place_walked_again_is_not_asked_for_and_another_place_is() -> None:
    first = occasion("2027-04-14", "18:00", state=OccasionState.HELD, place="Centrum")
    same = occasion("2028-03-15", "18:00", number=2, place="centrum")
    other = occasion("2028-03-15", "18:00", number=2, place="Hökmossen")
    for later, asked in ((same, 0), (other, 1)):
        found = told(agreement(promise("vid behov", first, later, kind=CommitmentKind.WALK)), *YEARS)
        assert sum(each.kind is ReminderKind.WALK_AGAIN for each in found) == asked


def test_another_activity_is_prepared_at_14_days() -> None:
    assert of(occasion("2027-02-10"), kind=CommitmentKind.ACTIVITY)[:3] == [
        "2027-01-27 08:00 prepare 14",
        "2027-02-08 08:00 soon 2",
        "2027-02-10 08:00 today 0",
    ]


@pytest.mark.parametrize("state", [OccasionState.CANCELLED, OccasionState.MOVED, OccasionState.HELD])
def test_nothing_is_told_of_a_meeting_that_is_cancelled_moved_or_logged(state: OccasionState) -> None:
    assert of(occasion("2027-02-10", state=state)) == []


# --- days on which nothing is posted ----------------------------------------------------------------------------------


def test_a_meeting_on_monday_is_told_of_on_friday_and_that_is_no_moving() -> None:
    assert "2027-02-05 08:00 soon 1" in of(occasion("2027-02-08"))


def test_after_a_friday_the_log_is_asked_for_on_monday() -> None:
    assert "2027-02-15 08:00 log -1 < 2027-02-13" in of(occasion("2027-02-12"))


def test_a_saturday_walk_is_told_of_on_thursday_and_friday() -> None:
    assert of(occasion("2027-10-16", "11:00"), kind=CommitmentKind.WALK)[2:5] == [
        "2027-10-14 08:00 soon 2",
        "2027-10-15 08:00 today 0 < 2027-10-16",
        "2027-10-18 08:00 log -1 < 2027-10-17",
    ]


def test_a_sunday_walk_is_told_of_once_on_friday() -> None:
    assert of(occasion("2027-10-17", "11:00"), kind=CommitmentKind.WALK)[2:4] == [
        "2027-10-15 08:00 soon 2",
        "2027-10-18 08:00 log -1",
    ]


def test_advance_reminders_leave_july_and_the_summons_is_preferred_to_the_call() -> None:
    assert of(occasion("2027-08-05"))[:3] == [
        "2027-06-30 08:00 summons 10 < 2027-07-26",
        "2027-08-04 08:00 soon 1",
        "2027-08-05 08:00 today 0",
    ]


def test_who_books_a_meeting_in_july_is_told_in_july() -> None:
    assert of(occasion("2027-07-14")) == [
        "2027-06-23 08:00 call_for_matters 21",
        "2027-07-02 08:00 summons 10 < 2027-07-04",
        "2027-07-13 08:00 soon 1",
        "2027-07-14 08:00 today 0",
        "2027-07-15 08:00 log -1",
        "2027-07-21 08:00 log -7",
        "2027-07-28 08:00 log -14",
    ]


def test_what_is_asked_after_june_comes_in_august_and_still_in_turn() -> None:
    assert of(occasion("2027-06-30"))[-3:] == [
        "2027-08-02 08:00 log -1 < 2027-07-01",
        "2027-08-09 08:00 log -7 < 2027-07-07",
        "2027-08-16 08:00 log -14 < 2027-07-14",
    ]


def test_a_meeting_on_a_klamdag_is_told_of_that_day() -> None:
    assert of(occasion("2027-05-07"))[2:4] == ["2027-05-05 08:00 soon 1", "2027-05-07 08:00 today 0"]


def test_easter_moves_both_ways() -> None:
    assert of(occasion("2027-03-31"))[2:] == [
        "2027-03-30 08:00 soon 1",
        "2027-03-31 08:00 today 0",
        "2027-04-01 08:00 log -1",
        "2027-04-07 08:00 log -7",
        "2027-04-14 08:00 log -14",
    ]
    assert "2027-03-25 08:00 prepare 14 < 2027-03-28" in of(occasion("2027-04-11"), kind=CommitmentKind.ACTIVITY)
    assert "2027-03-30 08:00 log -1 < 2027-03-26" in of(occasion("2027-03-25"))


def test_what_begins_at_the_posting_hour_is_told_of_the_working_day_before() -> None:
    found = of(occasion("2027-02-10", "08:00"), kind=CommitmentKind.ACTIVITY)
    assert found[1:3] == ["2027-02-08 08:00 soon 2", "2027-02-09 08:00 today 0"]
    assert "today" not in " ".join(of(occasion("2027-02-10", "07:30")))  # the same morning as "soon": once


# --- summer time and leap years ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "utc"),
    [
        ("2027-03-24", "07:00"),
        ("2027-03-30", "06:00"),  # the clock went forward on the 28th
        ("2027-10-29", "06:00"),
        ("2027-11-01", "07:00"),  # and back on the 31st
    ],
)
def test_eight_in_the_morning_is_eight_on_both_sides_of_the_clocks_change(on: str, utc: str) -> None:
    reminders = told(agreement(promise("vid behov", occasion(on, "23:00"))), *YEARS)
    (today,) = [each for each in reminders if each.kind is ReminderKind.TODAY]
    assert f"{today.due_at:%H:%M}" == utc
    assert said(today.due_at) == f"{on} 08:00"


def test_every_posting_is_at_eight_local_time_all_year() -> None:
    meetings = [
        occasion(f"2027-{month:02d}-{on:02d}", number=month * 31 + on) for month in range(1, 13) for on in (9, 24)
    ]
    found = told(agreement(promise("vid behov", *meetings)), *YEARS, but=())
    assert {said(each.due_at)[11:] for each in found} == {"08:00"}


def test_leap_day_is_a_day_like_others() -> None:
    assert of(occasion("2028-02-29"))[2:5] == [
        "2028-02-28 08:00 soon 1",
        "2028-02-29 08:00 today 0",
        "2028-03-01 08:00 log -1",
    ]


def test_another_posting_hour_is_kept() -> None:
    facts = agreement(promise("vid behov", occasion("2027-02-10")), post_at="09:30")
    assert {said(each.due_at)[11:] for each in told(facts, *YEARS)} == {"09:30"}


# --- booked late ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("booked", "expected"),
    [
        # after the summons' normal time: at once, a minute after
        (
            "2027-02-03 10:15",
            ["2027-02-03 10:16 summons 10", "2027-02-09 08:00 soon 1", "2027-02-10 08:00 today 0"],
        ),
        # late in the evening: the next morning
        (
            "2027-02-03 21:15",
            ["2027-02-04 08:00 summons 10", "2027-02-09 08:00 soon 1", "2027-02-10 08:00 today 0"],
        ),
        # before dawn: that morning
        ("2027-02-04 05:10", ["2027-02-04 08:00 summons 10", "2027-02-09 08:00 soon 1", "2027-02-10 08:00 today 0"]),
        # a Saturday: on Monday
        ("2027-02-06 12:00", ["2027-02-08 08:00 summons 10", "2027-02-09 08:00 soon 1", "2027-02-10 08:00 today 0"]),
        # the summons on the day of "soon" says it all
        ("2027-02-08 22:00", ["2027-02-09 08:00 summons 10", "2027-02-10 08:00 today 0"]),
        ("2027-02-09 09:00", ["2027-02-09 09:01 summons 10", "2027-02-10 08:00 today 0"]),
        ("2027-02-09 22:00", ["2027-02-10 08:00 summons 10"]),
        # the same day
        ("2027-02-10 09:00", ["2027-02-10 09:01 summons 10"]),
        ("2027-02-10 14:00", []),  # already begun
        # between the call and the summons: the call is left out
        (
            "2027-01-25 10:00",
            ["2027-01-29 08:00 summons 10 < 2027-01-31", "2027-02-09 08:00 soon 1", "2027-02-10 08:00 today 0"],
        ),
    ],
)
def test_a_meeting_booked_late_gets_its_summons_when_booked(booked: str, expected: list[str]) -> None:
    found = of(occasion("2027-02-10", booked=booked))
    assert [line for line in found if " log " not in line] == expected


def test_a_summons_moved_out_of_july_comes_when_booked_in_july() -> None:
    found = of(occasion("2027-08-09", booked="2027-07-05 10:00"))
    assert found[:2] == ["2027-07-05 10:01 summons 10", "2027-08-06 08:00 soon 1"]


def test_a_walk_booked_late_gets_its_roles_and_invitations_when_booked() -> None:
    found = of(occasion("2027-10-13", "18:00", booked="2027-10-01 09:00"), kind=CommitmentKind.WALK)
    assert found[:2] == ["2027-10-01 09:01 prepare 21", "2027-10-11 08:00 soon 2"]


def test_an_activity_booked_late_is_told_of_at_what_is_left() -> None:
    found = of(occasion("2027-02-10", booked="2027-02-03 10:15"), kind=CommitmentKind.ACTIVITY)
    assert found[0] == "2027-02-08 08:00 soon 2"


# --- lead times of the agreement's own --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "kinds"),
    [
        ((30, 20), ["call_for_matters 30", "summons 20"]),
        ((14, 5, 0), ["call_for_matters 14", "summons 5", "today 0"]),
        ((7,), ["summons 7"]),
        ((1,), ["soon 1"]),
        ((), []),
    ],
)
def test_a_meetings_own_lead_times(before: tuple[int, ...], kinds: list[str]) -> None:
    found = of(occasion("2027-03-17"), before=before)
    assert [line[17:].partition(" <")[0] for line in found if " log " not in line] == kinds


def test_own_times_to_ask_for_the_log() -> None:
    found = told(agreement(promise("vid behov", occasion("2027-02-10"), after=(2, 30))), *YEARS)
    asked = [(each.days, each.audiences) for each in found if each.kind is ReminderKind.LOG]
    assert asked == [(-2, (Audience.CHANNEL,)), (-30, (Audience.CHAIR,))]


def test_a_follow_ups_lead_times_are_about_its_due_days_and_not_its_meetings() -> None:
    found = of(occasion("2027-02-10"), kind=CommitmentKind.FOLLOW_UP, before=(90,), after=(3,))
    assert [line[17:] for line in found] == ["prepare 14", "soon 2", "today 0", "log -1", "log -7", "log -14"]


def test_keys_are_one_for_each() -> None:
    walk = promise("vid behov", occasion("2027-10-13", "18:00"), kind=CommitmentKind.WALK)
    found = told(agreement(walk), *YEARS, but=())
    assert len({each.key("f1") for each in found}) == len(found)
    assert found == told(agreement(walk), *YEARS, but=())


def test_an_interval_leaves_its_beginning_out_and_its_end_in() -> None:
    facts = agreement(promise("vid behov", occasion("2027-02-10")))
    moment = local("2027-02-10 08:00")
    assert [each.kind for each in due(facts, moment, moment)] == []
    assert [each.kind for each in due(facts, local("2027-02-10 07:59"), moment)] == [ReminderKind.TODAY]
