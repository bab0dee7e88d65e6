"""Reminders about measures that a forum has decided on.

| When | To |
|---|---|
| 14 days before the last day, and on it | whoever is responsible |
| 30 and 60 days after, while it is open | whoever is responsible |
| every 30 days from then on | the forum's channel |

Source: the project's design, section 6.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from schedules.facts import AgreementFacts, MeasureFacts
from schedules.reminders.posting import Posting, Slot
from schedules.reminders.values import Audience, Reminder, ReminderKind

BEFORE = 14
EVERY = 30
TO_FORUM_FROM = 90


def about_measures(facts: AgreementFacts, posting: Posting, first: date, last: date) -> Iterator[Reminder]:
    """Reminders about open measures with a last day, for the local days from `first` to `last`, and some beside."""
    for measure in facts.measures:
        soon = posting.before(measure.due - timedelta(days=BEFORE), measure.due)
        yield _one(measure, posting, ReminderKind.MEASURE_SOON, soon, BEFORE)
        yield _one(measure, posting, ReminderKind.MEASURE_DUE, posting.before(measure.due, measure.due), 0)
        days = max(EVERY, (first - measure.due).days // EVERY * EVERY)
        while measure.due + timedelta(days=days) <= last:
            late = posting.after(measure.due + timedelta(days=days))
            yield _one(measure, posting, ReminderKind.MEASURE_LATE, late, -days)
            days += EVERY


def _one(measure: MeasureFacts, posting: Posting, kind: ReminderKind, slot: Slot, days: int) -> Reminder:
    to_forum = days <= -TO_FORUM_FROM
    return Reminder(
        kind=kind,
        audiences=(Audience.CHANNEL,) if to_forum else (Audience.RESPONSIBLE,),
        due_at=posting.at(slot.day),
        about=measure.due,
        days=days,
        forum_id=measure.forum_id,
        moved_from=slot.moved_from,
        detail=str(measure.id),
    )


def measure_about(reminder: Reminder, facts: AgreementFacts) -> MeasureFacts | None:
    """The open measure that a reminder is about; None when it is done, or no longer there."""
    return next((each for each in facts.measures if str(each.id) == reminder.detail), None)
