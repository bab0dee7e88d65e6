"""Whether a reminder still makes sense when it is about to be sent: each reason, and that it is sent without one."""

from dataclasses import replace

import pytest

from schedules.facts import AgreementFacts, CommitmentFacts, ForumFacts, OccasionFacts, Span, Waiver
from schedules.reminders import Reminder, ReminderKind, sense_gone
from storage.terms import ChairRule, CommitmentKind, OccasionState
from tests.schedules.promises import day, example, local, occasion, promise, told

YEAR = Span(day("2027-01-01"), day("2027-12-31"))
MEETING = occasion("2027-02-10", "13:00")


def planned(facts: AgreementFacts, kind: ReminderKind, days: int | None = None) -> Reminder:
    return next(
        each
        for each in told(facts, "2026-06-01", "2031-06-30", but=())
        if each.kind is kind and days in (None, each.days)
    )


def becomes(
    facts: AgreementFacts, kind: ReminderKind, promised: CommitmentFacts, now: str, days: int | None = None
) -> str | None:
    """What is said of a reminder planned from the facts once the commitment has become another."""
    return sense_gone(planned(facts, kind, days), replace(facts, commitments=(promised,)), local(now))


def with_meeting(*occasions: OccasionFacts) -> CommitmentFacts:
    return promise("fyra gånger per år", *occasions)


@pytest.mark.parametrize(
    ("kind", "now"),
    [
        (ReminderKind.CALL_FOR_MATTERS, "2027-01-20 08:00"),
        (ReminderKind.SUMMONS, "2027-01-29 08:00"),
        (ReminderKind.SOON, "2027-02-09 08:00"),
        (ReminderKind.TODAY, "2027-02-10 08:00"),
        (ReminderKind.LOG, "2027-02-11 08:00"),
    ],
)
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"state": OccasionState.CANCELLED}, "cancelled"),
        ({"state": OccasionState.MOVED}, "moved"),
        ({"on": day("2027-02-17")}, "moved"),
        ({"state": OccasionState.HELD}, "logged"),
        ({"state": OccasionState.PARTLY}, "logged"),
    ],
)
def test_a_meetings_reminders_follow_what_becomes_of_it(
    kind: ReminderKind, now: str, change: dict[str, object], reason: str | None
) -> None:
    facts = example(with_meeting(MEETING))
    after = with_meeting(replace(MEETING, **change))  # type: ignore[arg-type]
    assert becomes(facts, kind, after, now) == reason


@pytest.mark.parametrize(
    ("now", "reason"), [("2027-02-10 12:59", None), ("2027-02-10 13:00", "passed"), ("2027-02-11 08:00", "passed")]
)
def test_what_has_begun_is_not_told_of_in_advance(now: str, reason: str | None) -> None:
    facts = example(with_meeting(MEETING))
    for kind in (ReminderKind.SUMMONS, ReminderKind.SOON, ReminderKind.TODAY):
        assert sense_gone(planned(facts, kind), facts, local(now)) == reason


def test_without_a_time_of_day_it_may_begin_until_midnight() -> None:
    facts = example(with_meeting(replace(MEETING, at=None)))
    assert sense_gone(planned(facts, ReminderKind.TODAY), facts, local("2027-02-10 23:30")) is None
    assert sense_gone(planned(facts, ReminderKind.TODAY), facts, local("2027-02-11 00:00")) == "passed"


def test_what_is_no_longer_there_is_not_told_of() -> None:
    facts = example(with_meeting(MEETING))
    reminder = planned(facts, ReminderKind.SOON)
    assert sense_gone(reminder, replace(facts, commitments=()), local("2027-02-09 08:00")) == "removed"
    assert becomes(facts, ReminderKind.SOON, with_meeting(), "2027-02-09 08:00") == "removed"


def test_a_walk_that_was_not_walked_needs_no_protocol() -> None:
    walk = promise("vid behov", replace(MEETING, state=OccasionState.HELD), kind=CommitmentKind.WALK)
    facts = example(walk)
    corrected = replace(walk, occasions=(replace(MEETING, state=OccasionState.CANCELLED),))
    assert becomes(facts, ReminderKind.WALK_PROTOCOL, walk, "2027-02-24 08:00") is None
    assert becomes(facts, ReminderKind.WALK_PROTOCOL, corrected, "2027-02-24 08:00") == "cancelled"
    reopened = replace(walk, occasions=(MEETING,))
    assert becomes(facts, ReminderKind.WALK_PROTOCOL, reopened, "2027-02-24 08:00") == "not held"


