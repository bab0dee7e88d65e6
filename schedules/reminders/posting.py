"""When a reminder goes out: at the posting time of a day on which reminders go out.

One that comes in advance moves to the working day before, one that comes after the fact to the working day after; the
day it would have gone is kept, so that the message can say it was moved. July is quiet, but for what itself takes place
in July: whoever books a meeting then, works then.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schedules.days import JULY, Calendar
from schedules.facts import AgreementFacts

DAY = timedelta(days=1)
EARLIEST, LATEST = time(6), time(20)  # outside these nobody is disturbed


@dataclass(frozen=True)
class Slot:
    """The local day of posting, and the day it was moved from (None = not moved)."""

    day: date
    moved_from: date | None = None


@dataclass(frozen=True)
class Posting:
    """The posting habits of one agreement."""

    facts: AgreementFacts
    calendar: Calendar

    def before(self, wanted: date, about: date | None = None) -> Slot:
        """For a reminder in advance of `about`, the day on which something takes place or is due."""
        july = about is None or about.month != JULY
        return _slot(self.calendar.posting_day_before(wanted, july=july), wanted)

    def after(self, wanted: date, about: date | None = None) -> Slot:
        """For a reminder after the fact; `about` is when it took place."""
        july = about is None or about.month != JULY
        return _slot(self.calendar.posting_day_after(wanted, july=july), wanted)

    def same_day(self, on: date, at: time | None) -> Slot:
        """For what takes place on a day: that day also in July and on a klämdag, for they work; the working day before
        when it is a weekend or red, or begins before anything is posted."""
        wanted = on if at is None or at > self.facts.post_at else on - DAY
        day = wanted if self.calendar.is_working_day(wanted) else self.calendar.working_day_before(wanted)
        return _slot(day, wanted)

    def at(self, day: date) -> datetime:
        """The posting time of the local day as aware UTC."""
        return datetime.combine(day, self.facts.post_at, ZoneInfo(self.facts.zone)).astimezone(UTC)

    def soon_after(self, moment: datetime) -> datetime:
        """A minute after something was done; the next working morning when that was at night or on a free day."""
        local = moment.astimezone(ZoneInfo(self.facts.zone))
        day, clock = local.date(), local.time()
        if self.calendar.is_working_day(day) and EARLIEST <= clock < LATEST:
            # a minute: what was done is told first, and never at the very instant the planner last looked
            return moment + timedelta(minutes=1)
        day = day if clock < EARLIEST else day + DAY
        while not self.calendar.is_working_day(day):
            day += DAY
        return self.at(day)

    def begins(self, on: date, at: time | None) -> datetime:
        """When something that takes place begins, as aware UTC; at the end of the day when no time is set."""
        return datetime.combine(on, at or time(23, 59), ZoneInfo(self.facts.zone)).astimezone(UTC)

    def local_day(self, moment: datetime) -> date:
        """The workspace's date at an instant."""
        return moment.astimezone(ZoneInfo(self.facts.zone)).date()


def _slot(day: date, wanted: date) -> Slot:
    return Slot(day, None if day == wanted else wanted)
