"""Reminders together on Mondays, for those who have asked for that instead of one at a time."""

from datetime import datetime, timedelta

from schedules.days import Calendar
from schedules.facts import AgreementFacts
from schedules.reminders.posting import Posting
from schedules.reminders.sense import sense_gone
from schedules.reminders.values import Reminder


def gathered(reminder: Reminder, facts: AgreementFacts) -> datetime:
    """When the reminder goes to somebody who wants theirs together, as aware UTC.

    That is the posting time of the coming Monday (the first day of that week on which reminders go out). What would
    have lost its sense by then, such as a meeting on Thursday, goes at its own time.
    """
    posting = Posting(facts, Calendar(breaks=facts.breaks))
    day = posting.local_day(reminder.due_at)
    monday = day - timedelta(days=day.weekday())
    if day <= posting.after(monday, reminder.about).day:
        return reminder.due_at
    together = posting.at(posting.after(monday + timedelta(days=7), reminder.about).day)
    return reminder.due_at if sense_gone(reminder, facts, together) else together
