"""Who sits on a seat on a day, who is away, and who sat there the longest: from the dated appointments."""

from collections.abc import Iterable
from datetime import date, timedelta

from schedules.facts import AppointmentFacts, ForumFacts


def on_seat(forum: ForumFacts, seat: str, day: date, *, deputies: bool = False) -> list[AppointmentFacts]:
    """The ordinary holders of the seat on the day, or its deputies; those who are away too."""
    return [each for each in _all(forum, seat) if each.deputy == deputies and _covers(each, day)]


def is_vacant(forum: ForumFacts, seat: str, day: date) -> bool:
    """Whether nobody is the seat's ordinary holder on the day. A deputy stands in for somebody and fills no seat."""
    return forum.appointments is not None and not on_seat(forum, seat, day)


def is_away(each: AppointmentFacts, day: date) -> bool:
    """Whether the person has said that they are away on the day."""
    return any(day in span for span in each.away)


def present(appointed: Iterable[AppointmentFacts], day: date) -> list[AppointmentFacts]:
    """Those who are not away on the day."""
    return [each for each in appointed if not is_away(each, day)]


def edges(forum: ForumFacts, seat: str) -> set[date]:
    """The days on which somebody begins on the seat, or the first day after somebody has left it."""
    known = [each for each in _all(forum, seat) if not each.deputy]
    return {each.first for each in known} | {each.last + timedelta(days=1) for each in known if each.last}


def sitting(forum: ForumFacts, seat: str, first: date, last: date | None) -> list[AppointmentFacts]:
    """The ordinary holders of the seat on any of the days, in the order they came."""
    found = [
        each
        for each in _all(forum, seat)
        if not each.deputy and each.first <= (last or date.max) and (each.last or date.max) >= first
    ]
    return sorted(found, key=lambda each: each.first)


def longest_on_seat(forum: ForumFacts, seat: str, first: date, last: date | None) -> AppointmentFacts | None:
    """The ordinary holder who sat on the seat the most of the days; of equals the earliest. None: nobody did."""

    def days(each: AppointmentFacts) -> int:
        return (min(each.last or date.max, last or date.max) - max(each.first, first)).days

    return max(sitting(forum, seat, first, last), key=days, default=None)


def _all(forum: ForumFacts, seat: str) -> tuple[AppointmentFacts, ...]:
    return forum.appointments.get(seat, ()) if forum.appointments is not None else ()


def _covers(each: AppointmentFacts, day: date) -> bool:
    return each.first <= day <= (each.last or date.max)