def test_a_place_booked_to_be_walked_again_needs_no_asking() -> None:
    held = replace(MEETING, state=OccasionState.HELD)
    walk = promise("vid behov", held, kind=CommitmentKind.WALK)
    again = replace(walk, occasions=(held, occasion("2028-03-08", number=2)))
    assert becomes(example(walk), ReminderKind.WALK_AGAIN, again, "2028-02-10 08:00") == "booked"


def test_nothing_booked_until_enough_is() -> None:
    empty = promise("fyra gånger per år")
    facts = example(empty)
    some = promise("fyra gånger per år", occasion("2027-05-12"))
    waived = replace(empty, waivers=(Waiver(YEAR, "Valår"),))
    now = "2027-04-30 08:00"
    assert becomes(facts, ReminderKind.NOTHING_BOOKED, empty, now) is None
    assert becomes(facts, ReminderKind.NOTHING_BOOKED, some, now) == "booked"
    assert becomes(facts, ReminderKind.NOTHING_BOOKED, waived, now) == "waived"
    assert becomes(facts, ReminderKind.NOTHING_BOOKED, empty, "2028-01-01 08:00", days=1) == "passed"


@pytest.mark.parametrize(
    ("kind", "days"), [(ReminderKind.PREPARE, 42), (ReminderKind.DUE, 0), (ReminderKind.OVERDUE, -7)]
)
def test_a_follow_up_until_it_is_logged_or_booked(kind: ReminderKind, days: int) -> None:
    due = promise("en gång per år", kind=CommitmentKind.FOLLOW_UP)
    facts = example(due)
    now = {42: "2027-11-19 08:00", 0: "2027-12-30 08:00", -7: "2028-01-10 08:00"}[days]
    held = replace(due, occasions=(replace(MEETING, state=OccasionState.HELD),))
    booked = replace(due, occasions=(MEETING,))
    waived = replace(due, waivers=(Waiver(YEAR, "Valår"),))
    assert becomes(facts, kind, due, now, days) is None
    assert becomes(facts, kind, held, now, days) == "logged"
    assert becomes(facts, kind, booked, now, days) == "booked"
    assert becomes(facts, kind, waived, now, days) == "waived"


def test_a_follow_up_done_some_days_late_is_not_overdue() -> None:
    due = promise("en gång per år", kind=CommitmentKind.FOLLOW_UP)
    late = replace(due, occasions=(occasion("2028-01-05", state=OccasionState.HELD),))
    assert becomes(example(due), ReminderKind.OVERDUE, late, "2028-01-10 08:00") == "logged"


def test_preparing_for_a_due_day_ends_with_it_and_the_due_day_itself_may_be_told_of_late() -> None:
    due = promise("senast 15 november", kind=CommitmentKind.FOLLOW_UP)
    facts = example(due)
    assert becomes(facts, ReminderKind.PREPARE, due, "2027-11-16 08:00") == "passed"
    assert becomes(facts, ReminderKind.DUE, due, "2027-11-16 08:00") is None


def test_a_youth_weekend_until_something_is_booked_or_it_is_over() -> None:
    weekend = promise("vid ungdomshelger: halloween", kind=CommitmentKind.ACTIVITY)
    facts = example(weekend)
    booked = replace(weekend, occasions=(occasion("2027-10-30", "20:00"),))
    assert becomes(facts, ReminderKind.EVENT, weekend, "2027-10-31 08:00") is None
    assert becomes(facts, ReminderKind.EVENT, booked, "2027-10-22 08:00") == "booked"
    assert becomes(facts, ReminderKind.EVENT, weekend, "2027-11-01 08:00") == "passed"


def test_a_pulse_until_somebody_has_answered() -> None:
    work = promise("löpande", kind=CommitmentKind.ACTIVITY)
    facts = example(work)
    answered = replace(work, pulses=(day("2027-03-09"),))
    assert becomes(facts, ReminderKind.PULSE, work, "2027-03-10 08:00") is None
    assert becomes(facts, ReminderKind.PULSE, answered, "2027-03-10 08:00") == "answered"


