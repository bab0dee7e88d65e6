"""Occasions as an iCalendar file (RFC 5545): the same bytes for the same facts, so that nothing unchanged is fetched.

A moved occasion keeps its UID and gets a higher SEQUENCE; a cancelled one stays, with STATUS:CANCELLED. Without a time
of day it fills the day, without blocking it.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules import texts
from storage.agreements.names import slug
from storage.calendars import CalendarEntry, entries_of
from storage.models import Agreement, Commitment, Occasion, Workspace
from storage.occasions import followed
from storage.terms import CommitmentKind

LASTS = {CommitmentKind.MEETING: timedelta(hours=2)}
OTHERS_LAST = timedelta(hours=2)
SWEDISH_ZONE = "Europe/Stockholm"
REFRESH = timedelta(hours=1)  # how often a calendar program may ask


def calendar_file(name: str, entries: Sequence[CalendarEntry], *, whose: str) -> bytes:
    """The entries as one file in UTF-8. `whose`, the workspace's own Slack team id, makes the UIDs its own: somebody
    who sits in several municipalities' forums reads them all in one calendar."""
    calendar = Calendar()
    calendar.add("prodid", "-//samverkansbot//kalender//SV")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", entries[0].zone if entries else "Europe/Stockholm")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    if any(entry.zone == SWEDISH_ZONE for entry in entries):
        calendar.add_component(_swedish_time())
    for entry in entries:
        calendar.add_component(_event(entry, f"{whose.lower()}.samverkansbot" if whose else "samverkansbot"))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


async def occasion_calendar(session: AsyncSession, occasion_id: int) -> tuple[str, bytes] | None:
    """One occasion, where it has been moved to since: (the file's name, the file). None where it is in no forum."""
    occasion = await session.get_one(Occasion, occasion_id)
    commitment = await session.get_one(Commitment, occasion.commitment_id)
    agreement = await session.get_one(Agreement, commitment.agreement_id)
    workspace = await session.get_one(Workspace, agreement.workspace_id)
    occasion = await followed(session, occasion)
    forums = [commitment.forum_id] if commitment.forum_id is not None else []
    entries = await entries_of(session, forums, first=occasion.on)
    ours = [each for each in entries if each.occasion_id == occasion.id]
    if not ours:
        return None
    title = texts.CALENDAR_INTERNAL if ours[0].internal else commitment.title
    return f"{slug(title)}-{occasion.on}.ics", calendar_file(title, ours, whose=workspace.team_id or "")


def _swedish_time() -> Timezone:
    """The EU's rule, as a rule: some readers go wrong on years listed one by one (directive 2000/84/EC)."""
    zone = Timezone()
    zone.add("tzid", SWEDISH_ZONE)
    for part, name, month, begins, before, after in (
        (TimezoneStandard(), "CET", 10, datetime(1996, 10, 27, 3), 2, 1),  # noqa: DTZ001  (local, as the format wants it)
        (TimezoneDaylight(), "CEST", 3, datetime(1996, 3, 31, 2), 1, 2),  # noqa: DTZ001
    ):
        part.add("tzname", name)
        part.add("dtstart", begins)
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        zone.add_component(part)
    return zone


def _event(entry: CalendarEntry, host: str) -> Event:
    event = Event()
    event.add("uid", f"occasion-{entry.root_id}@{host}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("summary", _summary(entry))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    place, until = texts.said_until(entry.place)
    if entry.at is None:
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    else:
        starts = datetime.combine(entry.on, time.fromisoformat(entry.at), ZoneInfo(entry.zone))
        event.add("dtstart", starts)
        event.add("dtend", _end(entry, starts, until))
        event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    if not entry.internal:
        event.add("categories", [entry.forum])
        where = ", ".join(each for each in (place, entry.area) if each)
        if where:
            event.add("location", where)
        if entry.source:
            event.add("description", texts.calendar_source(entry.source))
    return event


def _end(entry: CalendarEntry, starts: datetime, until: time | None) -> datetime:
    """The end that was said; else two hours by the clock on the wall, also the night the clocks change."""
    if until is not None and until > starts.time():
        return datetime.combine(entry.on, until, starts.tzinfo)
    return starts + LASTS.get(entry.kind, OTHERS_LAST)


def _summary(entry: CalendarEntry) -> str:
    title = texts.CALENDAR_INTERNAL if entry.internal else texts.in_forum(entry.title, entry.forum)
    return texts.calendar_cancelled(title) if entry.cancelled else title
