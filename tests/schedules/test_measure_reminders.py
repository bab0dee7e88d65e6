"""What is told about measures: before, on the day, and every thirty days after, in the end to the forum."""

from dataclasses import replace
from datetime import date

import pytest

from schedules.facts import AgreementFacts, MeasureFacts
from schedules.reminders import Audience, due, next_due, sense_gone
from storage.terms import Responsible
from tests.schedules.promises import agreement, local, promise, said

PAVING = MeasureFacts(7, "Laga plattorna", 1, date(2027, 4, 14), Responsible(kind="party", name="kommunen"))


def with_measures(*measures: MeasureFacts) -> AgreementFacts:
    return replace(agreement(promise("vid behov")), measures=measures)


def told(facts: AgreementFacts, first: str, last: str) -> list[str]:
    return [
        f"{said(each.due_at)} {each.kind} {each.days} {each.audiences[0]}"
        for each in due(facts, local(f"{first} 00:00"), local(f"{last} 23:59"))
        if each.kind.startswith("measure")
    ]


def test_measure_is_told_before_on_and_after_its_day_and_in_the_end_to_the_forum() -> None:
    assert told(with_measures(PAVING), "2027-01-01", "2027-09-30") == [
        "2027-03-31 08:00 measure_soon 14 responsible",
        "2027-04-14 08:00 measure_due 0 responsible",
        "2027-05-14 08:00 measure_late -30 responsible",
        "2027-06-14 08:00 measure_late -60 responsible",  # 13 June is a Sunday
        "2027-08-02 08:00 measure_late -90 channel",  # July is quiet
        "2027-08-12 08:00 measure_late -120 channel",
        "2027-09-13 08:00 measure_late -150 channel",  # 11 September is a Saturday
    ]


def test_last_day_on_a_sunday_is_told_on_the_friday() -> None:
    sunday = replace(PAVING, due=date(2027, 4, 18))
    assert "2027-04-16 08:00 measure_due 0 responsible" in told(with_measures(sunday), "2027-04-01", "2027-04-30")


def test_one_long_overdue_is_not_forgotten_and_the_next_instant_is_known() -> None:
    facts = with_measures(PAVING)
    assert told(facts, "2028-04-01", "2028-04-30") == ["2028-04-10 08:00 measure_late -360 channel"]
    nearest = next_due(facts, local("2028-04-01 12:00"))
    assert nearest is not None
    assert nearest <= local("2028-04-10 08:00")


@pytest.mark.parametrize(
    ("measures", "gone"),
    [
        ((PAVING,), None),
        ((), "done"),
        ((replace(PAVING, due=date(2027, 5, 1)),), "moved"),
    ],
)
def test_what_is_done_or_given_more_time_is_not_asked_for(measures: tuple[MeasureFacts, ...], gone: str | None) -> None:
    (reminder,) = [
        each
        for each in due(with_measures(PAVING), local("2027-04-14 00:00"), local("2027-04-14 12:00"))
        if each.kind == "measure_due"
    ]
    assert reminder.audiences == (Audience.RESPONSIBLE,)
    assert sense_gone(reminder, with_measures(*measures), local("2027-04-14 09:00")) == gone
