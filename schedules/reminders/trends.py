"""A forum that reports to the one above is reminded to report its trends in time for that one's summons.

Fourteen days before each booked meeting of the forum above, to the channel of the forum below, unless it has reported
since the meeting before. Source: the agreement's chapter 6, the group shall report trends to planeringsgruppen.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from schedules.facts import AgreementFacts, ForumFacts
from schedules.reminders.posting import Posting
from schedules.reminders.values import Audience, Reminder, ReminderKind

BEFORE = 14
LOOKING_BACK = timedelta(days=92)  # for a forum that has not met before


def about_trends(facts: AgreementFacts, posting: Posting, first: date, last: date) -> Iterator[Reminder]:
    """The reminders about meetings from `first` to `last` (local days)."""
    for forum in facts.forums:
        above = _above(forum, facts)
        for day in above.meetings if above is not None and forum.reports else ():
            if first <= day <= last and not has_reported(forum, facts, day):
                slot = posting.before(day - timedelta(days=BEFORE), day)
                yield Reminder(
                    kind=ReminderKind.TRENDS,
                    audiences=(Audience.CHANNEL,),
                    due_at=posting.at(slot.day),
                    about=day,
                    days=BEFORE,
                    forum_id=forum.id,
                    moved_from=slot.moved_from,
                )


def has_reported(forum: ForumFacts, facts: AgreementFacts, meeting: date) -> bool:
    """Whether the forum has reported its trends for the meeting above: since the one before."""
    above = _above(forum, facts)
    before = max((day for day in (above.meetings if above else ()) if day < meeting), default=meeting - LOOKING_BACK)
    return any(before < day <= meeting for day in forum.reported)


def is_booked(forum: ForumFacts, facts: AgreementFacts, meeting: date) -> bool:
    """Whether the forum above still meets that day."""
    above = _above(forum, facts)
    return above is not None and meeting in above.meetings


def _above(forum: ForumFacts, facts: AgreementFacts) -> ForumFacts | None:
    return next((each for each in facts.forums if each.id == forum.parent_id), None)
