"""A forum below is reminded to report trends before the one above meets, once, unless it has."""

from dataclasses import replace
from datetime import date

import pytest

from schedules.facts import AgreementFacts, ForumFacts
from schedules.reminders import ReminderKind, due, sense_gone
from storage.terms import ChairRule
from tests.schedules.promises import agreement, local, promise, said

MEETING = date(2027, 10, 13)
ABOVE = ForumFacts(1, "Planeringsgruppen", ChairRule(form="unstated"), meetings=(date(2027, 6, 9), MEETING))
BELOW = ForumFacts(2, "Operativa gruppen", ChairRule(form="unstated"), parent_id=1, reports=True)


def town(below: ForumFacts = BELOW, above: ForumFacts = ABOVE) -> AgreementFacts:
    return replace(agreement(promise("vid behov")), forums=(above, below))


def told(facts: AgreementFacts) -> list[str]:
    found = due(facts, local("2027-08-01 00:00"), local("2027-12-31 00:00"))
    return [f"{said(each.due_at)} {each.forum_id}" for each in found if each.kind is ReminderKind.TRENDS]


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        (BELOW, ["2027-09-29 08:00 2"]),
        (replace(BELOW, reported=(date(2027, 6, 8),)), ["2027-09-29 08:00 2"]),  # that was for the meeting before
        (replace(BELOW, reported=(date(2027, 8, 30),)), []),
        (replace(BELOW, reports=False), []),  # the agreement does not ask for it
        (replace(BELOW, parent_id=None), []),
    ],
)
def test_the_forum_below_is_told_a_fortnight_before_unless_it_has_reported(
    below: ForumFacts, expected: list[str]
) -> None:
    assert told(town(below)) == expected


@pytest.mark.parametrize(
    ("facts", "now", "gone"),
    [
        (town(), "2027-10-01 08:00", None),
        (town(replace(BELOW, reported=(date(2027, 9, 30),))), "2027-10-01 08:00", "reported"),
        (town(above=replace(ABOVE, meetings=(date(2027, 6, 9),))), "2027-10-01 08:00", "moved"),
        (town(), "2027-10-13 08:00", "passed"),
    ],
)
def test_its_sense_is_gone_when_reported_or_the_meeting_is_moved_or_begins(
    facts: AgreementFacts, now: str, gone: str | None
) -> None:
    (reminder,) = [
        each
        for each in due(town(), local("2027-08-01 00:00"), local("2027-12-31 00:00"))
        if each.kind is ReminderKind.TRENDS
    ]
    assert sense_gone(reminder, facts, local(now)) == gone
