"""When a reminder goes out: at the posting time of a day on which reminders go out.

One that comes in advance moves to the working day before, one that comes after the fact to the working day after; the
day it would have gone is kept, so that the message can say it was moved.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schedules.days import Calendar
from schedules.facts import AgreementFacts

DAY = timedelta(days=1)
JULY = 7
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

    def before(self, wanted: date, about: date) -> Slot:
        """For a reminder in advance of `about`. July counts as quiet unless it is about a day in July itself."""
        day = wanted
        while self._hindered(day, about):
            day -= DAY
        return Slot(day, None if day == wanted else wanted)

    def after(self, wanted: date) -> Slot:
        """For a reminder after the fact."""
        day = self.calendar.posting_day_after(wanted)
        return Slot(day, None if day == wanted else wanted)

    def _hindered(self, day: date, about: date) -> bool:
        hindrance = self.calendar.posting_hindrance(day)
        return hindrance is not None and not (hindrance == "juli" and about.month == JULY)

    def at(self, day: date) -> datetime:
        """The posting time of the local day as aware UTC."""
        return datetime.combine(day, self.facts.post_at, ZoneInfo(self.facts.zone)).astimezone(UTC)

    def soon_after(self, moment: datetime) -> datetime:
        """A minute after something was done, or the next morning when that is in the evening or night."""
        zone = ZoneInfo(self.facts.zone)
        local = moment.astimezone(zone)
        if EARLIEST <= local.time() < LATEST:
            # a minute: what was done is told first, and never at the very instant the planner last looked
            return moment + timedelta(minutes=1)
        return self.at(local.date() if local.time() < EARLIEST else local.date() + DAY)

    def local_day(self, moment: datetime) -> date:
        """The workspace's date at an instant."""
        return moment.astimezone(ZoneInfo(self.facts.zone)).date()