# --- chairs and the agreement itself ----------------------------------------------------------------------------------

RULE = ChairRule(
    form="rotating", order=("Polis", "Brand"), term_months=12, anchor_seat="Polis", anchor_from=day("2027-01-01")
)
COUNCIL = ForumFacts(1, "Chefssamrådet", RULE)


def chair(kind: ReminderKind, forum: ForumFacts, after: ForumFacts, now: str) -> str | None:
    reminder = planned(example(forums=(forum,)), kind)
    return sense_gone(reminder, example(forums=(after,)), local(now))


def test_a_change_of_chair_until_it_is_somebody_elses() -> None:
    other = replace(COUNCIL, chair_rule=RULE.model_copy(update={"order": ("Polis", "Skola")}))
    assert chair(ReminderKind.CHAIR_SOON, COUNCIL, COUNCIL, "2027-12-02 08:00") is None
    assert chair(ReminderKind.CHAIR_SOON, COUNCIL, other, "2027-12-02 08:00") == "changed"
    assert chair(ReminderKind.CHAIR_SOON, COUNCIL, COUNCIL, "2028-01-01 08:00") == "passed"
    assert chair(ReminderKind.CHAIR_TODAY, COUNCIL, COUNCIL, "2028-01-03 08:00") is None
    assert chair(ReminderKind.CHAIR_TODAY, COUNCIL, other, "2028-01-03 08:00") == "changed"


def test_a_vacant_chair_until_somebody_sits_there() -> None:
    vacant = replace(COUNCIL, appointments={})
    assert chair(ReminderKind.CHAIR_VACANT, vacant, vacant, "2027-02-10 08:00") is None
    assert chair(ReminderKind.CHAIR_VACANT, vacant, COUNCIL, "2027-02-10 08:00") == "filled"


def test_whose_turn_until_somebody_has_said() -> None:
    unknown = replace(COUNCIL, chair_rule=RULE.model_copy(update={"anchor_seat": None, "anchor_from": None}))
    assert chair(ReminderKind.CHAIR_UNKNOWN, unknown, unknown, "2027-02-10 08:00") is None
    assert chair(ReminderKind.CHAIR_UNKNOWN, unknown, COUNCIL, "2027-02-10 08:00") == "answered"


def test_the_end_of_the_agreement_until_another_end_is_set() -> None:
    facts = example()
    reminder = planned(facts, ReminderKind.AGREEMENT_ENDS)
    assert sense_gone(reminder, facts, local("2029-12-28 08:00")) is None
    longer = replace(facts, ends=day("2032-12-31"))
    assert sense_gone(reminder, longer, local("2029-12-28 08:00")) == "passed"


def test_a_digest_is_for_its_own_week() -> None:
    facts = example()
    reminder = planned(facts, ReminderKind.DIGEST)
    assert reminder.about == day("2027-01-04")
    assert sense_gone(reminder, facts, local("2027-01-10 20:00")) is None
    assert sense_gone(reminder, facts, local("2027-01-11 08:00")) == "passed"


def test_when_the_agreement_has_ended_only_what_is_left_to_log_makes_sense() -> None:
    facts = example(with_meeting(occasion("2030-12-30")), promise("löpande", number=2))
    now = local("2031-01-03 08:00")
    assert sense_gone(planned(facts, ReminderKind.LOG), facts, now) is None
    assert sense_gone(planned(facts, ReminderKind.PULSE), facts, now) == "ended"
    assert sense_gone(planned(facts, ReminderKind.LOG), facts, local("2031-02-15 08:00")) == "ended"


def test_a_snoozed_reminder_has_the_sense_of_the_first() -> None:
    facts = example(with_meeting(MEETING))
    first = planned(facts, ReminderKind.LOG)
    snoozed = replace(first, kind=ReminderKind.SNOOZED, detail=f"{first.kind}|{first.detail}")
    logged = replace(facts, commitments=(with_meeting(replace(MEETING, state=OccasionState.HELD)),))
    assert sense_gone(snoozed, facts, local("2027-02-12 08:00")) is None
    assert sense_gone(snoozed, logged, local("2027-02-12 08:00")) == "logged"
