"""All the rules together: what is due between two instants, and when the next thing is."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from schedules.days import Calendar
from schedules.facts import AgreementFacts
from schedules.reminders.measures import about_measures
from schedules.reminders.occasions import about_occasions
from schedules.reminders.posting import Posting
from schedules.reminders.standing_matters import about_chairs, about_end, about_weeks
from schedules.reminders.trends import about_trends
from schedules.reminders.values import Reminder, ReminderKind
from schedules.reminders.windows import about_windows

DAY = timedelta(days=1)
REACH = timedelta(days=100)  # the longest lead or move, with room: what is about a day this far off may be due now
LEFTOVERS = timedelta(days=30)  # what an ended agreement may still ask: log what happened
STEP_DAYS = 8


def due(facts: AgreementFacts, after: datetime, until: datetime) -> list[Reminder]:
    """Reminders with after < due_at <= until, in order of time; the same facts give the same keys.

    `after` and `until` are aware UTC.
    """
    posting = Posting(facts, Calendar(breaks=facts.breaks))
    found: dict[str, Reminder] = {}
    for reminder in _all(facts, posting, after, until):
        if after < reminder.due_at <= until and _while_it_lasts(reminder, facts, posting):
            found.setdefault(reminder.key(""), reminder)
    return _in_order(found.values())


def _in_order(reminders: Iterable[Reminder]) -> list[Reminder]:
    return sorted(reminders, key=lambda reminder: (reminder.due_at, reminder.key("")))


def due_and_next(
    facts: AgreementFacts, *, after: datetime, until: datetime, within: timedelta
) -> tuple[list[Reminder], datetime | None]:
    """The same as `due`, and when the first reminder after `until` is, where it is no further off than `within`: one
    walk through the rules for both."""
    posting = Posting(facts, Calendar(breaks=facts.breaks))
    found: dict[str, Reminder] = {}
    upcoming: datetime | None = None
    for reminder in _all(facts, posting, after, until + within):
        if after < reminder.due_at <= until + within and _while_it_lasts(reminder, facts, posting):
            if reminder.due_at <= until:
                found.setdefault(reminder.key(""), reminder)
            elif upcoming is None or reminder.due_at < upcoming:
                upcoming = reminder.due_at
    return _in_order(found.values()), upcoming


def next_due(facts: AgreementFacts, after: datetime, horizon_days: int = 400) -> datetime | None:
    """The instant of the first reminder after `after`, looking so many days ahead; None when there is none."""
    begin, end = after, after + timedelta(days=horizon_days)
    step = STEP_DAYS
    while begin < end:
        until = min(begin + timedelta(days=step), end)
        found = due(facts, begin, until)
        if found:
            return found[0].due_at
        begin, step = until, step * 4
    return None


def _all(facts: AgreementFacts, posting: Posting, after: datetime, until: datetime) -> Iterator[Reminder]:
    """Every reminder that may fall due in the interval, and some that do not."""
    first, last = posting.local_day(after), posting.local_day(until)
    for commitment in facts.commitments:
        yield from about_occasions(commitment, posting)
        yield from about_windows(commitment, facts, posting, first - REACH, last + REACH)
    yield from about_measures(facts, posting, first - REACH, last + REACH)
    yield from about_trends(facts, posting, first, last + REACH)
    yield from about_chairs(facts, posting, after, until)
    yield from about_end(facts, posting)
    yield from about_weeks(facts, posting, first - 7 * DAY, last)


def _while_it_lasts(reminder: Reminder, facts: AgreementFacts, posting: Posting) -> bool:
    """Nothing before an agreement begins or after it ended, but for occasions already booked and loose ends."""
    day = posting.local_day(reminder.due_at)
    if day < facts.starts and reminder.occasion_id is None:
        return False
    if facts.ends is None or day <= facts.ends:
        return True
    return reminder.kind in (ReminderKind.LOG, ReminderKind.OVERDUE) and day <= facts.ends + LEFTOVERS
