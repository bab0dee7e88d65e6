"""Quiet hours: when a person wants no message from the bot. Messages wait; nothing is dropped for it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.models import Person


def quiet_hours(person: Person) -> tuple[time, time] | None:
    """From and to in local time of day, "to" not included and perhaps the day after; None where there are none."""
    if not person.quiet_from or not person.quiet_to or person.quiet_from == person.quiet_to:
        return None
    return time.fromisoformat(person.quiet_from), time.fromisoformat(person.quiet_to)


def quiet_until(person: Person, moment: datetime, zone: str) -> datetime | None:
    """When the quiet hours that hold at `moment` (aware) end, as aware time in `zone`; None when none hold then."""
    hours = quiet_hours(person)
    if hours is None:
        return None
    first, last = hours
    local = moment.astimezone(ZoneInfo(zone))
    clock = local.time().replace(tzinfo=None)
    over_night = last < first
    within = clock >= first or clock < last if over_night else first <= clock < last
    if not within:
        return None
    day = local.date() + timedelta(days=1) if over_night and clock >= first else local.date()
    return datetime.combine(day, last, ZoneInfo(zone))
